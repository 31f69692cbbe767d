"""The schedule of a command is made from what the command would do."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.alerts.actions import UnmuteSpaces
from bot.cards import Message
from bot.commands.scheduling import plan_schedule, unschedulable_error
from bot.errors import NothingSelected, UsageError
from bot.operations import SkipReason, Verb, skip
from bot.results import Proposal
from bot.schedules import ScheduleState, Timing
from bot.schedules.actions import AddSchedule
from bot.stages import Condition
from tests.unit.commands.samples import COMMANDS, context_of, running

FIRST = datetime(2026, 11, 30, 12, 50, tzinfo=UTC)
TIMING = Timing("every day at 9", "UTC", FIRST, "every day at 09:00 in UTC")


def plan(text: str, answer: object) -> AddSchedule:
    verb = text.split(maxsplit=1)[0]
    return plan_schedule(context_of(text, command=verb), COMMANDS[verb], TIMING, answer)  # type: ignore[arg-type]  # any result


def test_a_harmless_command_is_kept_at_once() -> None:
    add = plan("wake team-a team-b", running(Verb.WAKE, "team-a", "team-b"))

    assert add.schedule.state is ScheduleState.ON
    assert add.schedule.command == "wake team-a team-b"
    assert (add.schedule.next_at, add.schedule.owner) == (FIRST, "UTA")
    assert add.schedule.confirmed_dollars is None
    assert add.names == ("team-a", "team-b")
    assert add.conditions == Counter({Condition.RUNNING: 1, Condition.ASLEEP: 1})


def test_a_schedule_selects_also_what_needs_nothing_now() -> None:
    now = running(Verb.WAKE, "team-a", "team-b", "team-c", "team-d", "team-e")
    a, b, c, d, e = now.steps
    steps = (
        skip(a, SkipReason.ALREADY_UP),
        b,
        skip(c, SkipReason.BUSY, Verb.RESTART),
        skip(d, SkipReason.STATIC),
        skip(e, SkipReason.LEFT_PAUSED),
    )
    add = plan("wake all", replace(now, steps=steps))

    assert add.names == ("team-a", "team-b", "team-c")


def test_what_would_ask_is_proposed_with_its_cost() -> None:
    add = plan("wake team-a", Proposal(running(Verb.WAKE, "team-a"), ("It costs.",), 0.4))

    assert add.schedule.state is ScheduleState.PROPOSED
    assert add.schedule.confirmed_dollars == pytest.approx(0.4)
    assert add.warning == ("It costs.",)


@pytest.mark.parametrize(("verb", "asks"), [("wake", False), ("pause", True), ("restart", True)])
def test_an_empty_selection_asks_if_the_command_may_interrupt(verb: str, *, asks: bool) -> None:
    add = plan(f"{verb} running", NothingSelected("No Space is running."))

    assert add.spaces == ()
    assert bool(add.warning) is asks


def test_an_alert_command_is_kept_at_once() -> None:
    add = plan("unmute all", UnmuteSpaces(("acme/team-a",)))

    assert (add.schedule.state, add.names) == (ScheduleState.ON, ("team-a",))


def test_a_read_is_refused() -> None:
    with pytest.raises(UsageError, match="only reads"):
        plan("hardware all", Message("Hardware of 3 Spaces"))


def test_a_command_too_long_for_a_button_is_refused() -> None:
    text = "wake " + " ".join(f"team-{n}" for n in range(400))

    with pytest.raises(UsageError, match="too long to schedule"):
        plan(text, running(Verb.WAKE, "team-a"))


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("status", "`status` only reads, so it can't be scheduled."),
        ("upload", "`upload` can't be scheduled."),
    ],
)
def test_refusal_says_why(command: str, message: str) -> None:
    assert message in str(unschedulable_error(COMMANDS[command]))
