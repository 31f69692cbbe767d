/* Short codes such as :zzz: → the character; a code not known here stays as it was written. */

const CHARACTERS = {
  large_green_circle: "🟢", red_circle: "🔴", large_yellow_circle: "🟡", white_circle: "⚪",
  large_orange_circle: "🟠", large_blue_circle: "🔵", large_purple_circle: "🟣", black_circle: "⚫",
  zzz: "💤", warning: "⚠️", white_check_mark: "✅", heavy_check_mark: "✔️", x: "❌",
  hourglass: "⌛", hourglass_flowing_sand: "⏳", double_vertical_bar: "⏸️", fast_forward: "⏩",
  arrow_forward: "▶️", arrows_counterclockwise: "🔄", repeat: "🔁", lock: "🔒", unlock: "🔓", key: "🔑",
  mute: "🔇", speaker: "🔈", bell: "🔔", no_bell: "🔕", wrench: "🔧", hammer: "🔨", hammer_and_wrench: "🛠️",
  eyes: "👀", rocket: "🚀", question: "❓", grey_question: "❔", exclamation: "❗", information_source: "ℹ️",
  no_entry: "⛔", no_entry_sign: "🚫", octagonal_sign: "🛑", construction: "🚧", rotating_light: "🚨",
  boom: "💥", fire: "🔥", bug: "🐛", tada: "🎉", wave: "👋", raised_hands: "🙌", "+1": "👍", "-1": "👎",
  thumbsup: "👍", thumbsdown: "👎", robot_face: "🤖", gear: "⚙️", package: "📦", file_folder: "📁",
  page_facing_up: "📄", paperclip: "📎", link: "🔗", memo: "📝", pencil2: "✏️", wastebasket: "🗑️",
  chart_with_upwards_trend: "📈", bar_chart: "📊", calendar: "📅", alarm_clock: "⏰", stopwatch: "⏱️",
  clock1: "🕐", moneybag: "💰", credit_card: "💳", crescent_moon: "🌙", sunny: "☀️", sleeping: "😴",
  see_no_evil: "🙈", mag: "🔍", scroll: "📜", bust_in_silhouette: "👤", busts_in_silhouette: "👥",
  snail: "🐌", globe_with_meridians: "🌐", seedling: "🌱", recycle: "♻️", bulb: "💡", heart: "❤️",
  raised_hand: "✋", ocean: "🌊", heavy_equals_sign: "🟰", ghost: "👻", eye: "👁️", ear: "👂", arrow_right: "➡️",
  black_square_for_stop: "⏹️", pray: "🙏", ok_hand: "👌", sparkles: "✨", dollar: "💵", clipboard: "📋", door: "🚪",
};

const CODE = /:([a-z0-9_+-]{1,60}):(?::skin-tone-\d:)?/g;

export function withEmoji(text) {
  return text.replace(CODE, (code, name) => character(name) ?? code);
}

export function character(name) {
  return Object.hasOwn(CHARACTERS, name) ? CHARACTERS[name] : null;
}
