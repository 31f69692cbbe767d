/* The interactive elements of a message or modal: buttons, overflow menus, selects and others. */

import { confirmed } from "./dialog.js";
import { h, icon, ICONS } from "./dom.js";
import { makeField } from "./fields.js";
import { destination } from "./links.js";
import { openMenu } from "./menu.js";
import { draw, words } from "./text.js";
import { complain } from "./toasts.js";

/* `host` is the container of the element: {directory, where(node), send(where, action), upload(file), image(spec)}. */

export function element(spec, host) {
  if (spec.type === "button") return button(spec, host);
  if (spec.type === "overflow") return overflow(spec, host);
  if (spec.type === "image") return picture(spec, host);
  return chooser(spec, host) ?? h("span", { class: "unsupported" }, `[${spec.type}]`);
}

function button(spec, host) {
  const style = ["primary", "danger"].includes(spec.style) ? spec.style : "";
  const props = { type: "button", class: `button ${style}`, title: spec.accessibility_label ?? null };
  const node = h("button", props, h("span", {}, words(spec.text)));
  node.dataset.actionId = spec.action_id ?? "";
  const address = spec.url && destination(spec.url);
  node.addEventListener("click", () => {
    if (address) window.open(address, "_blank", "noopener");
    act(node, spec, spec.value === undefined ? {} : { value: spec.value }, host);
  });
  return node;
}

function overflow(spec, host) {
  const node = h("button", { type: "button", class: "button overflow", "aria-label": "More actions", "aria-haspopup": "menu" });
  node.append(icon(ICONS.more));
  node.dataset.actionId = spec.action_id ?? "";
  node.addEventListener("click", () => {
    const place = placed(node, host);
    const item = (option) => ({
      label: words(option.text),
      href: option.url && destination(option.url),
      run: () => act(node, spec, { selected_option: option }, host, place),
    });
    openMenu(node, "More actions", (spec.options ?? []).map(item));
  });
  return node;
}

function chooser(spec, host) {
  const field = makeField(spec, host, ({ type: _, ...value }) => act(field.node, spec, value, host));
  if (!field) return null;
  field.node.setAttribute("aria-label", spec.placeholder ? words(spec.placeholder) : "Choose");
  return field.node;
}

/** If the card is edited while a menu or dialog is open, the same element of the new card is used. */
function placed(node, host) {
  const [home, before] = [node.closest("[data-ts], dialog"), host.where(node)];
  return () => {
    const candidates = [...home.querySelectorAll("[data-action-id]")].filter(({ dataset }) => dataset.actionId === node.dataset.actionId);
    const live = home.contains(node) ? node : candidates[0];
    return live ? host.where(live) : before;
  };
}

async function act(node, spec, value, host, place = placed(node, host)) {
  if (node.getAttribute("aria-busy") === "true") return;
  if (spec.confirm && !(await confirmed(question(spec.confirm, host)))) return;
  node.setAttribute("aria-busy", "true");
  try {
    await host.send(place(), { action_id: spec.action_id ?? "", type: spec.type, ...value });
  } catch (error) {
    complain(error);
  } finally {
    node.removeAttribute("aria-busy");
  }
}

function question(confirm, host) {
  return {
    title: confirm.title ? words(confirm.title) : "Are you sure?",
    text: draw(confirm.text, host.directory),
    confirm: confirm.confirm ? words(confirm.confirm) : "Yes",
    deny: confirm.deny ? words(confirm.deny) : "Cancel",
    danger: confirm.style === "danger",
  };
}

/** An image, or its alternative text where it cannot be shown. */
export function picture(spec, host) {
  const address = host.image(spec);
  const alt = spec.alt_text ?? "";
  const instead = () => h("span", { class: "unsupported" }, `[image: ${alt || "no description"}]`);
  if (!address) return instead();
  const node = h("img", { src: address, alt, loading: "lazy", onerror: () => node.replaceWith(instead()) });
  return node;
}
