/* The top bar: the channel (a tap folds the list), the lock screen, the sandbox's controls, the person. */

import { h, icon, ICONS } from "./dom.js";
import { paint } from "./message.js";

const WIDE = matchMedia("(min-width: 760px)");

export class Bar {
  constructor(node, app) {
    this.app = app;
    this.name = h("span", { class: "bar-name" });
    this.note = h("span", { class: "bar-note" });
    this.title = h("button", { type: "button", class: "bar-title", "aria-controls": "sidebar", onclick: () => this.fold(this.isOpen()) }, h("span", { class: "bar-words" }, this.name, this.note), icon(ICONS.down));
    this.lock = h("button", { type: "button", class: "icon-button", "aria-label": "Lock screen" }, icon(ICONS.bell));
    this.gear = h("button", { type: "button", class: "gear", "aria-controls": "drawer", "aria-expanded": "false" }, "⚙ Sandbox");
    this.avatar = h("span", { class: "avatar small", "aria-hidden": "true" });
    this.me = h("button", { type: "button", class: "me", onclick: () => this.fold(this.isOpen()) }, this.avatar);
    node.append(h("h1", {}, this.title), this.lock, this.gear, this.me);
    WIDE.addEventListener("change", () => this.fold(!WIDE.matches));
    app.addEventListener("keydown", (event) => event.key === "Escape" && this.settle());
    this.fold(!WIDE.matches);
  }

  isOpen() {
    return !this.app.classList.contains("folded");
  }

  fold(folded) {
    this.app.classList.toggle("folded", folded);
    this.title.setAttribute("aria-expanded", String(!folded));
  }

  /** On a phone the list closes after a choice. */
  settle() {
    if (!WIDE.matches) this.fold(true);
  }

  show({ channels, me }, current) {
    const channel = channels.find(({ id }) => id === current);
    this.name.textContent = channel ? `${channel.kind === "dm" ? "" : "#"}${channel.name}` : "…";
    this.note.textContent = channel?.note ?? "";
    this.me.setAttribute("aria-label", `You are ${me.name}, ${me.title}. Switch person`);
    paint(this.avatar, { user: me.id, name: me.name, bot: false });
  }
}
