/** The clock in the top bar: what time it is in the sandbox, and the buttons that move it. */

import { post } from "./api.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { attempt } from "./overlay.js";
import { now, on, refresh, world, zone } from "./store.js";
import { dayShort, offset, timeOf, timeWithSeconds, zoneName } from "./when.js";

const STEPS = [1, 5, 15];

export function clock(node) {
  const big = h("span", { class: "clock-time", "data-testid": "clock-time" });
  const small = h("span", { class: "clock-day" });
  const ahead = h("span", { class: "clock-offset", "data-testid": "clock-offset" });
  const reset = h(
    "button",
    {
      type: "button",
      class: "clock-step reset",
      title: "Back to the machine's time",
      "aria-label": "Reset the clock",
      "data-testid": "clock-reset",
      onclick: () => move({ reset: true }),
    },
    icon("refresh", 14),
  );
  const steps = STEPS.map((minutes) => step(minutes));
  const label = h(
    "div",
    { class: "clock-face", role: "timer", "aria-label": "The sandbox's time" },
    icon("clock", 16),
    big,
    small,
    ahead,
  );
  fill(node, label, h("div", { class: "clock-steps", role: "group", "aria-label": "Move the clock" }, steps, reset));

  function tick() {
    const at = now();
    big.textContent = timeWithSeconds(at, zone());
    const utc = zone() === "UTC" ? "UTC" : `${zoneName(zone())} · ${timeOf(at, "UTC")} UTC`;
    small.textContent = `${dayShort(at, zone())} · ${utc}`;
    ahead.textContent = offset(world.clock.offset_seconds);
    ahead.hidden = reset.disabled = !ahead.textContent;
    node.dataset.offset = world.clock.offset_seconds;
  }

  setInterval(tick, 1000);
  for (const topic of ["clock", "state", "me"]) on(topic, tick);
}

function step(minutes) {
  const attributes = {
    type: "button",
    class: "clock-step",
    "aria-label": `Move the clock ${minutes} minutes ahead`,
    title: `Move the clock ${minutes} min ahead`,
    "data-testid": `clock-plus-${minutes}`,
    "data-minutes": minutes,
  };
  return h(
    "button",
    { ...attributes, onclick: () => move({ advance: minutes * 60 }) },
    `+${minutes}`,
    h("span", { class: "unit" }, " min"),
  );
}

async function move(body) {
  const answer = await attempt(() => post("clock", body));
  if (answer) refresh("clock");
}
