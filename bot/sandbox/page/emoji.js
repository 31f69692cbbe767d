/* Short codes such as :zzz: → the character; an unknown code stays as text. */

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
  hospital: "🏥", thermometer: "🌡️", pushpin: "📌", round_pushpin: "📍", label: "🏷️", ledger: "📒",
  notebook: "📓", books: "📚", newspaper: "📰", envelope: "✉️", email: "📧", inbox_tray: "📥", outbox_tray: "📤",
  mailbox: "📫", bookmark: "🔖", scissors: "✂️", mag_right: "🔎", lock_with_ink_pen: "🔏",
  closed_lock_with_key: "🔐", old_key: "🗝️", shield: "🛡️", chains: "⛓️", microscope: "🔬",
  satellite_antenna: "📡", electric_plug: "🔌", battery: "🔋", computer: "💻", desktop_computer: "🖥️",
  floppy_disk: "💾", cd: "💿", camera: "📷", telephone_receiver: "📞", iphone: "📱", hourglass_done: "⌛",
  clock3: "🕒", clock9: "🕘", date: "📆", spiral_calendar_pad: "🗓️", chart_with_downwards_trend: "📉",
  money_with_wings: "💸", euro: "💶", trophy: "🏆", star: "⭐", star2: "🌟", zap: "⚡", cloud: "☁️", rainbow: "🌈",
  snowflake: "❄️", umbrella: "☔", droplet: "💧", cyclone: "🌀", earth_africa: "🌍", new_moon: "🌑",
  full_moon: "🌕", coffee: "☕", pizza: "🍕", gift: "🎁", balloon: "🎈", bulldozer: "🚜", ambulance: "🚑",
  fire_engine: "🚒", vertical_traffic_light: "🚦", checkered_flag: "🏁", triangular_flag_on_post: "🚩",
  white_flag: "🏳️", large_green_square: "🟩", large_red_square: "🟥", large_yellow_square: "🟨",
  large_blue_square: "🟦", white_large_square: "⬜", black_large_square: "⬛", small_red_triangle: "🔺",
  small_blue_diamond: "🔹", large_orange_diamond: "🔶", heavy_plus_sign: "➕", heavy_minus_sign: "➖",
  heavy_exclamation_mark: "❗", grey_exclamation: "❕", bangbang: "‼️", arrow_left: "⬅️", arrow_up: "⬆️",
  arrow_down: "⬇️", arrow_right_hook: "↪️", leftwards_arrow_with_hook: "↩️", arrow_double_up: "⏫",
  arrow_double_down: "⏬", track_next: "⏭️", rewind: "⏪", twisted_rightwards_arrows: "🔀",
  black_circle_for_record: "⏺️", eject: "⏏️", new: "🆕", ok: "🆗", sos: "🆘", free: "🆓", up: "🆙", soon: "🔜",
  back: "🔙", end: "🔚", on: "🔛", top: "🔝", "100": "💯", point_right: "👉", point_down: "👇", point_up_2: "👆",
  clap: "👏", muscle: "💪", handshake: "🤝", shrug: "🤷", sweat_smile: "😅", smile: "😄",
  slightly_smiling_face: "🙂", thinking_face: "🤔", neutral_face: "😐", cry: "😢", skull: "💀",
  broken_heart: "💔", student: "🧑‍🎓", teacher: "🧑‍🏫", technologist: "🧑‍💻", school: "🏫", house: "🏠",
  building_construction: "🏗️", toolbox: "🧰", broom: "🧹", test_tube: "🧪", magnet: "🧲", jigsaw: "🧩",
  bell_slash: "🔕", loud_sound: "🔊", sound: "🔉", mega: "📣", loudspeaker: "📢", speech_balloon: "💬",
  thought_balloon: "💭", hand: "✋", stop_sign: "🛑", warning_sign: "⚠️", turtle: "🐢", rabbit2: "🐇", ant: "🐜",
  spider_web: "🕸️", arrow_upper_right: "↗️", arrow_lower_right: "↘️", ballot_box_with_check: "☑️",
  negative_squared_cross_mark: "❎", heavy_multiplication_x: "✖️", hash: "#️⃣", one: "1️⃣", two: "2️⃣",
  three: "3️⃣",
};

const CODE = /:([a-z0-9_+-]{1,60}):(?::skin-tone-\d:)?/g;

export function withEmoji(text) {
  return text.replace(CODE, (code, name) => character(name) ?? code);
}

export function character(name) {
  return Object.hasOwn(CHARACTERS, name) ? CHARACTERS[name] : null;
}
