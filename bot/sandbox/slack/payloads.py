"""The payloads that an app receives: commands, clicks, submissions, shortcuts and events."""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.slack import serializers
from bot.sandbox.slack.ephemeral_ids import ResponseUrl
from bot.sandbox.slack.model import (
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
from bot.sandbox.slack.workspace import Workspace

VERIFICATION = "sandbox-verification"
TEAM: Json = {"id": TEAM_ID, "domain": TEAM_DOMAIN}


def format_response_url(workspace: Workspace, response_url: ResponseUrl) -> str:
    """Return the URL of a response URL."""
    return f"{workspace.base_url}/hooks/{response_url.id}"


def command(
    workspace: Workspace, response_url: ResponseUrl, conversation: Channel, name: str, text: str
) -> Json:
    """Return the fields of a slash command. Slack sends no thread_ts."""
    return {
        "token": VERIFICATION,
        "team_id": TEAM_ID,
        "team_domain": TEAM_DOMAIN,
        "channel_id": conversation.id,
        "channel_name": "directmessage" if conversation.is_dm else conversation.name,
        "user_id": response_url.person,
        "user_name": workspace.directory.person(response_url.person).name.lower(),
        "command": name,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": format_response_url(workspace, response_url),
        "trigger_id": workspace.ephemeral_ids.create_trigger(response_url.person),
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
        "trigger_id": workspace.ephemeral_ids.create_trigger(person.id),
    }


def _channel_fields(conversation: Channel) -> Json:
    return {
        "id": conversation.id,
        "name": "directmessage" if conversation.is_dm else conversation.name,
    }


def message_action(
    workspace: Workspace, person: Person, message: Message, response_url: ResponseUrl, action: Json
) -> Json:
    """Return the payload of a tap on a message, without the message if it is ephemeral."""
    conversation = workspace.directory.channels[message.channel]
    payload = {
        **_interaction(workspace, "block_actions", person),
        "container": {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": conversation.id,
            "is_ephemeral": bool(message.ephemeral_for),
        },
        "channel": _channel_fields(conversation),
        "state": {"values": {}},
        "response_url": format_response_url(workspace, response_url),
        "actions": [action],
    }
    if message.is_reply:
        payload["container"]["thread_ts"] = message.thread_ts
    if not message.ephemeral_for:
        payload["message"] = serializers.message(workspace, message, metadata=True)
    return payload


def view_action(
    workspace: Workspace, person: Person, view: View, values: Json, action: Json
) -> Json:
    """Return the payload of a tap in a modal."""
    return {
        **_interaction(workspace, "block_actions", person),
        "container": {"type": "view", "view_id": view.id},
        "view": serializers.view(view, values),
        "actions": [action],
    }


def submission(workspace: Workspace, person: Person, view: View, values: Json) -> Json:
    """Return the payload of a submitted modal."""
    payload = _interaction(workspace, "view_submission", person)
    return {**payload, "view": serializers.view(view, values), "response_urls": []}


def view_closed(workspace: Workspace, person: Person, view: View) -> Json:
    """Return the payload of a closed modal."""
    payload = _interaction(workspace, "view_closed", person)
    del payload["trigger_id"]
    return {**payload, "view": serializers.view(view), "is_cleared": False}


def shortcut(workspace: Workspace, person: Person, callback_id: str) -> Json:
    """Return the payload of a global shortcut."""
    payload = _interaction(workspace, "shortcut", person)
    action_ts = workspace.state_lock.ts()
    return {**payload, "callback_id": callback_id, "action_ts": action_ts}


def message_shortcut(
    workspace: Workspace,
    person: Person,
    message: Message,
    response_url: ResponseUrl,
    callback_id: str,
) -> Json:
    """Return the payload of a shortcut in a message's menu."""
    return {
        **_interaction(workspace, "message_action", person),
        "callback_id": callback_id,
        "action_ts": workspace.state_lock.ts(),
        "message_ts": message.ts,
        "channel": _channel_fields(workspace.directory.channels[message.channel]),
        "message": serializers.message(workspace, message, metadata=True),
        "response_url": format_response_url(workspace, response_url),
    }


def event(workspace: Workspace, inner: Mapping[str, Any]) -> Json:
    """Return the payload of an event."""
    return {
        "token": VERIFICATION,
        "team_id": TEAM_ID,
        "context_team_id": TEAM_ID,
        "api_app_id": APP_ID,
        "event": dict(inner),
        "type": "event_callback",
        "event_id": workspace.state_lock.id("Ev"),
        "event_time": int(workspace.state_lock.clock()),
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


def message_event(workspace: Workspace, message: Message, kind: str) -> Json:
    """Return the inner event about a message; *kind* is "message" or "app_mention"."""
    conversation = workspace.directory.channels[message.channel]
    inner: Json = {
        **serializers.message(workspace, message),
        "type": kind,
        "channel": conversation.id,
        "event_ts": message.ts,
        "team": TEAM_ID,
    }
    if kind == "message":
        inner["channel_type"] = "im" if conversation.is_dm else "channel"
    if message.files and not message.is_bot:
        inner["subtype"] = "file_share"
    return inner
