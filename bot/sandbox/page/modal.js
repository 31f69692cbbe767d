/* The modal that the bot opened for this person: reads its fields, submits them, shows errors. */

import { post } from "./api.js";
import { Blocks } from "./blocks.js";
import { openDialog } from "./dialog.js";
import { h } from "./dom.js";
import { fieldsIn, valuesIn } from "./fields.js";
import { ViewHost } from "./host.js";
import { words } from "./text.js";
import { complain } from "./toasts.js";

const PATIENCE = 6_000;

/** Keeps the open dialog equal to the `view` of the state. */
export class Modal {
  constructor(session, directory, refresh) {
    Object.assign(this, { session, directory, refresh, open: null });
  }

  show(view) {
    if (this.open && this.open.id !== view?.id) this.shut();
    if (view && !this.open) this.open = new OpenView(view, this);
    if (view) this.open.show(view);
  }

  shut() {
    this.open.dialog.close();
    this.open = null;
  }
}

class OpenView {
  constructor(view, { session, directory, refresh }) {
    Object.assign(this, { id: view.id, session, refresh, errors: "{}", sent: null });
    this.blocks = new Blocks(new ViewHost(session, directory, view.id));
    this.dialog = openDialog({ title: title(view.title), className: "modal", leave: () => this.leave() });
    this.cancel = h("button", { type: "button", class: "button", onclick: () => this.leave() });
    this.submit = h("button", { type: "submit", class: "button primary" });
    this.trouble = h("p", { class: "error", role: "alert", hidden: true });
    this.dialog.body.append(this.trouble, this.blocks.node);
    this.dialog.foot.append(this.cancel, this.submit);
    this.dialog.frame.addEventListener("submit", () => this.send());
    this.dialog.body.addEventListener("input", (event) => forgive(event.target));
    this.dialog.body.addEventListener("change", () => this.settle());
  }

  show(view) {
    const first = this.view === undefined;
    this.view = view;
    this.dialog.heading.textContent = title(view.title);
    this.cancel.textContent = title(view.close) || "Cancel";
    this.submit.textContent = title(view.submit) || "Submit";
    this.submit.hidden = !view.submit;
    this.blocks.show(view.blocks ?? []);
    if (this.sent !== null && this.sent !== outcome(view)) this.sent = null;
    this.settle();
    if (first) this.dialog.body.querySelector("input, textarea, select")?.focus();
    const errors = JSON.stringify(view.errors ?? {});
    if (errors !== this.errors) this.blame(view.errors ?? {});
    this.errors = errors;
  }

  /** Prevents a second submission, and one during an upload. */
  settle() {
    const uploading = fieldsIn(this.dialog.body).some((field) => field.busy?.());
    this.submit.disabled = this.sent !== null || uploading;
    this.submit.setAttribute("aria-busy", String(this.sent !== null));
  }

  async send() {
    if (this.submit.disabled || this.submit.hidden) return;
    const missing = lacking(this.dialog.body);
    this.blame(missing);
    if (Object.keys(missing).length) return;
    this.sent = outcome({ ...this.view, errors: {} });
    this.errors = "{}";
    this.settle();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.giveUp(), PATIENCE);
    await this.tell("/sandbox/submit", { values: valuesIn(this.dialog.body) });
  }

  async leave() {
    await this.tell("/sandbox/close", {});
  }

  /** The next state shows the result: another view, none, or errors. */
  async tell(path, more) {
    try {
      await post(path, { person: this.session.person, view_id: this.id, ...more });
      await this.refresh();
    } catch (error) {
      complain(error);
      this.giveUp();
    }
  }

  giveUp() {
    this.sent = null;
    this.settle();
  }

  /** Shows the errors below their blocks, and focuses the first. */
  blame(errors) {
    const blocks = [...this.dialog.body.querySelectorAll("[data-block-id]")];
    for (const block of blocks) say(block, errors[block.dataset.blockId] ?? "");
    this.trouble.textContent = errors[""] ?? "";
    this.trouble.hidden = !errors[""];
    const first = blocks.find((block) => errors[block.dataset.blockId]);
    first?.querySelector("input, textarea, select, button")?.focus();
    first?.scrollIntoView({ block: "nearest" });
  }
}

const outcome = ({ title, blocks, errors }) => JSON.stringify([title, blocks, errors ?? {}]);

function title(text) {
  return typeof text === "string" ? text : words(text);
}

function say(block, sentence) {
  let line = block.querySelector(".error");
  if (!line && sentence) block.append((line = h("p", { class: "error" })));
  if (!line) return;
  line.textContent = sentence;
  line.hidden = !sentence;
  for (const field of fieldsIn(block)) field.node.setAttribute("aria-invalid", String(Boolean(sentence)));
}

function forgive(input) {
  const block = input.closest("[data-block-id]");
  if (block) say(block, "");
}

/** Slack's own checks, before a submission is sent to the bot. */
function lacking(body) {
  const errors = {};
  for (const field of fieldsIn(body)) {
    const block = field.node.closest("[data-block-id]");
    if (block.dataset.kind !== "input") continue;
    if (field.blank() && !field.optional) errors[block.dataset.blockId] = "Please complete this required field.";
    else if (!field.blank() && field.short?.()) errors[block.dataset.blockId] = `Please write at least ${field.spec.min_length} characters.`;
  }
  return errors;
}
