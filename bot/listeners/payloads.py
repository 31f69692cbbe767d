"""Parsing of Slack's payloads into a request."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from bot.listeners import messages
from bot.model import Ask, Source
from bot.render import modals
from bot.render.blocks import MENU_ACTION_ID, RUN_ACTION_ID

Payload = Mapping[str, Any]

# A button or menu, a submitted form, an entry of a message's menu.
_INTERACTIONS = frozenset({"block_actions", "view_submission", "message_action"})
# The commands behind the entries of a message's menu, by their callback id.
_SHORTCUTS = {"upload_files": "upload"}
# Characters of an action's id in the idempotency key, which is a part of other keys.
_MAX_ID_LENGTH = 80


def is_request(body: Payload) -> bool:
    """Return whether *body* is a slash command, an interaction or an event.

    The command's name isn't compared, because Slack sends an app only its own commands.
    """
    return "command" in body or body.get("type") in _INTERACTIONS or "event" in body


class UnreadablePayload(ValueError):
    """A field is missing or has another shape than Slack documents."""


def read(body: Payload, bot_user: str) -> Ask | None:
    """Return the request in *body*, or None if it needs only an acknowledgment.

    Raises:
        UnreadablePayload: if a field is missing or has another shape than documented.
    """
    try:
        return _read(body, bot_user)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise UnreadablePayload(f"{type(error).__name__}: {error}") from error


def _read(body: Payload, bot_user: str) -> Ask | None:
    if "command" in body:
        return _read_command(body)
    match body.get("type"):
        case "block_actions":
            return _read_button(body)
        case "view_submission":
            return _read_form(body)
        case "message_action":
            return _read_shortcut(body)
    return messages.read(body, bot_user)


def sender_of(body: Payload) -> Ask:
    """Return a request without text that names the sender of a malformed *body*.

    Used to reply. User and channel are empty if *body* doesn't contain them.
    """
    event = body.get("event") or {}
    user, channel = body.get("user") or {}, body.get("channel") or {}
    source = Source.COMMAND if "command" in body else Source.BUTTON
    if body.get("type") == "view_submission":
        source = Source.MODAL
    return Ask(
        text="",
        user=body.get("user_id") or event.get("user") or user.get("id", ""),
        channel=body.get("channel_id") or event.get("channel") or channel.get("id", ""),
        source=Source.MENTION if event else source,
        response_url=body.get("response_url"),
    )


def _read_command(body: Payload) -> Ask:
    return Ask(
        text=body.get("text", ""),
        user=body["user_id"],
        channel=body["channel_id"],
        source=Source.COMMAND,
        idempotency_key=f"command:{body.get('trigger_id') or _hash(body)}",
        trigger_id=body.get("trigger_id"),
        response_url=body.get("response_url"),
        slash=body["command"],
    )


def _read_button(body: Payload) -> Ask | None:
    """Return the request of a tapped button or menu, or None for a link button."""
    action, user, container = body["actions"][0], body["user"]["id"], body.get("container", {})
    command = _command_of(action)
    if command is None:
        return None
    channel, message = body.get("channel") or {}, body.get("message") or {}
    return Ask(
        text=command,
        user=user,
        # Outside channels, such as on the Home tab, the reply is a direct message.
        channel=channel.get("id") or container.get("channel_id") or user,
        source=Source.BUTTON,
        idempotency_key=f"tap:{action['action_ts']}:{user}:{_short(action['action_id'])}",
        thread=_thread_of(message, container),
        trigger_id=body.get("trigger_id"),
        response_url=body.get("response_url"),
        message=container.get("message_ts") or message.get("ts"),
    )


def _thread_of(message: Payload, container: Payload) -> str | None:
    """Return the thread in which a message is a reply.

    Slack names a message with replies as its own thread, but people see it in the channel.
    """
    ts = container.get("message_ts") or message.get("ts")
    thread = container.get("thread_ts") or message.get("thread_ts")
    return None if thread == ts else thread


def _command_of(action: Payload) -> str | None:
    """Return the command in a button or menu; None for another action id."""
    id = action["action_id"]
    if id == MENU_ACTION_ID:
        return str(action["selected_option"]["value"])
    return (
        str(action["value"]) if id == RUN_ACTION_ID or id.startswith(f"{RUN_ACTION_ID}:") else None
    )


def _read_form(body: Payload) -> Ask | None:
    """Return the request of a submitted form. A form submitted twice is one request."""
    view, user = body["view"], body["user"]["id"]
    if view.get("callback_id") != modals.CALLBACK_ID:
        return None
    metadata = modals.read_metadata(view["private_metadata"])
    elements = {id: _single_element(state) for id, state in view["state"]["values"].items()}
    uploaded_ids = (file["id"] for state in elements.values() for file in state.get("files") or ())
    return Ask(
        text=metadata.command,
        user=user,
        channel=metadata.channel,
        source=Source.MODAL,
        idempotency_key=f"form:{view['id']}",
        thread=metadata.thread,
        trigger_id=body.get("trigger_id"),
        form_values={id: _entered_value(state) for id, state in elements.items()},
        files=(*metadata.files, *uploaded_ids),
    )


def _single_element(state: Payload) -> Payload:
    """Return the one element of a field."""
    (element,) = state.values()
    return dict(element)


def _entered_value(element: Payload) -> str:
    """Return the typed text, or the selected values joined by commas. Files are read elsewhere."""
    chosen = element.get("selected_options") or [element.get("selected_option")]
    options = ",".join(option["value"] for option in chosen if option)
    return str(element.get("value") or options)


def _read_shortcut(body: Payload) -> Ask | None:
    """Return the request of an entry in a message's menu, with that message's files."""
    command = _SHORTCUTS.get(body.get("callback_id", ""))
    if command is None:
        return None
    message, user = body.get("message") or {}, body["user"]["id"]
    return Ask(
        text=command,
        user=user,
        channel=body["channel"]["id"],
        source=Source.SHORTCUT,
        idempotency_key=f"shortcut:{body['action_ts']}:{user}",
        thread=_thread_of(message, {}),
        trigger_id=body.get("trigger_id"),
        response_url=body.get("response_url"),
        files=messages.file_ids(message),
    )


def _short(id: str) -> str:
    """Return *id*, or its hash if long, because it contains a command."""
    return id if len(id) <= _MAX_ID_LENGTH else _hash(id)


def _hash(value: object) -> str:
    return sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()
