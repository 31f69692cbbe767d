"""What people tap: buttons and menus, modals sent or closed, shortcuts."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any

from bot.sandbox.slack import forms, payloads
from bot.sandbox.slack.delivery import INTERACTIVE, Courier, Envelope
from bot.sandbox.slack.elements import interactive
from bot.sandbox.slack.errors import Mistake, SlackError
from bot.sandbox.slack.nouns import Json, Message, View
from bot.sandbox.slack.workspace import Workspace

FIXED = frozenset({"text", "value", "style", "url"})
TROUBLE = "We had some trouble connecting. Try again?"


class Interactions:
    def __init__(self, workspace: Workspace, courier: Courier) -> None:
        self._workspace = workspace
        self._courier = courier

    def click(self, person: str, said: Message, block_id: str, given: Json) -> None:
        """A tap on an element of a message; `given` names it and what was chosen."""
        workspace = self._workspace
        who = workspace.rooms.person(person)
        action = self._action(said.blocks, block_id, given)
        hook = workspace.tickets.hook(person, said.channel, source=said)
        payload = payloads.message_action(workspace, who, said, hook, action)
        self._send(payload, failed=self._notice(person, said.channel, said.thread_ts))

    def click_view(self, person: str, view: View, block_id: str, given: Json, values: Json) -> None:
        workspace = self._workspace
        who = workspace.rooms.person(person)
        action = self._action(view.blocks, block_id, given)
        state = forms.state(workspace, view, values)
        payload = payloads.view_action(workspace, who, view, state, action)
        self._send(payload, failed=self._trouble(view))

    def submit(self, person: str, view: View, values: Json) -> None:
        """Sends a modal, unless Slack itself finds a required field empty."""
        state = forms.state(self._workspace, view, values)
        problems = forms.complaints(view, state)
        self._workspace.modals.complain(view, problems)
        if not problems:
            who = self._workspace.rooms.person(person)
            payload = payloads.submission(self._workspace, who, view, state)
            answered = self._submitted(view)
            self._send(payload, answered=answered, failed=self._trouble(view))

    def close(self, person: str, view: View) -> None:
        self._workspace.modals.close(view)
        if view.body.get("notify_on_close"):
            who = self._workspace.rooms.person(person)
            self._send(payloads.closed(self._workspace, who, view))

    def shortcut(self, person: str, callback_id: str) -> None:
        who = self._workspace.rooms.person(person)
        payload = payloads.shortcut(self._workspace, who, callback_id)
        self._send(payload, failed=self._notice(person, self._workspace.rooms.dm(person).id))

    def message_shortcut(self, person: str, said: Message, callback_id: str) -> None:
        if said.ephemeral_for:
            raise Mistake("A message that only you can see has no shortcuts.")
        workspace = self._workspace
        who = workspace.rooms.person(person)
        hook = workspace.tickets.hook(person, said.channel)
        payload = payloads.message_shortcut(workspace, who, said, hook, callback_id)
        self._send(payload, failed=self._notice(person, said.channel))

    def _send(
        self,
        payload: Json,
        *,
        answered: Callable[[Any], None] = lambda _payload: None,
        failed: Callable[[str], None] = lambda _code: None,
    ) -> None:
        id = self._workspace.pulse.id("I")
        self._courier.send(Envelope(id, INTERACTIVE, payload, answered, failed))

    def _action(self, blocks: Iterable[Mapping[str, Any]], block_id: str, given: Json) -> Json:
        """The action as the app is told it; what is fixed comes from the element itself."""
        element = _tapped(blocks, block_id, given.get("action_id"))
        fixed = {k: v for k, v in element.items() if k in FIXED}
        shared = {"type": element["type"], "block_id": block_id, **given}
        return {**shared, **fixed, "action_ts": self._workspace.pulse.ts()}

    def _notice(self, person: str, channel: str, thread_ts: str = "") -> Callable[[str], None]:
        def failed(code: str) -> None:
            sentence = f'The app did not respond: "{code}". Try again in a moment.'
            self._workspace.notice(channel, person, sentence, thread_ts)

        return failed

    def _trouble(self, view: View) -> Callable[[str], None]:
        def failed(_code: str) -> None:
            with suppress(SlackError):
                self._workspace.modals.complain(view, {"": TROUBLE})

        return failed

    def _submitted(self, view: View) -> Callable[[Any], None]:
        def answered(payload: Any) -> None:
            try:
                self._follow(view, payload or {})
            except SlackError as refusal:
                self._trouble(view)(refusal.code)

        return answered

    def _follow(self, view: View, payload: Json) -> None:
        """Does what the app answered to a submission."""
        modals = self._workspace.modals
        match payload.get("response_action"):
            case None:
                modals.close(view)
            case "clear":
                modals.clear(view.person)
            case "update":
                modals.update(view, payload.get("view"))
            case "push":
                modals.push(view.person, payload.get("view"))
            case "errors":
                modals.complain(view, _known_errors(view, payload.get("errors")))
            case _:
                raise SlackError("invalid_arguments")


def _known_errors(view: View, errors: Any) -> dict[str, str]:
    """Errors may only stand under input blocks of the view."""
    inputs = {b["block_id"] for b in view.blocks if b["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not errors.keys() <= inputs:
        raise SlackError("invalid_arguments")
    return errors


def _tapped(blocks: Iterable[Mapping[str, Any]], block_id: str, action_id: object) -> Json:
    """Find what was tapped. An edit that crossed the tap gave its block another id."""
    alike = [(id, e) for id, e in interactive(blocks) if e["action_id"] == action_id]
    for id, element in alike:
        if id == block_id:
            return element
    if not alike:
        raise Mistake("What you tapped is not there any more: the message has changed.")
    return alike[0][1]
