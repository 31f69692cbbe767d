/* One sentence at the top of everything when something did not work; it stays until read or ten seconds. */

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

/** Shown anew, a popover is above a dialog that was opened since. */
export function raise(shelf) {
  if (shelf.matches(":popover-open")) shelf.hidePopover();
  shelf.showPopover();
}
