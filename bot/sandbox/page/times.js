/* Times in the reader's own time zone and language. */

const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const DAY = { year: "numeric", month: "long", day: "numeric" };

function show(seconds, options) {
  return new Intl.DateTimeFormat(undefined, options).format(new Date(seconds * 1000));
}

export function clock(seconds) {
  return show(seconds, CLOCK);
}

export function fullTime(seconds) {
  return show(seconds, { ...DAY, ...CLOCK, second: "2-digit" });
}

/** "Today", "Yesterday" or "Sunday, 22 November"; also the key of a day in the list. */
export function day(seconds, now = Date.now() / 1000) {
  const options = { weekday: "long", day: "numeric", month: "long" };
  const same = (other) => show(seconds, DAY) === show(other, DAY);
  if (same(now)) return "Today";
  return same(now - 86_400) ? "Yesterday" : show(seconds, options);
}

const TOKENS = {
  time: (at) => clock(at),
  time_secs: (at) => show(at, { ...CLOCK, second: "2-digit" }),
  date: (at) => show(at, DAY),
  date_num: (at) => new Date(at * 1000).toISOString().slice(0, 10),
  date_slash: (at) => show(at, { year: "numeric", month: "2-digit", day: "2-digit" }),
  date_short: (at) => show(at, { year: "numeric", month: "short", day: "numeric" }),
  date_long: (at) => show(at, { ...DAY, weekday: "long" }),
  date_pretty: (at) => pretty(at, DAY),
  date_short_pretty: (at) => pretty(at, { year: "numeric", month: "short", day: "numeric" }),
  date_long_pretty: (at) => pretty(at, { ...DAY, weekday: "long" }),
  ago: (at) => ago(Date.now() / 1000 - at),
};

function pretty(at, options) {
  const near = day(at);
  return ["Today", "Yesterday"].includes(near) ? near.toLowerCase() : show(at, options);
}

function ago(seconds) {
  const steps = [[86_400, "day"], [3_600, "hour"], [60, "minute"], [1, "second"]];
  const [length, unit] = steps.find(([length]) => Math.abs(seconds) >= length) ?? [1, "second"];
  const words = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
  return words.format(-Math.trunc(seconds / length), unit);
}

/** Slack's <!date^seconds^format|fallback>: the fallback for an invalid time or token. */
export function slackDate(seconds, format, fallback) {
  const tokens = [...format.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  const known = tokens.length > 0 && tokens.every((name) => Object.hasOwn(TOKENS, name));
  if (!known || !Number.isFinite(seconds) || Math.abs(seconds) > 8e12) return fallback;
  return format.replace(/\{(\w+)\}/g, (_, name) => TOKENS[name](seconds));
}
