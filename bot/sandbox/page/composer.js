/* The composer: commands and messages, files, the input history, and examples to tap. */

import { post, upload } from "./api.js";
import { Completion } from "./completion.js";
import { h, icon, ICONS } from "./dom.js";
import { acceptDrops, Files } from "./filefield.js";
import { History } from "./history.js";
import { complain } from "./toasts.js";
import { Tour } from "./tour.js";

const WIDE = matchMedia("(min-width: 760px)");

export class Composer {
  /** `sent(threadTs)` is called for each line that is sent. */
  constructor(dock, { session, shortcuts, sent }) {
    Object.assign(this, { session, shortcuts, sent, threadTs: null });
    this.files = new Files((file) => upload(session.person, file), () => this.settle());
    this.box = this.makeBox();
    this.completion = new Completion(this.box, (line) => this.fill(line));
    this.sendButton = h("button", { type: "submit", class: "send", "aria-label": "Send" }, icon(ICONS.send));
    this.examples = h("div", { class: "examples", role: "group", "aria-label": "Examples to tap" });
    this.thread = h("div", { class: "in-thread", hidden: true });
    this.form = h("form", { class: "composer", "aria-label": "New message" }, this.thread, this.box, this.files.list, this.tools());
    this.form.addEventListener("submit", (event) => (event.preventDefault(), this.send()));
    dock.append(new Tour(() => this.box.focus()).node, this.examples, this.completion.node, this.form);
    acceptDrops(document.getElementById("app"), (files) => this.files.add(files));
    this.settle();
  }

  makeBox() {
    const box = h("textarea", { id: "message", class: "box", rows: "1", "aria-label": "Message", enterkeyhint: "send", autocomplete: "off", autocapitalize: "off", maxlength: "12000" });
    box.addEventListener("input", () => this.typed());
    box.addEventListener("blur", () => this.completion.close());
    box.addEventListener("keydown", (event) => this.key(event));
    box.addEventListener("paste", (event) => this.paste(event));
    return box;
  }

  tools() {
    const pick = h("input", { type: "file", class: "unseen", multiple: true, tabindex: "-1", "aria-hidden": "true" });
    pick.addEventListener("change", () => this.files.add(pick.files).then(() => (pick.value = "")));
    const attach = h("button", { type: "button", class: "icon-button", "aria-label": "Attach files", onclick: () => pick.click() }, icon(ICONS.attach));
    const bolt = h("button", { type: "button", class: "icon-button", "aria-label": "Shortcuts", "aria-haspopup": "menu", onclick: () => this.shortcuts.openGlobal(bolt) }, icon(ICONS.bolt));
    return h("div", { class: "tools" }, attach, pick, bolt, h("span", { class: "hint" }, "Enter sends, Shift+Enter breaks the line"), this.sendButton);
  }

  show({ command, channels, me, examples, completions }) {
    const isFirst = this.person === undefined;
    if (this.person !== me.id) this.own(me.id);
    if (isFirst) this.box.focus({ preventScroll: true });
    this.completion.all = completions;
    const channel = channels.find(({ id }) => id === this.session.channel);
    const place = channel?.kind === "dm" ? channel.name : `#${channel?.name ?? ""}`;
    this.box.placeholder = `${WIDE.matches ? `Message ${place}. ` : ""}Try ${command} status`;
    this.teach(examples);
  }

  /** Each person has their own lines, files and thread. */
  own(person) {
    this.person = person;
    this.history = new History(person);
    this.files.clear();
    this.leaveThread();
  }

  /** Example lines to tap. There are none in a thread, because Slack has no commands there. */
  teach(lines) {
    this.examples.hidden = this.threadTs !== null || lines.length === 0;
    const shown = [...this.examples.children].map((chip) => chip.textContent);
    if (shown.join("\n") === lines.join("\n")) return;
    const chip = (line) => h("button", { type: "button", class: "example", onclick: () => this.say(line, []) }, line);
    this.examples.replaceChildren(...lines.map(chip));
  }

  typed() {
    this.settle();
    if (this.threadTs === null) this.completion.offer(this.box.value);
  }

  fill(line) {
    this.box.value = line;
    this.box.focus();
    this.settle();
  }

  settle() {
    this.box.style.height = "auto";
    this.box.style.height = `${this.box.scrollHeight}px`;
    const empty = this.box.value.trim() === "" && this.files.held.length === 0;
    this.sendButton.disabled = empty || this.files.uploading > 0;
  }

  key(event) {
    if (event.isComposing || this.completion.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.send();
    }
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (by && this.history?.holds(this.box.value)) this.recall(by, event);
    if (event.key === "Escape" && this.threadTs) this.leaveThread();
  }

  recall(by, event) {
    event.preventDefault();
    const line = this.history.step(by);
    if (line !== null) this.fill(line);
  }

  paste(event) {
    if (!event.clipboardData?.files.length) return;
    event.preventDefault();
    this.files.add(event.clipboardData.files);
  }

  send() {
    if (this.sendButton.disabled) return;
    this.completion.close();
    const [line, files] = [this.box.value.trim(), this.files.held.map(({ id }) => id)];
    this.box.value = "";
    this.files.clear();
    this.say(line, files);
  }

  /** Clears the box at once; the line returns if it could not be sent. */
  async say(text, files) {
    const thread = this.threadTs ? { thread_ts: this.threadTs } : {};
    const { person, channel } = this.session;
    if (text) this.history?.add(text);
    this.sent(this.threadTs);
    try {
      await post("/sandbox/type", { person, channel, text, ...thread, ...(files.length ? { files } : {}) });
    } catch (error) {
      if (this.box.value === "") this.box.value = text;
      this.settle();
      complain(error);
    }
  }

  reply(message) {
    this.threadTs = message.ts;
    const leave = h("button", { type: "button", class: "icon-button", "aria-label": "Leave the thread", onclick: () => this.leaveThread() }, icon(ICONS.close));
    this.thread.replaceChildren(h("span", {}, `Replying in the thread of ${message.name}`), leave);
    this.thread.hidden = false;
    this.examples.hidden = true;
    this.box.focus();
  }

  leaveThread() {
    this.threadTs = null;
    this.thread.hidden = true;
    this.examples.hidden = this.examples.childElementCount === 0;
  }
}
