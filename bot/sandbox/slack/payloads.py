"""The payloads that an app receives: commands, clicks, submissions, shortcuts and events."""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.slack import portraits
from bot.sandbox.slack.nouns import (
    APP_ID,
    BOT_USER,
    TEAM_DOMAIN,
    TEAM_ID,
    Channel,
    Json,
    Message,
    Person,
    View,
)
from bot.sandbox.slack.tickets import Hook
from bot.sandbox.slack.workspace import Workspace

VERIFICATION = "sandbox-verification"
TEAM: Json = {"id": TEAM_ID, "domain": TEAM_DOMAIN}


def hook_url(workspace: Workspace, hook: Hook) -> str:
    return f"{workspace.base_url}/hooks/{hook.id}"


def command(workspace: Workspace, hook: Hook, room: Channel, name: str, text: str) -> Json:
    """Form fields. Neither thread_ts nor any word about the device."""
    return {
        "token": VERIFICATION,
        "team_id": TEAM_ID,
        "team_domain": TEAM_DOMAIN,
        "channel_id": room.id,
        "channel_name": "directmessage" if room.is_dm else room.name,
        "user_id": hook.person,
        "user_name": workspace.rooms.person(hook.person).name.lower(),
        "command": name,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": hook_url(workspace, hook),
        "trigger_id": workspace.tickets.trigger(hook.person),
    }


def _interaction(workspace: Workspace, kind: str, person: Person) -> Json:
    name = person.name.lower()
    return {
        "type": kind,
        "user": {"id": person.id, "username": name, "name": name, "team_id": TEAM_ID},
        "api_app_id": APP_ID,
        "token": VERIFICATION,
        "team": TEAM,
        "enterprise": None,
        "is_enterprise_install": False,
        "trigger_id": workspace.tickets.trigger(person.id),
    }


def _place(room: Channel) -> Json:
    return {"id": room.id, "name": "directmessage" if room.is_dm else room.name}


def message_action(
    workspace: Workspace, person: Person, said: Message, hook: Hook, action: Json
) -> Json:
    """A click on a message. An ephemeral message itself is not told again."""
    room = workspace.rooms.channels[said.channel]
    payload = {
        **_interaction(workspace, "block_actions", person),
        "container": {
            "type": "message",
            "message_ts": said.ts,
            "channel_id": room.id,
            "is_ephemeral": bool(said.ephemeral_for),
        },
        "channel": _place(room),
        "state": {"values": {}},
        "response_url": hook_url(workspace, hook),
        "actions": [action],
    }
    if said.is_reply:
        payload["container"]["thread_ts"] = said.thread_ts
    if not said.ephemeral_for:
        payload["message"] = portraits.message(workspace, said, metadata=True)
    return payload


def view_action(
    workspace: Workspace, person: Person, view: View, values: Json, action: Json
) -> Json:
    return {
        **_interaction(workspace, "block_actions", person),
        "container": {"type": "view", "view_id": view.id},
        "view": portraits.view(view, values),
        "actions": [action],
    }


def submission(workspace: Workspace, person: Person, view: View, values: Json) -> Json:
    payload = _interaction(workspace, "view_submission", person)
    return {**payload, "view": portraits.view(view, values), "response_urls": []}


def closed(workspace: Workspace, person: Person, view: View) -> Json:
    payload = _interaction(workspace, "view_closed", person)
    del payload["trigger_id"]
    return {**payload, "view": portraits.view(view), "is_cleared": False}


def shortcut(workspace: Workspace, person: Person, callback_id: str) -> Json:
    payload = _interaction(workspace, "shortcut", person)
    action_ts = workspace.pulse.ts()
    return {**payload, "callback_id": callback_id, "action_ts": action_ts}


def message_shortcut(
    workspace: Workspace, person: Person, said: Message, hook: Hook, callback_id: str
) -> Json:
    return {
        **_interaction(workspace, "message_action", person),
        "callback_id": callback_id,
        "action_ts": workspace.pulse.ts(),
        "message_ts": said.ts,
        "channel": _place(workspace.rooms.channels[said.channel]),
        "message": portraits.message(workspace, said, metadata=True),
        "response_url": hook_url(workspace, hook),
    }


def event(workspace: Workspace, inner: Mapping[str, Any]) -> Json:
    return {
        "token": VERIFICATION,
        "team_id": TEAM_ID,
        "context_team_id": TEAM_ID,
        "api_app_id": APP_ID,
        "event": dict(inner),
        "type": "event_callback",
        "event_id": workspace.pulse.id("Ev"),
        "event_time": int(workspace.pulse.clock()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM_ID,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
    }


def heard(workspace: Workspace, said: Message, kind: str) -> Json:
    """The inner event of something said: `message` or `app_mention`."""
    room = workspace.rooms.channels[said.channel]
    inner: Json = {
        **portraits.message(workspace, said),
        "type": kind,
        "channel": room.id,
        "event_ts": said.ts,
        "team": TEAM_ID,
    }
    if kind == "message":
        inner["channel_type"] = "im" if room.is_dm else "channel"
    if said.files and not said.is_bot:
        inner["subtype"] = "file_share"
    return inner
