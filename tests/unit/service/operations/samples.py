"""A class of 60 Spaces, and the death of the bot at each moment of work on it."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from itertools import count

from bot.service import Bot
from bot.stages import Condition
from tests.database import Database
from tests.fakes import FakeClock, FakeHub, FakeSlack
from tests.faults import FaultPoint, Killed, with_faults
from tests.processes import move_bot
from tests.requests import tick

SIXTY = [f"acme/team-{n}" for n in range(1, 61)]
KEY_ERROR = "Traceback (most recent call last):\n  File\nKeyError: 'OPENAI_API_KEY'"

#: Returns the copies of a bot that died at each moment of three ticks, and where.
Deaths = Callable[[Bot], Iterator[tuple[Bot, str]]]


def begin_class(hub: FakeHub) -> None:
    """Let all of the 60 Spaces run."""
    for id in SIXTY:
        hub.put(id, "RUNNING")


def become(hub: FakeHub, stage: str, error: str = "") -> None:
    """Let all Spaces that are starting show *stage*."""
    for id, space in list(hub.spaces.items()):
        if space.condition is Condition.STARTING:
            hub.put(id, stage, error=error)


def deaths(
    template: Bot,
    database: Database,
    copies: Database,
    hub: FakeHub,
    slack: FakeSlack,
    clock: FakeClock,
) -> Iterator[tuple[Bot, str]]:
    """Yield a copy of the bot that died at each moment of three ticks, and where; then one alive.

    Each copy has a Hub, a Slack and a database of its own, as they were at first.
    """
    template.deps.store.close()  # so that the journal is in the file
    started, values = clock(), template.deps.secret_values._values
    for at in count():
        clock.time = started
        bot = move_bot(template, deepcopy(hub), deepcopy(slack), copies.fill(database.path))
        for operation, value in deepcopy(values).items():
            bot.deps.secret_values.put(operation, value)
        died = run_until_crash(bot, clock, at)
        yield bot, f"dead at moment {at}"
        copies.clear()
        if not died:
            break
    assert at > 5, "there are more moments than that"


def run_until_crash(bot: Bot, clock: FakeClock, at: int) -> bool:
    """Let the bot work until it dies at that moment; return whether there was such a moment."""
    dying = with_faults(bot, FaultPoint(at))
    try:
        for _ in range(3):
            tick(dying, clock)
    except Killed:
        return True
    return False


def writes(bot: Bot) -> list[str]:
    """Return the Spaces of the calls that changed something on the bot's Hub."""
    assert isinstance(bot.deps.hub, FakeHub)
    return [id for _, id in bot.deps.hub.writes]


def assert_sent_at_most_once(bot: Bot, most: int, when: str) -> None:
    """Check that no wave was wider than *most* Spaces together, and none was sent twice."""
    sent = writes(bot)
    assert len(set(sent)) == len(sent) <= most, when
