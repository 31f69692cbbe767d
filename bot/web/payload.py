"""Parsing and validation of the payload in the body of a signed request.

Bolt's own parser drops a command whose text contains the word "payload", and fails on shapes that
Slack never sends. So Bolt gets the payload that is parsed and validated here.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

Payload = dict[str, Any]

_JSON = "application/json"
# Fields of an interaction or event that are objects where present.
_OBJECT_FIELDS = ("user", "team", "channel", "container", "view", "message", "event", "enterprise")
# Fields without which a payload of this type cannot be attributed or answered.
_REQUIRED_FIELDS: Mapping[str, tuple[str, ...]] = {
    "event_callback": ("event.type",),
    "block_actions": ("user.id", "actions"),
    "view_submission": ("user.id", "view.id", "view.type"),
    "view_closed": ("user.id", "view.id", "view.type"),
    "message_action": ("user.id", "channel.id", "callback_id", "action_ts"),
    "shortcut": ("user.id", "callback_id"),
    "block_suggestion": ("user.id", "action_id"),
    "url_verification": ("challenge",),
}
_COMMAND_FIELDS = ("command", "user_id", "channel_id", "team_id")


class MalformedPayload(ValueError):
    """The body isn't a payload of Slack's. The message names the fault without any content."""


def read_payload(body: bytes, content_type: str) -> Payload:
    """Return the payload in *body*, in a shape that Bolt and the listeners can read.

    *body* is UTF-8, because its signature is verified.

    Raises:
        MalformedPayload: if the body is neither a form nor JSON, or lacks a required field.
    """
    payload = _parse(body, content_type)
    if "command" in payload:
        _require(payload, _COMMAND_FIELDS)
    elif "ssl_check" not in payload:
        _check_interaction(payload)
    return payload


def _parse(body: bytes, content_type: str) -> Payload:
    text = body.decode()
    if content_type.partition(";")[0].strip().lower() == _JSON or text.startswith("{"):
        return _parse_object(text)
    try:
        fields = dict(parse_qsl(text, keep_blank_values=True, strict_parsing=True))
    except ValueError as error:
        raise MalformedPayload("the body is neither a form nor JSON") from error
    return _parse_object(fields["payload"]) if "payload" in fields else fields


def _parse_object(text: str) -> Payload:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise MalformedPayload("the JSON cannot be parsed") from error
    if not isinstance(value, dict):
        raise MalformedPayload("the JSON is no object")
    return value


def _check_interaction(payload: Payload) -> None:
    for name in _OBJECT_FIELDS:
        if not isinstance(payload.get(name), dict | None):
            raise MalformedPayload(f"{name} is no object")
    kind = payload.get("type")
    if not isinstance(kind, str) or not kind:
        raise MalformedPayload("it has no type")
    _require(payload, _REQUIRED_FIELDS.get(kind, ()))
    if kind == "block_actions":
        _check_actions(payload["actions"])


def _check_actions(actions: object) -> None:
    if not isinstance(actions, list) or not actions:
        raise MalformedPayload("actions is no list with an entry")
    if not all(isinstance(action, dict) for action in actions):
        raise MalformedPayload("an action is no object")


def _require(payload: Payload, paths: tuple[str, ...]) -> None:
    for path in paths:
        value: Any = payload
        for name in path.split("."):
            value = value.get(name) if isinstance(value, dict) else None
        if not value or (path != "actions" and not isinstance(value, str)):
            raise MalformedPayload(f"{path} is missing")
