/* One sentence above everything about a failure; it stays until closed or for ten seconds. */

import { h, icon, ICONS } from "./dom.js";

const SHOWN = 10_000;

export function complain(error) {
  const shelf = document.getElementById("toasts");
  const close = () => {
    toast.remove();
    if (!shelf.childElementCount) shelf.hidePopover();
  };
  const cross = h("button", { type: "button", class: "icon-button", "aria-label": "Dismiss", onclick: close }, icon(ICONS.close));
  const toast = h("div", { class: "toast" }, h("span", {}, error.message), cross);
  shelf.replaceChildren(toast);
  raise(shelf);
  setTimeout(() => toast.isConnected && close(), SHOWN);
}

/** Showing the popover again puts it above a dialog that was opened since. */
export function raise(shelf) {
  if (shelf.matches(":popover-open")) shelf.hidePopover();
  shelf.showPopover();
}
