/** A call or text that comes in while the phones are out of sight: a banner over the sidebar, with Answer at hand. */

import { post } from "./api.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { attempt } from "./overlay.js";
import { avatar, nameOf } from "./people.js";
import { showPanel } from "./route.js";
import { liveCall, stage } from "./ringing.js";
import { on, place, world } from "./store.js";

export function ringBanner() {
  const box = h("div", { class: "ring-banners", role: "status", "aria-live": "assertive" });
  document.body.append(box);
  const draw = () => {
    const hidden =
      place.panel !== "phones" ||
      (matchMedia("(max-width: 760px)").matches && document.body.dataset.pane !== "devices");
    const ringing = world.phones.filter((phone) => liveCall(phone) && stage(liveCall(phone)) === "ringing");
    fill(box, hidden ? ringing.map(banner) : []);
  };
  on("phones", draw);
  on("panel", draw);
}

function banner(phone) {
  const call = liveCall(phone);
  const look = () => {
    document.body.dataset.pane = "devices";
    showPanel("phones");
  };
  const answer = () => (look(), attempt(() => post("call", { sid: call.sid, action: "answer" })));
  return h(
    "div",
    { class: "ring-banner", "data-testid": "ring-banner", "data-user": phone.user },
    avatar(phone.user, 32),
    h("span", {}, h("strong", {}, `${nameOf(phone.user)}'s phone is ringing`)),
    h(
      "span",
      { class: "ring-buttons" },
      h("button", { type: "button", class: "button small", onclick: look }, "Show"),
      h("button", { type: "button", class: "button small primary", onclick: answer }, icon("call", 14), "Answer"),
    ),
  );
}
