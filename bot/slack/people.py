"""Who somebody is, as Slack says: what roles are decided from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

from slack_sdk import WebClient

from bot.model import Person
from bot.slack.border import call, pick
from bot.slack.cache import Cache


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the bot itself is, and where it was installed."""

    team: str
    user: str
    bot: str
    enterprise: str | None = None


class People:
    """Questions about persons and groups, asked of Slack at most every five minutes."""

    def __init__(self, client: WebClient, clock: Callable[[], float] = monotonic) -> None:
        self._client = client
        self._me: Identity | None = None
        self.person = Cache(self._ask_person, clock=clock)
        self.group = Cache(self._ask_group, clock=clock)

    def identity(self) -> Identity:
        """Return who we are. It cannot change while the token is the same."""
        if self._me is None:
            said = call(self._client.auth_test)
            self._me = Identity(
                team=pick(said, "team_id"),
                user=pick(said, "user_id"),
                bot=said.get("bot_id", ""),
                enterprise=said.get("enterprise_id"),
            )
        return self._me

    def _ask_person(self, user: str) -> Person:
        return _person(pick(call(self._client.users_info, user=user), "user"), self.identity())

    def _ask_group(self, id: str) -> frozenset[str]:
        return frozenset(pick(call(self._client.usergroups_users_list, usergroup=id), "users"))


def _person(user: Mapping[str, Any], us: Identity) -> Person:
    """Return what a person may count on: somebody from outside is nobody's admin here."""
    outside = _is_outside(user, us)
    guest = outside or bool(user.get("is_restricted") or user.get("is_ultra_restricted"))
    profile = user.get("profile") or {}
    return Person(
        id=user["id"],
        name=profile.get("display_name") or profile.get("real_name") or user.get("name", ""),
        is_admin=not guest and bool(user.get("is_admin") or user.get("is_owner")),
        is_guest=guest,
    )


def _is_outside(user: Mapping[str, Any], us: Identity) -> bool:
    """Say whether somebody reads along from another company, or has left this one."""
    if user.get("is_stranger") or user.get("deleted"):
        return True
    if us.enterprise and (user.get("enterprise_user") or {}).get("enterprise_id") == us.enterprise:
        return False
    return bool(user.get("team_id", us.team) != us.team)
