/* The tour above the box: three steps for a new visitor. Once closed it stays closed in this browser. */

import { h, icon, ICONS } from "./dom.js";
import { read, write } from "./storage.js";

const KEY = "spacebot-tour";
const local = () => localStorage;
const STEPS = [
  ["Ask", "Type /space status, or tap it below. Only you see the answer."],
  ["Break", "Open ⚙ Sandbox and tap Break for a Space. An alert appears here within seconds."],
  ["Repair", "Tap Restart on the alert. The same message then shows the recovery."],
];

export class Tour {
  /** `closed()` is called when the person closes it. */
  constructor(closed) {
    Object.assign(this, { closed, at: 0 });
    this.place = h("b", {});
    this.words = h("p", { class: "tour-words", "aria-live": "polite" });
    this.back = h("button", { type: "button", class: "button small", onclick: () => this.turn(-1) }, "Back");
    this.next = h("button", { type: "button", class: "button small primary", onclick: () => this.turn(1) });
    const cross = h("button", { type: "button", class: "icon-button", "aria-label": "Close the tour", onclick: () => this.close() }, icon(ICONS.close));
    const foot = h("div", { class: "tour-foot" }, this.back, this.next);
    this.node = h("section", { class: "tour", "aria-label": "Tour" }, this.words, foot, cross);
    this.node.hidden = read(local, KEY) === "closed";
    this.turn(0);
  }

  turn(by) {
    this.at += by;
    if (this.at === STEPS.length) return this.close();
    const [title, words] = STEPS[this.at];
    this.place.textContent = `${this.at + 1} of ${STEPS.length} · ${title}`;
    this.words.replaceChildren(this.place, " ", words);
    this.back.hidden = this.at === 0;
    this.next.textContent = this.at + 1 === STEPS.length ? "Done" : "Next";
  }

  close() {
    this.node.hidden = true;
    write(local, KEY, "closed");
    this.closed();
  }
}
