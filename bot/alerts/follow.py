"""From what is seen of a Space to what becomes of its incident. One function a rule."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.alerts import flaps
from bot.alerts.fingerprints import fingerprint
from bot.alerts.incidents import Incident
from bot.alerts.troubles import NO_STAGE, STUCK_AFTER, Trouble
from bot.model import Condition, Space

#: A Space that is away for so long will not come back; it is let go.
FORGOTTEN = timedelta(hours=24)


class Turn(StrEnum):
    """What became of an incident. Only some turns ping; all of them edit."""

    OPENED = "opened"
    WORSE = "worse"
    BETTER = "better"  # and not over; what was said of worse is not so any more
    CHANGED = "changed"
    CLOSED = "closed"  # people who knew hear of it
    ENDED = "ended"  # closed without a word: the card says so


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look shows of one Space, and what it needs to be judged by."""

    space: Space
    trouble: Trouble | None  # as far as anybody wants to hear of it
    now: datetime
    flips: Sequence[datetime] = ()  # when it went up or down lately
    unseen_since: datetime | None = None  # nobody looked from then until now
    unwanted: Trouble | None = None  # what is wrong, but nobody wants to hear of it
    is_confirmed: bool = False  # a second look showed the same

    @property
    def is_rising(self) -> bool:
        return self.trouble is None and self.space.condition is Condition.COMING_UP

    @property
    def is_over(self) -> bool:
        """Whether nothing is wrong: it is up, or as nobody wants to hear of."""
        return self.trouble is None and not self.is_rising


@dataclass(frozen=True, slots=True)
class Verdict:
    """The incident as it now stands, and why."""

    turn: Turn
    incident: Incident
    reason: str
    flips: bool = False  # it went from up to trouble, or back


def opened(seen: Seen) -> Verdict | None:
    """Judge a Space that has no incident."""
    if seen.trouble is None:
        return None
    why = _what(seen.trouble, seen.space.stage)
    why += ", and a second look agreed" if seen.is_confirmed else ""
    incident = _show(_new(seen.space, seen.trouble, seen.now), seen)
    if flaps.begins(seen.flips, seen.now):
        return _unstable(incident, seen, Turn.OPENED)
    return Verdict(Turn.OPENED, replace(incident, reason=why), why, flips=True)


def vanished(space: Space, now: datetime) -> Verdict:
    """Judge a Space without incident that neither the list nor a look-up shows any more."""
    why = "missing from the list, and looking it up found nothing"
    gone = _new(replace(space, stage=NO_STAGE), Trouble.GONE, now)
    return Verdict(Turn.OPENED, replace(gone, reason=why), why)


def follow(incident: Incident, seen: Seen) -> Verdict | None:
    """Judge a Space whose incident is open; None: nothing is new."""
    verdicts = (rule(incident, seen) for rule in _RULES)
    return next((verdict for verdict in verdicts if verdict), None)


def lost(incident: Incident, now: datetime) -> Verdict | None:
    """Judge an incident whose Space the Hub does not know any more."""
    if incident.trouble is not Trouble.GONE:
        why = "the Hub does not know the Space any more"
        return _closed(replace(incident, stage=NO_STAGE), now, "gone from the Hub", why)
    if incident.stage != NO_STAGE:
        away = replace(incident, stage=NO_STAGE, changed_at=now, unstable_since=None, is_up=False)
        return _changed(away, "gone again: looking it up found nothing")
    if now - incident.changed_at >= FORGOTTEN:
        return _closed(incident, now, "gone for good", "it has been gone for a day", Turn.ENDED)
    return None


def released(incident: Incident, now: datetime) -> Verdict:
    """End an incident whose Space is not ours to watch any more."""
    why = "its owner is not in SPACEBOT_OWNER any more"
    return _closed(incident, now, "no longer watched", why, Turn.ENDED)


def replaced(incident: Incident, by: str, now: datetime) -> Verdict:
    """End an incident whose Space was gone when another one took its name."""
    why = f"{by} has been renamed to its name"
    return _closed(incident, now, "gone for good", why, Turn.ENDED)


def _unwanted(incident: Incident, seen: Seen) -> Verdict | None:
    """The same trouble, or a worse one, of which nobody wants to hear: that is no recovery."""
    if seen.unwanted is None:
        return None
    shown = replace(incident, stage=seen.space.stage)
    if seen.unwanted is incident.trouble:
        ending = f"still {seen.unwanted}, but nobody asks for this any more"
        why = f"no channel hears of {seen.unwanted} any more"
        return _closed(shown, seen.now, ending, why, Turn.ENDED)
    if seen.unwanted.rank > incident.trouble.rank and not seen.is_rising:
        ending = f"{seen.space.stage}, of which nobody wants to hear"
        why = f"no channel hears of {seen.unwanted}"
        return _closed(shown, seen.now, ending, why, Turn.ENDED)
    return None


def _calmed(incident: Incident, seen: Seen) -> Verdict | None:
    """Unstable until it has been quiet for a while: then it is up, or in plain trouble."""
    if not incident.unstable_since or seen.is_rising or not flaps.ends(seen.flips, seen.now):
        return None
    calm = replace(_show(incident, seen), unstable_since=None)
    if seen.trouble is None:
        why = "no change for 30 minutes"
        return _closed(calm, seen.now, "steady again", why, Turn.ENDED)
    why = f"it has stopped changing and stays {seen.trouble}"
    return _changed(replace(calm, trouble=seen.trouble), why, Turn.WORSE)


def _flapping(incident: Incident, seen: Seen) -> Verdict | None:
    """While it is unstable every change is shown, and none of them pings."""
    if not incident.unstable_since or _same(incident, seen):
        return None
    flips = not seen.is_rising and incident.is_up != seen.is_over
    shown = _show(incident, seen)
    if not seen.is_rising:
        shown = replace(shown, is_up=seen.is_over, trouble=seen.trouble or shown.trouble)
    return replace(_changed(shown, "it keeps changing, so nobody is pinged"), flips=flips)


def _recovered(incident: Incident, seen: Seen) -> Verdict | None:
    """Over, unless this makes it one change too many."""
    if incident.unstable_since or not seen.is_over:
        return None
    if seen.space.condition is Condition.UP and flaps.begins(seen.flips, seen.now):
        return _unstable(incident, seen, Turn.BETTER)
    shown = replace(_show(incident, seen), unseen_since=seen.unseen_since)
    ending = _ending(incident.trouble, seen.space)
    if seen.unseen_since:
        return _closed(shown, seen.now, f"{ending} while I was away", "seen at the first new look")
    return replace(
        _closed(shown, seen.now, ending, f"the Hub shows {seen.space.stage}"), flips=True
    )


def _worsened(incident: Incident, seen: Seen) -> Verdict | None:
    if (
        incident.unstable_since
        or seen.trouble is None
        or seen.trouble.rank <= incident.trouble.rank
    ):
        return None
    why = f"worse: {_what(seen.trouble, seen.space.stage)}, before it was {incident.trouble}"
    return _changed(replace(_show(incident, seen), trouble=seen.trouble), why, Turn.WORSE)


def _moved(incident: Incident, seen: Seen) -> Verdict | None:
    """Another stage or error of the same weight, or a lighter one: shown, without a ping."""
    if incident.unstable_since or _same(incident, seen):
        return None
    shown = _show(incident, seen)
    if seen.is_rising:
        return _changed(shown, "on the way back is not back yet")
    trouble = seen.trouble or incident.trouble
    why = f"still in trouble: {_what(trouble, seen.space.stage)}"
    turn = Turn.BETTER if trouble.rank < incident.trouble.rank else Turn.CHANGED
    return _changed(replace(shown, trouble=trouble), why, turn)


_RULES: tuple[Callable[[Incident, Seen], Verdict | None], ...] = (
    _unwanted,
    _calmed,
    _flapping,
    _recovered,
    _worsened,
    _moved,
)


def _new(space: Space, trouble: Trouble, now: datetime) -> Incident:
    return Incident(space.id, trouble, space.stage, "", opened_at=now, changed_at=now)


def _unstable(incident: Incident, seen: Seen, turn: Turn) -> Verdict:
    number = len(flaps.recent(seen.flips, seen.now)) + 1
    why = f"{number} changes in 30 minutes: one card until it has been quiet for as long"
    shown = replace(_show(incident, seen), unstable_since=seen.now, is_up=seen.is_over, reason=why)
    return Verdict(turn, shown, why, flips=True)


def _changed(incident: Incident, why: str, turn: Turn = Turn.CHANGED) -> Verdict:
    return Verdict(turn, replace(incident, reason=why), why)


def _closed(
    incident: Incident, now: datetime, ending: str, why: str, turn: Turn = Turn.CLOSED
) -> Verdict:
    over = replace(incident, closed_at=now, changed_at=now, ending=ending, reason=why)
    return Verdict(turn, replace(over, unstable_since=None), why)


def _show(incident: Incident, seen: Seen) -> Incident:
    """Return *incident* showing what is seen.

    An error is kept until another one comes, or the same one anew: the log behind it is another.
    """
    shown = replace(incident, stage=seen.space.stage, changed_at=seen.now)
    error = seen.space.error
    anew = seen.space.stage != incident.stage or error != incident.error
    if seen.trouble is None or not anew:
        return shown
    return replace(shown, error=error, fingerprint=fingerprint(error), evidence=None)


def _same(incident: Incident, seen: Seen) -> bool:
    same_error = seen.trouble is None or seen.space.error == incident.error
    same_trouble = seen.trouble in (None, incident.trouble)
    return seen.space.stage == incident.stage and same_error and same_trouble


def _what(trouble: Trouble, stage: str) -> str:
    if trouble is Trouble.STUCK:
        return f"{stage} for over {STUCK_AFTER.total_seconds() // 60:.0f} minutes"
    return f"{trouble}: the Hub shows {stage}"


def _ending(trouble: Trouble, space: Space) -> str:
    match space.condition:
        case Condition.PAUSED:
            return "paused"
        case Condition.ASLEEP:
            return "fell asleep"
        case Condition.LEAVING:
            return "being deleted"
        case Condition.BROKEN | Condition.UNKNOWN:
            return f"{space.stage}, of which nobody wants to hear"
    return {Trouble.ASLEEP: "awake", Trouble.PAUSED: "awake", Trouble.GONE: "back"}.get(
        trouble, "fixed"
    )
