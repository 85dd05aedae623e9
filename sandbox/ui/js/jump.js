/** The box in the top bar (Ctrl+K) that jumps to a channel, a person's view or a panel by typing part of its name. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { dialog, onEnter, walk } from "./overlay.js";
import { avatar, channelIcon, channelTitle } from "./people.js";
import { openBotMessages, openChannel, openHome, showPanel, switchPerson } from "./route.js";
import { people, place, world } from "./store.js";

const MOST = 9;

export function jump(button) {
  button.addEventListener("click", open);
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    if (!document.querySelector('[data-testid="jump"]')) open();
  });
}

function targets() {
  const rooms = [...world.channels.values()]
    .filter((c) => !c.withBot || !c.isIm)
    .filter((c) => c.members.includes(place.me) || !c.isPrivate);
  return [
    ...rooms.map((c) => ({
      text: channelTitle(c),
      face: c.isIm ? icon("reply", 16) : channelIcon(c),
      hint: c.isArchived ? "archived" : "",
      run: () => openChannel(c.id),
    })),
    { text: `${world.bot.name} — Home`, face: avatar(world.bot.id, 20, "App"), run: openHome },
    { text: `${world.bot.name} — Messages`, face: avatar(world.bot.id, 20, "App"), run: openBotMessages },
    ...people()
      .filter((one) => one.id !== place.me)
      .map((one) => ({ text: `Become ${one.display}`, face: avatar(one.id, 20), run: () => switchPerson(one.id) })),
    ...["phones", "mail", "log", "faults"].map((name) => ({
      text: `Open ${name}`,
      face: icon(name === "faults" ? "flask" : name === "phones" ? "phone" : name, 16),
      run: () => showPanel(name),
    })),
  ];
}

function open() {
  const input = h("input", {
    class: "input",
    placeholder: "Jump to a channel, a person or a panel",
    autofocus: true,
    "aria-label": "Jump to",
    "data-testid": "jump-input",
  });
  const list = h("div", { class: "jump-list", role: "listbox" });
  const layer = dialog({ title: "Jump to…", body: [input, list], testid: "jump" });
  list.parentElement.addEventListener("keydown", walk);
  const draw = () => {
    const wanted = input.value.trim().toLowerCase();
    const fits = targets()
      .filter((one) => one.text.toLowerCase().includes(wanted))
      .slice(0, MOST);
    list.replaceChildren(
      ...fits.map((one) =>
        h(
          "button",
          { type: "button", class: "menu-row", role: "option", onclick: () => (layer.close(false), one.run()) },
          one.face,
          h("span", { class: "menu-label" }, one.text),
          h("span", { class: "menu-hint" }, one.hint ?? ""),
        ),
      ),
    );
  };
  input.addEventListener("input", draw);
  onEnter(input, () => list.querySelector("button")?.click());
  draw();
}
