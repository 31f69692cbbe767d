"""A crash at any commit or call of sweep and deliver leaves correct cards."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.service import Bot
from bot.store import Store
from bot.store.lease import Lease
from tests.conftest import assemble_bot
from tests.database import Database
from tests.fakes import FakeClock, FakeSlack, PostedMessage
from tests.faults import (
    FaultPoint,
    Killed,
    with_deletions,
    with_faults,
    with_lost_answers,
    with_rejections,
)
from tests.processes import process_starter
from tests.stories.fake_world import StoryHub
from tests.stories.scenario import Story, rendered_text

FOUR = ["team-1", "team-2", "team-3", "team-4"]
Step = Callable[[Story], object]
AddFaults = Callable[[Bot, FaultPoint], Bot]
Outside = tuple[StoryHub, FakeSlack, FakeClock]


def initial_scan(story: Story) -> None:
    """Run the initial scan."""


def broken(story: Story) -> None:
    story.stage("team-1", "RUNTIME_ERROR", "boom")


def asleep(story: Story) -> None:
    story.stages(FOUR, "SLEEPING")


def up(story: Story) -> None:
    story.stages(FOUR, "RUNNING")


def one_asleep(story: Story) -> None:
    story.stage("team-1", "SLEEPING")


def gone(story: Story) -> None:
    story.remove("team-1")


def same_error(story: Story) -> None:
    story.stages(FOUR, "BUILD_ERROR", "no module named 'x'")


def hub_away(story: Story) -> None:
    story.hub_down()


def hub_back(story: Story) -> None:
    story.hub_up()


def one_more_alone(story: Story) -> None:
    """Break one after the other with a generic message; only the logs show the shared cause."""
    number = next(n for n in range(1, 5) if _is_up(story, n))
    story.hub.log_lines = dict.fromkeys(story.hub.spaces, ("KeyError: 'MODEL'",))
    story.stage(f"team-{number}", "RUNTIME_ERROR", f"Exit code: {number}")


def _is_up(story: Story, number: int) -> bool:
    return story.hub.spaces[f"acme/team-{number}"].stage == "RUNNING"


def renamed(story: Story) -> None:
    story.hub.renames = {"acme/team-1": "acme/team-9"}
    story.remove("team-1").stage("team-9", "RUNTIME_ERROR", "boom")


def watched(story: Story) -> None:
    story.type_command("watch error", channel="C1LAB")


def muted(story: Story) -> None:
    story.type_command("mute team-1 for 1h")


def acked(story: Story) -> None:
    story.type_command("ack team-1")


def later(**time: float) -> Step:
    return lambda story: story.clock.tick(**time)


# The events before the crash, the step that crashes, and the expected cards at the end.
STORIES: dict[str, tuple[list[Step], Step, Counter[str]]] = {
    "initial scan": ([], initial_scan, Counter()),
    "a break": ([initial_scan], broken, Counter({"team-1 crashed: boom": 1})),
    "worse": ([initial_scan, one_asleep], broken, Counter({"team-1 crashed: boom": 1})),
    "a recovery": ([initial_scan, broken], up, Counter({"team-1 recovered": 1})),
    "a group": ([initial_scan], asleep, Counter({"4 Spaces asleep": 1})),
    "worse in a group": ([initial_scan, asleep], broken, Counter({"4 Spaces need attention": 1})),
    "the end of a group": ([initial_scan, asleep], up, Counter({"All 4 awake": 1})),
    "the same cause": (
        [initial_scan],
        same_error,
        Counter({"4 Spaces failed with the same error": 1}),
    ),
    "a Space that is gone": ([initial_scan], gone, Counter({"team-1 missing": 1})),
    "blindness": ([initial_scan, hub_away], hub_away, Counter({"Can't reach": 1})),
    "sight again": (
        [initial_scan, hub_away, hub_away],
        hub_back,
        Counter({"Hugging Face is": 1}),
    ),
    "a reminder": (
        [initial_scan, broken],
        later(hours=4),
        Counter({"team-1 crashed: boom": 1, "still needs attention": 1}),
    ),
    "still on it?": ([initial_scan, broken, acked], later(hours=2), Counter({"team-1 crashed": 1})),
    "expired ack": (
        [initial_scan, broken, acked, later(hours=2)],
        later(minutes=31),
        Counter({"team-1 crashed": 1}),
    ),
    "the end of a mute": (
        [initial_scan, muted, broken],
        later(hours=1),
        Counter({"Muted: team-1": 1, "team-1 crashed": 1}),
    ),
    "flapping": (
        [initial_scan, broken, up, broken],
        up,
        Counter({"team-1 recovered": 1, "team-1 flapping": 1}),
    ),
    "another name": ([initial_scan, broken], renamed, Counter({"team-9 crashed: boom": 1})),
    "two channels": (
        [initial_scan, watched],
        broken,
        Counter({"team-1 crashed: boom": 2, "New alerts here": 1}),
    ),
    "logs that show the same": (
        [initial_scan, one_more_alone, one_more_alone, one_more_alone],
        one_more_alone,
        Counter({"Spaces failed with the same error": 1, "moved to the card": 3}),
    ),
}
# The thread reply that must exist exactly once at the end.
EXPECTED_REPLIES: dict[str, str] = {
    "worse": "team-1 crashed: boom",
    "a recovery": "team-1 recovered",
    "worse in a group": "team-1 got worse",
    "the end of a group": "All 4 awake",
    "still on it?": "Still working on team-1",
    "expired ack": "unassigned",
}
# A second read of each Space finds their shared cause.
SEVERAL_AT_ONCE = ("a group", "worse in a group", "the same cause")


@dataclass(frozen=True)
class Beginning:
    """The world before the step that crashes: a copy of the database, and what is outside."""

    file: Path
    outside: Outside
    lease: Lease | None


class CrashRun:
    """Runs a story with a fault at one point; each run goes on from a copy of its beginning."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database, self._folder = database, folder
        self._bot = assemble_bot(StoryHub(), FakeSlack(), database.store, FakeClock())
        self._counts: dict[tuple[str, AddFaults], int] = {}
        self._beginnings: dict[str, Beginning] = {}

    def play_each(
        self, name: str, add_faults: AddFaults, same_points: AddFaults | None = None
    ) -> Iterator[tuple[str, Story]]:
        """Run the story once for each point of its last step; yield the point of the fault.

        A run without a fault counts the points, so a new one is never missed. All faults with
        the points of *same_points* share that run.
        """
        for nth in range(self.count_points(name, same_points or add_faults)):
            fault, story = self._play(name, nth, add_faults)
            assert fault.hit_point
            yield fault.hit_point, story

    def count_points(self, name: str, add_faults: AddFaults) -> int:
        """Return the number of points that the last step passes without a fault."""
        key = (name, add_faults)
        if key not in self._counts:
            self._counts[key] = self._play(name, None, add_faults)[0].count
        return self._counts[key]

    def _play(self, name: str, nth: int | None, add_faults: AddFaults) -> tuple[FaultPoint, Story]:
        if name not in self._beginnings:
            self._beginnings[name] = self._play_beginning(name)
        beginning, fault = self._beginnings[name], FaultPoint()
        outside, store = deepcopy(beginning.outside), self._database.fill(beginning.file)
        story = self._story(store, outside, lambda bot: add_faults(bot, fault), beginning.lease)
        story.restart()
        fault.arm(nth)
        _play_step(story, STORIES[name][1])
        fault.disarm()
        story.after(minutes=1)
        return fault, story

    def _play_beginning(self, name: str) -> Beginning:
        outside = (StoryHub(), FakeSlack(), FakeClock())
        outside[0].set(**{f"team_{n}": "RUNNING" for n in range(1, 7)})
        story = self._story(self._database.fill(), outside).restart()
        for step in STORIES[name][0]:
            _play_step(story, step)
        assert story.bot
        lease = story.bot.deps.leadership.current_lease()
        self._database.store.close()
        file = Path(shutil.copy(self._database.path, self._folder / f"{len(self._beginnings)}.db"))
        return Beginning(file, outside, lease)

    def _story(
        self,
        store: Store,
        outside: Outside,
        change_bot: Callable[[Bot], Bot] = lambda bot: bot,
        lease: Lease | None = None,
    ) -> Story:
        hub, slack, clock = outside
        start = process_starter(self._bot, hub, slack, store, clock, lease)
        return Story(lambda: change_bot(start()), hub, slack, clock)


def _play_step(story: Story, step: Step) -> None:
    """Run *step* and deliver; restart the bot if the fault kills it."""
    step(story)
    try:
        story.clock.tick(seconds=60)
        story.sweep()
    except Killed:
        story.restart()
        story.clock.tick(seconds=10)
        story.sweep()


@pytest.fixture(scope="module")
def crash_run(
    second_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[CrashRun]:
    yield CrashRun(second_database, tmp_path_factory.mktemp("beginnings"))
    second_database.clear()


@pytest.mark.parametrize("wrong", [with_faults, with_lost_answers])
@pytest.mark.parametrize("name", STORIES)
def test_any_crash_ends_with_one_correct_card(
    crash_run: CrashRun, name: str, wrong: AddFaults
) -> None:
    assert crash_run.count_points(name, wrong)  # otherwise no fault was injected
    for number, (point, story) in enumerate(crash_run.play_each(name, wrong)):
        when = f"{name}, struck {point} ({number})"
        has_lost_answer = wrong is with_lost_answers
        if has_lost_answer and point == "after runtime" and name in SEVERAL_AT_ONCE:
            _check_each_space(story, when)
        else:
            fewer = _expected_after_lost_answer(name, point) if has_lost_answer else None
            _check_cards(story, fewer or STORIES[name][2], when)
            _check_replies(story, EXPECTED_REPLIES.get(name, ""), when)


# One of each class. A message wrongly reported as gone can only be posted twice.
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
ANY_REJECTION = with_rejections(REFUSED[0])

LOST = {"edit_window_closed", "cant_update_message"}


@pytest.mark.parametrize("code", REFUSED)
@pytest.mark.parametrize("name", STORIES)
def test_one_rejected_call_does_not_change_the_result(
    crash_run: CrashRun, name: str, code: str
) -> None:
    assert crash_run.count_points(name, ANY_REJECTION)
    plays = crash_run.play_each(name, with_rejections(code), same_points=ANY_REJECTION)
    for number, (point, story) in enumerate(plays):
        story.after(minutes=3)
        when = f"{name}, {code} {point} ({number})"
        _check_cards(story, STORIES[name][2], when)
        if code not in LOST:  # a replacement card contains the news itself
            _check_replies(story, EXPECTED_REPLIES.get(name, ""), when)


# The replies of resolved cards. Such a card isn't reposted if people deleted it.
RESOLVED = {
    "team-1 recovered",
    "All 4 awake",
    "Hugging Face is",
    "moved to the card",
}


@pytest.mark.parametrize("name", STORIES)
def test_a_card_deleted_before_its_news_comes_back_once(crash_run: CrashRun, name: str) -> None:
    for number, (point, story) in enumerate(crash_run.play_each(name, with_deletions)):
        story.after(minutes=3)
        when = f"{name}, deleted {point} ({number})"
        _check_cards(story, _expected_after_deletion(story, STORIES[name][2]), when)
        if name == "still on it?":
            _check_replies(story, EXPECTED_REPLIES[name], when)


def _expected_after_deletion(story: Story, expected: Counter[str]) -> Counter[str]:
    """Return *expected* with the remaining resolved cards: all, or one less."""
    found = [rendered_text(card) for card in story.slack.cards]
    left = {says: sum(says in text for text in found) for says in RESOLVED & expected.keys()}
    assert all(expected[says] - 1 <= left[says] <= expected[says] for says in left), left
    return Counter({**expected, **left})


def _expected_after_lost_answer(name: str, lost: str) -> Counter[str] | None:
    """Return the expected cards after a lost answer of the Hub: fewer, but correct."""
    match name, lost:
        case "another name", "after space":  # the rename is unknown, so the old incident is closed
            return Counter({"team-9 crashed: boom": 1, "team-1 deleted from Hugging Face": 1})
        case "logs that show the same", "after logs":  # a log is asked for once
            return Counter({"crashed: Exit code": 4})
    return None


def _check_cards(story: Story, expected: Counter[str], when: str) -> None:
    cards, replies = story.slack.cards, story.slack.replies
    initial_cards = [card for card in cards if card.text.startswith("Watching 6 Spaces")]
    cards_told = [card for card in cards if card not in initial_cards]
    assert len(initial_cards) == 1, when
    for says, number in expected.items():
        assert sum(says in rendered_text(card) for card in cards_told) == number, (
            when,
            _texts(cards_told),
        )
    assert len(cards_told) == expected.total(), (when, _texts(cards_told))
    assert len({card.nonce for card in cards}) == len(cards), when
    assert max(Counter(_texts(replies)).values(), default=1) == 1, (when, _texts(replies))


def _check_replies(story: Story, says: str, when: str) -> None:
    found = [reply for reply in story.slack.replies if says and says in reply.text]
    assert len(found) == bool(says), (when, _texts(story.slack.replies))


def _check_each_space(story: Story, when: str) -> None:
    """An unanswered confirmation leaves its Space for the next sweep, on its own card."""
    for name in FOUR:
        cards = [card for card in story._cards() if "moved to" not in card.text]
        matching = [
            card
            for card in cards
            if name in rendered_text(card) or "team-1..4" in rendered_text(card)
        ]
        assert len(matching) == 1, (when, name, _texts(matching))


def _texts(messages: list[PostedMessage]) -> list[str]:
    return [shown.text for shown in messages]
