/* A text object of Block Kit → nodes; plain_text knows emoji and line breaks, nothing else. */

import { withEmoji } from "./emoji.js";
import { decode, mrkdwn } from "./mrkdwn.js";

export function draw(text, directory) {
  if (!text) return [];
  return text.type === "mrkdwn" ? [mrkdwn(text.text, directory)] : [words(text)];
}

/** The text of a plain_text object, for labels, options and titles. */
export function words(text) {
  const plain = decode(String(text?.text ?? ""));
  return text?.emoji === false ? plain : withEmoji(plain);
}
