/** Line icons on a 20 × 20 grid, drawn as SVG nodes so that nothing is fetched. */

const PATHS = {
  hash: "M8 3 6 17M14 3l-2 14M3.5 7.5h13M3 12.5h13",
  lock: "M5 9h10v8H5zM7 9V6a3 3 0 0 1 6 0v3",
  archive: "M3 4h14v4H3zM4.5 8v8h11V8M8 11.5h4",
  chevron: "m6 8 4 4 4-4",
  right: "m8 5 5 5-5 5",
  left: "m12 5-5 5 5 5",
  plus: "M10 4v12M4 10h12",
  smile: "M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM7 8h.01M13 8h.01M6.5 11.5a4 4 0 0 0 7 0",
  at: "M13 10a3 3 0 1 1-6 0 3 3 0 0 1 6 0zm0 0v1.2a2 2 0 0 0 4 0V10a7 7 0 1 0-3 5.7",
  send: "M3 3.5 17 10 3 16.5 5 10zM5 10h6",
  bolt: "M11 2 4 11.5h5L8.5 18 16 8.5h-5z",
  more: "M10 4.5h.01M10 10h.01M10 15.5h.01",
  reply: "M3.5 4h13v9H10l-4 3.5V13H3.5z",
  pin: "m12 2.5 5.5 5.5-3 .7-2.8 2.8.3 3.5L5 8l3.5.3L11.3 5.5zM8 12l-4.5 4.5",
  bookmark: "M5.5 3h9v14L10 13.5 5.5 17z",
  phone: "M6 2h8a1 1 0 0 1 1 1v14a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1V3a1 1 0 0 1 1-1zM8.5 15.5h3",
  call: "M4.5 3h3L9 7 7.2 8.3a9 9 0 0 0 4.5 4.5L13 11l4 1.5v3c0 .8-.7 1.5-1.5 1.5A12.5 12.5 0 0 1 3 4.5C3 3.7 3.7 3 4.5 3z",
  mail: "M2.5 4.5h15v11h-15zM3 5l7 6 7-6",
  log: "M4 5h12M4 10h12M4 15h7",
  table: "M3 4h14v12H3zM3 8h14M3 12h14M8 4v12",
  flask: "M8 2.5h4M8.5 2.5v5L4 15.5c-.5 1 .2 2 1.2 2h9.600c1 0 1.7-1 1.2-2L11.5 7.5v-5M6.5 12.5h7",
  clock: "M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM10 5.5V10l3 2",
  close: "m5 5 10 10M15 5 5 15",
  search: "M9 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM13 13l4 4",
  download: "M10 3v9M6.5 9l3.5 3.5L13.5 9M3.5 16.5h13",
  file: "M5 2.5h6.5L15.5 7v10.5H5zM11.5 2.5V7h4M7.5 10.5h5M7.5 13.5h5",
  people:
    "M7.5 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2 16.5c0-3 2.5-5 5.5-5s5.5 2 5.5 5M13 4a3 3 0 0 1 0 5.5M15 12c2 .7 3 2.5 3 4.5",
  home: "m3 9.5 7-6 7 6M5 8v9h4v-5h2v5h4V8",
  check: "m4 10.5 4 4 8-9",
  refresh: "M16.5 10a6.5 6.5 0 1 1-2-4.7M16.5 3v4h-4",
  eye: "M2 10s3-5.5 8-5.5S18 10 18 10s-3 5.5-8 5.5S2 10 2 10zM10 12.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
  warn: "M10 3 2.5 16.5h15zM10 8.5v4M10 14.5h.01",
  edit: "m12.5 4.5 3 3L7 16l-4 1 1-4zM11 6l3 3",
  trash: "M4 5.5h12M8 5.5v-2h4v2M5.5 5.5 6.5 17h7l1-11.5M8.5 8.5v5.5M11.5 8.5v5.5",
  copy: "M7 7h9.5v9.5H7zM13 7V3.5H3.5V13H7",
  keypad: "M5 4.5h.01M10 4.5h.01M15 4.5h.01M5 9.5h.01M10 9.5h.01M15 9.5h.01M5 14.5h.01M10 14.5h.01M15 14.5h.01",
  voicemail: "M5.5 13a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM14.5 13a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM5.5 13h9",
  menu: "M3 5h14M3 10h14M3 15h14",
  expand: "M12 3h5v5M17 3l-6 6M8 17H3v-5M3 17l6-6",
  play: "m6 4 10 6-10 6z",
  stop: "M5.5 5.5h9v9h-9z",
  plug: "M7 2.5v4M13 2.5v4M5 6.5h10v3a5 5 0 0 1-10 0zM10 14.5V18",
  bookopen: "M10 5C8 3.5 5 3.5 2.5 4v12c2.5-.5 5.5-.5 7.5 1 2-1.5 5-1.5 7.5-1V4C15 3.5 12 3.5 10 5zM10 5v12",
};

const NS = "http://www.w3.org/2000/svg";

export function icon(name, size = 18) {
  const svg = document.createElementNS(NS, "svg");
  const attributes = {
    viewBox: "0 0 20 20",
    width: size,
    height: size,
    class: `icon icon-${name}`,
    "aria-hidden": "true",
  };
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, String(value));
  const path = document.createElementNS(NS, "path");
  path.setAttribute("d", PATHS[name] ?? PATHS.more);
  svg.append(path);
  return svg;
}
