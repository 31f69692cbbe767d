"""The Web API's methods: how one is declared, what its call carries, and how it is run."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.faults import Faults
from bot.sandbox.slack.nouns import BOT_USER, Channel, Json
from bot.sandbox.slack.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a method: its arguments, and the workspace they are about."""

    method: str
    args: Mapping[str, Any]
    workspace: Workspace
    faults: Faults

    def need(self, name: str) -> str:
        value = self.text(name)
        if not value:
            raise SlackError("invalid_arguments", [f"missing required field: {name}"])
        return value

    def text(self, name: str) -> str:
        value = self.args.get(name)
        return "" if value is None else str(value)

    def flag(self, name: str) -> bool:
        return self.text(name).lower() in ("1", "true")

    def number(self, name: str, default: int) -> int:
        try:
            return int(self.text(name) or default)
        except ValueError:
            raise SlackError("invalid_arguments", [f"must be an integer: {name}"]) from None

    def json(self, name: str, error: str = "invalid_arguments") -> Any:
        """A structure, given as JSON or, in a form, as a string of JSON."""
        value = self.args.get(name)
        if not isinstance(value, str) or not value:
            return value or None
        try:
            return json.loads(value)
        except ValueError:
            raise SlackError(error) from None

    def channel(self, name: str = "channel") -> Channel:
        """A channel by its id: but for posting, Slack knows it by nothing else."""
        return self.workspace.rooms.by_id(self.need(name))

    def place(self) -> Channel:
        """Where to post: an id, a #name, or a person for their direct messages."""
        return self.workspace.rooms.find(self.need("channel"))

    def own_channel(self, name: str = "channel") -> Channel:
        """A channel that the bot is in."""
        room = self.channel(name)
        if BOT_USER not in room.members:
            raise SlackError("not_in_channel")
        return room

    @property
    def scopes(self) -> frozenset[str]:
        """The scopes that the bot token has now."""
        return self.workspace.installation.scopes - self.faults.missing_scopes

    def require(self, *scopes: str) -> None:
        """Refuses unless one of these scopes was granted."""
        granted = self.scopes
        if not granted & set(scopes):
            raise missing_scope(scopes[0], granted)


Method = Callable[[Call], Json]


@dataclass(frozen=True, slots=True)
class Declared:
    run: Method
    scopes: tuple[str, ...]
    token: str


METHODS: dict[str, Declared] = {}


def method(
    name: str,
    *scopes: str,
    token: str = "bot",  # noqa: S107  a kind of token, not one
) -> Callable[[Method], Method]:
    """Declares a method; any one of the scopes is enough. `token` is bot, app or none."""

    def declare(run: Method) -> Method:
        METHODS[name] = Declared(run, scopes, token)
        return run

    return declare


def run(call: Call, bearer: str) -> Json:
    """The method's answer, `ok` included; a refusal is an answer too."""
    try:
        declared = METHODS.get(call.method)
        if declared is None:
            raise SlackError("unknown_method", req_method=call.method)  # noqa: TRY301  one way out
        _admit(declared, call, bearer)
        return {"ok": True, **declared.run(call)}
    except SlackError as refusal:
        return refusal.body()


def _admit(declared: Declared, call: Call, bearer: str) -> None:
    if declared.token == "none":  # noqa: S105  a kind of token, not one
        return
    if not bearer:
        raise SlackError("not_authed")
    installation = call.workspace.installation
    tokens = {"bot": installation.bot_token, "app": installation.app_token}
    if bearer not in tokens.values():
        raise SlackError("invalid_auth")
    if bearer == installation.bot_token and call.faults.is_revoked:
        raise SlackError("token_revoked")
    if bearer != tokens[declared.token]:
        raise SlackError("not_allowed_token_type")
    if declared.scopes:
        call.require(*declared.scopes)


def missing_scope(needed: str, granted: frozenset[str]) -> SlackError:
    return SlackError("missing_scope", needed=needed, provided=",".join(sorted(granted)))


def page(items: list[Any], call: Call, default: int) -> tuple[list[Any], Json]:
    """One page of a list, and the cursor of the next. Cursors are opaque, so these are odd."""
    limit = max(1, min(call.number("limit", default), 999))
    cursor = call.text("cursor")
    if cursor and not cursor.removeprefix("next:").isdigit():
        raise SlackError("invalid_cursor")
    start = int(cursor.removeprefix("next:") or 0)
    end = start + limit
    following = f"next:{end}" if end < len(items) else ""
    return items[start:end], {"response_metadata": {"next_cursor": following}}
