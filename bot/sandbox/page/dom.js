/* Elements without markup: every piece of data becomes a text node or an attribute, never HTML. */

const SVG = "http://www.w3.org/2000/svg";

/** h("button", { class: "primary", onclick: send }, "Send"); false, null and undefined are left out. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) put(element, name, value);
  return add(element, ...children);
}

/** Appends the children, without false, null and undefined. */
export function add(element, ...children) {
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

function put(element, name, value) {
  if (value === false || value === null || value === undefined) return;
  if (typeof value === "function") element.addEventListener(name.slice(2), value);
  else if (name === "dataset") Object.assign(element.dataset, value);
  else element.setAttribute(name, value === true ? "" : value);
}

/** A 20 px line icon drawn in the current color; silent for screen readers. */
export function icon(path) {
  const svg = document.createElementNS(SVG, "svg");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(line);
  return svg;
}

export const ICONS = {
  send: "M3 3.500 17.500 10 3 16.500 5 10zM5 10h7",
  attach: "M10 4v12M4 10h12",
  bolt: "M11 2.500 4.500 11.500H10l-1 6 6.500-9H10z",
  bell: "M5 14V9a5 5 0 0 1 10 0v5l1.500 1.500h-13zM8.500 17.500h3",
  gear: "M3 6h7M14 6h3M3 14h3M10 14h7M12 4v4M8 12v4",
  more: "M4.500 10h.01M10 10h.01M15.500 10h.01",
  close: "M5 5l10 10M15 5 5 15",
  down: "M5 8l5 5 5-5",
  eye: "M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5zM10 8a2 2 0 1 0 .01 0z",
  file: "M5 2.500h7l3.500 3.500v11.500h-10.500zM12 2.500V6h3.500",
};

/** The URL if a message may link to it, else null (javascript: and others stay text). */
export function safeUrl(address) {
  try {
    const url = new URL(address, location.href);
    return ["http:", "https:", "mailto:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

let counter = 0;
export function uniqueId(prefix) {
  counter += 1;
  return `${prefix}-${counter}`;
}

/** Sets the children of `parent`, moving only misplaced ones (focus and scroll stay). */
export function arrange(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.childNodes]) if (!wanted.has(child)) child.remove();
  let place = parent.firstChild;
  for (const node of nodes) {
    if (node === place) place = place.nextSibling;
    else parent.insertBefore(node, place);
  }
}

/** Keeps one part per key, whose `node` is shown; a part is created once and updated by `show`. */
export function keyed(parent, parts, items, make) {
  const nodes = items.map(([key, item]) => {
    if (!parts.has(key)) parts.set(key, make(item));
    const part = parts.get(key);
    part.show(item);
    return part.node;
  });
  const keys = new Set(items.map(([key]) => key));
  for (const key of [...parts.keys()]) if (!keys.has(key)) parts.delete(key);
  arrange(parent, nodes);
}
