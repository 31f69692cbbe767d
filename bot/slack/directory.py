"""
The directory of the workspace: people and groups, from which roles are decided, and channels.

People and groups are cached; the cache serves stale answers while Slack is unavailable.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import Any, Generic, TypeVar

from slack_sdk import WebClient

from bot.errors import SlackUnavailable
from bot.model import Person
from bot.slack.errors import call_api, documented_shape, get_field

Value = TypeVar("Value")

TTL_SECONDS = 300.0
# https://docs.slack.dev/reference/methods/users.conversations advises at most 200 a page.
_PAGE_CHANNELS, _MAX_PAGES = 200, 50


class StaleOnErrorCache(Generic[Value]):
    """The last values by key; the oldest entry is evicted first."""

    def __init__(
        self,
        fetch: Callable[[str], Value],
        *,
        size: int = 1000,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._fetch, self._size, self._clock = fetch, size, clock
        self._entries: OrderedDict[str, tuple[float, Value]] = OrderedDict()
        self._lock = Lock()

    def __call__(self, key: str) -> Value:
        """Return the value of *key*, a stale one only while Slack is unavailable."""
        with self._lock:
            entry = self._entries.get(key)
        if entry and self._clock() - entry[0] < TTL_SECONDS:
            return entry[1]
        try:
            value = self._fetch(key)
        except SlackUnavailable:
            if entry is None:
                raise
            return entry[1]
        self._store(key, value)
        return value

    def _store(self, key: str, value: Value) -> None:
        with self._lock:
            self._entries[key] = (self._clock(), value)
            self._entries.move_to_end(key)
            if len(self._entries) > self._size:
                self._entries.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Identity:
    """The bot's own ids, and those of its workspace."""

    team: str
    user: str
    bot: str
    enterprise: str | None = None


class Users:
    """People and groups, each fetched at most every five minutes."""

    def __init__(self, client: WebClient, clock: Callable[[], float] = monotonic) -> None:
        self._client = client
        self._identity: Identity | None = None
        self.person = StaleOnErrorCache(self._fetch_person, clock=clock)
        self.group = StaleOnErrorCache(self._fetch_group, clock=clock)

    def identity(self) -> Identity:
        """Return the bot's identity, fetched once because it depends only on the token."""
        if self._identity is None:
            response = call_api(self._client.auth_test)
            self._identity = Identity(
                team=get_field(response, "team_id"),
                user=get_field(response, "user_id"),
                bot=response.get("bot_id", ""),
                enterprise=response.get("enterprise_id"),
            )
        return self._identity

    @documented_shape()
    def _fetch_person(self, user: str) -> Person:
        return _to_person(
            get_field(call_api(self._client.users_info, user=user), "user"), self.identity()
        )

    @documented_shape()
    def _fetch_group(self, id: str) -> frozenset[str]:
        return frozenset(
            get_field(call_api(self._client.usergroups_users_list, usergroup=id), "users")
        )


def _to_person(user: Mapping[str, Any], identity: Identity) -> Person:
    """Return the person; a guest or a member of another workspace is never an admin."""
    is_external = _is_external(user, identity)
    is_guest = is_external or bool(user.get("is_restricted") or user.get("is_ultra_restricted"))
    return Person(
        id=user["id"],
        is_admin=not is_guest and bool(user.get("is_admin") or user.get("is_owner")),
        is_guest=is_guest,
        has_left=bool(user.get("deleted")),
        name=str(user.get("real_name") or user.get("name") or ""),
    )


def _is_external(user: Mapping[str, Any], identity: Identity) -> bool:
    """Return whether a person belongs to another company, or was deactivated."""
    if user.get("is_stranger") or user.get("deleted"):
        return True
    if (
        identity.enterprise
        and (user.get("enterprise_user") or {}).get("enterprise_id") == identity.enterprise
    ):
        return False
    return bool(user.get("team_id", identity.team) != identity.team)


@documented_shape()
def find_channel(client: WebClient, name: str) -> str | None:
    """Return the id of the channel *name*, None if the bot isn't a member.

    Only the bot's own channels are listed, because `conversations.list` answers nearly empty pages
    in a large workspace.

    Raises:
        SlackError: The list is incomplete.

    """
    for channel in _list_channels(client):
        if name in (channel.get("name"), channel.get("name_normalized")):
            return str(channel["id"])
    return None


@documented_shape()
def list_channel_names(client: WebClient) -> dict[str, str]:
    """Return the names of the bot's channels by id."""
    return {str(c["id"]): str(c.get("name") or "") for c in _list_channels(client)}


def _list_channels(client: WebClient) -> Iterator[Mapping[str, Any]]:
    cursor = None
    for _ in range(_MAX_PAGES):
        page = call_api(
            client.users_conversations,
            types="public_channel,private_channel",
            exclude_archived=True,
            limit=_PAGE_CHANNELS,
            cursor=cursor,
        )
        yield from page.get("channels") or ()
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return
    raise SlackUnavailable(
        "I'm in too many channels to look through them all now.", next_step="Try again in a moment."
    )
