"""The process dies at every commit and every call of sweep and deliver; the truth survives."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.service import Bot
from tests.alerts.dying import Fate, Killed, hard_of_hearing, mortal, processes, refusing
from tests.alerts.timeline import Timeline, words
from tests.alerts.world import StoryHub
from tests.database import Database
from tests.fakes import FakeClock, FakeSlack, Shown

FOUR = ["team-1", "team-2", "team-3", "team-4"]
Step = Callable[[Timeline], object]


def hello(story: Timeline) -> None:
    """The first look."""


def broken(story: Timeline) -> None:
    story.stage("team-1", "RUNTIME_ERROR", "boom")


def asleep(story: Timeline) -> None:
    story.stages(FOUR, "SLEEPING")


def up(story: Timeline) -> None:
    story.stages(FOUR, "RUNNING")


def dozing(story: Timeline) -> None:
    story.stage("team-1", "SLEEPING")


def gone(story: Timeline) -> None:
    story.remove("team-1")


def alike(story: Timeline) -> None:
    story.stages(FOUR, "BUILD_ERROR", "no module named 'x'")


def blind(story: Timeline) -> None:
    story.hub_down()


def sight(story: Timeline) -> None:
    story.hub_up()


def alone(story: Timeline) -> None:
    """One after the other, and what they say is no cause: only their logs will show the same."""
    number = next(n for n in range(1, 5) if _is_up(story, n))
    story.hub.lines = dict.fromkeys(story.hub.spaces, ("KeyError: 'MODEL'",))
    story.stage(f"team-{number}", "RUNTIME_ERROR", f"Exit code: {number}")


def _is_up(story: Timeline, number: int) -> bool:
    return story.hub.spaces[f"acme/team-{number}"].stage == "RUNNING"


def renamed(story: Timeline) -> None:
    story.hub.moved = {"acme/team-1": "acme/team-9"}
    story.remove("team-1").stage("team-9", "RUNTIME_ERROR", "boom")


def watched(story: Timeline) -> None:
    story.says("watch error", channel="C1LAB")


def muted(story: Timeline) -> None:
    story.says("mute team-1 for 1h")


def acked(story: Timeline) -> None:
    story.says("ack team-1")


def later(**time: float) -> Step:
    return lambda story: story.clock.tick(**time)


# What led up to the moment, the moment itself, and what people must read in the end.
STORIES: dict[str, tuple[list[Step], Step, Counter[str]]] = {
    "the hello": ([], hello, Counter()),
    "a break": ([hello], broken, Counter({"team-1 crashed: boom": 1})),
    "worse": ([hello, dozing], broken, Counter({"team-1 crashed: boom": 1})),
    "a recovery": ([hello, broken], up, Counter({"team-1 fixed": 1})),
    "a group": ([hello], asleep, Counter({"4 of 6 asleep": 1})),
    "worse in a group": ([hello, asleep], broken, Counter({"4 of 6 in trouble": 1})),
    "the end of a group": ([hello, asleep], up, Counter({"All 4 awake": 1})),
    "the same cause": ([hello], alike, Counter({"4 of 6 broken with the same error": 1})),
    "a Space that is gone": ([hello], gone, Counter({"team-1 gone": 1})),
    "blindness": ([hello, blind], blind, Counter({"I cannot see": 1})),
    "sight again": ([hello, blind, blind], sight, Counter({"I can see": 1})),
    "a reminder": (
        [hello, broken],
        later(hours=4),
        Counter({"team-1 crashed: boom": 1, "still in trouble": 1}),
    ),
    "still on it?": ([hello, broken, acked], later(hours=2), Counter({"team-1 crashed": 1})),
    "nobody is on it": (
        [hello, broken, acked, later(hours=2)],
        later(minutes=31),
        Counter({"team-1 crashed": 1}),
    ),
    "the end of a mute": (
        [hello, muted, broken],
        later(hours=1),
        Counter({"Muted: team-1": 1, "team-1 crashed": 1}),
    ),
    "flapping": (
        [hello, broken, up, broken],
        up,
        Counter({"team-1 fixed": 1, "team-1 unstable": 1}),
    ),
    "another name": ([hello, broken], renamed, Counter({"team-9 crashed: boom": 1})),
    "two channels": (
        [hello, watched],
        broken,
        Counter({"team-1 crashed: boom": 2, "A channel hears of more": 1}),
    ),
    "logs that show the same": (
        [hello, alone, alone, alone],
        alone,
        Counter({"with the same error (": 1, "told with 3 others": 3}),
    ),
}
# What has to be said below a card by then, once.
REPLIES: dict[str, str] = {
    "worse": "team-1 crashed: boom",
    "a recovery": "team-1 fixed",
    "worse in a group": "team-1 is worse",
    "the end of a group": "All 4 awake",
    "still on it?": "Still on team-1",
    "nobody is on it": "nobody",
}


class Tale:
    """Tells a story in a fresh world, with one point of it gone wrong."""

    def __init__(self, folder: Path, bot: Bot) -> None:
        self._bot, self._database = bot, Database(folder / "tale.db")

    def tell(self, name: str, nth: int, wrong: Callable[[Bot, Fate], Bot]) -> tuple[Fate, Timeline]:
        before, moment, _ = STORIES[name]
        hub, slack, clock, fate = StoryHub(), FakeSlack(), FakeClock(), Fate()
        start = processes(self._bot, hub, slack, self._database.fill(), clock)
        story = Timeline(lambda: wrong(start(), fate), hub, slack, clock)
        hub.set(**{f"team_{n}": "RUNNING" for n in range(1, 7)})
        story.restart()
        for step in before:
            _play(story, step)
        fate.strike(nth)
        _play(story, moment)
        fate.rest()
        story.after(minutes=1)
        return fate, story

    def close(self) -> None:
        self._database.clear()


def _play(story: Timeline, step: Step) -> None:
    """Let *step* happen and be told; whoever dies of it is started again, as it would be."""
    step(story)
    try:
        story.clock.tick(seconds=60)
        story.sweep()
    except Killed:
        story.restart()
        story.clock.tick(seconds=10)
        story.sweep()


@pytest.fixture
def tale(tmp_path: Path, bot: Bot) -> Iterator[Tale]:
    tale = Tale(tmp_path, bot)
    yield tale
    tale.close()


@pytest.mark.parametrize("wrong", [mortal, hard_of_hearing])
@pytest.mark.parametrize("name", STORIES)
def test_ends_with_one_card_that_tells_the_truth(
    tale: Tale, name: str, wrong: Callable[[Bot, Fate], Bot]
) -> None:
    expected = STORIES[name][2]
    points: list[str] = []
    while True:
        fate, story = tale.tell(name, len(points), wrong)
        if not fate.name:
            break
        points.append(fate.name)
        when = f"{name}, struck {fate.name} ({len(points)})"
        if fate.name == "after runtime" and wrong is hard_of_hearing and "4 of 6" in str(expected):
            _check_each(story, when)
        else:
            told = _told(name, fate.name) if wrong is hard_of_hearing else None
            _check(story, told or expected, when)
            _check_replies(story, REPLIES.get(name, ""), when)
    assert points  # else nothing was struck at all


# One of each class. A message that is said to be gone, and is not, can only be told twice.
REFUSED = [
    "message_limit_exceeded",
    "something_new",
    "invalid_blocks",
    "edit_window_closed",
    "cant_update_message",
    "no_permission",
    "restricted_action_thread_locked",
    "two_factor_setup_required",
    "internal_error",
    "ratelimited",
    "http_200",
]


LOST = {"edit_window_closed", "cant_update_message"}


@pytest.mark.parametrize("code", REFUSED)
@pytest.mark.parametrize("name", STORIES)
def test_one_refusal_of_any_call_changes_nothing_about_the_end(
    tale: Tale, name: str, code: str
) -> None:
    points = 0
    while True:
        fate, story = tale.tell(name, points, refusing(code))
        if not fate.name:
            break
        points += 1
        story.after(minutes=3)
        when = f"{name}, {code} {fate.name} ({points})"
        _check(story, STORIES[name][2], when)
        if code not in LOST:  # a card that takes another's place tells its news itself
            _check_replies(story, REPLIES.get(name, ""), when)
    assert points


def _told(name: str, lost: str) -> Counter[str] | None:
    """Return what is told where an answer of the Hub was lost: less, and still the truth."""
    match name, lost:
        case "another name", "after space":  # whose it was is not known; the old one is over
            return Counter({"team-9 crashed: boom": 1, "team-1 gone from the Hub": 1})
        case "logs that show the same", "after logs":  # a log is asked for once
            return Counter({"crashed: Exit code": 4})
    return None


def _check(story: Timeline, expected: Counter[str], when: str) -> None:
    cards, replies = story.slack.cards, story.slack.replies
    hellos = [card for card in cards if card.text.startswith("Watching 6 Spaces")]
    told = [card for card in cards if card not in hellos]
    assert len(hellos) == 1, when
    for says, number in expected.items():
        assert sum(says in words(card) for card in told) == number, (when, _texts(told))
    assert len(told) == expected.total(), (when, _texts(told))
    assert len({card.nonce for card in cards}) == len(cards), when
    assert max(Counter(_texts(replies)).values(), default=1) == 1, (when, _texts(replies))


def _check_replies(story: Timeline, says: str, when: str) -> None:
    found = [reply for reply in story.slack.replies if says and says in reply.text]
    assert len(found) == bool(says), (when, _texts(story.slack.replies))


def _check_each(story: Timeline, when: str) -> None:
    """A second look without an answer leaves its Space for the next sweep, and on its own card."""
    for name in FOUR:
        cards = [card for card in story._cards() if "told with" not in card.text]
        told = [card for card in cards if name in words(card) or "team-1..4" in words(card)]
        assert len(told) == 1, (when, name, _texts(told))


def _texts(found: list[Shown]) -> list[str]:
    return [shown.text for shown in found]
