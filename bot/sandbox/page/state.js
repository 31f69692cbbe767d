/* The current state for the person: long polls, each of which waits for the next change. */

import { get, Refusal } from "./api.js";

const PATIENCE = 30_000;
const PAUSE = 1_000;

export class State {
  /** Calls `changed(state)` after each response, `lost(sentence)` without one, `refused()` after a rejection. */
  constructor(session, { changed, lost, refused }) {
    Object.assign(this, { session, changed, lost, refused, after: -1, round: 0, asking: null });
  }

  async run() {
    for (;;) await this.step();
  }

  /** Cancels the current poll and starts another; resolves when its state is shown. */
  refresh() {
    this.after = -1;
    this.round += 1;
    const shown = new Promise((resolve) => (this.waiting = [...(this.waiting ?? []), resolve]));
    this.asking?.abort();
    return shown;
  }

  async step() {
    const round = this.round;
    try {
      const state = await this.ask();
      if (round === this.round) this.take(state);
    } catch (error) {
      if (round === this.round) await this.fail(error);
    }
  }

  async ask() {
    this.asking = new AbortController();
    const late = setTimeout(() => this.asking.abort(), PATIENCE);
    try {
      return await get(`/sandbox/state?${this.question()}`, this.asking.signal);
    } finally {
      clearTimeout(late);
    }
  }

  question() {
    const { person, channel } = this.session;
    const named = Object.entries({ person, channel }).filter(([, value]) => value);
    return new URLSearchParams([...named, ["after", String(this.after)]]);
  }

  take(state) {
    this.after = state.version;
    const waiting = this.waiting ?? [];
    this.waiting = [];
    this.lost("");
    this.changed(state);
    for (const resolve of waiting) resolve();
  }

  async fail(error) {
    this.after = -1;
    if (error.name !== "AbortError") this.lost(error.message);
    if (error instanceof Refusal) this.refused();
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}
