/* The people and channels by id, collected from every state. */

export class Directory {
  constructor() {
    this.users = new Map();
    this.channels = new Map();
    this.people = [];
  }

  learn(state) {
    this.people = state.people;
    for (const { id, name } of state.people) this.users.set(id, name);
    for (const { id, name } of state.channels) this.channels.set(id, name);
    for (const message of state.messages) this.meet(message);
  }

  meet({ user, name, replies = [] }) {
    if (user && name) this.users.set(user, name);
    for (const reply of replies) this.meet(reply);
  }

  user(id, label = null) {
    return this.users.get(id) ?? label ?? id;
  }

  channel(id, label = null) {
    return this.channels.get(id) ?? label ?? id;
  }
}
