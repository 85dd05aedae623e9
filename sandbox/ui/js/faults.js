/** Trouble to order: faults per method, Slack's switches, the app's connections and the bot's process. */

import { post, remove } from "./api.js";
import { FaultForm, presets, sentence } from "./fault_form.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { attempt, confirm, notify } from "./overlay.js";
import { on, refresh, refreshAll, world } from "./store.js";

export function faultsPanel() {
  const bot = h("div", { class: "fault-part" });
  const list = h("div", { class: "fault-list", "data-testid": "fault-list" });
  const sockets = h("div", { class: "stack" });
  const switches = switchPart();
  const reset = h(
    "button",
    { type: "button", class: "button danger", "data-testid": "sandbox-reset", onclick: startOver },
    "Reset the sandbox",
  );
  const node = h(
    "section",
    { class: "faults", "aria-label": "Faults" },
    h("header", { class: "panel-head" }, h("h2", {}, "Faults")),
    h(
      "div",
      { class: "fault-scroll" },
      bot,
      part("In force", list),
      part("Make something fail", presets(), new FaultForm().node),
      part("Connections", sockets),
      part("Slack's rules", switches.node),
      part(
        "Start again",
        h(
          "p",
          { class: "hint" },
          "Channels, messages, phones, mail and clock go back to where they began. The bot's own data stays.",
        ),
        reset,
      ),
    ),
  );

  function draw() {
    fill(bot, world.process ? botPart() : null);
    bot.hidden = !world.process;
    drawList(list);
    fill(sockets, socketPart());
    switches.draw();
  }

  on("faults", draw);
  on("state", draw);
  return { node, draw };
}

const part = (title, ...content) => h("section", { class: "fault-part" }, h("h3", {}, title), content);

function drawList(list) {
  const rows = world.faults.map((fault) => {
    const spent = fault.times === 0;
    const off = () => attempt(() => remove(`faults/${fault.id}`)).then(() => refresh("faults"));
    return h(
      "div",
      { class: `fault-row${spent ? " spent" : ""}`, "data-testid": "fault", "data-fault": fault.id },
      h("span", { class: "fault-words" }, h("strong", {}, sentence(fault)), h("span", { class: "muted" }, hits(fault))),
      h(
        "button",
        {
          type: "button",
          class: "icon-button",
          "aria-label": "Remove this fault",
          "data-testid": "fault-remove",
          onclick: off,
        },
        icon("close", 16),
      ),
    );
  });
  const all = h(
    "button",
    {
      type: "button",
      class: "linkish",
      "data-testid": "faults-clear",
      onclick: () => attempt(() => remove("faults")).then(() => refresh("faults")),
    },
    "Remove all",
  );
  fill(list, rows.length ? [rows, all] : h("p", { class: "hint" }, "Nothing fails at the moment."));
}

function hits(fault) {
  const left = fault.times === null ? "until removed" : fault.times === 0 ? "used up" : `${fault.times} more`;
  return `${left} · hit ${fault.hits ?? 0} times`;
}

const SOCKET_ACTIONS = [
  ["disconnect", "Disconnect"],
  ["refresh", "Ask to refresh"],
  ["abort", "Cut the line"],
  ["deaf", "Go deaf"],
  ["hear", "Hear again"],
  ["duplicate", "Repeat last event"],
  ["disable", "Refuse new ones"],
  ["enable", "Allow new ones"],
];

function socketPart() {
  const rows = world.sockets.map((one) =>
    h(
      "div",
      { class: "socket-row", "data-testid": "socket", "data-socket": one.id },
      h("span", { class: `dot ${one.deaf ? "deaf" : "up"}` }),
      h("code", {}, one.id),
      h(
        "span",
        { class: "muted" },
        [one.deaf ? "deaf" : "", one.draining ? "draining" : "", `${one.sent ?? 0} sent, ${one.acked ?? 0} acked`]
          .filter(Boolean)
          .join(" · "),
      ),
    ),
  );
  const buttons = SOCKET_ACTIONS.map(([action, label]) =>
    h(
      "button",
      {
        type: "button",
        class: "button small",
        "data-testid": `socket-${action}`,
        onclick: () => attempt(() => post("sockets", { action })),
      },
      label,
    ),
  );
  return [
    rows.length ? rows : h("p", { class: "hint" }, "The bot is not connected."),
    h("div", { class: "button-row" }, buttons),
  ];
}

function botPart() {
  const { running, wanted, pid, restarts } = world.process;
  const act = (action, label, danger) =>
    h(
      "button",
      {
        type: "button",
        class: `button small${danger ? " danger" : ""}`,
        "data-testid": `bot-${action}`,
        onclick: () => attempt(() => post("bot", { action })).then(() => refresh("state")),
      },
      label,
    );
  const words = running ? `Running${pid ? ` (process ${pid})` : ""}` : wanted ? "Starting again…" : "Stopped";
  return [
    h("h3", {}, "The bot"),
    h(
      "p",
      { class: "hint", "data-testid": "bot-process", "data-running": String(Boolean(running)) },
      h("span", { class: `dot ${running ? "up" : "down"}` }),
      words,
      restarts ? ` · started again ${restarts} times` : null,
    ),
    h(
      "div",
      { class: "button-row" },
      running ? [act("kill", "Kill (it comes back)", true), act("stop", "Stop")] : act("start", "Start"),
    ),
  ];
}

const RECEIPTS = { in_order: "in order", out_of_order: "out of order", late: "late", twice: "twice", never: "never" };

/** Switches that change how Slack behaves; a field being typed in is left alone. */
function switchPart() {
  const set = (body) => attempt(() => post("switches", body));
  const limits = h("input", {
    type: "checkbox",
    "data-testid": "switch-rate-limits",
    onchange: () => set({ rate_limits: limits.checked }),
  });
  const latency = h("input", {
    class: "input short",
    type: "number",
    min: 0,
    max: 10000,
    step: 50,
    "data-testid": "switch-latency",
    onchange: () => set({ latency_ms: Number(latency.value) || 0 }),
  });
  const receipts = h(
    "select",
    { class: "input", "data-testid": "switch-callbacks", onchange: () => set({ callbacks: receipts.value }) },
    Object.entries(RECEIPTS).map(([value, label]) => h("option", { value }, label)),
  );
  const silent = h("input", {
    type: "checkbox",
    "data-testid": "switch-events-disabled",
    onchange: () => set({ events_disabled: silent.checked }),
  });
  const restricted = h("input", {
    class: "input",
    placeholder: "conversations.create, …",
    "data-testid": "switch-restricted",
    onchange: () => set({ restricted: restricted.value.split(/[\s,]+/).filter(Boolean) }),
  });
  const node = h(
    "div",
    { class: "switches" },
    h("label", { class: "box" }, limits, h("span", {}, "Rate limits (1 message a second and channel; tiers)")),
    h("label", { class: "box" }, silent, h("span", {}, "Slack sends no events")),
    h("label", { class: "stacked" }, "Twilio's delivery receipts come", receipts),
    h("label", {}, "Each call takes ", latency, " ms longer"),
    h("label", { class: "stacked" }, "Methods an administrator forbids (restricted_action)", restricted),
  );
  function draw() {
    limits.checked = Boolean(world.switches.rate_limits);
    silent.checked = Boolean(world.switches.events_disabled);
    receipts.value = world.switches.callbacks ?? "in_order";
    if (document.activeElement !== latency) latency.value = world.switches.latency_ms ?? 0;
    if (document.activeElement !== restricted) restricted.value = (world.switches.restricted ?? []).join(", ");
  }
  return { node, draw };
}

async function startOver() {
  const sure = await confirm({
    title: "Reset the sandbox?",
    text: "Everything in the workspace, the phones and the mailbox goes back to the start.",
    yes: "Reset",
    danger: true,
  });
  if (!sure || !(await attempt(() => post("reset", {})))) return;
  await refreshAll();
  notify("The sandbox starts again.");
}
