"""`sleep`: the time after which Spaces without visitors fall asleep."""

from collections.abc import Sequence

from bot.command import Context, Freshness, command
from bot.commands._planning import plan_operation
from bot.errors import UsageError
from bot.model import Role
from bot.operations import Verb
from bot.parsing import parse_duration
from bot.results import Answer

_NEVER = "never"
_FILLER_WORDS = ("after", "for")
#: The longest useful durations have five words; `half an hour` has three.
_MAX_TIME_WORDS = 5


@command(
    "sleep <targets> <time|never>",
    role=Role.ADMIN,
    freshness=Freshness.FRESH,
    example="sleep all 1h",
    does="set sleep times",
    takes_time=True,
)
def sleep(context: Context) -> Answer:
    """How long Spaces on paid hardware wait for a visitor before they sleep."""
    targets, time_words = _split_time(context.words)
    seconds = (
        _NEVER if time_words == [_NEVER] else str(int(parse_duration(time_words).total_seconds()))
    )
    ids = context.resolve_for_action(targets, "sleep", time_words)
    return plan_operation(
        context, Verb.SLEEP, ids, {"seconds": seconds, "time": " ".join(time_words)}
    )


def _split_time(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the targets, and the longest duration (or `never`) at the end of *words*."""
    for index in range(max(1, len(words) - _MAX_TIME_WORDS), len(words)):
        time_words = [word.casefold() for word in words[index:]]
        if time_words == [_NEVER] or _is_time(time_words):
            targets = list(words[:index])
            while targets[1:] and targets[-1].casefold() in _FILLER_WORDS:
                targets.pop()
            return targets, time_words
    raise UsageError(
        "How long until they sleep? For example `sleep team-a 1h`, `sleep all 30 min` or "
        "`sleep team-a never`."
    )


def _is_time(words: Sequence[str]) -> bool:
    try:
        return bool(parse_duration(words))
    except UsageError:
        return False
