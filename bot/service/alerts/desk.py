"""What lies on the desk while the news of one sweep is told: who hears, on which cards."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.alerts import nags
from bot.alerts.follow import Turn, Verdict
from bot.alerts.groups import Group
from bot.alerts.hearing import Audience
from bot.alerts.incidents import Incident, Telling
from bot.alerts.mutes import Mute
from bot.model import Condition, Fleet
from bot.parsing import Names
from bot.render.alerts_groups import Score
from bot.render.alerts_scene import Scene
from bot.service.parts import Parts
from bot.store import Tx, incidents, mutes


@dataclass(frozen=True, slots=True)
class News:
    """What one sweep has found."""

    verdicts: Sequence[Verdict]
    fleet: Fleet
    audience: Audience
    first: frozenset[str]  # owners seen for the first time
    now: datetime


@dataclass
class Desk:
    """The state of the telling. Made for one transaction, and of no use after it."""

    tx: Tx
    now: datetime
    main: str  # the channel of the settings
    fleet: Fleet
    audience: Audience
    scene: Scene
    mutes: dict[str, Mute]
    incidents: dict[int, Incident]  # open, or closed just now, or in an open group
    told: dict[int, dict[str, Telling]]  # incident → channel → how
    groups: dict[int, Group]  # the open ones
    turns: dict[int, Turn] = field(default_factory=dict)  # what became of whom in this sweep
    touched: set[int] = field(default_factory=set)  # incidents to be shown anew
    changed: set[int] = field(default_factory=set)  # … and to be written down anew
    notes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _scores: dict[str, Score] = field(default_factory=dict)

    def open(self) -> list[Incident]:
        return [incident for incident in self.incidents.values() if incident.is_open]

    def members(self, group: Group) -> list[Incident]:
        return [self.incidents[id] for id in group.members]

    def group_of(self, incident: int, channel: str) -> Group | None:
        """Return the group on whose card *incident* stands in *channel*."""
        told = self.told[incident].get(channel)
        groups = self.groups.values()
        return next((group for group in groups if told and group.card == told.card), None)

    def change(self, incident: Incident) -> None:
        """Replace an incident by what has become of it; it is written down at the end."""
        self.incidents[incident.id] = incident
        self.touched.add(incident.id)
        self.changed.add(incident.id)

    def add_group(self, group: Group) -> Group:
        """Write a new group down; it is shown at the end, by its number."""
        kept = incidents.add_group(self.tx, group)
        self.groups[kept.id] = kept
        return kept

    def keep_group(self, group: Group) -> None:
        self.groups[group.id] = group
        incidents.keep_group(self.tx, group)

    def tell(self, found: Iterable[Incident], channel: str, card: int) -> None:
        """Write down that *card* tells *channel* of incidents from now on."""
        new: dict[int, Telling] = {}
        known: dict[int, Telling] = {}
        for incident in found:
            before = self.told[incident.id].get(channel)
            told = replace(before, card=card) if before else Telling(card, self.now)
            (known if before else new)[incident.id] = told
            self.told[incident.id][channel] = told
        incidents.tell(self.tx, channel, new)
        incidents.tell_on(self.tx, channel, known)

    def tell_later(self, found: Iterable[Incident], channel: str, at: datetime) -> None:
        """Write down when *channel* hears of incidents whose card is still to be posted."""
        later = {i.id: replace(self.told[i.id][channel], at=at) for i in found}
        incidents.tell_on(self.tx, channel, later)
        for id, telling in later.items():
            self.told[id][channel] = telling

    def remind(self, found: Iterable[Incident], channel: str) -> None:
        """Write down that *channel* was reminded of incidents; their cards say when next."""
        reminded = {i.id: nags.reminded(self.told[i.id][channel], self.now) for i in found}
        incidents.tell_on(self.tx, channel, reminded)
        for id, telling in reminded.items():
            self.told[id][channel] = telling
        self.touched |= reminded.keys()

    def forget_reminder(self, found: Iterable[Incident], channel: str) -> None:
        """Write down that a reminder of incidents has not reached *channel*."""
        before = {i.id: nags.not_reminded(self.told[i.id][channel]) for i in found}
        incidents.tell_on(self.tx, channel, before)
        for id, telling in before.items():
            self.told[id][channel] = telling

    def next_reminder(self, incident: Incident, channel: str) -> datetime | None:
        """Return when *channel* is reminded of an incident that it was told of, if it is."""
        if incident.space in self.mutes or not self.hears(incident, channel):
            return None
        telling = self.told[incident.id].get(channel, Telling(0, self.now))
        return nags.next_reminder(incident, telling)

    def hears(self, incident: Incident, channel: str) -> bool:
        """Whether *channel* listens now: a card may stand where nobody does any more."""
        return channel in self.audience.channels(incident.space, incident.trouble)

    def is_quiet(self, incident: Incident, channel: str) -> bool:
        """Whether *channel* is not pinged about it: muted, taken, or of no interest there."""
        settled = incident.space in self.mutes or incident.ack is not None
        return settled or not self.hears(incident, channel)

    def score(self, channel: str) -> Score:
        """Return how much of what *channel* hears of is up; of all, if it listens no more."""
        if channel not in self._scores:
            mine = self.audience.covered(channel, self.fleet) or list(self.fleet)
            up = sum(self.fleet[id].condition is Condition.UP for id in mine)
            self._scores[channel] = (up, len(mine))
        return self._scores[channel]


def lay(parts: Parts, tx: Tx, news: News) -> Desk:
    """Put everything on the desk that telling *news* may need."""
    known = {incident.id: incident for incident in incidents.open_now(tx).values()}
    known |= {verdict.incident.id: verdict.incident for verdict in news.verdicts}
    groups = {group.id: group for group in incidents.open_groups(tx)}
    members = {id for group in groups.values() for id in group.members}
    known |= incidents.get(tx, members - known.keys())
    muted = mutes.active(tx, news.now)
    return Desk(
        tx=tx,
        now=news.now,
        main=parts.settings.alert_channel,
        fleet=news.fleet,
        audience=news.audience,
        scene=scene(parts, news.fleet, known.values(), muted),
        mutes=muted,
        incidents=known,
        told=incidents.tellings(tx, known.keys()),
        groups=groups,
        turns={verdict.incident.id: verdict.turn for verdict in news.verdicts},
        touched={verdict.incident.id for verdict in news.verdicts},
    )


def scene(parts: Parts, fleet: Fleet, shown: Iterable[Incident], muted: dict[str, Mute]) -> Scene:
    """Return what every card needs to know beside its incident."""
    gone = [incident.space for incident in shown if incident.space not in fleet]
    names = Names.of([*fleet, *gone], parts.settings.prefix)
    return Scene(names, frozenset(parts.commands), parts.settings.hf_endpoint, muted)


__all__ = ["Desk", "News", "lay", "scene"]
