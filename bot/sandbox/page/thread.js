/* A thread under its message: folded to "3 replies" with the newest reply, or opened with all of them. */

import { h, keyed, uniqueId } from "./dom.js";
import { MessageHost } from "./host.js";
import { Message } from "./message.js";
import { plain } from "./mrkdwn.js";
import { clock } from "./times.js";

export class Thread {
  constructor(session, directory, actions, parent) {
    Object.assign(this, { session, directory, actions, parent, parts: new Map(), open: false });
    const id = uniqueId("thread");
    this.count = h("b", {});
    this.newest = h("span", { class: "newest" });
    const props = { type: "button", class: "thread-toggle", "aria-controls": id, "aria-expanded": "false" };
    this.toggle = h("button", { ...props, onclick: () => this.turn() }, this.count, this.newest);
    this.list = h("div", { class: "replies", id, hidden: true });
    this.node = h("div", { class: "thread", hidden: true }, this.toggle, this.list);
  }

  show(replies, count) {
    this.node.hidden = replies.length === 0;
    if (this.node.hidden) return;
    const number = Math.max(count, replies.length);
    setText(this.count, number === 1 ? "1 reply" : `${number} replies`);
    setText(this.newest, this.hint(replies.at(-1)));
    keyed(this.list, this.parts, replies.map((reply) => [reply.ts, reply]), () => this.make());
  }

  make() {
    return new Message(new MessageHost(this.session, this.directory), (_, button) => this.actions(this.parent(), button));
  }

  hint({ ts, name, text }) {
    return `${clock(Number(ts))} ${name}: ${plain(text, this.directory) || "…"}`;
  }

  /** Opens the thread and scrolls to its newest reply. */
  reveal() {
    if (this.node.hidden) return;
    if (!this.open) this.turn();
    this.list.lastElementChild?.scrollIntoView({ block: "nearest" });
  }

  turn() {
    this.open = !this.open;
    this.list.hidden = !this.open;
    this.newest.hidden = this.open;
    this.toggle.setAttribute("aria-expanded", String(this.open));
    if (this.open) this.list.lastElementChild?.scrollIntoView({ block: "nearest" });
  }
}

/** Updates the text only if it changes, so that a screen reader announces an edit once. */
function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
