"""The open modals of each person, as stacks, and the Home tabs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.sandbox.slack.blocks import check_view, with_ids
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.model import View
from bot.sandbox.slack.state_lock import StateLock

MAX_DEPTH = 3


@dataclass(slots=True)
class Modals:
    """Stores open modals. Thread-safe."""

    state_lock: StateLock
    _stacks: dict[str, list[View]] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)

    def top(self, person: str) -> View | None:
        """Return the modal that this person sees, or None."""
        with self.state_lock.read_lock():
            stack = self._stacks.get(person, [])
            return stack[-1] if stack else None

    def open(self, person: str, body: Any) -> View:
        """Open a modal in place of all open ones."""
        with self.state_lock.write_lock():
            view = self._make_view(person, body)
            self._stacks[person] = [view]
            return view

    def push(self, person: str, body: Any) -> View:
        """Open a modal above the current one."""
        with self.state_lock.write_lock():
            stack = self._stacks.get(person, [])
            if not stack:
                raise SlackError("not_found")
            if len(stack) >= MAX_DEPTH:
                raise SlackError("push_limit_reached")
            view = replace(
                self._make_view(person, body), previous_id=stack[-1].id, root_id=stack[0].id
            )
            stack.append(view)
            return view

    def update(self, view: View, body: Any, hash: str = "") -> View:
        """Replace an open modal, or raise SlackError if *hash* is outdated."""
        with self.state_lock.write_lock():
            current = self.find(view.id)
            if hash and hash != current.hash:
                raise SlackError("hash_conflict")
            made = self._make_view(current.person, body)
            return self._replace(
                current, replace(current, body=made.body, hash=made.hash, errors={})
            )

    def set_errors(self, view: View, errors: Mapping[str, str]) -> None:
        """Show errors below the blocks of an open modal."""
        with self.state_lock.write_lock():
            self._replace(view, replace(self.find(view.id), errors=dict(errors)))

    def close(self, view: View) -> None:
        """Close a modal and show the one below, if any."""
        with self.state_lock.write_lock():
            stack = self._stacks.get(view.person, [])
            self._stacks[view.person] = [v for v in stack if v.id != view.id]

    def clear(self, person: str) -> None:
        """Close all modals of a person."""
        with self.state_lock.write_lock():
            self._stacks.pop(person, None)

    def publish(self, person: str, body: Any, hash: str = "") -> View:
        """Set a person's Home tab, or raise SlackError if *hash* is outdated."""
        with self.state_lock.write_lock():
            known = self.homes.get(person)
            if known and hash and hash != known.hash:
                raise SlackError("hash_conflict")
            view = self._make_view(person, body)
            self.homes[person] = replace(view, id=known.id) if known else view
            return self.homes[person]

    def find(self, id: str) -> View:
        """Return an open view by id, or raise SlackError."""
        return self._find_one(lambda view: view.id == id)

    def find_external(self, external_id: str) -> View:
        """Return an open view by external id, or raise SlackError."""
        return self._find_one(lambda view: view.body.get("external_id") == external_id)

    def _find_one(self, wanted: Callable[[View], bool]) -> View:
        with self.state_lock.read_lock():
            stacked = [v for stack in self._stacks.values() for v in stack]
            found = [v for v in (*stacked, *self.homes.values()) if wanted(v)]
        if not found:
            raise SlackError("not_found")
        return found[0]

    def _make_view(self, person: str, body: Any) -> View:
        check_view(body)
        id, hash = self.state_lock.id("V"), self.state_lock.id("h")
        previous = {**body, "blocks": with_ids(body["blocks"], hash)}
        return View(id, person, previous, hash, root_id=id)

    def _replace(self, old: View, new: View) -> View:
        stack = self._stacks.get(old.person, [])
        self._stacks[old.person] = [new if v.id == old.id else v for v in stack]
        return new
