/** Puts the page together and keeps it in step with the sandbox. */

import { clock } from "./clock.js";
import { devices } from "./devices.js";
import { fill, h } from "./dom.js";
import { jump } from "./jump.js";
import { modals } from "./modal.js";
import { notify } from "./overlay.js";
import { Pane } from "./pane.js";
import { arrive, showPanel } from "./route.js";
import { ringBanner } from "./ring_banner.js";
import { forgetSeen } from "./seen.js";
import { sidebar } from "./sidebar.js";
import { connect, on, place, refreshAll, world } from "./store.js";
import { Thread } from "./thread.js";

const part = (id) => document.getElementById(id);

/** Parts are drawn before the first fetch, so that a sandbox that is starting shows a page and not a void. */
function build() {
  clock(part("clock"));
  sidebar(part("side"));
  new Pane(part("main"));
  new Thread(part("thread"));
  devices(part("devices"));
  modals();
  ringBanner();
  jump(part("jump"));
  for (const button of document.querySelectorAll("[data-goto]")) {
    button.addEventListener("click", () => goto(button.dataset.goto));
  }
}

/** Which of the three columns a narrow window shows. */
function goto(name) {
  document.body.dataset.pane = name;
  if (name === "devices" && place.panel === "none") showPanel("phones");
}

function showTrouble() {
  const bar = part("offline");
  bar.hidden = world.live;
  fill(bar, h("span", { class: "spinner" }), "The sandbox does not answer. Trying again…");
}

async function start() {
  build();
  on("live", showTrouble);
  on("trouble", (problem) => world.live && notify(problem.message, "error"));
  on("reset", forgetSeen);
  await connect();
  arrive();
  await refreshAll();
  showPanel(place.panel);
  document.body.dataset.ready = "true";
}

start();
