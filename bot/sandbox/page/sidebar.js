/* The channels of this person, and the choice of the person. */

import { arrange, h } from "./dom.js";
import { paint } from "./message.js";

export class Sidebar {
  /** `go({person?, channel?})` switches the view. */
  constructor(node, go) {
    Object.assign(this, { go, buttons: new Map() });
    this.channels = h("div", { class: "side-list" });
    this.direct = h("div", { class: "side-list" });
    this.people = h("div", { class: "side-list" });
    const part = (title, list) => h("section", {}, h("h2", {}, title), list);
    node.append(h("p", { class: "team" }, "Spacebot sandbox"), part("Channels", this.channels), part("Direct messages", this.direct), part("You are", this.people));
  }

  show({ channels, people, me }, current) {
    const isDm = ({ kind }) => kind === "dm";
    const row = (channel) => this.channel(channel, channel.id === current);
    arrange(this.channels, channels.filter((channel) => !isDm(channel)).map(row));
    arrange(this.direct, channels.filter(isDm).map(row));
    arrange(this.people, people.map((person) => this.person(person, person.id === me.id)));
  }

  channel({ id, name, kind, unread }, current) {
    const button = this.button(`channel ${id}`, () => this.go({ channel: id }));
    const count = unread > 0 && !current && h("span", { class: "unread" }, String(unread), h("span", { class: "unseen" }, " unread"));
    fill(button, [h("span", { class: "side-mark", "aria-hidden": "true" }, kind === "dm" ? "🚀" : "#"), h("span", { class: "side-name" }, name), count]);
    mark(button, "aria-current", current ? "page" : null);
    return button;
  }

  person({ id, name, title }, current) {
    const button = this.button(`person ${id}`, () => this.go({ person: id }));
    const avatar = h("span", { class: "avatar small", "aria-hidden": "true" });
    paint(avatar, { user: id, name, bot: false });
    fill(button, [avatar, h("span", { class: "side-name" }, name, " ", h("small", {}, title))]);
    mark(button, "aria-pressed", String(current));
    return button;
  }

  button(key, onclick) {
    if (!this.buttons.has(key)) this.buttons.set(key, h("button", { type: "button", class: "side-row", onclick }));
    return this.buttons.get(key);
  }
}

function fill(button, parts) {
  const nodes = parts.filter(Boolean);
  const shown = nodes.map((node) => node.textContent).join("|");
  if (button.dataset.shown === shown) return;
  button.dataset.shown = shown;
  button.replaceChildren(...nodes);
}

function mark(button, name, value) {
  if (value === null) button.removeAttribute(name);
  else button.setAttribute(name, value);
}
