"""Reading what Slack sends: a payload in, an Ask out, or nothing when nobody asked anything."""

import json
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from bot.model import Ask, Source
from bot.render import modals
from bot.render.blocks import MENU, RUN

Payload = Mapping[str, Any]

# A message of one of these kinds was typed by a person, the last in a thread and shown in the
# channel, too. Edits, joins and our own are others.
_TYPED = frozenset({None, "file_share", "thread_broadcast"})
# What people do that is not typed: a tap, a form sent, an entry of a message's menu chosen.
_DONE = frozenset({"block_actions", "view_submission", "message_action"})
# The commands behind the entries of a message's menu, by their callback id.
_SHORTCUTS = {"upload_files": "upload"}


def is_ours(body: Payload, command: str) -> bool:
    """Say whether this is for us: our command, something done or something said."""
    return body.get("command") == command or body.get("type") in _DONE or "event" in body


def read(body: Payload, me: str) -> Ask | None:
    """Return what is asked in *body*; None when it is to be acknowledged and no more."""
    if "command" in body:
        return _command(body)
    match body.get("type"):
        case "block_actions":
            return _tap(body)
        case "view_submission":
            return _form(body)
        case "message_action":
            return _shortcut(body)
    return _speech(body, me)


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
        files=_files(message),
    )


def _files(message: Payload) -> tuple[str, ...]:
    return tuple(file["id"] for file in message.get("files") or () if file.get("id"))


def _speech(body: Payload, me: str) -> Ask | None:
    """Read a mention or a direct message, typed by a person and not edited since."""
    event = body["event"]
    source = _way(event)
    if source is None or not _by_a_person(event, me):
        return None
    return Ask(
        text=_without_mention(event.get("text") or "", me),
        user=event["user"],
        channel=event["channel"],
        source=source,
        key=f"event:{body.get('event_id') or event['channel'] + event['ts']}",
        thread=event.get("thread_ts"),
        files=_files(event),
    )


def _way(event: Payload) -> Source | None:
    if event.get("type") == "app_mention":
        return Source.MENTION
    if event.get("type") == "message" and event.get("channel_type") == "im":
        return Source.DIRECT
    return None


def _by_a_person(event: Payload, me: str) -> bool:
    return (
        event.get("subtype") in _TYPED
        and not event.get("bot_id")
        and not event.get("edited")
        and not event.get("hidden")
        and event.get("user") not in (None, "", me, "USLACKBOT")
    )


def _without_mention(text: str, me: str) -> str:
    """Take the bot's own name out; other people's are what the person said.

    >>> _without_mention("<@U0BOT> wake <@U1>", "U0BOT")
    'wake <@U1>'
    """
    return re.sub(rf"<@{re.escape(me)}(\|[^>]*)?>", " ", text).strip() if me else text


def _hash(body: Payload) -> str:
    return sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()
