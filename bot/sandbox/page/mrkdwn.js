/* Slack's mrkdwn → DOM. Anything else stays text. */

import { h } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { destination } from "./links.js";
import { slackDate } from "./times.js";

const FENCE = /```\n?([\s\S]+?)\n?```/;
const QUOTE = /^(?:>|&gt;) ?/;
const BEFORE = "(?<![\\p{L}\\p{N}_*~`])";
const AFTER = "(?![\\p{L}\\p{N}_])";
const FORMS = [
  ["code", new RegExp("`([^`\\n]+)`", "u")],
  ["angle", /<([^<>\n]+)>/u],
  ["b", new RegExp(`${BEFORE}\\*(?=\\S)([^*\\n]*[^*\\s])\\*${AFTER}`, "u")],
  ["i", new RegExp(`${BEFORE}_(?=\\S)([^\\n]*?[^\\s_])_${AFTER}`, "u")],
  ["s", new RegExp(`${BEFORE}~(?=\\S)([^~\\n]*[^~\\s])~${AFTER}`, "u")],
  ["bare", /\bhttps?:\/\/[^\s<>"'`*|]+[^\s<>"'`*|.,;:!?)\]}]/u],
];
const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };

export function decode(text) {
  return text.replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity]);
}

export function mrkdwn(text, directory) {
  const fragment = document.createDocumentFragment();
  let rest = String(text ?? "");
  for (let fence = FENCE.exec(rest); fence; fence = FENCE.exec(rest)) {
    fragment.append(...lines(rest.slice(0, fence.index).replace(/\n$/, ""), directory));
    fragment.append(h("pre", {}, h("code", {}, verbatim(fence[1]))));
    rest = rest.slice(fence.index + fence[0].length).replace(/^\n/, "");
  }
  fragment.append(...lines(rest, directory));
  return fragment;
}

/** The text alone, as a lock screen shows it. */
export function plain(text, directory) {
  return mrkdwn(text, directory).textContent;
}

function verbatim(text) {
  return decode(text.replace(/<(https?:[^<>|\n]+)(?:\|([^<>\n]*))?>/g, (_, url, label) => label || url));
}

function lines(text, directory) {
  if (text === "") return [];
  const nodes = [];
  let quote = null;
  for (const line of text.split("\n")) {
    const quoted = QUOTE.test(line);
    if (quoted && quote === null) nodes.push((quote = h("blockquote")));
    else if (quoted) quote.append("\n");
    else if (nodes.length && quote === null) nodes.push("\n");
    (quoted ? quote : { append: (...more) => nodes.push(...more) }).append(...inline(line.replace(QUOTE, ""), directory));
    if (!quoted) quote = null;
  }
  return nodes;
}

function inline(text, directory) {
  const nodes = [];
  let rest = text;
  for (let first = earliest(rest); first; first = earliest(rest)) {
    const [form, match] = first;
    if (match.index) nodes.push(leaf(rest.slice(0, match.index)));
    nodes.push(...DRAW[form](match, directory));
    rest = rest.slice(match.index + match[0].length);
  }
  if (rest) nodes.push(leaf(rest));
  return nodes;
}

function earliest(text) {
  const found = FORMS.map(([form, pattern]) => [form, pattern.exec(text)]).filter(([, match]) => match);
  return found.sort(([, a], [, b]) => a.index - b.index)[0];
}

function leaf(text) {
  return withEmoji(decode(text));
}

const DRAW = {
  code: ([, text]) => [h("code", {}, verbatim(text))],
  b: ([, text], directory) => [h("b", {}, ...inline(text, directory))],
  i: ([, text], directory) => [h("i", {}, ...inline(text, directory))],
  s: ([, text], directory) => [h("s", {}, ...inline(text, directory))],
  bare: ([url]) => [link(decode(url), decode(url))],
  angle: ([whole, inside], directory) => [angle(inside, directory) ?? decode(whole)],
};

/** <@U1>, <#C1|name>, <!here>, <!date^…|…>, <https://…|label>; null when it is none of these. */
function angle(inside, directory) {
  const [target, label] = split(inside);
  if (/^@[UWB]/.test(target)) return mention(`@${directory.user(target.slice(1), label)}`);
  if (/^#C/.test(target)) return mention(`#${directory.channel(target.slice(1), label)}`);
  if (target.startsWith("!date^")) return when(target, label);
  if (target.startsWith("!subteam^")) return mention(label ?? "@group");
  if (/^!(here|channel|everyone)$/.test(target)) return mention(`@${target.slice(1)}`);
  if (/^(https?:|mailto:)/.test(target)) return link(decode(target), leaf(label ?? target.replace(/^mailto:/, "")));
  return null;
}

function split(inside) {
  const bar = inside.indexOf("|");
  return bar < 0 ? [inside, null] : [inside.slice(0, bar), inside.slice(bar + 1) || null];
}

export function mention(words) {
  return h("span", { class: "mention" }, decode(words));
}

export function link(address, words) {
  const href = destination(address);
  return href ? h("a", { href, target: "_blank", rel: "noopener noreferrer" }, words) : h("span", {}, words);
}

function when(target, label) {
  const [, seconds, format, address] = target.split("^");
  const words = slackDate(Number(seconds), format ?? "", label ?? "");
  const time = h("time", {}, decode(words));
  return address ? link(decode(address), words) : time;
}
