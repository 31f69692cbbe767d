/* The container of an element, which receives its actions: a message or a modal. */

import { post, upload } from "./api.js";
import { safeUrl } from "./dom.js";
import { valuesIn } from "./fields.js";

const blockOf = (node) => node.closest("[data-block-id]")?.dataset.blockId ?? "";

class Host {
  constructor(session, directory) {
    Object.assign(this, { session, directory });
    this.upload = (file) => upload(session.person, file);
  }

  image({ image_url, slack_file }) {
    const address = image_url ?? this.fileUrl(slack_file?.id) ?? slack_file?.url;
    return address ? safeUrl(address) : null;
  }

  fileUrl() {
    return undefined;
  }

  send(where, action) {
    return post("/sandbox/click", { person: this.session.person, channel: this.session.channel, ...where, ...action });
  }
}

export class MessageHost extends Host {
  files = [];

  where(node) {
    return { ts: node.closest("[data-ts]").dataset.ts, block_id: blockOf(node) };
  }

  fileUrl(id) {
    return this.files.find((file) => file.id === id)?.url;
  }
}

export class ViewHost extends Host {
  constructor(session, directory, viewId) {
    super(session, directory);
    this.viewId = viewId;
  }

  where(node) {
    const values = valuesIn(node.closest(".dialog-body"));
    return { ts: null, view_id: this.viewId, block_id: blockOf(node), values };
  }
}
