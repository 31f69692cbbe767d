/* One message or reply: author, time, blocks, files; updated in the same element. */

import { Blocks } from "./blocks.js";
import { add, h, icon, ICONS, safeUrl } from "./dom.js";
import { size } from "./filefield.js";
import { clock, fullTime } from "./times.js";

const PICTURE = /\.(png|jpe?g|gif|webp)$/i;

export class Message {
  /** `actions(message, button)` opens the menu of a message; ephemeral messages have none. */
  constructor(host, actions) {
    Object.assign(this, { host, actions, data: null, drawn: "" });
    this.blocks = new Blocks(host);
    this.head = h("div", { class: "head" });
    this.files = h("div", { class: "attached" });
    this.avatar = h("div", { class: "avatar", "aria-hidden": "true" });
    this.body = h("div", { class: "body" }, this.head, this.blocks.node, this.files);
    this.node = h("article", { class: "message" }, this.avatar, this.body);
  }

  show(data) {
    const { replies: _, reply_count: __, ...own } = data;
    const drawn = JSON.stringify(own);
    this.data = data;
    if (drawn === this.drawn) return;
    const first = this.drawn === "";
    this.drawn = drawn;
    if (first) this.introduce(data);
    this.fill(data);
  }

  /** The parts that no edit changes. */
  introduce({ ts, user, name, bot, ephemeral }) {
    const at = clock(Number(ts));
    this.node.dataset.ts = ts;
    this.node.classList.toggle("ephemeral", Boolean(ephemeral));
    this.node.setAttribute("aria-label", `${name} at ${at}`);
    paint(this.avatar, { user, name, bot });
    const time = h("time", { class: "at", title: fullTime(Number(ts)) }, at);
    const more = ephemeral ? null : this.moreButton(name);
    add(this.head, h("b", { class: "name" }, name), bot && h("span", { class: "badge" }, "APP"), time, more);
    if (ephemeral) this.body.prepend(h("p", { class: "only-you" }, icon(ICONS.eye), "Only visible to you"));
  }

  moreButton(name) {
    const open = () => this.actions(this.data, button);
    const label = `Message actions for ${name}`;
    const button = h("button", { type: "button", class: "icon-button more", "aria-label": label, "aria-haspopup": "menu", onclick: open }, icon(ICONS.more));
    return button;
  }

  fill({ text, blocks, files = [] }) {
    this.host.files = files;
    const said = text ? [{ type: "section", text: { type: "mrkdwn", text } }] : [];
    this.blocks.show(blocks?.length ? blocks : said);
    this.files.replaceChildren(...files.map(attachment));
  }
}

/** A square with the person's initial and color; the bot has a rocket. */
export function paint(avatar, { user, name, bot }) {
  const sum = [...String(user)].reduce((total, letter) => (total * 31 + letter.codePointAt(0)) % 9973, 7);
  avatar.dataset.hue = bot ? "bot" : String(sum % 6);
  avatar.textContent = bot ? (name === "Slackbot" ? "💬" : "🚀") : ([...String(name)][0] ?? "?").toUpperCase();
}

function attachment({ name, size: bytes, url }) {
  const href = safeUrl(url ?? "");
  const props = { class: "file", href, target: "_blank", rel: "noopener noreferrer", download: name };
  const image = href && PICTURE.test(name) && h("img", { src: href, alt: name, loading: "lazy" });
  const row = h(href ? "a" : "div", props, icon(ICONS.file), h("span", { class: "file-name" }, name), h("small", {}, size(bytes ?? 0)));
  return h("div", {}, image, row);
}
