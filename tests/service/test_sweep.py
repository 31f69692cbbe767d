"""The sweep and what follows from it, on fakes and both databases."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import event

from bot.model import Ask, Space
from bot.service import Bot
from bot.store import Store, cards, spaces
from bot.store.lease import Deposed
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeHub, FakeLead, FakeSlack, Shown

Round = Callable[..., None]


@pytest.fixture
def store(any_store: Store) -> Store:
    """Every test here runs on SQLite and on PostgreSQL."""
    return any_store


@pytest.fixture
def round_(bot: Bot, clock: FakeClock) -> Round:
    """Sweep and deliver, a minute after the last time."""

    def go(minutes: float = 1) -> None:
        bot.sweep()
        bot.deliver()
        clock.tick(minutes=minutes)

    return go


def only(slack: FakeSlack) -> Shown:
    (card,) = slack.cards[1:]  # the first is the message of the first look
    return card


def test_the_first_look_is_told_in_one_message(
    hub: FakeHub, slack: FakeSlack, round_: Round
) -> None:
    hub.set(team_a="RUNNING", team_b="SLEEPING", team_c="RUNTIME_ERROR")

    round_()

    (card,) = slack.cards
    assert "Watching 3 Spaces" in card.text
    assert card.buttons == {"Wake all 2": "wake team-b team-c"}


def test_a_crash_has_its_card_at_once_and_recovery_edits_it(
    hub: FakeHub, slack: FakeSlack, round_: Round
) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING")
    round_()
    hub.put("acme/team-a", "RUNTIME_ERROR", error="ZeroDivisionError: division by zero")
    round_()

    card = only(slack)
    assert card.text == "team-a crashed: ZeroDivisionError: division by zero"
    assert card.buttons["Restart"] == "restart team-a"

    hub.set(team_a="RUNNING")
    round_()

    assert only(slack).text == "team-a fixed after 60 s"
    assert only(slack).buttons == {}
    assert [reply.text for reply in slack.replies] == ["team-a fixed after 60 s"]


@contextmanager
def written(store: Store) -> Iterator[set[str]]:
    """Collect the tables that are written meanwhile."""
    tables: set[str] = set()

    def note(*args: object) -> None:
        if found := re.match(r"(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)", str(args[2])):
            tables.add(found[1])

    event.listen(store._engine, "before_cursor_execute", note)
    yield tables
    event.remove(store._engine, "before_cursor_execute", note)


def test_a_look_that_shows_nothing_new_writes_no_space(
    bot: Bot, hub: FakeHub, store: Store, round_: Round
) -> None:
    hub.set(team_a="RUNNING", team_b="RUNTIME_ERROR")
    round_()

    with written(store) as tables:
        bot.sweep()

    assert tables <= {"fact", "mute"}  # when it looked, and mutes that have run out


def test_one_list_and_one_second_look_are_all_that_a_crash_costs(
    bot: Bot, hub: FakeHub, round_: Round
) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING")
    round_()
    hub.calls.clear()
    hub.set(team_a="CONFIG_ERROR")

    bot.sweep()

    assert hub.calls == ["list", "runtime acme/team-a"]


def test_a_space_that_takes_the_name_of_one_that_is_gone_stops_no_sweep(
    bot: Bot, hub: FakeHub, slack: FakeSlack, round_: Round
) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING", team_c="RUNNING")
    round_()
    for text in ("mute team-a for 1h", "mute team-b for 1h", "watch error team-a"):
        bot.ask(Ask(text, "UTA", "C0OPS", key=text))
    hub.put("acme/team-a", "RUNTIME_ERROR", error="boom")
    del hub.spaces["acme/team-b"]
    round_()
    del hub.spaces["acme/team-a"]
    hub.put("acme/team-b", "RUNTIME_ERROR", error="boom")
    look_up = hub.space

    def renamed(id: str) -> Space:
        return look_up(id.replace("team-a", "team-b"))

    hub.space = renamed  # type: ignore[method-assign]
    round_()
    round_(minutes=61)
    round_()

    assert [card.text for card in slack.cards if "boom" in card.text] == ["team-b crashed: boom"]


def test_a_channel_may_have_a_name_as_long_as_slack_allows(
    make_bot: MakeBot, hub: FakeHub, store: Store
) -> None:
    bot = make_bot(SPACEBOT_ALERT_CHANNEL="x" * 80)
    hub.set(team_a="RUNNING")
    bot.sweep()
    hub.set(team_a="RUNTIME_ERROR")
    bot.sweep()

    with store.transaction() as tx:
        assert [card.channel for card in cards.unequal(tx)] == ["x" * 80] * 2


@pytest.mark.parametrize("stage", ["NUL\x00", "LONE\ud800", "L" * 500])
def test_whatever_word_the_hub_has_for_a_stage_can_be_written_down(
    bot: Bot, hub: FakeHub, store: Store, stage: str
) -> None:
    hub.set(team_a=stage)
    bot.sweep()

    with store.transaction() as tx:
        assert spaces.fleet(tx)["acme/team-a"].stage[:3] == stage[:3]


def test_who_does_not_lead_writes_nothing(bot: Bot, hub: FakeHub, store: Store) -> None:
    hub.set(team_a="RUNNING")
    assert isinstance(bot.leading, FakeLead)
    bot.leading.lease = None

    with pytest.raises(Deposed):
        bot.sweep()

    with store.transaction() as tx:
        assert spaces.fleet(tx) == {}


def test_a_sweep_that_was_overtaken_writes_nothing(
    make_bot: MakeBot, hub: FakeHub, store: Store, clock: FakeClock, round_: Round
) -> None:
    hub.set(team_a="RUNNING")
    round_()
    slow = make_bot()
    fleet = hub.fleet

    def overtaken(owner: str) -> list[Space]:
        hub.fleet = fleet  # type: ignore[method-assign]  # only the first look is slow
        found = fleet(owner)
        clock.tick(minutes=1)
        hub.set(team_a="RUNNING")
        slow.sweep()
        return [replace(space, stage="BUILDING") for space in found]

    hub.fleet = overtaken  # type: ignore[method-assign]
    slow.sweep()

    with store.transaction() as tx:
        assert spaces.fleet(tx)["acme/team-a"].stage == "RUNNING"


def test_the_story_of_a_class_on_either_database(
    hub: FakeHub, slack: FakeSlack, bot: Bot, round_: Round
) -> None:
    """Group, worse, mute, reminder, ack: every table is written and read."""
    names = [f"team_{n}" for n in range(1, 7)]
    hub.set(**dict.fromkeys(names, "RUNNING"))
    round_()
    hub.set(**dict.fromkeys(names[:5], "SLEEPING"))
    round_()
    hub.put("acme/team-1", "RUNTIME_ERROR", error="boom")
    round_()
    for text in ("mute team-2 for 1h", "ack team-1", "watch error", "why team-1", "watches"):
        bot.ask(Ask(text, "UTA", "C0OPS", key=text))
    round_(minutes=250)
    round_()
    hub.set(**dict.fromkeys(names, "RUNNING"))
    round_()

    texts = [card.text for card in slack.cards]
    assert sum("All 5 over" in text for text in texts) == 1
    assert "team-1 is worse" in [reply.text for reply in slack.replies]
    assert "Muted: team-2" in texts
