"""Deadlines: the announcement, the start of the Spaces, and the report."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import HubUnavailable
from bot.operations import StepState
from bot.operations.cold_starts import ColdStart
from bot.service import Bot
from bot.store import Store, cold_starts, operations
from tests.conftest import MakeBot, assemble_bot
from tests.fakes import FakeClock, FakeHub, FakeSlack
from tests.requests import buttons, last_full_reply, send_command, tick
from tests.unit.service.schedules.samples import BERLIN, FRIDAY, kept, run_keys, texts, wakes

#: 14:00 in Berlin on the day after.
T = datetime(2026, 11, 28, 13, tzinfo=UTC)
LEAD = timedelta(minutes=46)
COMMAND = "wake all tomorrow before 14:00"


@pytest.fixture
def class_bot(make_bot: MakeBot, hub: FakeHub, clock: FakeClock) -> Bot:
    clock.time = FRIDAY
    hub.set(team_a="SLEEPING", team_b="SLEEPING", team_c="RUNNING")
    return make_bot(**BERLIN)


def run_at(bot: Bot, clock: FakeClock, moment: datetime) -> None:
    """Let all jobs run at *moment*."""
    clock.time = moment
    bot.run_schedules()
    bot.advance()
    bot.run_schedules()
    bot.deliver()


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def test_before_it_is_kept_the_bot_says_what_it_will_do(
    class_bot: Bot, slack: FakeSlack, hub: FakeHub
) -> None:
    send_command(class_bot, COMMAND)
    class_bot.deliver()

    (schedule,) = kept(class_bot)
    assert (schedule.next_time, schedule.next_at) == (T, T - LEAD)
    (card,) = texts(slack)
    assert "before Sat 28 Nov 14:00 Europe/Berlin" in card
    assert "team-a, team-b and team-c now: 2 asleep · 1 running" in card
    assert "The first one wakes Sat 28 Nov 13:41" in card
    assert hub.writes == []


def test_each_space_starts_at_its_own_time_and_the_reports_say_who_is_ready(
    class_bot: Bot, hub: FakeHub, clock: FakeClock, slack: FakeSlack, store: Store
) -> None:
    with store.transaction() as tx:
        cold_starts.add(tx, [ColdStart("acme/team-b", 60.0)] * 5, FRIDAY)
    send_command(class_bot, COMMAND)

    run_at(class_bot, clock, T - LEAD)
    assert hub.writes == []
    assert "Waking team-a, team-b and team-c by 14:00" in texts(slack)[-1]

    run_at(class_bot, clock, T - minutes(19))
    assert hub.writes == [("restart", "acme/team-a")]
    run_at(class_bot, clock, T - minutes(16))
    assert hub.writes == [("restart", "acme/team-a"), ("restart", "acme/team-b")]

    hub.set(team_a="RUNNING", team_b="RUNTIME_ERROR")
    run_at(class_bot, clock, T - minutes(15.5))
    tick(class_bot, clock)
    assert "ready for" not in str(texts(slack))
    run_at(class_bot, clock, T - minutes(15))
    run_at(class_bot, clock, T - minutes(14))
    (check,) = [text for text in texts(slack) if "ready for" in text]
    assert "2 of 3 ready for 14:00; 1 needs you" in check
    assert slack.messages[-1].buttons == {"Restart": "restart team-b", "Logs": "logs team-b"}

    hub.set(team_b="RUNNING")
    run_at(class_bot, clock, T)
    run_at(class_bot, clock, T + minutes(1))
    assert len([text for text in texts(slack) if "ready at 14:00" in text]) == 1


def test_nothing_is_called_ready_while_the_hub_does_not_answer(
    class_bot: Bot, hub: FakeHub, clock: FakeClock, slack: FakeSlack
) -> None:
    send_command(class_bot, COMMAND)
    run_at(class_bot, clock, T - LEAD)
    run_at(class_bot, clock, T - minutes(19))
    hub.set(team_a="RUNNING", team_b="RUNNING")
    run_at(class_bot, clock, T - minutes(16))
    tick(class_bot, clock)
    hub.set(team_b="RUNTIME_ERROR")
    class_bot.sweep()
    hub.errors_by_space["acme"] = HubUnavailable("The Hub is down.")
    for minute in (15, 0):
        run_at(class_bot, clock, T - minutes(minute))

        assert "*2 of 3 ready" in texts(slack)[-1]
        assert "14:00, as last seen; 1 needs you*" in texts(slack)[-1]
        assert "I can't list the Spaces now, so this is by the last sweep." in texts(slack)[-1]


def test_a_running_space_is_not_touched(class_bot: Bot, hub: FakeHub, clock: FakeClock) -> None:
    send_command(class_bot, COMMAND)
    for minute in (46, 20, 19, 18, 15, 0):
        run_at(class_bot, clock, T - minutes(minute))
        tick(class_bot, clock)

    assert ("restart", "acme/team-c") not in hub.writes
    assert wakes(hub) == 2


def test_a_space_that_falls_asleep_before_its_time_is_woken(
    class_bot: Bot, hub: FakeHub, clock: FakeClock
) -> None:
    send_command(class_bot, COMMAND)
    run_at(class_bot, clock, T - LEAD)
    hub.set(team_c="SLEEPING")
    run_at(class_bot, clock, T - minutes(19))

    assert wakes(hub) == 3


def test_a_person_may_act_on_a_space_that_still_waits(
    class_bot: Bot, hub: FakeHub, clock: FakeClock
) -> None:
    send_command(class_bot, COMMAND)
    run_at(class_bot, clock, T - LEAD)
    send_command(class_bot, "wake team-a")
    class_bot.advance()

    assert hub.writes == [("restart", "acme/team-a")]


def test_a_near_deadline_starts_at_once(
    class_bot: Bot, hub: FakeHub, clock: FakeClock, slack: FakeSlack
) -> None:
    clock.time = T - minutes(2)
    send_command(class_bot, "wake all before 14:00")
    class_bot.advance()
    class_bot.deliver()

    assert kept(class_bot) == []
    assert wakes(hub) == 2
    assert "usually need longer, and might not be ready in time" in texts(slack)[-1]
    run_at(class_bot, clock, T)
    assert any("ready at 14:00" in text for text in texts(slack))


def test_a_deadline_within_its_lead_waits_for_each_own_time(
    class_bot: Bot, hub: FakeHub, clock: FakeClock, slack: FakeSlack
) -> None:
    clock.time = T - minutes(30)
    send_command(class_bot, "wake all before 14:00")
    class_bot.advance()
    class_bot.deliver()

    assert hub.writes == []
    assert "The first one wakes" in texts(slack)[-1]


def test_the_same_deadline_typed_again_joins_the_first(
    class_bot: Bot, clock: FakeClock, store: Store
) -> None:
    clock.time = T - minutes(30)
    send_command(class_bot, "wake all before 14:00")
    send_command(class_bot, "wake all by 14:00")

    with store.transaction() as tx:
        assert len(operations.running(tx)) == 1


def test_paid_hardware_is_asked_about_with_its_price(
    class_bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.put("acme/team-p", "SLEEPING", hardware="t4-small")
    send_command(class_bot, COMMAND)

    question = last_full_reply(slack)
    assert "t4-small" in question
    assert "an hour" in question
    assert buttons(slack)["Schedule it"] == "schedule 1 on"

    send_command(class_bot, "schedule 1 on")
    run_at(class_bot, clock, T - LEAD)
    run_at(class_bot, clock, T - minutes(21))
    assert hub.writes == [("restart", "acme/team-p")]


def test_a_recurring_deadline_begins_each_time(
    class_bot: Bot, clock: FakeClock, slack: FakeSlack
) -> None:
    send_command(class_bot, "wake all every mon,wed before 09:45")
    class_bot.deliver()
    assert "Every monday, wednesday before 09:45" in texts(slack)[0]
    begins = [datetime(2026, 11, 30, 7, 59, tzinfo=UTC), datetime(2026, 12, 2, 7, 59, tzinfo=UTC)]
    for begin in begins:
        run_at(class_bot, clock, begin - minutes(1))
        run_at(class_bot, clock, begin)

    assert run_keys(class_bot) == [f"schedule:1:{begin.timestamp():.0f}" for begin in begins]


@pytest.mark.parametrize("down_for", [16, 30, 45])
def test_a_bot_that_was_down_makes_up_for_it_until_the_deadline(
    class_bot: Bot, clock: FakeClock, hub: FakeHub, down_for: float
) -> None:
    send_command(class_bot, COMMAND)
    run_at(class_bot, clock, T - LEAD + minutes(down_for))
    run_at(class_bot, clock, max(clock.time, T - minutes(19)))

    assert wakes(hub) == 2


def test_a_deadline_that_someone_stopped_is_not_reported(
    class_bot: Bot, clock: FakeClock, slack: FakeSlack, hub: FakeHub
) -> None:
    send_command(class_bot, COMMAND)
    run_at(class_bot, clock, T - LEAD)
    send_command(class_bot, "stop 1")
    for minute in (19, 15, 0):
        run_at(class_bot, clock, T - minutes(minute))

    assert hub.writes == []
    assert not any("ready for" in text or "ready at" in text for text in texts(slack))


def test_a_question_that_is_answered_late_is_followed_by_one_report(
    class_bot: Bot, clock: FakeClock, slack: FakeSlack, hub: FakeHub
) -> None:
    hub.put("acme/team-p", "SLEEPING", hardware="t4-small")
    clock.time = T - minutes(16)
    send_command(class_bot, "wake all before 14:00")
    clock.time = T - minutes(12)
    send_command(class_bot, "confirm 1")
    for minute in (12, 11, 0):
        run_at(class_bot, clock, T - minutes(minute))

    assert wakes(hub) == 3
    assert not any("ready for" in text for text in texts(slack))
    assert len([text for text in texts(slack) if "ready at" in text]) == 1


def test_a_question_about_a_deadline_can_be_answered_until_then(
    class_bot: Bot, clock: FakeClock, slack: FakeSlack, hub: FakeHub
) -> None:
    send_command(class_bot, COMMAND)
    hub.put("acme/team-a", "SLEEPING", hardware="t4-small")
    run_at(class_bot, clock, T - LEAD)
    assert any("This starts paid hardware: team-a" in text for text in texts(slack))

    clock.time = T - minutes(20)
    send_command(class_bot, "confirm 1")
    run_at(class_bot, clock, T - minutes(19))
    assert wakes(hub) == 2

    clock.time = T + minutes(1)
    send_command(class_bot, "confirm 1")
    assert "Already confirmed" in last_full_reply(slack)


def test_an_unanswered_question_ends_with_its_deadline(
    class_bot: Bot, clock: FakeClock, slack: FakeSlack, hub: FakeHub
) -> None:
    send_command(class_bot, COMMAND)
    hub.put("acme/team-a", "SLEEPING", hardware="t4-small")
    run_at(class_bot, clock, T - LEAD)
    clock.time = T + minutes(1)
    send_command(class_bot, "confirm 1")

    assert "over 10 minutes old" in last_full_reply(slack)
    assert hub.writes == []


def test_two_replicas_report_once(
    class_bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock, store: Store
) -> None:
    send_command(class_bot, COMMAND)
    run_at(class_bot, clock, T - LEAD)
    standby = assemble_bot(hub, slack, store, clock)
    clock.time = T - minutes(15)

    standby.run_schedules()
    run_at(class_bot, clock, T - minutes(15))
    run_at(class_bot, clock, T - minutes(14))

    assert len([text for text in texts(slack) if "ready for 14:00" in text]) == 1


def test_the_end_is_reported_once_and_not_by_the_operation(
    class_bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock, store: Store
) -> None:
    send_command(class_bot, COMMAND)
    for minute in (46, 19):
        run_at(class_bot, clock, T - minutes(minute))
    hub.set(team_a="RUNNING", team_b="RUNNING")
    for minute in (16, 15, 1, 0):
        run_at(class_bot, clock, T - minutes(minute))
        tick(class_bot, clock)

    with store.transaction() as tx:
        (wake,) = operations.get_all(tx, [1])
    assert {step.state for step in wake.steps} == {StepState.DONE}, wake.steps
    assert [t for t in texts(slack) if "<@UTA> *All 3 Spaces ready" in t] != []
    assert not any("are ready" in reply.text for reply in slack.replies)
    with store.transaction() as tx:
        assert cold_starts.load(tx).keys() == {"acme/team-a", "acme/team-b"}
