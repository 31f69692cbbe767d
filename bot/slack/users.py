"""
People and user groups in Slack, from which roles are decided, in a cache.

The cache serves stale answers while Slack is unavailable.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
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
    """Return the person; a guest or somebody from another workspace is never an admin."""
    is_external = _is_external(user, identity)
    is_guest = is_external or bool(user.get("is_restricted") or user.get("is_ultra_restricted"))
    return Person(
        id=user["id"],
        is_admin=not is_guest and bool(user.get("is_admin") or user.get("is_owner")),
        is_guest=is_guest,
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
