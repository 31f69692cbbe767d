"""An operation from the request to the final reply, with the process killed in between."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import BoundedSemaphore, Semaphore, current_thread, main_thread

import pytest

from bot.concurrency import KeyedExecutor
from bot.errors import (
    HubError,
    HubForbidden,
    NotFound,
    OutcomeUnknown,
    PaymentRequired,
    RateLimited,
)
from bot.hub_facts import RateBudget
from bot.model import Ask
from bot.operations import Step, StepState
from bot.service import Bot
from bot.store import operations
from tests.conftest import ListenToEngine, MakeBot
from tests.fakes import FakeClock, FakeHub, FakeSlack, with_parts
from tests.faults import Killed, with_hub_fault
from tests.requests import tick

WAIT_SECONDS = 10


def wake(bot: Bot, text: str = "wake all") -> None:
    bot.ask(Ask(text, "UTA", "C1", idempotency_key=text))


def test_ends_with_one_card_and_one_reply(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING", team_b="RUNNING", team_c="PAUSED")

    wake(bot)
    tick(bot, clock)
    hub.set(team_a="RUNNING", team_c="APP_STARTING")
    tick(bot, clock)
    hub.set(team_c="RUNNING")
    tick(bot, clock)
    tick(bot, clock)

    assert sorted(hub.writes) == [("restart", "acme/team-a"), ("restart", "acme/team-c")]
    assert [card.text for card in slack.cards] == [
        (
            "Woke team-a and team-c in 9 s · 1 was paused before · 1 already running · requested "
            "by <@UTA>"
        )
    ]
    (reply,) = slack.replies
    assert reply.message.blocks[0]["text"]["text"].startswith("<@UTA> Woke team-a and team-c in")
    assert reply.thread == slack.cards[0].ts


def test_card_that_is_final_within_seconds_gets_no_reply(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING")
    wake(bot)
    bot.advance()
    hub.set(team_a="RUNNING")
    tick(bot, clock)
    bot.deliver()

    assert [card.text for card in slack.cards] == ["team-a is ready (3 s) · requested by <@UTA>"]
    assert not slack.replies


def test_step_waits_for_its_commits_without_a_slot_for_calls(
    bot: Bot, hub: FakeHub, listen_to_engine: ListenToEngine
) -> None:
    hub.set(team_a="SLEEPING", team_b="SLEEPING", team_c="SLEEPING")
    the_only_slot, commits_of_steps = BoundedSemaphore(1), Semaphore(0)

    def count_commit(_: object) -> None:
        if current_thread() is not main_thread():
            commits_of_steps.release()

    listen_to_engine("commit", count_commit)
    with ThreadPoolExecutor(3) as threads:
        bot = with_parts(bot, step_calls=KeyedExecutor(threads), step_call_slots=the_only_slot)
        with the_only_slot:
            wake(bot)
            bot.advance()
            while any(step.state is StepState.WAITING for step in stored_steps(bot)):
                assert commits_of_steps.acquire(timeout=WAIT_SECONDS)
            assert hub.writes == []

    assert len(hub.writes) == 3
    assert all(step.accepted for step in stored_steps(bot))


def stored_steps(bot: Bot) -> tuple[Step, ...]:
    with bot.deps.store.transaction() as tx:
        (operation,) = operations.running(tx)
    return operation.steps


def test_one_rejected_space_does_not_affect_others(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING", team_b="SLEEPING")
    hub.errors_by_space = {"acme/team-a": PaymentRequired("402: your plan has no room")}

    wake(bot)
    tick(bot, clock)
    hub.set(team_b="RUNNING")
    tick(bot, clock)

    assert "402: your plan has no room" in str(slack.cards[0].message.blocks)
    assert slack.cards[0].buttons == {"Retry": "wake team-a"}


def test_exhausted_rate_limit_delays_and_is_shown(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING")
    until = clock() + timedelta(minutes=1)
    hub.errors_by_space = {"acme/team-a": RateLimited("The Hub's limit is used up.", until)}

    wake(bot)
    tick(bot, clock)
    hub.errors_by_space = {}
    tick(bot, clock)
    assert hub.writes == []
    tick(bot, clock, 60)

    assert hub.writes == [("restart", "acme/team-a")]


def test_429_without_a_delay_backs_off_and_gives_up(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    """The issue's example: 31 calls in 30 seconds."""
    hub.set(team_a="SLEEPING")
    hub.errors_by_space = {
        "acme/team-a": RateLimited("The Hub is limiting us: “Slow down”.", clock())
    }
    wake(bot)
    for _ in range(30):
        tick(bot, clock, 1)
    in_the_first_half_minute = hub.calls.count("restart acme/team-a")
    for _ in range(600):
        tick(bot, clock, 1)

    assert in_the_first_half_minute <= 7
    assert hub.calls.count("restart acme/team-a") <= 26
    assert slack.cards[0].text.startswith("Couldn't wake team-a")
    assert "“Slow down”" in str(slack.cards[0].message.blocks)
    assert "longer than I wait (10 minutes)" in str(slack.cards[0].message.blocks)
    assert len(slack.replies) == 1


def test_owner_unlisted_for_an_hour_fails_the_operation(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING")
    wake(bot)
    tick(bot, clock)
    hub.errors_by_space = {"acme": HubForbidden("403: not yours any more")}
    for _ in range(7):
        tick(bot, clock, 600)

    assert slack.cards[0].text.startswith("Couldn't wake team-a")
    assert "403: not yours any more" in str(slack.cards[0].message.blocks)
    assert len(slack.replies) == 1


def test_hub_rate_limit_is_respected_and_shown(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    for n in range(30):
        hub.put(f"acme/team-{n}", "SLEEPING")
    hub.rate_limit_window = RateBudget(25, clock() + timedelta(minutes=3))

    wake(bot)
    tick(bot, clock)

    assert len(hub.writes) == 5
    assert "25 waiting: Hugging Face is rate-limiting us" in str(slack.cards[0].message.blocks)


def test_reserved_calls_are_left_for_others(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING", team_b="SLEEPING")
    hub.rate_limit_window = RateBudget(20, clock() + timedelta(minutes=3))
    wake(bot)
    call_count = len(hub.calls)

    for _ in range(10):
        tick(bot, clock)
    assert len(hub.calls) == call_count
    text = str(slack.cards[0].message.blocks)
    assert "2 waiting: Hugging Face is rate-limiting us until 10:03:00 UTC" in text

    tick(bot, clock, 180)
    assert len(hub.writes) == 2


def test_queued_calls_stop_at_the_rate_limit(bot: Bot, hub: FakeHub, clock: FakeClock) -> None:
    for n in range(30):
        hub.put(f"acme/team-{n}", "SLEEPING")
    until = clock() + timedelta(minutes=3)
    hub.rate_limit_window = RateBudget(100, until)
    wake(bot)

    def spend_ten_calls() -> None:
        hub.rate_limit_window = RateBudget(100 - 10 * (len(hub.writes) + 1), until)

    tick(with_hub_fault(bot, "before restart", spend_ten_calls, is_permanent=True), clock)
    assert len(hub.writes) == 8


@pytest.mark.parametrize(
    ("spaces", "looks"),
    [
        pytest.param(30, 12, id="a class"),
        pytest.param(1_200, 4, id="three pages"),
        pytest.param(6_000, 3, id="many pages"),
    ],
)
def test_a_long_list_is_read_less_often(
    bot: Bot, hub: FakeHub, clock: FakeClock, spaces: int, looks: int
) -> None:
    for n in range(spaces):
        hub.put(f"acme/team-{n}", "RUNNING")
    hub.put("acme/team-0", "SLEEPING")
    wake(bot, "wake team-0")
    hub.stage_after_restart = "SLEEPING"
    hub.calls.clear()

    for _ in range(12):
        tick(bot, clock, 2.1)
    assert hub.calls.count("list") == looks


def test_kill_before_the_call_sends_it_once(
    make_bot: MakeBot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING")
    dying = with_hub_fault(make_bot(), "before restart")
    wake(dying)
    with pytest.raises(Killed):
        dying.advance()

    bot = make_bot()
    tick(bot, clock)
    assert hub.writes == [], "it may still be heard"
    tick(bot, clock, 20)
    tick(bot, clock)

    assert hub.writes == [("restart", "acme/team-a")]


def test_kill_after_the_call_does_not_repeat_it(
    make_bot: MakeBot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING")
    hub.errors_by_space = {"acme/team-a": OutcomeUnknown("no answer")}
    wake(make_bot())
    make_bot().advance()

    bot = make_bot()
    hub.set(team_a="BUILDING")
    tick(bot, clock, 20)
    hub.set(team_a="RUNNING")
    tick(bot, clock)

    assert hub.writes == []
    assert slack.cards[0].text.startswith("team-a is ready")


def test_unlisted_owner_delays_only_its_spaces(
    make_bot: MakeBot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    bot = make_bot(SPACEBOT_OWNER="acme,other")
    hub.put("acme/team-a", "SLEEPING")
    hub.put("other/team-z", "SLEEPING")
    wake(bot, "wake team-a")
    wake(bot, "wake team-z")
    tick(bot, clock)

    hub.errors_by_space = {"other": HubForbidden("403: not yours any more")}
    hub.set(team_a="RUNNING")
    tick(bot, clock)
    assert slack.cards[0].text.startswith("team-a is ready")
    assert "403: not yours any more" in str(slack.cards[1].message.blocks)

    hub.errors_by_space = {}
    hub.put("other/team-z", "RUNNING")
    tick(bot, clock, 6)
    assert slack.cards[1].text.startswith("team-z is ready")


def test_hub_outage_is_shown_on_the_card(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING")
    wake(bot)
    tick(bot, clock)

    hub.go_down()
    tick(bot, clock)

    assert "The Hub does not answer." in str(slack.cards[0].message.blocks)


def test_an_hour_of_slack_outage_ends_in_one_correct_message(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING")
    wake(bot)
    slack.go_down()
    tick(bot, clock)
    hub.set(team_a="RUNNING")
    tick(bot, clock)
    tick(bot, clock, 3600)
    slack.come_up()
    for _ in range(3):
        tick(bot, clock)

    assert [card.text for card in slack.cards] == [("team-a is ready (6 s) · requested by <@UTA>")]
    assert len(slack.replies) == 1


def test_unanswered_card_post_is_adopted(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING")
    slack.lost_post_answers = 1
    wake(bot)
    tick(bot, clock)
    hub.set(team_a="RUNNING")
    for _ in range(8):
        tick(bot, clock)

    assert [card.text for card in slack.cards] == [("team-a is ready (6 s) · requested by <@UTA>")]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        pytest.param("not_in_channel", "I'm not in <#C1>. Run `/invite", id="not in it"),
        pytest.param("channel_not_found", "I can't see <#C1>.", id="private"),
        pytest.param("is_archived", "<#C1> is archived.", id="archived"),
        pytest.param("restricted_action", "I can't post in <#C1>.", id="admins only"),
    ],
)
def test_card_falls_back_to_a_direct_message(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock, code: str, reason: str
) -> None:
    hub.set(team_a="SLEEPING")
    slack.channels_without_bot, slack.channel_error = {"C1"}, code
    wake(bot)
    tick(bot, clock)
    tick(bot, clock)
    hub.set(team_a="RUNNING")
    for _ in range(3):
        tick(bot, clock)

    assert [shown.channel for shown in slack.messages] == ["DUTA", "DUTA"]
    # The card was edited since, and keeps the reason why it is there.
    assert slack.cards[0].edits
    assert f"Sent as a DM because {reason}" in str(slack.cards[0].message.blocks)


def test_a_replica_that_does_not_lead_does_nothing(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    from bot.errors import LeaseLost
    from tests.fakes import FakeLeadership

    hub.set(team_a="SLEEPING")
    wake(bot)
    standby = with_parts(bot, leadership=FakeLeadership(bot.deps.store, None))

    for verb in (standby.sweep, standby.advance, standby.deliver):
        with pytest.raises(LeaseLost):
            verb()
    assert (hub.writes, slack.cards) == ([], [])


@pytest.mark.parametrize(
    "error",
    [
        HubForbidden("The Hub did not accept the token. Give the bot a valid one (HF_TOKEN)."),
        NotFound("The Hub has not found this, or the token may not see it. Check the name."),
        HubError("The Hub refused the request. Change the request."),
    ],
    ids=lambda error: type(error).__name__,
)
def test_rejected_list_is_shown_and_retried(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock, error: HubError
) -> None:
    hub.set(team_a="SLEEPING")
    wake(bot)
    hub.outage = error
    tick(bot, clock)
    held = str(slack.cards[0].message.blocks)
    hub.come_up()
    tick(bot, clock, 10)
    hub.set(team_a="RUNNING")
    tick(bot, clock)

    assert str(error) in held
    assert [card.text for card in slack.cards] == [("team-a is ready (16 s) · requested by <@UTA>")]


def test_space_missing_from_one_list_is_still_woken(
    make_bot: MakeBot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING", team_b="SLEEPING")
    wake(make_bot())
    hub.unlisted = {"acme/team-a"}
    tick(make_bot(), clock)
    hub.unlisted = set()
    bot = make_bot()
    tick(bot, clock)
    hub.set(team_a="RUNNING", team_b="RUNNING")
    tick(bot, clock)

    assert sorted(hub.writes) == [("restart", "acme/team-a"), ("restart", "acme/team-b")]
    assert [card.text for card in slack.cards] == [
        "Woke team-a and team-b in 9 s · requested by <@UTA>"
    ]


def test_missing_space_fails_across_a_restart(
    make_bot: MakeBot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING")
    wake(make_bot())
    hub.unlisted = {"acme/team-a"}
    tick(make_bot(), clock)
    tick(make_bot(), clock, 16)

    assert "Hugging Face no longer lists it" in str(slack.cards[0].message.blocks)
    assert hub.writes == []


@pytest.mark.parametrize("verb", ["restart", "rebuild"])
def test_restart_with_a_server_error_is_not_repeated(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock, verb: str
) -> None:
    hub.set(team_a="RUNNING")
    hub.errors_by_space = {
        "acme/team-a": OutcomeUnknown("It stumbled: “500”. It may have been done.")
    }
    bot.ask(Ask(f"{verb} team-a", "UTA", "C1", idempotency_key="ask"))
    bot.ask(Ask("confirm 1", "UTA", "C1", idempotency_key="yes"))
    for _ in range(10):
        tick(bot, clock, 10)

    assert hub.calls.count(f"{verb} acme/team-a") == 1
    assert "It stumbled: “500”. It may have been done." in str(slack.cards[0].message.blocks)


def test_unexpected_error_has_a_reference_on_card_and_log(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING")
    hub.errors_by_space = {"acme/team-a": ZeroDivisionError("a bug")}  # type: ignore[dict-item]
    bot.ask(Ask("restart all", "UTA", "C1", idempotency_key="ask"))
    bot.ask(Ask("confirm 1", "UTA", "C1", idempotency_key="yes"))
    tick(bot, clock)
    tick(bot, clock)
    doubtful = str(slack.cards[0].message.blocks)
    hub.set(team_b="RUNNING")
    tick(bot, clock, 16)

    (reference,) = set(re.findall(r"reference (\w{8})", caplog.text))
    assert "a bug" in caplog.text
    for text in (doubtful, str(slack.cards[0].message.blocks)):
        assert f"Something went wrong on my side, reference {reference}." in text
        assert "a bug" not in text
    assert "Restarted 1 of 2" in slack.cards[0].text


def test_unknown_stage_needs_a_person(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING", team_b="DREAMING")
    wake(bot)
    tick(bot, clock)
    hub.set(team_a="RUNNING")
    tick(bot, clock)
    tick(bot, clock)

    assert hub.writes == [("restart", "acme/team-a")]
    assert slack.cards[0].text == (
        "team-a is ready (6 s) · 1 in an unknown stage · requested by <@UTA>"
    )
    assert "Check team-b: I don't know what it needs" in slack.replies[0].text


@pytest.mark.parametrize("verb", ["restart", "rebuild"])
def test_interrupting_an_unknown_stage_needs_confirmation(
    bot: Bot, hub: FakeHub, slack: FakeSlack, verb: str
) -> None:
    hub.set(team_a="DREAMING")
    wake(bot, f"{verb} team-a")
    bot.advance()

    (_, question) = slack.ephemeral_messages[0]
    assert "In an unknown stage: team-a (`DREAMING`)." in question.text
    assert hub.writes == []
