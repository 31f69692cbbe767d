"""The registry of Web API methods, and the execution of a call."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.faults import Faults
from bot.sandbox.slack.model import BOT_USER, Channel, Json
from bot.sandbox.slack.workspace import Workspace


@dataclass(frozen=True, slots=True)
class ApiCall:
    """One call of a method, with its arguments."""

    method: str
    args: Mapping[str, Any]
    workspace: Workspace
    faults: Faults

    def require_arg(self, name: str) -> str:
        """Return an argument, or raise SlackError if it is missing."""
        value = self.text(name)
        if not value:
            raise SlackError("invalid_arguments", [f"missing required field: {name}"])
        return value

    def text(self, name: str) -> str:
        """Return an argument as text, empty if it is missing."""
        value = self.args.get(name)
        return "" if value is None else str(value)

    def flag(self, name: str) -> bool:
        """Return whether an argument is "1" or "true"."""
        return self.text(name).lower() in ("1", "true")

    def number(self, name: str, default: int) -> int:
        """Return an argument as an integer, or raise SlackError."""
        try:
            return int(self.text(name) or default)
        except ValueError:
            raise SlackError("invalid_arguments", [f"must be an integer: {name}"]) from None

    def json(self, name: str, error: str = "invalid_arguments") -> Any:
        """Return a structured argument, given as JSON or as a string of JSON.

        Raises:
            SlackError: with the code *error* if the string isn't JSON.
        """
        value = self.args.get(name)
        if not isinstance(value, str) or not value:
            return value or None
        try:
            return json.loads(value)
        except ValueError:
            raise SlackError(error) from None

    def channel(self, name: str = "channel") -> Channel:
        """Return the channel with the given id. Only posting accepts a name as well."""
        return self.workspace.directory.by_id(self.require_arg(name))

    def target_channel(self) -> Channel:
        """Return the channel to post in, by id, #name or, for direct messages, person id."""
        return self.workspace.directory.find(self.require_arg("channel"))

    def joined_channel(self, name: str = "channel") -> Channel:
        """Return the channel with the given id, or raise SlackError if the bot isn't in it."""
        conversation = self.channel(name)
        if BOT_USER not in conversation.members:
            raise SlackError("not_in_channel")
        return conversation

    @property
    def scopes(self) -> frozenset[str]:
        """The current scopes of the bot token."""
        return self.workspace.installation.scopes - self.faults.missing_scopes

    def require_scope(self, *scopes: str) -> None:
        """Raise SlackError unless the bot token has one of these scopes."""
        granted_scopes = self.scopes
        if not granted_scopes & set(scopes):
            raise missing_scope_error(scopes[0], granted_scopes)


Method = Callable[[ApiCall], Json]


@dataclass(frozen=True, slots=True)
class MethodSpec:
    """A method's handler, the scopes of which it needs one, and its kind of token."""

    handler: Method
    scopes: tuple[str, ...]
    token: str


METHODS: dict[str, MethodSpec] = {}


def api_method(
    name: str,
    *scopes: str,
    token: str = "bot",  # noqa: S107 - a kind of token
) -> Callable[[Method], Method]:
    """Return a decorator that registers a method.

    One of *scopes* suffices. *token* is "bot", "app" or "none".
    """

    def register(handler: Method) -> Method:
        METHODS[name] = MethodSpec(handler, scopes, token)
        return handler

    return register


def run_method(call: ApiCall, bearer: str) -> Json:
    """Return the method's response, which may be an error."""
    try:
        spec = METHODS.get(call.method)
        if spec is None:
            raise SlackError("unknown_method", req_method=call.method)  # noqa: TRY301 - handled below
        _authorize(spec, call, bearer)
        return {"ok": True, **spec.handler(call)}
    except SlackError as refusal:
        return refusal.body()


def _authorize(spec: MethodSpec, call: ApiCall, bearer: str) -> None:
    if spec.token == "none":  # noqa: S105 - a kind of token
        return
    if not bearer:
        raise SlackError("not_authed")
    installation = call.workspace.installation
    tokens = {"bot": installation.bot_token, "app": installation.app_token}
    if bearer not in tokens.values():
        raise SlackError("invalid_auth")
    if bearer == installation.bot_token and call.faults.is_revoked:
        raise SlackError("token_revoked")
    if bearer != tokens[spec.token]:
        raise SlackError("not_allowed_token_type")
    if spec.scopes:
        call.require_scope(*spec.scopes)


def missing_scope_error(needed: str, granted: frozenset[str]) -> SlackError:
    """Return the error for a missing scope, which names the granted ones."""
    return SlackError("missing_scope", needed=needed, provided=",".join(sorted(granted)))


def paginate(items: list[Any], call: ApiCall, default: int) -> tuple[list[Any], Json]:
    """Return one page of a list, and the cursor of the next.

    The cursors look unusual, because an app must not interpret them.
    """
    limit = max(1, min(call.number("limit", default), 999))
    cursor = call.text("cursor")
    if cursor and not cursor.removeprefix("next:").isdigit():
        raise SlackError("invalid_cursor")
    start = int(cursor.removeprefix("next:") or 0)
    end = start + limit
    following = f"next:{end}" if end < len(items) else ""
    return items[start:end], {"response_metadata": {"next_cursor": following}}
