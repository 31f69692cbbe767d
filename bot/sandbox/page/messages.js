/* The channel: one element per message, so that an edit keeps scroll and focus. */

import { h, icon, ICONS, keyed } from "./dom.js";
import { MessageHost } from "./host.js";
import { Message } from "./message.js";
import { Thread } from "./thread.js";
import { day } from "./times.js";

const NEAR = 48;

export class Messages {
  constructor(log, { session, directory, actions }) {
    Object.assign(this, { log, session, directory, actions, place: "", parts: new Map(), following: true, awaited: null, top: 0 });
    this.list = h("div", { class: "list" });
    this.newer = h("button", { type: "button", class: "newer", hidden: true, onclick: () => this.toEnd() }, icon(ICONS.down), "New messages");
    log.append(this.list, this.newer);
    log.addEventListener("scroll", () => this.scrolled(), { passive: true });
    new ResizeObserver(() => this.following && this.toEnd()).observe(log);
    new ResizeObserver(() => this.following && this.toEnd()).observe(this.list);
  }

  show(state) {
    const fresh = this.arrive(`${this.session.person} ${this.session.channel}`);
    const known = new Set(this.parts.keys());
    keyed(this.list, this.parts, dated(state.messages), (item) => this.make(item));
    const added = state.messages.filter(({ ts }) => !known.has(ts));
    const mine = added.some(({ user }) => user === this.session.person);
    if (this.awaited?.threadTs) this.parts.get(this.awaited.threadTs)?.thread.reveal();
    else if (fresh || mine || this.following) this.toEnd(added);
    else if (added.length) this.newer.hidden = false;
  }

  /** After a send the next message is scrolled into view, also for a reader of older ones. */
  awaitAnswer(threadTs) {
    this.toEnd();
    this.awaited = { threadTs };
    this.following = threadTs === null;
  }

  /** Another channel or person: removes all shown messages. */
  arrive(place) {
    if (place === this.place) return false;
    this.place = place;
    this.parts.clear();
    this.list.replaceChildren();
    return true;
  }

  make(item) {
    if (item.divider) return divider(item.divider);
    return new TopMessage(this);
  }

  /** Only a scroll upwards is the reader's: an end that moved between two frames is still followed. */
  scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.log;
    if (scrollHeight - scrollTop - clientHeight < NEAR) this.following = true;
    else if (scrollTop < this.top) this.leave();
    this.top = scrollTop;
    if (this.following) this.newer.hidden = true;
  }

  leave() {
    this.following = false;
    this.awaited = null;
  }

  /** An awaited answer that is taller than the window is shown from its first line. */
  toEnd(added = []) {
    const answer = this.awaited && added.map(({ ts }) => this.parts.get(ts).node).find((node) => node.offsetHeight > this.log.clientHeight);
    if (answer) return this.toStart(answer);
    this.log.scrollTop = this.log.scrollHeight;
    this.top = this.log.scrollTop;
    this.following = true;
    this.newer.hidden = true;
  }

  toStart(node) {
    this.leave();
    node.scrollIntoView({ block: "start" });
    this.top = this.log.scrollTop;
  }
}

/** The messages with a divider for each day, by key. */
function dated(messages) {
  let last = null;
  return messages.flatMap((message) => {
    const today = day(Number(message.ts));
    const item = [message.ts, message];
    const items = today === last ? [item] : [[`day ${today} ${message.ts}`, { divider: today }], item];
    last = today;
    return items;
  });
}

function divider(words) {
  const node = h("div", { class: "day", role: "separator" }, h("span", {}, words));
  return { node, show() {} };
}

/** A message of the channel with its thread folded under it. */
class TopMessage {
  constructor({ session, directory, actions }) {
    const host = new MessageHost(session, directory);
    this.message = new Message(host, actions);
    this.thread = new Thread(session, directory, actions, () => this.message.data);
    this.node = this.message.node;
    this.message.body.append(this.thread.node);
  }

  show(data) {
    this.message.show(data);
    this.thread.show(data.replies ?? [], data.reply_count ?? 0);
  }
}
