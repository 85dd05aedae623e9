/** The app's Home tab: what it published for the person who looks. */

import { post } from "./api.js";
import { blocks } from "./blocks.js";
import { context } from "./context.js";
import { fill, h } from "./dom.js";
import { attempt } from "./overlay.js";
import { avatar } from "./people.js";
import { on, place, viewsOf, world } from "./store.js";

const memories = new Map();

function memoryOf(view) {
  if (!memories.has(view.id)) memories.set(view.id, new Map());
  return memories.get(view.id);
}

/** {node, draw()}: opening it tells the app (`app_home_opened`) once per visit. */
export function homeView() {
  const inner = h("div", { class: "home-inner" });
  const node = h("div", { class: "home", "data-testid": "home", tabindex: "0", hidden: true }, inner);
  let drawn = "";
  let visited = "";
  let wasHidden = true;

  function visit() {
    const key = place.me;
    if (!wasHidden && visited === key) return;
    visited = key;
    attempt(() => post("home", { user: place.me }));
  }

  function draw() {
    visit();
    wasHidden = false;
    const view = viewsOf(place.me).home;
    const key = `${place.me}/${view?.id}/${view?.hash}`;
    if (key === drawn) return;
    drawn = key;
    fill(inner, view ? blocks(view.blocks, context({ view_id: view.id }, { memory: memoryOf(view) })) : empty());
  }

  on("reset", () => {
    visited = "";
    if (!node.hidden) draw();
  });
  new MutationObserver(() => (wasHidden = wasHidden || node.hidden)).observe(node, {
    attributes: true,
    attributeFilter: ["hidden"],
  });
  return { node, draw };
}

function empty() {
  return h(
    "div",
    { class: "empty" },
    avatar(world.bot.id, 56, world.bot.name),
    h("h2", {}, "Nothing here yet"),
    h(
      "p",
      {},
      `${world.bot.name} has not published a Home for you. It does so when it is connected and hears that you opened it.`,
    ),
  );
}
