"""The sweep and its effects, on fakes and both databases."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from bot.errors import LeaseLost
from bot.model import Ask
from bot.service import Bot
from bot.store import Store, cards, spaces
from tests.conftest import MakeBot
from tests.database import listener
from tests.fakes import FakeClock, FakeHub, FakeLeadership, FakeSlack, PostedMessage
from tests.faults import with_hub_fault

Round = Callable[..., None]


@pytest.fixture
def store(any_store: Store) -> Store:
    """Every test here runs on SQLite and on PostgreSQL."""
    return any_store


@pytest.fixture
def run_round(bot: Bot, clock: FakeClock) -> Round:
    """Sweep and deliver, a minute after the last time."""

    def run(minutes: float = 1) -> None:
        bot.sweep()
        bot.deliver()
        clock.tick(minutes=minutes)

    return run


def only_card(slack: FakeSlack) -> PostedMessage:
    (card,) = slack.cards[1:]  # the first is the initial scan
    return card


def test_initial_scan_is_one_message(hub: FakeHub, slack: FakeSlack, run_round: Round) -> None:
    hub.set(team_a="RUNNING", team_b="SLEEPING", team_c="RUNTIME_ERROR")

    run_round()

    (card,) = slack.cards
    assert "Watching 3 Spaces" in card.text
    assert card.buttons == {"Wake 1 asleep": "wake team-b", "Restart 1 crashed": "restart team-c"}


def test_a_crash_has_its_card_at_once_and_recovery_edits_it(
    hub: FakeHub, slack: FakeSlack, run_round: Round
) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING")
    run_round()
    hub.put("acme/team-a", "RUNTIME_ERROR", error="ZeroDivisionError: division by zero")
    run_round()

    card = only_card(slack)
    assert card.text == "team-a crashed: ZeroDivisionError: division by zero"
    assert card.buttons["Restart"] == "restart team-a"

    hub.set(team_a="RUNNING")
    run_round()

    assert only_card(slack).text == "team-a recovered after 60 s"
    assert only_card(slack).buttons == {}
    assert [reply.text for reply in slack.replies] == ["team-a recovered after 60 s"]


@contextmanager
def written_tables(store: Store) -> Iterator[set[str]]:
    """Collect the tables that are written during the block."""
    tables: set[str] = set()

    def note(*args: object) -> None:
        if found := re.match(r"(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)", str(args[2])):
            tables.add(found[1])

    with listener(store, "before_cursor_execute", note):
        yield tables


def test_unchanged_sweep_writes_no_space(
    bot: Bot, hub: FakeHub, store: Store, run_round: Round
) -> None:
    hub.set(team_a="RUNNING", team_b="RUNTIME_ERROR")
    run_round()

    with written_tables(store) as tables:
        bot.sweep()

    assert tables <= {"key_value", "mute"}  # the time of the sweep, and expired mutes


def test_crash_costs_one_list_and_one_confirmation(
    bot: Bot, hub: FakeHub, run_round: Round
) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING")
    run_round()
    hub.calls.clear()
    hub.set(team_a="CONFIG_ERROR")

    bot.sweep()

    assert hub.calls == ["list", "runtime acme/team-a"]


def test_reused_name_does_not_break_the_sweep(
    bot: Bot, hub: FakeHub, slack: FakeSlack, run_round: Round
) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING", team_c="RUNNING")
    run_round()
    for text in ("mute team-a for 1h", "mute team-b for 1h", "watch error team-a"):
        bot.ask(Ask(text, "UTA", "C0OPS", idempotency_key=text))
    hub.put("acme/team-a", "RUNTIME_ERROR", error="boom")
    del hub.spaces["acme/team-b"]
    run_round()
    del hub.spaces["acme/team-a"]
    hub.put("acme/team-b", "RUNTIME_ERROR", error="boom")
    hub.renames = {"acme/team-a": "acme/team-b"}
    run_round()
    run_round(minutes=61)
    run_round()

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
        assert [card.channel for card in cards.pending(tx)] == ["x" * 80] * 2


@pytest.mark.parametrize("stage", ["NUL\x00", "LONE\ud800", "L" * 500])
def test_any_stage_name_can_be_stored(bot: Bot, hub: FakeHub, store: Store, stage: str) -> None:
    hub.set(team_a=stage)
    bot.sweep()

    with store.transaction() as tx:
        assert spaces.fleet(tx)["acme/team-a"].stage[:3] == stage[:3]


def test_standby_writes_nothing(bot: Bot, hub: FakeHub, store: Store) -> None:
    hub.set(team_a="RUNNING")
    assert isinstance(bot.deps.leadership, FakeLeadership)
    bot.deps.leadership.lease = None

    with pytest.raises(LeaseLost):
        bot.sweep()

    with store.transaction() as tx:
        assert spaces.fleet(tx) == {}


def test_overtaken_sweep_writes_nothing(
    make_bot: MakeBot, hub: FakeHub, store: Store, clock: FakeClock, run_round: Round
) -> None:
    hub.set(team_a="RUNNING")
    run_round()
    bot = make_bot()
    hub.set(team_a="BUILDING")

    def overtake() -> None:
        clock.tick(minutes=1)
        hub.set(team_a="RUNNING")
        bot.sweep()

    with_hub_fault(bot, "after fleet", overtake).sweep()

    with store.transaction() as tx:
        assert spaces.fleet(tx)["acme/team-a"].stage == "RUNNING"


def test_class_story_on_each_database(
    hub: FakeHub, slack: FakeSlack, bot: Bot, run_round: Round
) -> None:
    """Group, escalation, mute, reminder, ack: every table is written and read."""
    names = [f"team_{n}" for n in range(1, 7)]
    hub.set(**dict.fromkeys(names, "RUNNING"))
    run_round()
    hub.set(**dict.fromkeys(names[:5], "SLEEPING"))
    run_round()
    hub.put("acme/team-1", "RUNTIME_ERROR", error="boom")
    run_round()
    for text in ("mute team-2 for 1h", "ack team-1", "watch error", "why team-1", "watches"):
        bot.ask(Ask(text, "UTA", "C0OPS", idempotency_key=text))
    run_round(minutes=250)
    run_round()
    hub.set(**dict.fromkeys(names, "RUNNING"))
    run_round()

    texts = [card.text for card in slack.cards]
    assert sum("All 5 resolved" in text for text in texts) == 1
    assert "team-1 got worse" in [reply.text for reply in slack.replies]
    assert "Muted: team-2" in texts
