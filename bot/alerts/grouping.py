"""On which card an incident stands: its own, or one that it shares."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.alerts.fingerprint import fingerprint
from bot.alerts.incident import Incident
from bot.alerts.problems import ProblemKind

#: So many alike in one sweep share a card.
MIN_GROUP_SIZE = 4
#: For so long more of the same kind join it.
GROUP_WINDOW = timedelta(minutes=10)
#: What starting a Space anew may mend.
_RESTARTABLE = (ProblemKind.ASLEEP, ProblemKind.PAUSED, ProblemKind.BROKEN, ProblemKind.STUCK)
_TOKEN = re.compile(r"group:([1-9][0-9]{0,8})", re.IGNORECASE | re.ASCII)


class GroupKind(StrEnum):
    """Why several incidents stand on one card."""

    INITIAL = "first"  # what a new bot found
    SAME_PROBLEM = "alike"  # the same trouble in the same sweep
    SAME_CAUSE = "cause"  # the same error, whenever it came
    REMINDER = "reminder"  # still open; each has its own card beside this one
    ACK_CHECK = "question"  # whether somebody is still on them, beside their cards as well


@dataclass(frozen=True, slots=True)
class Group:
    """A card that several incidents share.

    `key` is the trouble or the fingerprint; of a question it is the person who is asked.
    """

    id: int
    kind: GroupKind
    key: str
    channel: str
    card: int
    opened_at: datetime
    members: tuple[int, ...] = ()
    closed_at: datetime | None = None
    announce_recovery: bool = (
        False  # a member of which people want to hear: the end is worth a word
    )

    @property
    def is_secondary(self) -> bool:
        """Whether each of its incidents has a card elsewhere, whose thread tells what happens."""
        return self.kind in (GroupKind.REMINDER, GroupKind.ACK_CHECK)


@dataclass(frozen=True, slots=True)
class OwnCard:
    """The incident has a card of its own."""

    incident: Incident
    reason: str = "one of its kind"


@dataclass(frozen=True, slots=True)
class JoinGroup:
    """The incidents are added to a card that is there, by an edit."""

    group: Group
    incidents: tuple[Incident, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class NewGroup:
    """The incidents share a card; all but one of those with a card leave theirs for it."""

    kind: GroupKind
    key: str
    incidents: tuple[Incident, ...]
    reason: str


Placement = OwnCard | JoinGroup | NewGroup


def place_incidents(
    unnotified: Sequence[Incident],
    single: Sequence[Incident],
    groups: Sequence[Group],
    now: datetime,
) -> list[Placement]:
    """Say where in one channel each of *unnotified* stands.

    *single* are the open incidents with a card of their own in that channel, *groups* the
    open groups there. First who shares a cause, then who changed alike, then the others.
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
    what = (
        "the same error" if group.kind is GroupKind.SAME_CAUSE else f"{group.key} within 10 minutes"
    )
    return JoinGroup(group, tuple(incidents), f"{what}: it joins the card of the others")


def _group_by_cause(
    unnotified: Iterable[Incident], single: Iterable[Incident]
) -> tuple[list[NewGroup], list[Incident]]:
    """Found a group for each fingerprint that enough Spaces share, told already or not."""
    fresh, rest = _partition(unnotified, lambda incident: incident.fingerprint)
    known, _ = _partition(single, lambda incident: incident.fingerprint)
    new_groups = []
    for key, incidents in fresh.items():
        shared = (*known.get(key, ()), *incidents)
        if len(shared) >= MIN_GROUP_SIZE:
            reason = f"{len(shared)} Spaces show the same error"
            new_groups.append(NewGroup(GroupKind.SAME_CAUSE, key, shared, reason))
        else:
            rest += incidents
    return new_groups, rest


def _group_by_problem(unnotified: Iterable[Incident]) -> tuple[list[NewGroup], list[Incident]]:
    kinds, rest = _partition(unnotified, lambda incident: incident.problem.value)
    new_groups = []
    for key, incidents in kinds.items():
        if len(incidents) >= MIN_GROUP_SIZE:
            reason = f"{len(incidents)} Spaces changed alike in one sweep"
            new_groups.append(NewGroup(GroupKind.SAME_PROBLEM, key, tuple(incidents), reason))
        else:
            rest += incidents
    return new_groups, rest


def same_cause(single: Sequence[Incident]) -> list[NewGroup]:
    """Found groups among incidents whose logs have shown the same error after the fact."""
    causes, _ = _partition(single, lambda incident: incident.fingerprint)
    return [
        NewGroup(GroupKind.SAME_CAUSE, key, tuple(found), f"{len(found)} logs show the same error")
        for key, found in causes.items()
        if len(found) >= MIN_GROUP_SIZE
    ]


def with_same_cause(group: Group, members: Iterable[Incident]) -> list[Incident]:
    """Return those who show the error that *group* is about: the next build may fail otherwise.

    Who shows it in the Hub's words shows it, whatever the log calls it.
    """
    return [m for m in members if m.fingerprint == group.key or fingerprint(m.error) == group.key]


def restartable(members: Iterable[Incident]) -> list[Incident]:
    """Return those who are to be started again: in trouble, and not on their way already.

    Who is stuck is among them only where all are: what wakes the others leaves it alone.
    """
    found = [m for m in members if m.is_open and m.problem in _RESTARTABLE]
    found = [m for m in found if not m.is_recovering and not m.is_up]
    return [m for m in found if m.problem is not ProblemKind.STUCK] or found


def to_token(group: int) -> str:
    """Return the word that stands for a group in a command; no Space can be called so."""
    return f"group:{group}"


def from_token(word: str) -> int | None:
    """Return the number of the group that *word* stands for, if it does.

    >>> from_token("group:7"), from_token("team-7")
    (7, None)
    """
    match = _TOKEN.fullmatch(word)
    return int(match[1]) if match else None


def _partition(
    incidents: Iterable[Incident], key: Callable[[Incident], str]
) -> tuple[dict[str, list[Incident]], list[Incident]]:
    """Sort by *key*; what has none, or is unstable, stands for itself."""
    found: dict[str, list[Incident]] = defaultdict(list)
    rest: list[Incident] = []
    for incident in incidents:
        ungrouped = incident.flapping_since is not None or not key(incident)
        (rest if ungrouped else found[key(incident)]).append(incident)
    return found, rest
