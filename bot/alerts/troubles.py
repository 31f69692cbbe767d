"""Kinds of trouble: what a stage means to the people who are told of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.model import Condition, Space

#: One stage on the way up that lasts longer than this will not end by itself.
STUCK_AFTER = timedelta(minutes=25)
#: A Space that was just made has no app file yet; its maker is still at it.
NEWBORN = timedelta(minutes=10)
#: What stands for the stage of a Space that the Hub does not show: no stage of the Hub's.
NO_STAGE = "GONE"


class Trouble(StrEnum):
    """What is wrong with a Space, mildest first."""

    ASLEEP = "asleep"
    PAUSED = "paused"
    STUCK = "stuck"
    UNKNOWN = "unknown"
    BROKEN = "broken"
    GONE = "gone"

    @property
    def rank(self) -> int:
        """How bad it is; asleep and paused are cured alike, so they weigh the same."""
        return {"asleep": 0, "paused": 0, "stuck": 1, "unknown": 1, "broken": 2, "gone": 3}[self]


_BY_CONDITION = {
    Condition.BROKEN: Trouble.BROKEN,
    Condition.UNKNOWN: Trouble.UNKNOWN,
    Condition.ASLEEP: Trouble.ASLEEP,
    Condition.PAUSED: Trouble.PAUSED,
}

# "error" is what it says and what may well be one: the cautious reading is the useful one.
_WORDS = {
    "error": {Trouble.BROKEN, Trouble.STUCK, Trouble.UNKNOWN, Trouble.GONE},
    "sleeping": {Trouble.ASLEEP},
    **{trouble.value: {trouble} for trouble in Trouble},
}


def named(words: Iterable[str]) -> frozenset[Trouble]:
    """Return the troubles that *words* such as those of SPACEBOT_ALERT_ON stand for.

    >>> [str(trouble) for trouble in sorted(named(["sleeping", "error"]))]
    ['asleep', 'broken', 'gone', 'stuck', 'unknown']
    """
    return frozenset(trouble for word in words for trouble in _WORDS.get(word, ()))


def is_word(word: str) -> bool:
    """Whether *word* names troubles."""
    return word in _WORDS


@dataclass(frozen=True, slots=True)
class Sighting:
    """A Space, since when it has shown its stage, and since when we know of it at all."""

    space: Space
    since: datetime
    found_at: datetime | None = None  # None: it was there before us


def sighting(
    before: Sighting | None,
    space: Space,
    now: datetime,
    *,
    is_first: bool = False,
    is_gap: bool = False,
) -> Sighting:
    """Return what is known of *space* once it is seen; at an owner's first look all is old.

    After a gap, when nobody looked, who is on its way up may be so anew.
    """
    if before is None:
        return Sighting(space, now, None if is_first else now)
    anew = is_gap and space.condition is Condition.COMING_UP
    if before.space == space and not anew:
        return before
    since = before.since if before.space.stage == space.stage and not anew else now
    return Sighting(space, since, before.found_at)


def trouble(sighting: Sighting, now: datetime) -> Trouble | None:
    """Say what is wrong with a Space, if anything is."""
    space, lasts = sighting.space, now - sighting.since
    if space.condition is Condition.COMING_UP:
        return Trouble.STUCK if lasts > STUCK_AFTER else None
    if space.stage == "NO_APP_FILE" and sighting.found_at == sighting.since and lasts < NEWBORN:
        return None
    return _BY_CONDITION.get(space.condition)
