"""When Spaces that nobody visits fall asleep."""

from collections.abc import Sequence

from bot.command import Answer, Context, Looks, command
from bot.commands.planning import planned
from bot.errors import Misunderstood
from bot.model import Role
from bot.operations import Verb
from bot.parsing import duration

_NEVER = "never"
_FILLERS = ("after", "for")
# Half an hour is three words; nobody needs more than five.
_LONGEST = 5


@command(
    "sleep <targets> <time·never>", needs=Role.ADMIN, looks=Looks.FRESH, example="sleep all 1h"
)
def sleep(context: Context) -> Answer:
    """How long Spaces on paid hardware wait for a visitor before they fall asleep."""
    targets, time = _parted(context.words)
    seconds = _NEVER if time == [_NEVER] else str(int(duration(time).total_seconds()))
    ids = context.acting_on(targets, "sleep", time)
    return planned(context, Verb.SLEEP, ids, {"seconds": seconds, "time": " ".join(time)})


def _parted(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Cut the time from the end of *words*: the longest that can be read as one."""
    for at in range(max(1, len(words) - _LONGEST), len(words)):
        time = [word.casefold() for word in words[at:]]
        if time == [_NEVER] or _is_time(time):
            targets = list(words[:at])
            while targets[1:] and targets[-1].casefold() in _FILLERS:
                targets.pop()
            return targets, time
    raise Misunderstood(
        "Asleep after how long? Nothing was done. Say `sleep team-a 1h`, `sleep all 30 min` or "
        "`sleep team-a never`."
    )


def _is_time(words: Sequence[str]) -> bool:
    try:
        return bool(duration(words))
    except Misunderstood:
        return False
