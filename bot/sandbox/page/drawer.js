/* The control panel: break, heal or put a Space to sleep, slow the Hub, stop Slack, kill the bot. */

import { get, post } from "./api.js";
import { h, icon, ICONS, keyed } from "./dom.js";
import { complain } from "./toasts.js";

const PULSE = 1_500;
const ACTS = [["break", "Break"], ["build_error", "Build error"], ["sleep", "Sleep"], ["pause", "Pause"], ["answer_502", "Answer 502"], ["ignore_commits", "Ignore commits"], ["heal", "Heal"]];
const HUB = [["up", "Up"], ["slow", "Slow"], ["limited", "Limited"], ["down", "Down"]];
const SLACK = [["up", "Up"], ["down", "Down"]];
const CLOCK_STEPS = [[60, "+1 min"], [600, "+10 min"], [3_600, "+1 h"]];
const CLOCK_FORM = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" };
const MOODS = [[/ERROR|DELETING/, "bad"], [/^RUNNING/, "good"], [/BUILDING|STARTING/, "coming"], [/SLEEPING|STOPPED|PAUSED|NO_APP_FILE/, "quiet"]];

export class Drawer {
  constructor(node, toggle) {
    Object.assign(this, { node, toggle, parts: new Map(), timer: null });
    this.hub = choice("Hub", HUB, (value) => control(`hub_${value}`));
    this.slack = choice("Slack", SLACK, (value) => control(`slack_${value}`));
    this.faults = new FaultList(() => this.look());
    this.clock = new Clock(() => this.look());
    this.bot = h("span", { class: "stage" });
    this.spaces = h("ul", { class: "spaces", "aria-label": "Spaces" });
    const cross = h("button", { type: "button", class: "icon-button", "aria-label": "Close the sandbox controls", onclick: () => this.close() }, icon(ICONS.close));
    node.append(h("div", { class: "dialog-head" }, h("h2", { class: "dialog-title" }, "Sandbox"), cross), h("div", { class: "drawer-body" }, this.switches(), this.spaces));
    node.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
  }

  switches() {
    const kill = h("button", { type: "button", class: "button danger", onclick: () => control("kill_bot") }, "Kill the bot");
    const bot = h("div", { class: "switch" }, h("span", { class: "switch-name" }, "Bot"), this.bot, kill);
    return h("div", { class: "switches" }, this.hub.node, this.slack.node, bot, ...this.clock.nodes, ...this.faults.nodes);
  }

  turn() {
    if (this.node.hidden) this.openUp();
    else this.close();
  }

  openUp() {
    this.node.hidden = false;
    this.toggle.setAttribute("aria-expanded", "true");
    this.node.querySelector("button").focus({ preventScroll: true });
    this.look();
    this.timer = setInterval(() => this.look(), PULSE);
  }

  close() {
    clearInterval(this.timer);
    this.node.hidden = true;
    this.toggle.setAttribute("aria-expanded", "false");
    this.toggle.focus();
  }

  async look() {
    const state = await get("/sandbox/hub").catch(() => null);
    if (state && !this.node.hidden) this.show(state);
  }

  show({ spaces, hub, slack, bot, clock, scenarios, waiting }) {
    this.clock.show(clock);
    this.faults.show(scenarios ?? [], waiting ?? 0);
    this.hub.show(hub);
    this.slack.show(slack);
    this.bot.textContent = bot;
    this.bot.dataset.mood = { up: "good", down: "bad" }[bot] ?? "quiet";
    keyed(this.spaces, this.parts, spaces.map((space) => [space.id, space]), (space) => new SpaceRow(space, () => this.look()));
  }
}

/** The sandbox's clock, which moves forward for Slack, the Hub and the bot. */
class Clock {
  constructor(look) {
    this.time = h("span", { class: "stage", role: "status" });
    const move = (what, more, words, label) => h("button", { type: "button", class: "segment", "aria-label": label, onclick: () => control(what, more).then(look) }, words);
    const steps = CLOCK_STEPS.map(([seconds, words]) => move("clock", { seconds }, words, `Move the clock by ${words.slice(1)}`));
    const next = move("next_schedule", {}, "Next run", "Next run: move the clock to it");
    const row = h("div", { class: "switch" }, h("span", { class: "switch-name" }, "Clock"), this.time);
    this.nodes = [row, h("div", { class: "switch" }, h("div", { class: "segments", role: "group", "aria-label": "Clock" }, ...steps, next))];
  }

  show(seconds) {
    if (seconds) this.time.textContent = new Date(seconds * 1_000).toLocaleString("en-GB", CLOCK_FORM);
  }
}

/** The faults by name; below them the number of started faults that haven't occurred yet. */
class FaultList {
  constructor(look) {
    const start = () => this.select.value && control("scenario", { scenario: this.select.value }).then(look);
    const clear = () => control("clear_faults").then(look);
    this.select = h("select", { class: "input select", "aria-label": "What goes wrong next" });
    this.count = h("span", { class: "stage", role: "status", dataset: { mood: "coming" } });
    const set = h("button", { type: "button", class: "button small", onclick: start }, "Set off");
    const lift = h("button", { type: "button", class: "button small", onclick: clear }, "Clear faults");
    this.waiting = h("div", { class: "switch", hidden: true }, h("span", { class: "switch-name" }), this.count, lift);
    this.nodes = [h("div", { class: "switch" }, h("span", { class: "switch-name" }, "Fault"), this.select, set), this.waiting];
  }

  show(scenarios, waiting) {
    this.waiting.hidden = waiting === 0;
    this.count.textContent = `${waiting} waiting`;
    if (this.select.children.length > 0) return; // the list of one sandbox never changes
    const groups = Map.groupBy(scenarios, ({ group }) => group);
    for (const [label, entries] of groups) {
      this.select.append(h("optgroup", { label }, ...entries.map((entry) => h("option", { value: entry.id }, entry.label))));
    }
  }
}

class SpaceRow {
  constructor({ id, short }, look) {
    this.stage = h("span", { class: "stage" });
    this.error = h("p", { class: "space-error" });
    const act = ([what, words]) => h("button", { type: "button", class: "button small", "aria-label": `${words} ${short}`, onclick: () => control(what, { space: id }).then(look) }, words);
    const head = h("div", { class: "space-head" }, h("b", { title: id }, short), this.stage);
    this.node = h("li", { class: "space", dataset: { space: id } }, head, this.error, h("div", { class: "acts" }, ...ACTS.map(act)));
  }

  show({ stage, error, app }) {
    const fails = stage.startsWith("RUNNING") && app && app !== "up";
    this.stage.textContent = fails ? `${stage} · app: ${app}` : stage;
    this.stage.dataset.mood = fails ? "bad" : MOODS.find(([form]) => form.test(stage))?.[1] ?? "bad";
    this.error.textContent = error ?? "";
    this.error.hidden = !error;
  }
}

/** A row of buttons with one pressed. */
function choice(name, options, choose) {
  const buttons = options.map(([value, words]) => {
    const onclick = () => choose(value).then(() => show(value));
    return h("button", { type: "button", class: "segment", "aria-label": `${name} ${words.toLowerCase()}`, "aria-pressed": "false", dataset: { value }, onclick }, words);
  });
  const show = (value) => buttons.forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.value === value)));
  const row = h("div", { class: "segments", role: "group", "aria-label": name }, ...buttons);
  return { node: h("div", { class: "switch" }, h("span", { class: "switch-name" }, name), row), show };
}

async function control(what, more = {}) {
  await post("/sandbox/control", { do: what, ...more }).catch(complain);
}
