/* The app's shortcuts: global ones beside the box, those for a message in its menu. */

import { get, post } from "./api.js";
import { openMenu } from "./menu.js";
import { complain } from "./toasts.js";

export class Shortcuts {
  constructor(session) {
    this.session = session;
    this.all = [];
  }

  /** Asked again while there are none: the bot may come up after the page. */
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
    openMenu(button, "Message actions", [first, ...this.items("message", { ts: message.ts })]);
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
