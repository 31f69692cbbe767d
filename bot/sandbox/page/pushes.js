/* The phone's lock screen: a banner for each new push, and the last twenty on request. */

import { h, icon, ICONS } from "./dom.js";
import { plain } from "./mrkdwn.js";
import { openDialog } from "./dialog.js";
import { clock } from "./times.js";
import { raise } from "./toasts.js";

const SHOWN = 6_000;
const AT_ONCE = 3;

export class Pushes {
  constructor(shelf, { directory, go }) {
    Object.assign(this, { shelf, directory, go, seen: new Map(), pushes: [] });
  }

  /** Pushes from before the person was first selected aren't shown. */
  show({ me, pushes }) {
    const seen = this.seen.get(me.id);
    const fresh = seen ? pushes.filter(({ id }) => !seen.has(id)) : [];
    this.seen.set(me.id, new Set(pushes.map(({ id }) => id)));
    this.pushes = pushes;
    for (const push of fresh.slice(-AT_ONCE)) this.ring(push);
  }

  ring(push) {
    const banner = h("div", { class: "push" }, this.card(push, () => drop()), this.cross(() => drop()));
    const drop = () => {
      banner.remove();
      if (!this.shelf.childElementCount && this.shelf.matches(":popover-open")) this.shelf.hidePopover();
    };
    this.shelf.prepend(banner);
    while (this.shelf.childElementCount > AT_ONCE) this.shelf.lastElementChild.remove();
    raise(this.shelf);
    setTimeout(() => banner.isConnected && drop(), SHOWN);
  }

  cross(drop) {
    return h("button", { type: "button", class: "icon-button", "aria-label": "Dismiss notification", onclick: drop }, icon(ICONS.close));
  }

  card({ channel, text, at }, done) {
    const open = () => {
      done();
      this.go({ channel });
    };
    const place = h("span", { class: "push-place" }, h("span", { class: "push-app", "aria-hidden": "true" }, "🚀"), `Slack · ${this.place(channel)}`, h("time", {}, clock(at)));
    return h("button", { type: "button", class: "push-card", onclick: open }, place, h("span", { class: "push-text" }, plain(text, this.directory)));
  }

  place(channel) {
    const name = this.directory.channel(channel, "");
    return channel.startsWith("D") ? name : `#${name}`;
  }

  /** All of them, newest first, as a pulled-down lock screen. */
  open() {
    const dialog = openDialog({ title: "Lock screen", className: "lock-screen", leave: () => dialog.close() });
    const cards = this.pushes.map((push) => this.card(push, () => dialog.close())).reverse();
    dialog.body.append(...(cards.length ? cards : ["No notifications for this person yet."]));
  }
}
