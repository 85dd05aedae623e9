/** Times as people read them, always in a named zone; Slack's `ts` are seconds since 1970 with six decimals. */

const formats = new Map();

function format(zone, options) {
  const key = zone + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, build(zone, options));
  return formats.get(key);
}

function build(zone, options) {
  try {
    return new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options });
  } catch {
    return new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", ...options });
  }
}

const seconds = (ts) => Number.parseFloat(ts) * 1000;
const HM = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

export const time = (ts, zone) => format(zone, HM).format(seconds(ts));
export const timeOf = (ms, zone) => format(zone, HM).format(ms);
export const timeWithSeconds = (ms, zone) => format(zone, { ...HM, second: "2-digit" }).format(ms);
export const dayShort = (ms, zone) => format(zone, { weekday: "short", day: "numeric", month: "short" }).format(ms);
export const dayKey = (ts, zone) =>
  format(zone, { year: "numeric", month: "2-digit", day: "2-digit" }).format(seconds(ts));
export const full = (ts, zone) =>
  `${format(zone, { weekday: "long", day: "numeric", month: "long", year: "numeric" }).format(seconds(ts))} at ${timeWithSeconds(seconds(ts), zone)}`;

/** "Today", "Yesterday" or the date, seen from `nowMs`. */
export function dayName(ts, zone, nowMs) {
  const day = dayKey(ts, zone);
  if (day === dayKey(nowMs / 1000, zone)) return "Today";
  if (day === dayKey(nowMs / 1000 - 86400, zone)) return "Yesterday";
  return format(zone, { weekday: "long", day: "numeric", month: "long" }).format(seconds(ts));
}

/** "just now", "5 minutes ago", "2 hours ago": how long before `nowMs`. */
export function ago(ts, nowMs) {
  const minutes = Math.round((nowMs - seconds(ts)) / 60000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} minute${minutes === 1 ? "" : "s"} ago`;
  const hours = Math.round(minutes / 60);
  if (hours < 24) return `${hours} hour${hours === 1 ? "" : "s"} ago`;
  const days = Math.round(hours / 24);
  return `${days} day${days === 1 ? "" : "s"} ago`;
}

/** Offset of the sandbox's clock in words: "+1 h 15 min". Empty when it stands at the machine's time. */
export function offset(total) {
  if (Math.abs(total) < 1) return "";
  const left = Math.round(Math.abs(total));
  const parts = [
    [Math.floor(left / 86400), "d"],
    [Math.floor((left % 86400) / 3600), "h"],
    [Math.floor((left % 3600) / 60), "min"],
    [left % 60, "s"],
  ];
  const said = parts.filter(([count]) => count).map(([count, unit]) => `${count} ${unit}`);
  return (total < 0 ? "−" : "+") + said.slice(0, 2).join(" ");
}

/** A zone as people say it: "Europe/Berlin" is "Berlin". */
export const zoneName = (zone) => zone.split("/").at(-1).replaceAll("_", " ");

const TOKENS = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date: { day: "numeric", month: "long", year: "numeric" },
  date_short: { day: "numeric", month: "short", year: "numeric" },
  date_long: { weekday: "long", day: "numeric", month: "long", year: "numeric" },
  time: HM,
  time_secs: { ...HM, second: "2-digit" },
};

/** Slack's `<!date^…>` pattern filled in; unknown tokens stay as written. */
export function slackDate(epoch, pattern, zone, nowMs) {
  return pattern.replace(/\{(\w+)\}/g, (whole, token) => {
    if (token === "ago") return ago(epoch, nowMs);
    if (token === "date_num") return numeric(epoch, zone);
    if (TOKENS[token]) return format(zone, TOKENS[token]).format(seconds(epoch));
    const plain = token.replace("_pretty", "").replace("day_divider", "date_long");
    if (token.includes("pretty") && TOKENS[plain]) return pretty(epoch, zone, nowMs, TOKENS[plain]);
    return whole;
  });
}

function numeric(epoch, zone) {
  return dayKey(epoch, zone).split("/").reverse().join("-");
}

function pretty(epoch, zone, nowMs, options) {
  const day = dayKey(epoch, zone);
  for (const [name, days] of [["yesterday", -1], ["today", 0], ["tomorrow", 1]])
    if (day === dayKey(nowMs / 1000 + days * 86400, zone)) return name;
  return format(zone, options).format(seconds(epoch));
}
