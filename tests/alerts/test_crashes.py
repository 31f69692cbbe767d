"""The process dies at every commit and every call of sweep and deliver; the truth survives."""

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.service import Bot
from bot.store import Store
from tests.alerts.dying import Fate, Killed, hard_of_hearing, mortal, processes
from tests.alerts.timeline import Timeline, words
from tests.alerts.world import StoryHub, quick
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
}


class Tale:
    """Tells a story in a fresh world, with one point of it gone wrong."""

    def __init__(self, folder: Path, bot: Bot) -> None:
        self._folder, self._bot = folder, bot
        Store(f"sqlite:///{folder}/new.db").close()  # its tables are made once

    def tell(self, name: str, nth: int, wrong: Callable[[Bot, Fate], Bot]) -> tuple[Fate, Timeline]:
        before, moment, _ = STORIES[name]
        hub, slack, clock, fate = StoryHub(), FakeSlack(), FakeClock(), Fate()
        path = shutil.copy(self._folder / "new.db", self._folder / "tale.db")
        store = quick(Store(f"sqlite:///{path}"))
        start = processes(self._bot, hub, slack, store, clock)
        story = Timeline(lambda: wrong(start(), fate), hub, slack, clock)
        hub.set(**{f"team_{n}": "RUNNING" for n in range(1, 7)})
        story.restart()
        for step in before:
            _play(story, step)
        fate.strike(nth)
        _play(story, moment)
        fate.rest()
        story.after(minutes=1)
        store.close()
        return fate, story


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
def tale(tmp_path: Path, bot: Bot) -> Tale:
    return Tale(tmp_path, bot)


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
            _check(story, expected, when)
    assert points  # else nothing was struck at all


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


def _check_each(story: Timeline, when: str) -> None:
    """A second look without an answer leaves its Space for the next sweep, and on its own card."""
    for name in FOUR:
        cards = [card for card in story._cards() if "told with" not in card.text]
        told = [card for card in cards if name in words(card) or "team-1..4" in words(card)]
        assert len(told) == 1, (when, name, _texts(told))


def _texts(found: list[Shown]) -> list[str]:
    return [shown.text for shown in found]
