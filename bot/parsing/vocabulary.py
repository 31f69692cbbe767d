"""The words of the grammar that are no name: what each means, and that none shadows a Space."""

from bot.model import Condition, Space

EVERYTHING = frozenset({"all", "everything", "everyone", "everybody"})
EXCEPT = frozenset({"except", "but", "without"})
#: "team-1 to team-12" is a range said aloud.
UP_TO = frozenset({"to", "through"})

STAGES = {
    "sleeping": Condition.ASLEEP,
    "asleep": Condition.ASLEEP,
    "stopped": Condition.ASLEEP,
    "broken": Condition.BROKEN,
    "crashed": Condition.BROKEN,
    "running": Condition.UP,
    "up": Condition.UP,
    "building": Condition.COMING_UP,
    "starting": Condition.COMING_UP,
    "paused": Condition.PAUSED,
    "unknown": Condition.UNKNOWN,
    "leaving": Condition.LEAVING,
}

_NARROW = {"stopped": "STOPPED", "crashed": "RUNTIME_ERROR"}

#: What begins a time, and what begins a length of time.
WHEN = frozenset({"at", "before", "by", "every", "each", "daily", "in", "on", "today", "tomorrow"})
UNTIL = frozenset({"until", "till"})
SPAN = UNTIL | {"for"}

#: Every word that `select` reads as a target without looking at the Spaces' names.
TARGET_WORDS = EVERYTHING | EXCEPT | STAGES.keys()

#: A Space called so is spoken of by its full id: a button `pause all` must not mean one Space.
RESERVED = TARGET_WORDS | UP_TO | WHEN | SPAN | {"from", "and"}


def fits(word: str, space: Space) -> bool:
    """
    Say whether the stage word *word* is true of *space*.

    `stopped` is narrower than its condition, which also holds what merely sleeps; so is `crashed`.

    >>> fits("asleep", Space("acme/a", "STOPPED")), fits("stopped", Space("acme/a", "SLEEPING"))
    (True, False)
    """
    if word in _NARROW:
        return space.stage == _NARROW[word]
    return space.condition is STAGES[word]
