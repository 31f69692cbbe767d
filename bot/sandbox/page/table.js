/* table and data_table blocks: the first row is the head; cells wrap, so that a phone shows them whole. */

import { h } from "./dom.js";
import { richText } from "./richtext.js";
import { draw } from "./text.js";

export function table(block, directory) {
  const [head = [], ...rows] = block.rows ?? [];
  const row = (tag) => (cells) => h("tr", {}, ...cells.map((content, at) => cell(tag, content, aligned(block, at), directory)));
  const caption = block.caption && h("caption", {}, ...captionText(block.caption, directory));
  const parts = [caption, h("thead", {}, row("th")(head)), h("tbody", {}, ...rows.map(row("td")))];
  return h("div", { class: "table", tabindex: "0", role: "group", "aria-label": "Table" }, grid(parts));
}

export function grid(parts) {
  return h("table", {}, ...parts);
}

function captionText(caption, directory) {
  return typeof caption === "string" ? [caption] : draw(caption, directory);
}

function aligned(block, at) {
  const align = block.column_settings?.[at]?.align;
  return ["center", "right"].includes(align) ? align : "left";
}

function cell(tag, content, align, directory) {
  return h(tag, { dataset: { align } }, inside(content ?? {}, directory));
}

function inside(content, directory) {
  if (content.type === "rich_text") return richText(content, directory);
  return String(content.text ?? content.value ?? content.number ?? "");
}
