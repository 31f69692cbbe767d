/* rich_text blocks: sections, lists, quotes and preformatted text, with their inline elements. */

import { h } from "./dom.js";
import { character } from "./emoji.js";
import { link, mention } from "./mrkdwn.js";
import { slackDate } from "./times.js";

export function richText(block, directory) {
  return h("div", { class: "rich" }, ...(block.elements ?? []).map((part) => section(part, directory)));
}

function section(part, directory) {
  const inside = () => (part.elements ?? []).map((element) => inline(element, directory));
  if (part.type === "rich_text_list") return list(part, directory);
  if (part.type === "rich_text_quote") return h("blockquote", {}, ...inside());
  if (part.type === "rich_text_preformatted") return h("pre", {}, h("code", {}, ...inside()));
  return h("div", { class: "line" }, ...inside());
}

function list(part, directory) {
  const items = (part.elements ?? []).map((item) => h("li", {}, section(item, directory)));
  const props = { dataset: { indent: String(part.indent ?? 0) }, start: part.offset ? String(part.offset + 1) : null };
  return h(part.style === "ordered" ? "ol" : "ul", props, ...items);
}

const INLINE = {
  __proto__: null,
  text: (element) => element.text ?? "",
  link: (element) => link(element.url, element.text || element.url),
  emoji: (element) => character(element.name) ?? `:${element.name}:`,
  user: (element, directory) => mention(`@${directory.user(element.user_id)}`),
  channel: (element, directory) => mention(`#${directory.channel(element.channel_id)}`),
  usergroup: (element) => mention(`@${element.usergroup_id}`),
  broadcast: (element) => mention(`@${element.range}`),
  date: (element) => h("time", {}, slackDate(element.timestamp, element.format ?? "{date}", element.fallback ?? "")),
  color: (element) => element.value ?? "",
};

function inline(element, directory) {
  const node = INLINE[element.type]?.(element, directory) ?? element.text ?? "";
  return styled(node, element.style ?? {});
}

function styled(node, style) {
  const tags = [["code", "code"], ["bold", "b"], ["italic", "i"], ["strike", "s"]];
  return tags.reduce((inner, [name, tag]) => (style[name] ? h(tag, {}, inner) : inner), node);
}
