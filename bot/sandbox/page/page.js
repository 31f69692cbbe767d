/* Composition: the selected person and channel, and updates of every part. */

import { Bar } from "./bar.js";
import { Composer } from "./composer.js";
import { Directory } from "./directory.js";
import { Drawer } from "./drawer.js";
import { Messages } from "./messages.js";
import { Modal } from "./modal.js";
import { Pushes } from "./pushes.js";
import { Shortcuts } from "./shortcuts.js";
import { Sidebar } from "./sidebar.js";
import { State } from "./state.js";
import { read, write } from "./storage.js";

const LAST = "spacebot-view";
const local = () => localStorage;
const part = (id) => document.getElementById(id);
const home = { ...document.body.dataset };
const session = addressed();
const directory = new Directory();
const shortcuts = new Shortcuts(session);
const state = new State(session, { changed, lost, refused });
const bar = new Bar(part("bar"), part("app"));
const composer = new Composer(part("dock"), { session, shortcuts, sent: (threadTs) => messages.awaitAnswer(threadTs) });
const actions = (message, button) => shortcuts.openFor(message, button, (parent) => composer.reply(parent));
const messages = new Messages(part("log"), { session, directory, actions });
const modal = new Modal(session, directory, () => state.refresh());
const sidebar = new Sidebar(part("sidebar"), go);
const pushes = new Pushes(part("pushes"), { directory, go });
const drawer = new Drawer(part("drawer"), bar.gear);

bar.gear.addEventListener("click", () => drawer.turn());
bar.lock.addEventListener("click", () => pushes.open());
part("skip").addEventListener("click", (event) => (event.preventDefault(), composer.box.focus()));
window.addEventListener("hashchange", () => go(addressed()));
window.visualViewport?.addEventListener("resize", fitKeyboard);
state.run();

/** Person and channel of the URL (#person=U1&channel=C1), else the last ones, else the page's defaults. */
function addressed() {
  const words = new URLSearchParams(location.hash.slice(1));
  return { ...home, ...(location.hash ? null : read(local, LAST)), ...Object.fromEntries(words) };
}

/** Switches the person or the channel. Direct messages aren't shared between people. */
function go({ person = session.person, channel = session.channel }) {
  bar.settle();
  if (person === session.person && channel === session.channel) return;
  const foreign = person !== session.person && channel?.startsWith("D");
  Object.assign(session, { person, channel: foreign ? home.channel : channel });
  part("log").inert = true;
  state.refresh();
}

function changed(now) {
  present(now);
  directory.learn(now);
  bar.show(now, session.channel);
  sidebar.show(now, session.channel);
  composer.show(now);
  messages.show(now);
  pushes.show(now);
  modal.show(now.view);
  part("log").inert = false;
}

/** The URL always has the person and the channel, so that it can be shared. */
function present({ me, channels }) {
  const channel = channels.find(({ id }) => id === session.channel);
  document.title = `${channel?.kind === "dm" ? "" : "#"}${channel?.name ?? ""} · Spacebot sandbox`;
  const shown = { person: me.id, channel: session.channel };
  history.replaceState(null, "", `#${new URLSearchParams(shown)}`);
  write(local, LAST, shown);
}

/** A URL with an unknown person or channel falls back to the default view. */
function refused() {
  Object.assign(session, home);
}

function lost(sentence) {
  part("notice").hidden = sentence === "";
  part("notice").textContent = sentence;
}

/** Shrinks the page where the on-screen keyboard covers it. */
function fitKeyboard() {
  const { height, scale } = window.visualViewport;
  const covered = scale === 1 && innerHeight - height > 80;
  document.documentElement.style.setProperty("--height", covered ? `${height}px` : "100dvh");
  if (covered) window.scrollTo(0, 0);
}
