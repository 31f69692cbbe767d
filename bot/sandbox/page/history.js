/* The last lines a person typed, recalled with the arrow keys as in a terminal. */

import { read, write } from "./storage.js";

const KEPT = 50;
const session = () => sessionStorage;

export class History {
  constructor(person) {
    this.key = `spacebot-lines-${person}`;
    this.lines = remembered(this.key);
    this.at = this.lines.length;
  }

  add(line) {
    this.lines = [...this.lines.filter((other) => other !== line), line].slice(-KEPT);
    this.at = this.lines.length;
    write(session, this.key, this.lines);
  }

  /** The line before (-1) or after (+1) the one recalled; "" past the newest, null past the oldest. */
  step(by) {
    const next = this.at + by;
    if (next < 0 || next > this.lines.length) return null;
    this.at = next;
    return this.lines[next] ?? "";
  }

  /** Returns whether the box holds the last recalled line; otherwise an arrow moves the caret. */
  holds(text) {
    return text === (this.lines[this.at] ?? "");
  }
}

function remembered(key) {
  const lines = read(session, key);
  return Array.isArray(lines) ? lines.filter((line) => typeof line === "string") : [];
}
