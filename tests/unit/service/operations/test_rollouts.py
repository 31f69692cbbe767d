"""Rollouts of 60 Spaces: in waves, held by the first new failure, continued, stopped or ended."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import HubUnavailable
from bot.operations import mark_sent
from bot.service import Bot
from bot.service.fleet_cache import FleetCache
from bot.service.operations import rollouts
from bot.store import operations
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeHub, FakeProber, FakeSlack, with_parts
from tests.faults import Killed, with_hub_fault
from tests.requests import (
    buttons,
    last_full_reply,
    last_reply,
    open_form,
    send_command,
    send_lead_command,
    submit,
    tick,
)
from tests.unit.service.operations.samples import (
    KEY_ERROR,
    SIXTY,
    Deaths,
    assert_sent_at_most_once,
    become,
    begin_class,
    writes,
)
from tests.unit.service.requests.test_audit import audit_table


@pytest.fixture
def course(bot: Bot, hub: FakeHub) -> Bot:
    """A class of 60 running Spaces, after `restart all` was confirmed."""
    begin_class(hub)
    restart_all(bot)
    return bot


def restart_all(bot: Bot) -> None:
    send_command(bot, "restart all")
    send_command(bot, "confirm 1")


def settle(bot: Bot, hub: FakeHub, clock: FakeClock, stage: str, error: str = "") -> None:
    """Let the sent wave end in *stage*, and sweep twice."""
    become(hub, stage, error)
    for _ in range(2):
        tick(bot, clock, 6)


def hold(bot: Bot, hub: FakeHub, clock: FakeClock) -> None:
    """Send the first wave, which crashes."""
    tick(bot, clock)
    settle(bot, hub, clock, "RUNTIME_ERROR", KEY_ERROR)


def test_the_question_says_that_it_goes_in_waves(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    begin_class(hub)

    send_command(bot, "restart all")

    assert "In waves: 1, then 6, then 53." in last_full_reply(slack)


def test_each_wave_is_sent_once_the_apps_of_the_one_before_answer(
    course: Bot, hub: FakeHub, prober: FakeProber, slack: FakeSlack, clock: FakeClock
) -> None:
    sizes = []
    for _ in range(3):
        tick(course, clock)
        tick(course, clock)
        sizes.append(len(hub.writes))
        settle(course, hub, clock, "RUNNING")

    assert sizes == [1, 7, 60]
    assert set(prober.probes) == set(SIXTY)
    assert slack.cards[0].text.startswith("Restarted 60 Spaces in")


def test_the_first_new_failure_stops_it_with_the_reason_first(
    course: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hold(course, hub, clock)

    (card,) = slack.cards
    assert len(hub.writes) == 1
    assert card.text.startswith("Stopped after 1 of 60: KeyError: 'OPENAI_API_KEY'")
    assert "Restarting 60 Spaces · requested by <@UTA>" in str(card.message.blocks)
    assert card.buttons == {"Continue": "continue 1", "Stop": "stop 1"}
    (reply,) = slack.replies
    assert reply.text.startswith("Restart stopped after 1 of 60: KeyError")
    assert "<@UTA>" in str(reply.message.blocks)


def test_an_app_that_does_not_answer_any_more_stops_it(
    course: Bot, hub: FakeHub, prober: FakeProber, slack: FakeSlack, clock: FakeClock
) -> None:
    for id in SIXTY:
        prober.set(id, 502)
    tick(course, clock)
    become(hub, "RUNNING")
    for _ in range(12):
        tick(course, clock, 10)

    assert len(hub.writes) == 1
    assert slack.cards[0].text.startswith("Stopped after 1 of 60: running, but not answering")


def test_a_space_that_failed_before_does_not_stop_it(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    begin_class(hub)
    hub.put(SIXTY[0], "RUNTIME_ERROR")
    restart_all(bot)
    for _ in range(2):
        tick(bot, clock)
        assert SIXTY[0] not in {id for _, id in hub.writes}
        settle(bot, hub, clock, "RUNNING")
    tick(bot, clock)
    hub.put(SIXTY[0], "RUNTIME_ERROR", error="still broken")
    settle(bot, hub, clock, "RUNNING")
    for _ in range(8):
        tick(bot, clock, 10)

    assert len(hub.writes) == 60
    assert slack.cards[0].text.startswith("Restarted 59 of 60")


def test_an_app_that_did_not_answer_before_is_not_the_first_one(
    bot: Bot, hub: FakeHub, prober: FakeProber, clock: FakeClock
) -> None:
    begin_class(hub)
    prober.set(SIXTY[0], 502)
    bot.sweep()
    send_command(bot, "status team-1 check")
    restart_all(bot)
    tick(bot, clock)

    assert hub.writes == [("restart", SIXTY[1])]


def test_a_held_rollout_continues_with_the_next_wave(
    course: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hold(course, hub, clock)
    send_command(course, "continue 1")
    tick(course, clock)

    assert last_reply(slack) == "Operation 1 continues with 59 Spaces. See its card."
    assert len(hub.writes) == 7
    settle(course, hub, clock, "RUNTIME_ERROR", KEY_ERROR)
    assert slack.cards[0].text.startswith("Stopped after 7 of 60: KeyError")
    assert len(slack.replies) == 2, "it is a new failure, so it pings once more"


def test_the_audit_says_who_continued_a_rollout(
    course: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hold(course, hub, clock)
    send_command(course, "continue 1")

    row = audit_table(course, slack)[0]
    assert row["what"].startswith("continue 1: restart team-1 team-2")
    assert (row["outcome"], row["result"]) == ("acted", "continued operation 1 with 59 Spaces")


def test_stop_ends_a_held_rollout(
    course: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hold(course, hub, clock)
    send_command(course, "stop 1")
    tick(course, clock)

    assert slack.cards[0].text.startswith("Restart stopped: 0 ready, 1 failed, 59 not sent")
    assert len(hub.writes) == 1
    send_command(course, "continue 1")
    assert last_reply(slack) == "Operation 1 is already finished. See its card."


def test_a_held_rollout_makes_no_calls_and_ends_after_a_day(
    course: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hold(course, hub, clock)
    before = len(hub.calls)
    tick(course, clock, 3600)
    assert len(hub.calls) == before
    tick(course, clock, timedelta(hours=24).total_seconds())

    assert slack.cards[0].text.startswith(
        "Couldn't restart team-1 · 59 not sent (no one continued it)"
    )
    assert slack.cards[0].buttons == {"Retry": "restart team-1"}
    assert len(hub.writes) == 1


def test_spaces_that_a_held_rollout_has_not_reached_are_free(
    course: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hold(course, hub, clock)
    hub.put(SIXTY[4], "SLEEPING")
    send_command(course, "wake team-5")
    tick(course, clock)
    assert hub.writes[-1] == ("restart", SIXTY[4])

    send_command(course, "continue 1")
    tick(course, clock)

    assert hub.writes.count(("restart", SIXTY[4])) == 1, "the other operation is still at it"


def test_the_same_command_points_to_the_held_rollout(
    course: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hold(course, hub, clock)
    begin_class(hub)
    send_command(course, "restart all")

    assert last_reply(slack).startswith("Operation 1 already does that")
    assert buttons(slack) == {}


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("continue 1", "Operation 1 isn't waiting for anyone. See its card."),
        ("continue 7", "There's no operation 7."),
        ("continue", "Which operation? The number is on its card: `continue 12`."),
    ],
)
def test_what_is_not_held_is_not_continued(
    course: Bot, slack: FakeSlack, text: str, reply: str
) -> None:
    send_command(course, text)

    assert last_reply(slack).startswith(reply)


def test_only_people_with_the_command_continue_it(
    course: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hold(course, hub, clock)
    send_command(course, "continue 1", "USTUDENT")
    tick(course, clock)

    assert len(hub.writes) == 1
    assert "operators only" in last_reply(slack)


@pytest.mark.parametrize(("ready", "most"), [(0, 1), (1, 7)])
def test_a_crash_at_any_point_never_widens_a_wave(
    make_bot: MakeBot, hub: FakeHub, clock: FakeClock, deaths: Deaths, ready: int, most: int
) -> None:
    template = make_bot()
    begin_class(hub)
    restart_all(template)
    for _ in range(ready):
        tick(template, clock)
        become(hub, "RUNNING")
    for bot, when in deaths(template):
        for _ in range(2):
            tick(bot, clock)

        assert_sent_at_most_once(bot, most, when)
    assert len(writes(bot)) == most


def test_a_former_leader_sends_nothing_beyond_the_wave(
    course: Bot, hub: FakeHub, clock: FakeClock
) -> None:
    """It decided before another leader sent the first Space."""
    with course.deps.store.transaction() as tx:
        (stale,) = operations.running(tx)
    tick(course, clock)

    late = mark_sent(replace(stale.steps[1], stage_before="RUNNING"), clock())
    with course.deps.store.transaction() as tx:
        assert not rollouts.claim(tx, stale, late)


def test_calls_that_are_queued_are_not_made_once_a_failure_holds_the_rollout(
    course: Bot, hub: FakeHub, clock: FakeClock
) -> None:
    """In the last wave 29 of 53 calls wait for a thread."""
    hold(course, hub, clock)
    with course.deps.store.transaction() as tx:
        held = operations.get_locked(tx, 1)
        assert held is not None
        last_wave = replace(held, rollout=None)
        queued = mark_sent(replace(held.steps[-1], stage_before="RUNNING"), clock())
        assert not rollouts.claim(tx, last_wave, queued)
    send_command(course, "continue 1")
    with course.deps.store.transaction() as tx:
        assert rollouts.claim(tx, last_wave, queued)


class DeadlyHub(FakeHub):
    """A Hub on which a variable restarts the app, which then can't start."""

    def __init__(self, stage: str = "RUNTIME_ERROR") -> None:
        super().__init__()
        self.stage = stage

    def set_variable(self, id: str, key: str, value: str) -> None:
        super().set_variable(id, key, value)
        self.put(id, self.stage, error=KEY_ERROR if self.stage == "RUNTIME_ERROR" else "")


def set_variable(bot: Bot, slack: FakeSlack, hub: FakeHub) -> str:
    """Set a variable of 60 running Spaces; return the text of the form."""
    begin_class(hub)
    bot.sweep()
    id = open_form(bot, slack, "variable set all MODE")
    submit(bot, slack, id, value="exam")
    return str(slack.open_forms[id])


def test_a_variable_that_kills_apps_reaches_exactly_one_of_60_spaces(
    bot: Bot, slack: FakeSlack, clock: FakeClock
) -> None:
    hub = DeadlyHub()
    bot = with_parts(bot, hub=hub, fleet_cache=FleetCache(hub, ("acme",), clock))

    form = set_variable(bot, slack, hub)
    for _ in range(10):
        tick(bot, clock, 10)

    assert "In waves: 1, then 6, then 53." in form
    assert hub.writes == [("set_variable MODE", SIXTY[0])]
    assert slack.cards[-1].text.startswith("Stopped after 1 of 60: KeyError: 'OPENAI_API_KEY'")


@pytest.mark.parametrize("stage", ["RUNTIME_ERROR", "APP_STARTING"])
def test_a_call_whose_answer_died_with_the_bot_takes_no_other_space(
    bot: Bot, slack: FakeSlack, clock: FakeClock, stage: str
) -> None:
    """It has interrupted the first Space, which doesn't run any more."""
    hub = DeadlyHub(stage)
    bot = with_parts(bot, hub=hub, fleet_cache=FleetCache(hub, ("acme",), clock))
    set_variable(bot, slack, hub)
    with pytest.raises(Killed):
        tick(with_hub_fault(bot, "after set_variable"), clock)
    for _ in range(10):
        tick(bot, clock, 10)

    assert {id for _, id in hub.writes} == {SIXTY[0]}


def test_a_variable_reaches_all_spaces_that_lack_it(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.variable_values = {SIXTY[0]: {"MODE": "exam"}, SIXTY[1]: {"MODE": "practice"}}
    set_variable(bot, slack, hub)
    for _ in range(40):
        tick(bot, clock, 10)

    assert len(hub.writes) == 59
    assert all(hub.variable_values[id] == {"MODE": "exam"} for id in SIXTY)
    assert slack.cards[-1].text.startswith("Set variable MODE on 59 Spaces in")
    assert "1 already so" in slack.cards[-1].text


@pytest.mark.parametrize("point", ["before set_variable", "after set_variable"])
def test_a_crash_at_the_call_does_not_lose_the_value_before(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock, point: str
) -> None:
    hub.variable_values = {id: {"MODE": "practice"} for id in SIXTY}
    set_variable(bot, slack, hub)
    with pytest.raises(Killed):
        tick(with_hub_fault(bot, point), clock)
    for _ in range(40):
        tick(bot, clock, 10)
    assert all(hub.variable_values[id] == {"MODE": "exam"} for id in SIXTY)
    send_lead_command(bot, "undo 1")
    send_lead_command(bot, "confirm 2")
    for _ in range(40):
        tick(bot, clock, 10)

    assert all(hub.variable_values[id] == {"MODE": "practice"} for id in SIXTY)


def test_a_variable_whose_value_before_is_unknown_is_not_set(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.errors_by_call = {"variables": HubUnavailable("Hugging Face answered 502.")}
    set_variable(bot, slack, hub)
    tick(bot, clock)

    assert hub.writes == []
