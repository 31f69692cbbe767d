/* A small menu of choices beside a button; on a phone it rises from the bottom. */

import { h } from "./dom.js";

/** items: [{label, run, href?}]. Closes on a choice, Escape or a tap elsewhere, and returns the focus. */
export function openMenu(anchor, label, items) {
  const menu = h("div", { class: "menu", role: "menu", "aria-label": label });
  const veil = h("div", { class: "veil" }, menu);
  const close = () => {
    veil.remove();
    anchor.removeAttribute("aria-expanded");
    anchor.focus();
  };
  menu.append(...items.map((item) => entry(item, close)));
  veil.addEventListener("click", (event) => event.target === veil && close());
  veil.addEventListener("keydown", (event) => steer(event, menu, close));
  (anchor.closest("dialog") ?? document.body).append(veil);
  anchor.setAttribute("aria-expanded", "true");
  place(menu, anchor.getBoundingClientRect());
  menu.firstElementChild?.focus();
}

function entry({ label, run, href }, close) {
  const chosen = () => {
    close();
    run();
  };
  const props = { class: "menu-item", role: "menuitem", tabindex: "-1", onclick: chosen };
  if (href) return h("a", { ...props, href, target: "_blank", rel: "noopener noreferrer" }, label);
  return h("button", { ...props, type: "button" }, label);
}

function steer(event, menu, close) {
  const entries = [...menu.children];
  const at = entries.indexOf(document.activeElement);
  const goals = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
  if (event.key === "Tab" || event.key === "Escape") close();
  else if (event.key in goals) entries.at(goals[event.key] % entries.length).focus();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** Below the button if there is room, else above; never outside the window. */
function place(menu, anchor) {
  const { offsetWidth: width, offsetHeight: height } = menu;
  const left = Math.max(8, Math.min(anchor.left, innerWidth - width - 8));
  const below = anchor.bottom + 4 + height < innerHeight;
  menu.style.setProperty("--left", `${left}px`);
  menu.style.setProperty("--top", `${below ? anchor.bottom + 4 : Math.max(8, anchor.top - height - 4)}px`);
}
