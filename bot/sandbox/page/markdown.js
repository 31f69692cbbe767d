/* The markdown block: common Markdown → DOM (headings, lists, code, quotes, tables, emphasis). */

import { h } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { link } from "./mrkdwn.js";
import { grid } from "./table.js";

const ITEM = /^\s*(?:[-*+]|(\d+)[.)])\s+(.*)$/;
const RULE = /^\s*(?:-{3,}|\*{3,}|_{3,})\s*$/;
const HEADING = /^(#{1,6})\s+(.*)$/;
const DIVIDING = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;
const FENCE = /^\s*```/;

export function markdown(text) {
  const lines = String(text ?? "").split("\n");
  const nodes = [];
  while (lines.length) nodes.push(...block(lines));
  return h("div", { class: "markdown" }, ...nodes);
}

/** Removes the lines of one block from the front. */
function block(lines) {
  const first = lines[0];
  if (first.trim() === "") return lines.shift() && [];
  if (FENCE.test(first)) return [fence(lines)];
  if (RULE.test(first)) return lines.shift() && [h("hr")];
  if (HEADING.test(first)) return [heading(lines.shift())];
  if (first.startsWith(">")) return [quote(lines)];
  if (ITEM.test(first)) return [list(lines)];
  if (first.includes("|") && DIVIDING.test(lines[1] ?? "")) return [table(lines)];
  return [paragraph(lines)];
}

function takeWhile(lines, fits) {
  const end = lines.findIndex((line) => !fits(line));
  return lines.splice(0, end < 0 ? lines.length : end);
}

function fence(lines) {
  lines.shift();
  const code = takeWhile(lines, (line) => !FENCE.test(line));
  lines.shift();
  return h("pre", {}, h("code", {}, code.join("\n")));
}

function heading(line) {
  const [, marks, words] = HEADING.exec(line);
  return h("p", { class: `heading level-${marks.length}`, role: "heading", "aria-level": String(marks.length + 2) }, ...inline(words));
}

function quote(lines) {
  const quoted = takeWhile(lines, (line) => line.startsWith(">"));
  return h("blockquote", {}, ...inline(quoted.map((line) => line.replace(/^> ?/, "")).join("\n")));
}

function list(lines) {
  const ordered = ITEM.exec(lines[0])[1];
  const items = takeWhile(lines, (line) => ITEM.test(line));
  const parts = items.map((line) => h("li", {}, ...inline(task(ITEM.exec(line)[2]))));
  return h(ordered ? "ol" : "ul", { start: ordered ?? null }, ...parts);
}

function task(words) {
  return words.replace(/^\[( |x|X)\] /, (_, mark) => (mark === " " ? "☐ " : "☑ "));
}

function table(lines) {
  const [head, , ...rows] = takeWhile(lines, (line) => line.includes("|")).map(cells);
  const row = (tag) => (texts) => h("tr", {}, ...texts.map((text) => h(tag, {}, ...inline(text))));
  return h("div", { class: "table" }, grid([h("thead", {}, row("th")(head)), h("tbody", {}, ...rows.map(row("td")))]));
}

function cells(line) {
  return line.trim().replace(/^\||\|$/g, "").split("|").map((text) => text.trim());
}

function paragraph(lines) {
  const plain = (line) => line.trim() !== "" && ![FENCE, RULE, HEADING, ITEM].some((form) => form.test(line)) && !line.startsWith(">");
  const words = [lines.shift(), ...takeWhile(lines, plain)];
  return h("p", {}, ...inline(words.join("\n")));
}

const FORMS = [
  [/`([^`\n]+)`/, ([, text]) => h("code", {}, text)],
  [/\[([^\]\n]+)\]\(([^()\s]+)\)/, ([, text, url]) => link(url, withEmoji(text))],
  [/\*\*(?=\S)([^\n]+?)\*\*/, ([, text]) => h("b", {}, ...inline(text))],
  [/~~(?=\S)([^\n]+?)~~/, ([, text]) => h("s", {}, ...inline(text))],
  [/(?<![\p{L}\p{N}*])\*(?=[^\s*])([^*\n]+)\*/u, ([, text]) => h("i", {}, ...inline(text))],
  [/(?<![\p{L}\p{N}_])_(?=[^\s_])([^_\n]+)_(?![\p{L}\p{N}])/u, ([, text]) => h("i", {}, ...inline(text))],
  [/\bhttps?:\/\/[^\s<>"')]+/, ([url]) => link(url, url)],
];

function inline(text) {
  const found = FORMS.map(([form, make]) => [form.exec(text), make]).filter(([match]) => match);
  const [match, make] = found.sort(([a], [b]) => a.index - b.index)[0] ?? [];
  if (!match) return text ? [withEmoji(text)] : [];
  const before = text.slice(0, match.index);
  return [before && withEmoji(before), make(match), ...inline(text.slice(match.index + match[0].length))];
}
