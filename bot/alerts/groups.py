"""On which card an incident stands: its own, or one that it shares."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.alerts.fingerprints import fingerprint
from bot.alerts.incidents import Incident
from bot.alerts.troubles import Trouble

#: So many alike in one sweep share a card.
SHARED = 4
#: For so long more of the same kind join it.
JOINS = timedelta(minutes=10)
#: What starting a Space anew may mend.
_MENDED = (Trouble.ASLEEP, Trouble.PAUSED, Trouble.BROKEN, Trouble.STUCK)
_SPELLED = re.compile(r"group:([1-9][0-9]{0,8})", re.IGNORECASE | re.ASCII)


class Kind(StrEnum):
    """Why several incidents stand on one card."""

    FIRST = "first"  # what a new bot found
    ALIKE = "alike"  # the same trouble in the same sweep
    CAUSE = "cause"  # the same error, whenever it came
    REMINDER = "reminder"  # still open; each has its own card beside this one
    QUESTION = "question"  # whether somebody is still on them, beside their cards as well


@dataclass(frozen=True, slots=True)
class Group:
    """A card that several incidents share.

    `key` is the trouble or the fingerprint; of a question it is the person who is asked.
    """

    id: int
    kind: Kind
    key: str
    channel: str
    card: int
    opened_at: datetime
    members: tuple[int, ...] = ()
    closed_at: datetime | None = None
    recovered: bool = False  # a member of which people want to hear: the end is worth a word

    @property
    def is_aside(self) -> bool:
        """Whether each of its incidents has a card elsewhere, whose thread tells what happens."""
        return self.kind in (Kind.REMINDER, Kind.QUESTION)


@dataclass(frozen=True, slots=True)
class Alone:
    """The incident has a card of its own."""

    incident: Incident
    reason: str = "one of its kind"


@dataclass(frozen=True, slots=True)
class Joins:
    """The incidents are added to a card that is there, by an edit."""

    group: Group
    incidents: tuple[Incident, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Founds:
    """The incidents share a card; all but one of those with a card leave theirs for it."""

    kind: Kind
    key: str
    incidents: tuple[Incident, ...]
    reason: str


Place = Alone | Joins | Founds


def places(
    untold: Sequence[Incident], single: Sequence[Incident], groups: Sequence[Group], now: datetime
) -> list[Place]:
    """Say where in one channel each of *untold* stands.

    *single* are the open incidents with a card of their own in that channel, *groups* the
    open groups there. First who shares a cause, then who changed alike, then the others.
    """
    joining, rest = _joining(untold, groups, now)
    causes, rest = _causes(rest, single)
    alike, rest = _alike(rest)
    return [*joining, *causes, *alike, *(Alone(incident) for incident in rest)]


def _joining(
    untold: Iterable[Incident], groups: Sequence[Group], now: datetime
) -> tuple[list[Joins], list[Incident]]:
    found: dict[int, list[Incident]] = defaultdict(list)
    rest: list[Incident] = []
    for incident in untold:
        group = next((g for g in groups if _takes(g, incident, now)), None)
        (found[group.id] if group else rest).append(incident)
    by_id = {group.id: group for group in groups}
    return [_joins(by_id[id], incidents) for id, incidents in found.items()], rest


def _takes(group: Group, incident: Incident, now: datetime) -> bool:
    if incident.unstable_since:
        return False
    if group.kind is Kind.CAUSE:
        return group.key == incident.fingerprint
    fresh = now - group.opened_at <= JOINS
    return group.kind is Kind.ALIKE and fresh and group.key == incident.trouble


def _joins(group: Group, incidents: Sequence[Incident]) -> Joins:
    alike = "the same error" if group.kind is Kind.CAUSE else f"{group.key} within 10 minutes"
    return Joins(group, tuple(incidents), f"{alike}: it joins the card of the others")


def _causes(
    untold: Iterable[Incident], single: Iterable[Incident]
) -> tuple[list[Founds], list[Incident]]:
    """Found a group for each fingerprint that enough Spaces share, told already or not."""
    fresh, rest = _by(untold, lambda incident: incident.fingerprint)
    told, _ = _by(single, lambda incident: incident.fingerprint)
    founds = []
    for key, incidents in fresh.items():
        shared = (*told.get(key, ()), *incidents)
        if len(shared) >= SHARED:
            why = f"{len(shared)} Spaces show the same error"
            founds.append(Founds(Kind.CAUSE, key, shared, why))
        else:
            rest += incidents
    return founds, rest


def _alike(untold: Iterable[Incident]) -> tuple[list[Founds], list[Incident]]:
    kinds, rest = _by(untold, lambda incident: incident.trouble.value)
    founds = []
    for key, incidents in kinds.items():
        if len(incidents) >= SHARED:
            why = f"{len(incidents)} Spaces changed alike in one sweep"
            founds.append(Founds(Kind.ALIKE, key, tuple(incidents), why))
        else:
            rest += incidents
    return founds, rest


def same_cause(single: Sequence[Incident]) -> list[Founds]:
    """Found groups among incidents whose logs have shown the same error after the fact."""
    causes, _ = _by(single, lambda incident: incident.fingerprint)
    return [
        Founds(Kind.CAUSE, key, tuple(found), f"{len(found)} logs show the same error")
        for key, found in causes.items()
        if len(found) >= SHARED
    ]


def sharing(group: Group, members: Iterable[Incident]) -> list[Incident]:
    """Return those who show the error that *group* is about: the next build may fail otherwise.

    Who shows it in the Hub's words shows it, whatever the log calls it.
    """
    return [m for m in members if m.fingerprint == group.key or fingerprint(m.error) == group.key]


def down(members: Iterable[Incident]) -> list[Incident]:
    """Return those who are to be started again: in trouble, and not on their way already.

    Who is stuck is among them only where all are: what wakes the others leaves it alone.
    """
    found = [m for m in members if m.is_open and m.trouble in _MENDED]
    found = [m for m in found if not m.is_coming_up and not m.is_up]
    return [m for m in found if m.trouble is not Trouble.STUCK] or found


def spelled(group: int) -> str:
    """Return the word that stands for a group in a command; no Space can be called so."""
    return f"group:{group}"


def read(word: str) -> int | None:
    """Return the number of the group that *word* stands for, if it does.

    >>> read("group:7"), read("team-7")
    (7, None)
    """
    said = _SPELLED.fullmatch(word)
    return int(said[1]) if said else None


def _by(
    incidents: Iterable[Incident], key: Callable[[Incident], str]
) -> tuple[dict[str, list[Incident]], list[Incident]]:
    """Sort by *key*; what has none, or is unstable, stands for itself."""
    found: dict[str, list[Incident]] = defaultdict(list)
    rest: list[Incident] = []
    for incident in incidents:
        alone = incident.unstable_since is not None or not key(incident)
        (rest if alone else found[key(incident)]).append(incident)
    return found, rest
