/* The box at the bottom: commands and messages, files, the last lines again, and examples to tap. */

import { post, upload } from "./api.js";
import { h, icon, ICONS } from "./dom.js";
import { acceptDrops, Files } from "./filefield.js";
import { History } from "./history.js";
import { complain } from "./toasts.js";

const WIDE = matchMedia("(min-width: 760px)");
const EXAMPLES = ["status", "wake all", "help"];

export class Composer {
  constructor(dock, { session, shortcuts }) {
    Object.assign(this, { session, shortcuts, command: "/space", threadTs: null });
    this.files = new Files((file) => upload(session.person, file), () => this.settle());
    this.box = this.makeBox();
    this.sendButton = h("button", { type: "submit", class: "send", "aria-label": "Send" }, icon(ICONS.send));
    this.examples = h("div", { class: "examples", role: "group", "aria-label": "Examples to tap" });
    this.thread = h("div", { class: "in-thread", hidden: true });
    this.form = h("form", { class: "composer", "aria-label": "New message" }, this.thread, this.box, this.files.list, this.tools());
    this.form.addEventListener("submit", (event) => (event.preventDefault(), this.send()));
    dock.append(this.examples, this.form);
    acceptDrops(document.getElementById("app"), (files) => this.files.add(files));
    this.settle();
  }

  makeBox() {
    const box = h("textarea", { class: "box", rows: "1", "aria-label": "Message", enterkeyhint: "send", autocomplete: "off", autocapitalize: "off", maxlength: "12000" });
    box.addEventListener("input", () => this.settle());
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

  show({ command, channels, me }) {
    if (this.person !== me.id) this.own(me.id);
    const channel = channels.find(({ id }) => id === this.session.channel);
    const place = channel?.kind === "dm" ? channel.name : `#${channel?.name ?? ""}`;
    this.box.placeholder = `${WIDE.matches ? `Message ${place}. ` : ""}Try ${command} status`;
    if (this.command !== command || !this.examples.childElementCount) this.teach(command);
  }

  /** Lines, files and thread belong to the person who had them. */
  own(person) {
    this.person = person;
    this.history = new History(person);
    this.files.clear();
    this.leaveThread();
  }

  teach(command) {
    this.command = command;
    const chip = (line) => h("button", { type: "button", class: "example", onclick: () => this.say(line, []) }, line);
    this.examples.replaceChildren(...EXAMPLES.map((verb) => chip(`${command} ${verb}`)));
  }

  settle() {
    this.box.style.height = "auto";
    this.box.style.height = `${this.box.scrollHeight}px`;
    const empty = this.box.value.trim() === "" && this.files.held.length === 0;
    this.sendButton.disabled = empty || this.files.uploading > 0;
  }

  key(event) {
    if (event.isComposing) return;
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
    if (line === null) return;
    this.box.value = line;
    this.settle();
  }

  paste(event) {
    if (!event.clipboardData?.files.length) return;
    event.preventDefault();
    this.files.add(event.clipboardData.files);
  }

  send() {
    if (this.sendButton.disabled) return;
    const [line, files] = [this.box.value.trim(), this.files.held.map(({ id }) => id)];
    this.box.value = "";
    this.files.clear();
    this.say(line, files);
  }

  /** The line is gone from the box at once; it comes back when it could not be sent. */
  async say(text, files) {
    const thread = this.threadTs ? { thread_ts: this.threadTs } : {};
    const { person, channel } = this.session;
    if (text) this.history?.add(text);
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
    this.box.focus();
  }

  leaveThread() {
    this.threadTs = null;
    this.thread.hidden = true;
  }
}
