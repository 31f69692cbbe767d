/* A modal dialog: it traps the focus, Escape closes it, and the focus returns. */

import { h, icon, ICONS, uniqueId } from "./dom.js";

const FOCUSABLE = "button:not([disabled]), [href], input:not([disabled]), select:not([disabled]), textarea:not([disabled]), [tabindex='0']";

/** Opens it at once. `leave` is called on Escape and ×; the caller calls `close()`. */
export function openDialog({ title, role = "dialog", className = "", leave }) {
  const id = uniqueId("title");
  const heading = h("h2", { id, class: "dialog-title" }, title);
  const cross = h("button", { type: "button", class: "icon-button", "aria-label": "Close", onclick: leave }, icon(ICONS.close));
  const body = h("div", { class: "dialog-body" });
  const foot = h("div", { class: "dialog-foot" });
  const frame = h("form", { class: "dialog-frame", novalidate: true }, h("div", { class: "dialog-head" }, heading, cross), body, foot);
  const node = h("dialog", { class: `dialog ${className}`, role, "aria-modal": "true", "aria-labelledby": id }, frame);
  const before = document.activeElement;
  node.addEventListener("cancel", (event) => (event.preventDefault(), leave()));
  node.addEventListener("keydown", (event) => trap(event, node));
  frame.addEventListener("submit", (event) => event.preventDefault());
  document.body.append(node);
  node.showModal();
  return { node, frame, heading, body, foot, close: () => shut(node, before) };
}

function shut(node, before) {
  node.close();
  node.remove();
  if (before?.isConnected) before.focus();
}

function trap(event, node) {
  if (event.key !== "Tab") return;
  const stops = [...node.querySelectorAll(FOCUSABLE)].filter((stop) => stop.offsetParent !== null);
  const [first, last] = [stops[0], stops.at(-1)];
  const leaving = event.shiftKey ? document.activeElement === first : document.activeElement === last;
  if (!leaving) return;
  event.preventDefault();
  (event.shiftKey ? last : first).focus();
}

/** Slack's confirm object; resolves to true only for its confirming button. */
export function confirmed({ title, text, confirm, deny, danger }) {
  return new Promise((resolve) => {
    const dialog = openDialog({ title, role: "alertdialog", className: "confirm", leave: () => done(false) });
    const done = (answer) => {
      dialog.close();
      resolve(answer);
    };
    const yes = h("button", { type: "button", class: `button ${danger ? "danger" : "primary"}`, onclick: () => done(true) }, confirm);
    const no = h("button", { type: "button", class: "button", onclick: () => done(false) }, deny);
    dialog.body.append(...text);
    dialog.foot.append(no, yes);
    no.focus();
  });
}
