/** Files in messages: pictures, and text or Markdown read in place, with a larger view and a download. */

import { bytes, fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { markdown } from "./markdown.js";
import { dialog } from "./overlay.js";

const LARGEST_PREVIEW = 400_000;
const texts = new Map();

/** Where this page reads a file from; the file's own URL wants a token. */
const source = (file) => `/control/files/${encodeURIComponent(file.id)}`;

const isImage = (file) => /^image\//.test(file.mimetype ?? "");
const isMarkdown = (file) =>
  file.mimetype === "text/markdown" || file.filetype === "markdown" || /\.(md|markdown)$/i.test(file.name ?? "");
const isText = (file) =>
  isMarkdown(file) || /^text\/|json|yaml|xml|javascript|csv/.test(`${file.mimetype} ${file.filetype}`);
const title = (file) => file.title || file.name || file.id;

export function fileCard(file) {
  if (isImage(file)) return imageFile(file);
  if (isText(file) && (file.size ?? 0) <= LARGEST_PREVIEW) return textFile(file);
  return h("div", { class: "file-card", "data-testid": "file", "data-file": file.id }, bar(file, []));
}

function bar(file, more) {
  const kind = isMarkdown(file) ? "Markdown" : (file.pretty_type ?? file.filetype ?? "File");
  return h(
    "div",
    { class: "file-bar" },
    h("span", { class: "file-icon" }, icon("file", 22)),
    h(
      "span",
      { class: "file-words" },
      h("strong", {}, title(file)),
      h("span", { class: "muted" }, [kind, bytes(file.size)].filter(Boolean).join(" · ")),
    ),
    h("span", { class: "file-tools" }, more, download(file)),
  );
}

function download(file) {
  const label = `Download ${title(file)}`;
  return h(
    "a",
    {
      class: "icon-button",
      href: source(file),
      download: file.name ?? title(file),
      title: label,
      "aria-label": label,
      "data-testid": "file-download",
    },
    icon("download"),
  );
}

function imageFile(file) {
  const shown = () => h("img", { src: source(file), alt: file.alt_txt ?? title(file) });
  const enlarge = () =>
    dialog({
      title: title(file),
      body: h("div", { class: "viewer-image" }, shown()),
      wide: true,
      testid: "file-viewer",
    });
  const button = h(
    "button",
    { type: "button", class: "file-image", onclick: enlarge, "aria-label": `Open ${title(file)}` },
    shown(),
  );
  return h(
    "figure",
    { class: "file-figure", "data-testid": "file", "data-file": file.id },
    h("figcaption", {}, title(file), download(file)),
    button,
  );
}

function textFile(file) {
  const body = h("div", { class: "file-preview" }, h("p", { class: "muted" }, "Loading…"));
  const open = () => viewer(file);
  const more = h("button", { type: "button", class: "file-more", onclick: open, hidden: true }, "Show everything");
  const larger = h(
    "button",
    {
      type: "button",
      class: "icon-button",
      title: "Open",
      "aria-label": `Open ${title(file)}`,
      "data-testid": "file-open",
      onclick: open,
    },
    icon("expand"),
  );
  load(file, body).then(() => (more.hidden = body.scrollHeight <= body.clientHeight + 4));
  return h("div", { class: "file-card", "data-testid": "file", "data-file": file.id }, bar(file, [larger]), body, more);
}

async function load(file, body) {
  try {
    fill(body, rendered(file, await textOf(file)));
  } catch {
    fill(body, h("p", { class: "muted" }, "The file could not be read. Download it instead."));
  }
}

async function textOf(file) {
  const key = `${file.id}/${file.size}`;
  if (!texts.has(key)) {
    const answer = await fetch(source(file));
    if (!answer.ok) throw new Error(String(answer.status));
    texts.set(key, await answer.text());
  }
  return texts.get(key);
}

const rendered = (file, text) =>
  isMarkdown(file) ? h("div", { class: "markdown" }, markdown(text)) : h("pre", { class: "file-text" }, text);

function viewer(file) {
  const body = h("div", { class: "viewer-text" });
  const raw = h(
    "button",
    { type: "button", class: "button", "aria-pressed": "false", "data-testid": "file-raw" },
    "Source",
  );
  const draw = async () =>
    fill(
      body,
      raw.ariaPressed === "true"
        ? h("pre", { class: "file-text" }, await textOf(file))
        : rendered(file, await textOf(file)),
    );
  raw.addEventListener("click", () => {
    raw.ariaPressed = String(raw.ariaPressed !== "true");
    draw();
  });
  const footer = () => [
    isMarkdown(file) ? raw : null,
    h("a", { class: "button primary", href: source(file), download: file.name ?? title(file) }, "Download"),
  ];
  dialog({ title: title(file), body, footer, wide: true, testid: "file-viewer" });
  draw();
}
