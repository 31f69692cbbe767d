/* Links lead to pages of this machine, never elsewhere. */

import { safeUrl } from "./dom.js";

const HUB = /^(?:www\.)?(?:huggingface\.co|hf\.co)$/;
const APP = /^([a-z0-9-]+)(?:(?:\.static)?\.hf\.space|\.localhost)$/;

/** The URL to open instead of `address`; null if none may be opened. */
export function destination(address) {
  const href = safeUrl(address);
  if (href === null) return null;
  const url = new URL(href);
  if (url.origin === location.origin) return href;
  const app = APP.exec(url.hostname);
  if (app) return `/hub/host/${app[1]}${url.pathname}${url.search}`;
  if (HUB.test(url.hostname) && url.pathname.startsWith("/spaces/")) return `/hub${url.pathname}`;
  return `/outside?${new URLSearchParams({ to: href })}`;
}
