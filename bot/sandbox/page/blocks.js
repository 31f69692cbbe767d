/* Block Kit → DOM, block by block: a block that did not change keeps its element when the message is edited. */

import { arrange, h, icon, ICONS, uniqueId } from "./dom.js";
import { element, picture } from "./elements.js";
import { makeField } from "./fields.js";
import { markdown } from "./markdown.js";
import { richText } from "./richtext.js";
import { table } from "./table.js";
import { draw, words } from "./text.js";

export class Blocks {
  constructor(host) {
    this.host = host;
    this.node = h("div", { class: "blocks" });
    this.shown = [];
  }

  show(blocks) {
    const spare = [...this.shown];
    const take = (signature) => spare.splice(spare.findIndex((old) => old.signature === signature), 1)[0].node;
    const known = (signature) => spare.some((old) => old.signature === signature);
    this.shown = blocks.map((block) => {
      const signature = JSON.stringify({ ...block, block_id: null });
      const node = known(signature) ? take(signature) : this.make(block);
      node.dataset.blockId = block.block_id ?? "";
      return { signature, node };
    });
    keepingFocus(this.node, () => arrange(this.node, this.shown.map(({ node }) => node)));
  }

  make(block) {
    const inside = KINDS[block.type]?.(block, this.host) ?? [unsupported(block)];
    return h("div", { class: "block", dataset: { kind: block.type } }, ...inside);
  }
}

/** Restores the focus of a pressed button whose block was redrawn. */
function keepingFocus(node, change) {
  const focused = node.contains(document.activeElement) ? document.activeElement.dataset.actionId : undefined;
  change();
  if (focused === undefined || node.contains(document.activeElement)) return;
  const again = [...node.querySelectorAll("[data-action-id]")].find(({ dataset }) => dataset.actionId === focused);
  again?.focus({ preventScroll: true });
}

const KINDS = {
  __proto__: null,
  section: (block, host) => [
    block.text && h("div", { class: "text" }, ...draw(block.text, host.directory)),
    block.fields && h("div", { class: "fields" }, ...block.fields.map((text) => h("div", {}, ...draw(text, host.directory)))),
    block.accessory && h("div", { class: "accessory" }, element(block.accessory, host)),
  ],
  header: (block) => [h("h3", {}, words(block.text))],
  divider: () => [h("hr")],
  context: (block, host) => (block.elements ?? []).map((part) => (part.type === "image" ? picture(part, host) : h("span", {}, ...draw(part, host.directory)))),
  actions: (block, host) => (block.elements ?? []).map((part) => element(part, host)),
  image: (block, host) => [figure(block, host)],
  input: (block, host) => input(block, host),
  rich_text: (block, host) => [richText(block, host.directory)],
  markdown: (block) => [markdown(block.text)],
  table: (block, host) => [table(block, host.directory)],
  data_table: (block, host) => [table(block, host.directory)],
  file: (block) => [h("div", { class: "file" }, icon(ICONS.file), h("span", { class: "file-name" }, block.external_id ?? "file"))],
  alert: (block, host) => [h("div", { class: "alert-box", dataset: { level: block.level ?? "default" } }, ...draw(block.text, host.directory))],
};

function unsupported(block) {
  return h("span", { class: "unsupported" }, `[a “${block.type}” block, which this page doesn't draw]`);
}

function figure(block, host) {
  const title = block.title && h("figcaption", {}, words(block.title));
  return h("figure", {}, title, picture(block, host));
}

function input(block, host) {
  const heard = block.dispatch_action ? (value) => host.send(host.where(field.node), { action_id: block.element.action_id, ...value }) : undefined;
  const field = makeField(block.element ?? {}, host, heard);
  if (!field) return [unsupported({ type: block.element?.type })];
  const [id, hintId] = [uniqueId("field"), uniqueId("hint")];
  field.optional = Boolean(block.optional);
  field.node.id = id;
  field.node.setAttribute("aria-describedby", hintId);
  if (field.group) field.node.setAttribute("aria-labelledby", `${id}-label`);
  const hint = block.hint && h("p", { class: "hint" }, words(block.hint));
  return [label(block, field, id), field.node, h("div", { id: hintId }, hint, h("p", { class: "error", hidden: true }))];
}

function label(block, field, id) {
  const optional = block.optional && h("span", { class: "optional" }, " (optional)");
  const props = field.group ? { id: `${id}-label` } : { id: `${id}-label`, for: id };
  return h(field.group ? "span" : "label", { class: "label", ...props }, words(block.label), optional);
}
