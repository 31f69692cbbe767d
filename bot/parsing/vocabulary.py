"""Words of the grammar: other words for commands, and what each word selects."""

from collections.abc import Collection

from bot.model import Space
from bot.stages import Condition

#: Words that mean exactly one command.
ALIASES = {
    "list": "status",
    "ls": "status",
    "start": "wake",
    "log": "logs",
    "--help": "help",
    "-help": "help",
    "-h": "help",
    "commands": "help",
    "menu": "help",
    "thank you": "thanks",
    "thx": "thanks",
}
#: An option instead of the words of a command, which asks for its help as in a shell.
HELP_OPTIONS = (["--help"], ["-help"], ["-h"])
#: Words of other tools, for which the most similar verb would be wrong.
SYNONYMS = {
    "boot": "wake",
    "unpause": "wake",
    "resume": "wake",
    "turn on": "wake",
    "switch on": "wake",
    "turn off": "pause",
    "switch off": "pause",
    "shut down": "pause",
    "shutdown": "pause",
    "acknowledge": "ack",
    "reboot": "restart",
    "show": "status",
    "link": "url",
    "new": "create",
    "make": "create",
    "copy": "provision",
    "duplicate": "provision",
    "prices": "hardware",
    "rm": "delete",
    "remove": "delete",
    "silence": "mute",
    "secrets": "secret list",
    "variables": "variable list",
}

ALL_WORDS = frozenset({"all", "everything", "everyone", "everybody"})
EXCEPT_WORDS = frozenset({"except", "but", "without"})
#: For spoken ranges: "team-1 to team-12".
RANGE_WORDS = frozenset({"to", "through"})

STAGE_WORDS = {
    "sleeping": Condition.ASLEEP,
    "asleep": Condition.ASLEEP,
    "stopped": Condition.ASLEEP,
    "failed": Condition.FAILED,
    "broken": Condition.FAILED,
    "crashed": Condition.FAILED,
    "running": Condition.RUNNING,
    "up": Condition.RUNNING,
    "building": Condition.STARTING,
    "starting": Condition.STARTING,
    "paused": Condition.PAUSED,
    "empty": Condition.EMPTY,
    "unknown": Condition.UNKNOWN,
    "leaving": Condition.DELETING,
}

#: Filters by what a Space costs, not by its stage.
COST_WORDS = frozenset({"paid"})
#: Every word that filters Spaces, used like `asleep`.
FILTER_WORDS = STAGE_WORDS.keys() | COST_WORDS

_EXACT_STAGES = {"stopped": "STOPPED", "crashed": "RUNTIME_ERROR"}

#: Words that start a time; those of `SPAN_WORDS` start a span.
TIME_WORDS = frozenset(
    {"at", "before", "by", "every", "each", "daily", "in", "on", "today", "tomorrow"}
)
UNTIL_WORDS = frozenset({"until", "till"})
SPAN_WORDS = UNTIL_WORDS | {"for"}

#: Every word that `select` reads as a target without looking at the Spaces' names.
TARGET_WORDS = ALL_WORDS | EXCEPT_WORDS | FILTER_WORDS

#: A Space with such a name is shown by its id, because `pause all` must not mean one Space.
RESERVED_WORDS = TARGET_WORDS | RANGE_WORDS | TIME_WORDS | SPAN_WORDS | {"from", "and"}


def matches_filters(words: Collection[str], space: Space) -> bool:
    """
    Return whether *space* is in a stage that *words* name, and paid if requested.

    >>> sleeper = Space("acme/a", "SLEEPING")
    >>> matches_filters(["asleep", "failed"], sleeper), matches_filters(["asleep", "paid"], sleeper)
    (True, False)
    """
    stages = [word for word in words if word not in COST_WORDS]
    is_in_one = not stages or any(is_in_stage(word, space) for word in stages)
    return is_in_one and (space.is_paid or COST_WORDS.isdisjoint(words))


def is_in_stage(word: str, space: Space) -> bool:
    """
    Return whether *space* is in the stage or condition that *word* selects.

    `stopped` and `crashed` select one stage; their conditions cover others as well.

    >>> (is_in_stage("asleep", Space("acme/a", "STOPPED")),
    ...     is_in_stage("stopped", Space("acme/a", "SLEEPING")))
    (True, False)
    """
    if word in COST_WORDS:
        return space.is_paid
    if word in _EXACT_STAGES:
        return space.stage == _EXACT_STAGES[word]
    return space.condition is STAGE_WORDS[word]
