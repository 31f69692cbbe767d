"""Reading what Slack sends: a payload in, an Ask out, or nothing when nobody asked anything."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from bot.listeners import messages
from bot.model import Ask, Source
from bot.render import modals
from bot.render.blocks import MENU, RUN

Payload = Mapping[str, Any]

# What people do that is not typed: a tap, a form sent, an entry of a message's menu chosen.
_DONE = frozenset({"block_actions", "view_submission", "message_action"})
# The commands behind the entries of a message's menu, by their callback id.
_SHORTCUTS = {"upload_files": "upload"}


def is_ours(body: Payload) -> bool:
    """Say whether this is for us: a slash command, something done or something said.

    Slack sends an app only its own slash commands, whatever the settings call them.
    """
    return "command" in body or body.get("type") in _DONE or "event" in body


class UnreadablePayload(ValueError):
    """A field is missing or has another shape than Slack documents."""


def read(body: Payload, me: str) -> Ask | None:
    """Return what is asked in *body*; None when it is to be acknowledged and no more.

    Raises UnreadablePayload when it has not the shape that Slack documents.
    """
    try:
        return _read(body, me)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise UnreadablePayload(f"{type(error).__name__}: {error}") from error


def _read(body: Payload, me: str) -> Ask | None:
    if "command" in body:
        return _command(body)
    match body.get("type"):
        case "block_actions":
            return _tap(body)
        case "view_submission":
            return _form(body)
        case "message_action":
            return _shortcut(body)
    return messages.read(body, me)


def whence(body: Payload) -> Ask:
    """Return who sent *body*, and from where, as far as a broken one tells."""
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
        respond=body.get("response_url"),
    )


def _command(body: Payload) -> Ask:
    return Ask(
        text=body.get("text", ""),
        user=body["user_id"],
        channel=body["channel_id"],
        source=Source.COMMAND,
        key=f"command:{body.get('trigger_id') or _hash(body)}",
        trigger=body.get("trigger_id"),
        respond=body.get("response_url"),
        slash=body["command"],
    )


def _tap(body: Payload) -> Ask | None:
    """Read a button or a menu. One with an address only opens it, and asks for nothing."""
    action, user, container = body["actions"][0], body["user"]["id"], body.get("container", {})
    command = _typed(action)
    if command is None:
        return None
    channel = body.get("channel") or {}
    return Ask(
        text=command,
        user=user,
        # Above no channel, as on the Home tab, the answer goes to the person.
        channel=channel.get("id") or container.get("channel_id") or user,
        source=Source.BUTTON,
        key=f"tap:{action['action_ts']}:{user}:{action['action_id']}",
        thread=container.get("thread_ts") or (body.get("message") or {}).get("thread_ts"),
        trigger=body.get("trigger_id"),
        respond=body.get("response_url"),
    )


def _typed(action: Payload) -> str | None:
    """Return the command that the button or menu stands for."""
    id = action["action_id"]
    if id == MENU:
        return str(action["selected_option"]["value"])
    return str(action["value"]) if id == RUN or id.startswith(f"{RUN}:") else None


def _form(body: Payload) -> Ask | None:
    """Read a form that was sent. The same one sent twice is one Ask, whatever was entered."""
    view, user = body["view"], body["user"]["id"]
    if view.get("callback_id") != modals.CALLBACK:
        return None
    errand = modals.errand(view["private_metadata"])
    entered = {id: _only(state) for id, state in view["state"]["values"].items()}
    picked = (file["id"] for state in entered.values() for file in state.get("files") or ())
    return Ask(
        text=errand.command,
        user=user,
        channel=errand.channel,
        source=Source.MODAL,
        key=f"form:{view['id']}",
        thread=errand.thread,
        trigger=body.get("trigger_id"),
        values={id: _entered(state) for id, state in entered.items()},
        files=(*errand.files, *picked),
    )


def _only(state: Payload) -> Payload:
    """Return the one element of a field."""
    (element,) = state.values()
    return dict(element)


def _entered(element: Payload) -> str:
    """Return what was typed or chosen, of several choices all; files are told elsewhere."""
    chosen = element.get("selected_options") or [element.get("selected_option")]
    options = ",".join(option["value"] for option in chosen if option)
    return str(element.get("value") or options)


def _shortcut(body: Payload) -> Ask | None:
    """Read an entry of a message's menu; the files of that message come along."""
    command = _SHORTCUTS.get(body.get("callback_id", ""))
    if command is None:
        return None
    message, user = body.get("message") or {}, body["user"]["id"]
    return Ask(
        text=command,
        user=user,
        channel=body["channel"]["id"],
        source=Source.SHORTCUT,
        key=f"shortcut:{body['action_ts']}:{user}",
        thread=message.get("thread_ts"),
        trigger=body.get("trigger_id"),
        respond=body.get("response_url"),
        files=messages.file_ids(message),
    )


def _hash(body: Payload) -> str:
    return sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()
