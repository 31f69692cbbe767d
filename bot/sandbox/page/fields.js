/* Input elements of Block Kit: fields whose values have the shape of view_submission. */

import { h, uniqueId } from "./dom.js";
import { fileField } from "./filefield.js";
import { draw, words } from "./text.js";

const FIELDS = new WeakMap();

/** {node, read, blank}; `node` carries the action id, `changed(value)` is called for each change. null: no such input. */
export function makeField(spec, host, changed = () => {}) {
  const make = MAKERS[spec.type];
  if (!make) return null;
  const field = make(spec, host);
  field.spec = spec;
  field.node.dataset.actionId = spec.action_id ?? "";
  field.node.addEventListener("change", () => changed(field.read()));
  FIELDS.set(field.node, field);
  return field;
}

/** Every field inside `root`, in the order shown. */
export function fieldsIn(root) {
  return [...root.querySelectorAll("[data-action-id]")].map((node) => FIELDS.get(node)).filter(Boolean);
}

/** {block id: {action id: value}}, the state of a modal in view_submission. */
export function valuesIn(root) {
  const values = {};
  for (const field of fieldsIn(root)) {
    const { blockId } = field.node.closest("[data-block-id]").dataset;
    values[blockId] = { ...values[blockId], [field.spec.action_id ?? ""]: field.read() };
  }
  return values;
}

const MAKERS = {
  __proto__: null,
  plain_text_input: (spec) => typed(spec, spec.multiline ? h("textarea", { rows: "5" }) : h("input", { type: "text" })),
  email_text_input: (spec) => typed(spec, h("input", { type: "email" })),
  url_text_input: (spec) => typed(spec, h("input", { type: "url" })),
  number_input: (spec) => typed(spec, h("input", { type: "text", inputmode: "decimal" })),
  datepicker: (spec) => dated(spec, "date", "selected_date"),
  timepicker: (spec) => dated(spec, "time", "selected_time"),
  static_select: (spec) => selected(spec, spec.option_groups ?? [{ options: spec.options ?? [] }]),
  multi_static_select: (spec) => ticked(spec, flat(spec), "checkbox"),
  checkboxes: (spec, host) => ticked(spec, flat(spec), "checkbox", host),
  radio_buttons: (spec, host) => ticked(spec, flat(spec), "radio", host),
  users_select: (spec, host) => chosenId(spec, people(host), "selected_user", spec.initial_user),
  channels_select: (spec, host) => chosenId(spec, channels(host), "selected_channel", spec.initial_channel),
  conversations_select: (spec, host) => chosenId(spec, channels(host), "selected_conversation", spec.initial_conversation),
  multi_users_select: (spec, host) => chosenIds(spec, people(host), "selected_users", spec.initial_users),
  file_input: (spec, host) => fileField(spec, host),
};

const option = (value, text) => ({ text: { type: "plain_text", text, emoji: false }, value });
const people = (host) => host.directory.people.map(({ id, name }) => option(id, name));
const channels = (host) => [...host.directory.channels].map(([id, name]) => option(id, `#${name}`));
const flat = (spec) => spec.options ?? (spec.option_groups ?? []).flatMap((group) => group.options);

function typed(spec, node) {
  node.className = "input";
  node.value = spec.initial_value ?? "";
  if (spec.placeholder) node.placeholder = words(spec.placeholder);
  if (spec.max_length) node.maxLength = spec.max_length;
  const read = () => ({ type: spec.type, value: node.value === "" ? null : node.value });
  return { node, read, blank: () => node.value.trim() === "", short: () => node.value.length < (spec.min_length ?? 0) };
}

function dated(spec, type, key) {
  const node = h("input", { type, class: "input" });
  node.value = spec[`initial_${type}`] ?? "";
  return { node, read: () => ({ type: spec.type, [key]: node.value || null }), blank: () => !node.value };
}

/** A native select: the best list on a phone, with keyboard support. */
function dropdown(groups, placeholder, initial) {
  const node = h("select", { class: "input select" });
  const all = groups.flatMap((group) => group.options ?? []);
  const entry = (item) => h("option", { value: String(all.indexOf(item)) }, words(item.text));
  const group = ({ label, options }) => h("optgroup", { label: words(label) }, ...options.map(entry));
  node.append(h("option", { value: "" }, placeholder ?? "Choose an option"));
  node.append(...groups.flatMap((part) => (part.label ? [group(part)] : part.options.map(entry))));
  node.value = initial ? String(all.findIndex(({ value }) => value === initial)) : "";
  return { node, picked: () => (node.value === "" ? null : all[Number(node.value)]) };
}

function selected(spec, groups) {
  const { node, picked } = dropdown(groups, spec.placeholder && words(spec.placeholder), spec.initial_option?.value);
  return { node, read: () => ({ type: spec.type, selected_option: picked() }), blank: () => picked() === null };
}

function chosenId(spec, options, key, initial) {
  const { node, picked } = dropdown([{ options }], spec.placeholder && words(spec.placeholder), initial);
  return { node, read: () => ({ type: spec.type, [key]: picked()?.value ?? null }), blank: () => picked() === null };
}

function choices(options, kind, initial, host) {
  const name = uniqueId("choice");
  const boxes = options.map(({ value }) => {
    const box = h("input", { type: kind, name });
    box.checked = initial.includes(value);
    return box;
  });
  const rows = options.map((item, at) => h("label", { class: "choice" }, boxes[at], caption(item, host)));
  const node = h("div", { class: "choices", role: kind === "radio" ? "radiogroup" : "group" }, ...rows);
  return { node, picked: () => options.filter((_, at) => boxes[at].checked) };
}

function caption({ text, description }, host) {
  const details = description && h("span", { class: "description" }, ...draw(description, host?.directory));
  return h("span", { class: "caption" }, ...draw(text, host?.directory), details);
}

function ticked(spec, options, kind, host) {
  const one = kind === "radio";
  const initial = [spec.initial_option, ...(spec.initial_options ?? [])].filter(Boolean).map(({ value }) => value);
  const { node, picked } = choices(options, kind, initial, host);
  const value = () => (one ? { selected_option: picked()[0] ?? null } : { selected_options: picked() });
  return { node, group: true, read: () => ({ type: spec.type, ...value() }), blank: () => picked().length === 0 };
}

function chosenIds(spec, options, key, initial = []) {
  const { node, picked } = choices(options, "checkbox", initial);
  const ids = () => picked().map(({ value }) => value);
  return { node, group: true, read: () => ({ type: spec.type, [key]: ids() }), blank: () => ids().length === 0 };
}
