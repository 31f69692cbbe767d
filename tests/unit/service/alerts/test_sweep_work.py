"""The work of a sweep: nothing is read, resolved or rendered twice."""

from bot.alerts.notification_plan import IncidentContent
from bot.render.alerts.content import render_content
from bot.service import Bot
from bot.service.alerts import routing
from bot.store import incidents
from tests.calls import record_calls
from tests.fakes import FakeClock, FakeHub


def break_one_of_30(bot: Bot, hub: FakeHub, clock: FakeClock) -> None:
    for number in range(30):
        hub.put(f"acme/team-{number}", "RUNNING")
    bot.sweep()
    clock.tick(minutes=1)
    hub.put("acme/team-7", "RUNTIME_ERROR", error="ZeroDivisionError: division by zero")


def test_a_crash_is_rendered_once_and_once_more_with_its_log(
    bot: Bot, hub: FakeHub, clock: FakeClock
) -> None:
    break_one_of_30(bot, hub, clock)
    with record_calls(render_content) as calls:
        bot.sweep()
    contents = [call["content"] for call in calls]
    shown = [content for content in contents if isinstance(content, IncidentContent)]
    assert [content.incident.diagnosis is not None for content in shown] == [False, True]


def test_a_sweep_and_a_log_round_read_the_open_incidents_once_each(
    bot: Bot, hub: FakeHub, clock: FakeClock
) -> None:
    break_one_of_30(bot, hub, clock)
    with record_calls(incidents.open_incidents) as calls:
        bot.sweep()
    assert len(calls) == 1 + 1  # a log round reads them again, because logs take seconds


def test_a_log_round_without_a_log_to_read_reads_no_incident(
    bot: Bot, hub: FakeHub, clock: FakeClock
) -> None:
    break_one_of_30(bot, hub, clock)
    bot.sweep()
    clock.tick(minutes=1)
    with record_calls(incidents.open_incidents) as calls:
        bot.sweep()
    assert len(calls) == 1


def test_routes_are_resolved_once_for_each_state_of_the_fleet(
    bot: Bot, hub: FakeHub, clock: FakeClock
) -> None:
    break_one_of_30(bot, hub, clock)
    with record_calls(routing.load_routing) as calls:
        bot.sweep()
    stages = [call["fleet"]["acme/team-7"].stage for call in calls]
    in_log_round = "RUNTIME_ERROR"
    assert stages == ["RUNNING", "RUNTIME_ERROR", in_log_round]
