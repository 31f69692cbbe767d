"""Grouping: whether incidents get their own card or share one."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.alerts.incident import Incident
from bot.alerts.problems import ProblemKind
from bot.alerts.reasons import Reason, ReasonCode
from bot.error_summary import fingerprint

#: Incidents with the same problem or cause that make a group.
MIN_GROUP_SIZE = 4
#: Incidents with the same problem join a group within this time.
GROUP_WINDOW = timedelta(minutes=10)
_TOKEN = re.compile(r"group:([1-9][0-9]{0,8})(?::([a-z]+))?", re.IGNORECASE | re.ASCII)
_OWN_CARD = Reason(ReasonCode.OWN_CARD)


class GroupKind(StrEnum):
    """Why several incidents share one card."""

    INITIAL = "initial"  # found by the initial scan
    SAME_PROBLEM = "same_problem"  # the same problem in the same sweep
    SAME_CAUSE = "same_cause"  # the same error, at any time
    REMINDER = "reminder"  # still open; each also has another card
    ACK_CHECK = "ack_check"  # whether the ack still holds; each also has another card


@dataclass(frozen=True, slots=True)
class Group:
    """Several incidents on one card.

    `key` is the problem, the fingerprint or, for an ack check, the id of the asked user.
    """

    id: int
    kind: GroupKind
    key: str
    channel: str
    card: int
    opened_at: datetime
    members: tuple[int, ...] = ()
    closed_at: datetime | None = None
    announce_recovery: bool = False  # a recovered member pings: reply once all are resolved

    @property
    def is_secondary(self) -> bool:
        """Whether each member has another card, whose thread gets the replies."""
        return self.kind in (GroupKind.REMINDER, GroupKind.ACK_CHECK)


@dataclass(frozen=True, slots=True)
class OwnCard:
    """Placement of an incident on its own card."""

    incident: Incident
    reason: Reason = _OWN_CARD


@dataclass(frozen=True, slots=True)
class JoinGroup:
    """Placement of incidents in an existing group, by an edit of its card."""

    group: Group
    incidents: tuple[Incident, ...]
    reason: Reason


@dataclass(frozen=True, slots=True)
class NewGroup:
    """Placement of incidents in a new group.

    Incidents that have their own card move to the group's card.
    """

    kind: GroupKind
    key: str
    incidents: tuple[Incident, ...]
    reason: Reason


Placement = OwnCard | JoinGroup | NewGroup


def place_incidents(
    unnotified: Sequence[Incident],
    single: Sequence[Incident],
    groups: Sequence[Group],
    now: datetime,
) -> list[Placement]:
    """Return the placements of *unnotified* in one channel.

    *single* are the open incidents with their own card in that channel, *groups* the open groups
    there. Existing groups come first, then a shared cause, then a shared problem.
    """
    joining, rest = _join_groups(unnotified, groups, now)
    by_cause, rest = _group_by_cause(rest, single)
    by_problem, rest = _group_by_problem(rest)
    return [*joining, *by_cause, *by_problem, *(OwnCard(incident) for incident in rest)]


def _join_groups(
    unnotified: Iterable[Incident], groups: Sequence[Group], now: datetime
) -> tuple[list[JoinGroup], list[Incident]]:
    found: dict[int, list[Incident]] = defaultdict(list)
    rest: list[Incident] = []
    for incident in unnotified:
        group = next((g for g in groups if _accepts(g, incident, now)), None)
        (found[group.id] if group else rest).append(incident)
    by_id = {group.id: group for group in groups}
    return [_join_group(by_id[id], incidents) for id, incidents in found.items()], rest


def _accepts(group: Group, incident: Incident, now: datetime) -> bool:
    if incident.flapping_since:
        return False
    if group.kind is GroupKind.SAME_CAUSE:
        return group.key == incident.fingerprint
    fresh = now - group.opened_at <= GROUP_WINDOW
    return group.kind is GroupKind.SAME_PROBLEM and fresh and group.key == incident.problem


def _join_group(group: Group, incidents: Sequence[Incident]) -> JoinGroup:
    if group.kind is GroupKind.SAME_CAUSE:
        return JoinGroup(group, tuple(incidents), Reason(ReasonCode.JOINED_SAME_CAUSE))
    reason = Reason(ReasonCode.JOINED_SAME_PROBLEM, ProblemKind(group.key))
    return JoinGroup(group, tuple(incidents), reason)


def _group_by_cause(
    unnotified: Iterable[Incident], single: Iterable[Incident]
) -> tuple[list[NewGroup], list[Incident]]:
    """Return a group for each fingerprint that enough incidents share, and the rest.

    Incidents in *single* count, although they have been notified.
    """
    fresh, rest = _partition(unnotified, lambda incident: incident.fingerprint)
    known, _ = _partition(single, lambda incident: incident.fingerprint)
    new_groups = []
    for key, incidents in fresh.items():
        shared = (*known.get(key, ()), *incidents)
        if len(shared) >= MIN_GROUP_SIZE:
            reason = Reason(ReasonCode.SAME_CAUSE, count=len(shared))
            new_groups.append(NewGroup(GroupKind.SAME_CAUSE, key, shared, reason))
        else:
            rest += incidents
    return new_groups, rest


def _group_by_problem(unnotified: Iterable[Incident]) -> tuple[list[NewGroup], list[Incident]]:
    kinds, rest = _partition(unnotified, lambda incident: incident.problem.value)
    new_groups = []
    for key, incidents in kinds.items():
        if len(incidents) >= MIN_GROUP_SIZE:
            reason = Reason(ReasonCode.SAME_PROBLEM, count=len(incidents))
            new_groups.append(NewGroup(GroupKind.SAME_PROBLEM, key, tuple(incidents), reason))
        else:
            rest += incidents
    return new_groups, rest


def same_cause(single: Sequence[Incident]) -> list[NewGroup]:
    """Return groups of posted incidents whose logs show the same error."""
    causes, _ = _partition(single, lambda incident: incident.fingerprint)
    return [
        NewGroup(
            GroupKind.SAME_CAUSE, key, tuple(found), Reason(ReasonCode.SAME_LOG, count=len(found))
        )
        for key, found in causes.items()
        if len(found) >= MIN_GROUP_SIZE
    ]


def with_same_cause(group: Group, members: Iterable[Incident]) -> list[Incident]:
    """Return the members that still show the error of *group*.

    The next build may fail with another error. The Hub's error counts even if the log differs.
    """
    return [m for m in members if m.fingerprint == group.key or fingerprint(m.error) == group.key]


def to_token(group: int, problem: str = "") -> str:
    """Return the target that means the open members of a group, or those with *problem*.

    No Space name contains its colon.
    """
    return f"group:{group}:{problem}" if problem else f"group:{group}"


def from_token(word: str) -> tuple[int, str] | None:
    """Return the group id and the problem that *word* means, or None.

    >>> from_token("group:7"), from_token("group:7:asleep"), from_token("team-7")
    ((7, ''), (7, 'asleep'), None)
    """
    match = _TOKEN.fullmatch(word)
    return (int(match[1]), (match[2] or "").lower()) if match else None


def _partition(
    incidents: Iterable[Incident], key: Callable[[Incident], str]
) -> tuple[dict[str, list[Incident]], list[Incident]]:
    """Return incidents by *key*, and those that are flapping or have no key."""
    found: dict[str, list[Incident]] = defaultdict(list)
    rest: list[Incident] = []
    for incident in incidents:
        ungrouped = incident.flapping_since is not None or not key(incident)
        (rest if ungrouped else found[key(incident)]).append(incident)
    return found, rest
