"""Interactions: taps on buttons and menus, submitted and closed modals, shortcuts."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any

from bot.sandbox.slack import forms, payloads
from bot.sandbox.slack.delivery import INTERACTIVE, Dispatcher, Envelope
from bot.sandbox.slack.elements import interactive_elements
from bot.sandbox.slack.errors import InvalidAction, SlackError
from bot.sandbox.slack.model import Json, Message, View
from bot.sandbox.slack.workspace import Workspace

ELEMENT_KEYS = frozenset({"text", "value", "style", "url"})
CONNECTION_ERROR = "We had some trouble connecting. Try again?"


class Interactions:
    """Sends people's interactions to the app, and applies its responses."""

    def __init__(self, workspace: Workspace, dispatcher: Dispatcher) -> None:
        self._workspace = workspace
        self._dispatcher = dispatcher

    def click(self, person: str, message: Message, block_id: str, selection: Json) -> None:
        """Tap an element of a message; *selection* has its action id and the chosen options."""
        workspace = self._workspace
        user = workspace.directory.person(person)
        action = self._make_action(message.blocks, block_id, selection)
        response_url = workspace.ephemeral_ids.create_response_url(
            person, message.channel, source=message
        )
        payload = payloads.message_action(workspace, user, message, response_url, action)
        self._send(
            payload, on_error=self._notice_on_error(person, message.channel, message.thread_ts)
        )

    def click_view(
        self, person: str, view: View, block_id: str, selection: Json, values: Json
    ) -> None:
        """Tap an element of a modal; *values* are those of its fields."""
        workspace = self._workspace
        user = workspace.directory.person(person)
        action = self._make_action(view.blocks, block_id, selection)
        state = forms.view_state(workspace, view, values)
        payload = payloads.view_action(workspace, user, view, state, action)
        self._send(payload, on_error=self._view_error_on_failure(view))

    def submit(self, person: str, view: View, values: Json) -> None:
        """Submit a modal, unless Slack itself finds an error in a field."""
        state = forms.view_state(self._workspace, view, values)
        errors = forms.field_errors(view, state)
        self._workspace.modals.set_errors(view, errors)
        if not errors:
            user = self._workspace.directory.person(person)
            payload = payloads.submission(self._workspace, user, view, state)
            on_ack = self._on_submit_ack(view)
            self._send(payload, on_ack=on_ack, on_error=self._view_error_on_failure(view))

    def close(self, person: str, view: View) -> None:
        """Close a modal."""
        self._workspace.modals.close(view)
        if view.body.get("notify_on_close"):
            user = self._workspace.directory.person(person)
            self._send(payloads.view_closed(self._workspace, user, view))

    def shortcut(self, person: str, callback_id: str) -> None:
        """Use a global shortcut."""
        user = self._workspace.directory.person(person)
        payload = payloads.shortcut(self._workspace, user, callback_id)
        self._send(
            payload, on_error=self._notice_on_error(person, self._workspace.directory.dm(person).id)
        )

    def message_shortcut(self, person: str, message: Message, callback_id: str) -> None:
        """Use a shortcut in a message's menu."""
        if message.ephemeral_for:
            raise InvalidAction("A message that only you can see has no shortcuts.")
        workspace = self._workspace
        user = workspace.directory.person(person)
        response_url = workspace.ephemeral_ids.create_response_url(person, message.channel)
        payload = payloads.message_shortcut(workspace, user, message, response_url, callback_id)
        self._send(payload, on_error=self._notice_on_error(person, message.channel))

    def _send(
        self,
        payload: Json,
        *,
        on_ack: Callable[[Any], None] = lambda _payload: None,
        on_error: Callable[[str], None] = lambda _code: None,
    ) -> None:
        id = self._workspace.state_lock.id("I")
        self._dispatcher.send(Envelope(id, INTERACTIVE, payload, on_ack, on_error))

    def _make_action(
        self, blocks: Iterable[Mapping[str, Any]], block_id: str, selection: Json
    ) -> Json:
        """Return the action for the payload; text, value, style and URL come from the element."""
        element = _find_element(blocks, block_id, selection.get("action_id"))
        fixed = {k: v for k, v in element.items() if k in ELEMENT_KEYS}
        shared = {"type": element["type"], "block_id": block_id, **selection}
        return {**shared, **fixed, "action_ts": self._workspace.state_lock.ts()}

    def _notice_on_error(
        self, person: str, channel: str, thread_ts: str = ""
    ) -> Callable[[str], None]:
        def on_error(code: str) -> None:
            sentence = f'The app did not respond: "{code}". Try again in a moment.'
            self._workspace.post_notice(channel, person, sentence, thread_ts)

        return on_error

    def _view_error_on_failure(self, view: View) -> Callable[[str], None]:
        def on_error(_code: str) -> None:
            with suppress(SlackError):
                self._workspace.modals.set_errors(view, {"": CONNECTION_ERROR})

        return on_error

    def _on_submit_ack(self, view: View) -> Callable[[Any], None]:
        def on_ack(payload: Any) -> None:
            try:
                self._apply_response_action(view, payload or {})
            except SlackError as refusal:
                self._view_error_on_failure(view)(refusal.code)

        return on_ack

    def _apply_response_action(self, view: View, payload: Json) -> None:
        """Apply the app's response to a submission."""
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
                modals.set_errors(view, _require_known_errors(view, payload.get("errors")))
            case _:
                raise SlackError("invalid_arguments")


def _require_known_errors(view: View, errors: Any) -> dict[str, str]:
    """Return *errors*, or raise SlackError unless each belongs to an input block."""
    inputs = {b["block_id"] for b in view.blocks if b["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not errors.keys() <= inputs:
        raise SlackError("invalid_arguments")
    return errors


def _find_element(blocks: Iterable[Mapping[str, Any]], block_id: str, action_id: object) -> Json:
    """Return the tapped element.

    The block id may differ, because the app may have edited the message before the tap arrived.
    """
    candidates = [(id, e) for id, e in interactive_elements(blocks) if e["action_id"] == action_id]
    for id, element in candidates:
        if id == block_id:
            return element
    if not candidates:
        raise InvalidAction("The message has changed, so that button is gone.")
    return candidates[0][1]
