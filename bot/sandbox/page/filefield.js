/* A file field: files are picked or dropped, uploaded at once, listed, and removable. */

import { h, icon, ICONS } from "./dom.js";
import { complain } from "./toasts.js";

export function size(bytes) {
  if (bytes < 1_000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** The files so far. `changed()` is called after each addition and removal; `uploading` counts the uploads in progress. */
export class Files {
  constructor(upload, changed, most = 10) {
    Object.assign(this, { upload, changed, most, held: [], uploading: 0 });
    this.list = h("ul", { class: "files", hidden: true });
  }

  async add(picked) {
    for (const file of [...picked].slice(0, this.most - this.held.length)) await this.one(file);
  }

  async one(file) {
    this.uploading += 1;
    const row = this.row(file.name, "uploading…");
    this.show(row);
    try {
      const stored = await this.upload(file);
      this.held.push(stored);
      row.replaceWith(this.kept(stored));
    } catch (error) {
      row.remove();
      complain(error);
    }
    this.uploading -= 1;
    this.show();
  }

  show(...rows) {
    this.list.append(...rows);
    this.list.hidden = this.list.childElementCount === 0;
    this.changed();
  }

  row(name, note, ...more) {
    return h("li", { class: "file" }, icon(ICONS.file), h("span", { class: "file-name" }, name), h("small", {}, note), ...more);
  }

  kept(stored) {
    const drop = () => {
      this.held = this.held.filter((file) => file !== stored);
      row.remove();
      this.show();
    };
    const label = `Remove ${stored.name}`;
    const cross = h("button", { type: "button", class: "icon-button", "aria-label": label, onclick: drop }, icon(ICONS.close));
    const row = this.row(stored.name, size(stored.size), cross);
    return row;
  }

  clear() {
    this.held = [];
    this.list.replaceChildren();
    this.show();
  }
}

/** `target` accepts dropped files, and is highlighted while they hover over it. */
export function acceptDrops(target, take) {
  const hover = (on) => (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    target.classList.toggle("dropping", on);
  };
  target.addEventListener("dragover", hover(true));
  target.addEventListener("dragleave", hover(false));
  target.addEventListener("drop", (event) => {
    hover(false)(event);
    if (event.dataTransfer?.files.length) take(event.dataTransfer.files);
  });
}

export function fileField(spec, host) {
  const most = spec.max_files ?? 10;
  const accept = (spec.filetypes ?? []).map((type) => `.${type}`).join(",") || null;
  const pick = h("input", { type: "file", class: "unseen", multiple: most > 1, accept });
  const node = h("div", { class: "drop", role: "group" });
  const files = new Files(host.upload, () => node.dispatchEvent(new Event("change", { bubbles: true })), most);
  pick.addEventListener("change", (event) => {
    event.stopPropagation();
    files.add(pick.files).then(() => (pick.value = ""));
  });
  node.append(h("label", { class: "button" }, pick, most > 1 ? "Choose files" : "Choose a file"), files.list);
  acceptDrops(node, (dropped) => files.add(dropped));
  const read = () => ({ type: "file_input", files: files.held });
  return { node, group: true, read, blank: () => files.held.length === 0, busy: () => files.uploading > 0 };
}
