/* Completions of the typed command, chosen by keyboard or tap. */

import { h, uniqueId } from "./dom.js";

export class Completion {
  /** `choose(line)` puts a command into the box. */
  constructor(box, choose) {
    Object.assign(this, { box, choose, all: [], shown: [], at: -1 });
    this.list = h("ul", { id: uniqueId("completion"), class: "completion", role: "listbox", "aria-label": "Commands", hidden: true });
    this.count = h("p", { class: "unseen", role: "status" });
    this.node = h("div", { class: "completions" }, this.list, this.count);
    box.setAttribute("aria-autocomplete", "list");
    box.setAttribute("aria-controls", this.list.id);
  }

  /** Shows the completions of the line; none once a command is complete. */
  offer(text) {
    const typed = text.toLowerCase();
    const fits = ({ line }) => line.toLowerCase().startsWith(typed) && line.length > typed.length;
    this.show(typed.startsWith("/") ? this.all.filter(fits) : []);
  }

  close() {
    this.show([]);
  }

  show(completions) {
    this.shown = completions;
    this.list.hidden = completions.length === 0;
    this.list.replaceChildren(...completions.map((completion) => this.option(completion)));
    this.count.textContent = completions.length ? `${completions.length} commands. Choose one with the arrow keys.` : "";
    this.mark(-1);
  }

  option({ line, usage, help }) {
    const props = { id: uniqueId("option"), class: "option", role: "option", "aria-selected": "false" };
    const keepFocus = (event) => event.preventDefault();
    return h("li", { ...props, onmousedown: keepFocus, onclick: () => this.take(line) }, h("b", {}, usage), h("span", {}, help));
  }

  /** Returns whether the list handled the key. */
  key(event) {
    if (this.list.hidden) return false;
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves) this.mark(this.at + moves[event.key]);
    else if (event.key === "Escape") this.close();
    else if (event.key === "Tab" && !event.shiftKey) this.take(this.shown[Math.max(this.at, 0)].line);
    else if (event.key === "Enter" && this.at >= 0) this.take(this.shown[this.at].line);
    else return false;
    event.preventDefault();
    return true;
  }

  /** Selects one entry; none before the first and after the last. */
  mark(at) {
    const options = [...this.list.children];
    this.at = at < -1 ? options.length - 1 : at >= options.length ? -1 : at;
    options.forEach((option, index) => option.setAttribute("aria-selected", String(index === this.at)));
    const marked = options[this.at];
    if (marked) this.box.setAttribute("aria-activedescendant", marked.id);
    else this.box.removeAttribute("aria-activedescendant");
    marked?.scrollIntoView({ block: "nearest" });
  }

  take(line) {
    this.close();
    this.choose(`${line} `);
  }
}
