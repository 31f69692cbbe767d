/* The app's shortcuts: global ones beside the box, those for a message in its menu. */

import { get, post } from "./api.js";
import { openMenu } from "./menu.js";
import { complain } from "./toasts.js";

export class Shortcuts {
  constructor(session) {
    this.session = session;
    this.all = [];
  }

  /** Requested again while there are none, because the bot may start after the page. */
  async load() {
    if (!this.all.length) this.all = await get("/sandbox/shortcuts").catch(() => []);
  }

  async openGlobal(button) {
    await this.load();
    const items = this.items("global", {});
    const none = { label: "This app has no shortcuts here", run: () => {} };
    openMenu(button, "Shortcuts", items.length ? items : [none]);
  }

  async openFor(message, button, reply) {
    await this.load();
    const first = { label: "Reply in thread", run: () => reply(message) };
    const edit = message.user === this.session.person ? [{ label: "Edit message", run: () => this.edit(message) }] : [];
    openMenu(button, "Message actions", [first, ...edit, ...this.items("message", { ts: message.ts })]);
  }

  async edit({ ts, text: before }) {
    const { person, channel } = this.session;
    const text = prompt("Edit message", before);
    if (text !== null && text !== before) await post("/sandbox/edit", { person, channel, ts, text }).catch(complain);
  }

  items(type, where) {
    const fitting = this.all.filter((shortcut) => shortcut.type === type);
    return fitting.map(({ callback_id, name }) => ({ label: name, run: () => this.run({ ...where, callback_id }) }));
  }

  async run(body) {
    const { person, channel } = this.session;
    await post("/sandbox/shortcut", { person, channel, ...body }).catch(complain);
  }
}
