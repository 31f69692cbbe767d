"""An operation from the ask to the closing reply, with the process killed in between."""

import re
from datetime import timedelta

import pytest

from bot.errors import HubError, NotFound, PlanNeeded, RateLimited, Refused, Unanswered
from bot.model import Ask, Budget
from bot.service import Bot
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeHub, FakeSlack


def wake(bot: Bot, text: str = "wake all") -> None:
    bot.ask(Ask(text, "UTA", "C1", key=text))


def settle(bot: Bot, clock: FakeClock, seconds: float = 3) -> None:
    """Let the clock tick once: a look at the fleet, and Slack made equal."""
    clock.tick(seconds=seconds)
    bot.advance()
    bot.deliver()


def test_ends_with_one_card_and_one_reply(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING", team_b="RUNNING", team_c="PAUSED")

    wake(bot)
    settle(bot, clock)
    hub.set(team_a="RUNNING", team_c="APP_STARTING")
    settle(bot, clock)
    hub.set(team_c="RUNNING")
    settle(bot, clock)
    settle(bot, clock)

    assert sorted(hub.sent) == [("restart", "acme/team-a"), ("restart", "acme/team-c")]
    assert [card.text for card in slack.cards] == ["Wake: 2 of 2 up after 9 s · 1 needed nothing"]
    (reply,) = slack.replies
    assert reply.message.blocks[0]["text"]["text"].startswith("<@UTA> Wake: 2 of 2 up")
    assert reply.thread == slack.cards[0].ts


def test_one_spaces_refusal_is_its_own(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING", team_b="SLEEPING")
    hub.refuses = {"acme/team-a": PlanNeeded("402: your plan has no room")}

    wake(bot)
    settle(bot, clock)
    hub.set(team_b="RUNNING")
    settle(bot, clock)

    assert "402: your plan has no room" in str(slack.cards[0].message.blocks)
    assert slack.cards[0].buttons == {"Try again": "wake team-a"}


def test_a_used_up_window_delays_and_says_so(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING")
    until = clock() + timedelta(minutes=1)
    hub.refuses = {"acme/team-a": RateLimited("The Hub's limit is used up.", until)}

    wake(bot)
    settle(bot, clock)
    hub.refuses = {}
    settle(bot, clock)
    assert hub.sent == []
    settle(bot, clock, 60)

    assert hub.sent == [("restart", "acme/team-a")]


def test_a_429_that_says_at_once_is_asked_ever_less_and_not_for_ever(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    """The issue's example: 31 calls in 30 seconds."""
    hub.set(team_a="SLEEPING")
    hub.refuses = {"acme/team-a": RateLimited("The Hub is limiting us: “Slow down”.", clock())}
    wake(bot)
    for _ in range(30):
        settle(bot, clock, 1)
    in_the_first_half_minute = hub.calls.count("restart acme/team-a")
    for _ in range(600):
        settle(bot, clock, 1)

    assert in_the_first_half_minute <= 7
    assert hub.calls.count("restart acme/team-a") <= 26
    assert slack.cards[0].text.startswith("Wake: 0 of 1 up")
    assert "“Slow down”" in str(slack.cards[0].message.blocks)
    assert "longer than I wait (10 minutes)" in str(slack.cards[0].message.blocks)
    assert len(slack.replies) == 1


def test_an_owner_who_stays_out_of_sight_for_an_hour_ends_the_operation_with_the_reason(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING")
    wake(bot)
    settle(bot, clock)
    hub.refuses = {"acme": Refused("403: not yours any more")}
    for _ in range(7):
        settle(bot, clock, 600)

    assert slack.cards[0].text.startswith("Wake: 0 of 1 up")
    assert "403: not yours any more" in str(slack.cards[0].message.blocks)
    assert len(slack.replies) == 1


def test_the_hubs_budget_is_not_overdrawn_and_shown(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    for n in range(30):
        hub.put(f"acme/team-{n}", "SLEEPING")
    hub.left = Budget(25, clock() + timedelta(minutes=3))

    wake(bot)
    settle(bot, clock)

    assert len(hub.sent) == 5
    assert "25 wait for the Hub's rate limit" in str(slack.cards[0].message.blocks)


def test_what_is_kept_back_of_the_budget_is_left_to_others(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING", team_b="SLEEPING")
    hub.left = Budget(20, clock() + timedelta(minutes=3))
    wake(bot)
    asked = len(hub.calls)

    for _ in range(10):
        settle(bot, clock)
    assert len(hub.calls) == asked
    shown = str(slack.cards[0].message.blocks)
    assert "2 wait for the Hub's rate limit, until 10:03:00 UTC" in shown

    settle(bot, clock, 180)
    assert len(hub.sent) == 2


def test_what_was_queued_is_not_sent_once_the_budget_is_spent(
    bot: Bot, hub: FakeHub, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(30):
        hub.put(f"acme/team-{n}", "SLEEPING")
    until = clock() + timedelta(minutes=3)
    hub.left = Budget(100, until)
    wake(bot)
    restart = hub.restart

    def others_spend_too(id: str, *, factory: bool = False) -> str:
        hub.left = Budget(100 - 10 * (len(hub.sent) + 1), until)
        return restart(id, factory=factory)

    monkeypatch.setattr(hub, "restart", others_spend_too)
    settle(bot, clock)
    assert len(hub.sent) == 8


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
    hub.after_restart = "SLEEPING"
    hub.calls.clear()

    for _ in range(12):
        settle(bot, clock, 2.1)
    assert hub.calls.count("list") == looks


def test_killed_after_the_claim_and_before_the_call_it_is_sent_again_once(
    make_bot: MakeBot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING")
    dying = make_bot()
    wake(dying)
    hub.refuses = {"acme/team-a": KeyboardInterrupt()}  # type: ignore[dict-item]
    with pytest.raises(KeyboardInterrupt):
        dying.advance()

    hub.refuses = {}
    bot = make_bot()
    settle(bot, clock)
    assert hub.sent == [], "it may still be heard"
    settle(bot, clock, 20)
    settle(bot, clock)

    assert hub.sent == [("restart", "acme/team-a")]


def test_killed_after_the_call_and_before_the_answer_was_written_it_is_not_sent_again(
    make_bot: MakeBot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING")
    hub.refuses = {"acme/team-a": Unanswered("no answer")}
    wake(make_bot())
    make_bot().advance()

    bot = make_bot()
    hub.set(team_a="BUILDING")
    settle(bot, clock, 20)
    hub.set(team_a="RUNNING")
    settle(bot, clock)

    assert hub.sent == []
    assert slack.cards[0].text.startswith("Wake: 1 of 1 up")


def test_an_owner_who_is_not_listed_holds_only_what_is_done_to_their_spaces(
    make_bot: MakeBot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    bot = make_bot(SPACEBOT_OWNER="acme,other")
    hub.put("acme/team-a", "SLEEPING")
    hub.put("other/team-z", "SLEEPING")
    wake(bot, "wake team-a")
    wake(bot, "wake team-z")
    settle(bot, clock)

    hub.refuses = {"other": Refused("403: not yours any more")}
    hub.set(team_a="RUNNING")
    settle(bot, clock)
    assert slack.cards[0].text.startswith("Wake: 1 of 1 up")
    assert "403: not yours any more" in str(slack.cards[1].message.blocks)

    hub.refuses = {}
    hub.put("other/team-z", "RUNNING")
    settle(bot, clock, 6)
    assert slack.cards[1].text.startswith("Wake: 1 of 1 up")


def test_a_silent_hub_is_named_on_the_card(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING")
    wake(bot)
    settle(bot, clock)

    hub.break_down()
    settle(bot, clock)

    assert "The Hub does not answer." in str(slack.cards[0].message.blocks)


def test_an_hour_of_slack_outage_ends_in_one_correct_message(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING")
    wake(bot)
    slack.go_down()
    settle(bot, clock)
    hub.set(team_a="RUNNING")
    settle(bot, clock)
    settle(bot, clock, 3600)
    slack.come_back()
    for _ in range(3):
        settle(bot, clock)

    assert [card.text for card in slack.cards] == ["Wake: 1 of 1 up after 6 s"]
    assert len(slack.replies) == 1


def test_a_card_whose_post_was_not_answered_is_adopted(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING")
    slack.swallow = 1
    wake(bot)
    settle(bot, clock)
    hub.set(team_a="RUNNING")
    for _ in range(8):
        settle(bot, clock)

    assert [card.text for card in slack.cards] == ["Wake: 1 of 1 up after 6 s"]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        pytest.param("not_in_channel", "I am not in that channel. Type `/invite`", id="not in it"),
        pytest.param("channel_not_found", "I do not see that channel.", id="private"),
        pytest.param("is_archived", "that channel is archived.", id="archived"),
        pytest.param("restricted_action", "I may not write in that channel.", id="admins only"),
    ],
)
def test_a_channel_without_the_bot_gets_no_card_but_the_person_does(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock, code: str, reason: str
) -> None:
    hub.set(team_a="SLEEPING")
    slack.missing, slack.missing_because = {"C1"}, code
    wake(bot)
    settle(bot, clock)
    settle(bot, clock)
    hub.set(team_a="RUNNING")
    for _ in range(3):
        settle(bot, clock)

    assert [shown.channel for shown in slack.shown] == ["DUTA", "DUTA"]
    # The card was edited since, and still says why it stands there.
    assert slack.cards[0].edits
    assert f"Sent to you directly: {reason}" in str(slack.cards[0].message.blocks)


def test_a_replica_that_does_not_lead_does_nothing(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    from bot.store.lease import Deposed
    from tests.fakes import FakeLead

    hub.set(team_a="SLEEPING")
    wake(bot)
    standby = Bot(**{**bot.__dict__, "leading": FakeLead(None)})

    for verb in (standby.sweep, standby.advance, standby.deliver):
        with pytest.raises(Deposed):
            verb()
    assert (hub.sent, slack.cards) == ([], [])


@pytest.mark.parametrize(
    "error",
    [
        Refused("The Hub did not accept the token. Give the bot a valid one (HF_TOKEN)."),
        NotFound("The Hub has not found this, or the token may not see it. Check the name."),
        HubError("The Hub refused the request. Change the request."),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_list_that_is_refused_is_named_on_the_card_and_waited_for(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock, error: HubError
) -> None:
    hub.set(team_a="SLEEPING")
    wake(bot)
    hub.down = error
    settle(bot, clock)
    held = str(slack.cards[0].message.blocks)
    hub.mend()
    settle(bot, clock, 10)
    hub.set(team_a="RUNNING")
    settle(bot, clock)

    assert str(error) in held
    assert [card.text for card in slack.cards] == ["Wake: 1 of 1 up after 16 s"]


def test_a_space_that_one_list_leaves_out_is_woken_all_the_same(
    make_bot: MakeBot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING", team_b="SLEEPING")
    wake(make_bot())
    hub.unlisted = {"acme/team-a"}
    settle(make_bot(), clock)
    hub.unlisted = set()
    bot = make_bot()
    settle(bot, clock)
    hub.set(team_a="RUNNING", team_b="RUNNING")
    settle(bot, clock)

    assert sorted(hub.sent) == [("restart", "acme/team-a"), ("restart", "acme/team-b")]
    assert [card.text for card in slack.cards] == ["Wake: 2 of 2 up after 9 s"]


def test_a_space_that_stays_away_has_failed_across_a_restart(
    make_bot: MakeBot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING")
    wake(make_bot())
    hub.unlisted = {"acme/team-a"}
    settle(make_bot(), clock)
    settle(make_bot(), clock, 16)

    assert "the Hub no longer lists it" in str(slack.cards[0].message.blocks)
    assert hub.sent == []


@pytest.mark.parametrize("verb", ["restart", "rebuild"])
def test_a_restart_that_the_hub_stumbled_over_is_not_sent_again(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock, verb: str
) -> None:
    hub.set(team_a="RUNNING")
    hub.refuses = {"acme/team-a": Unanswered("It stumbled: “500”. It may have been done.")}
    bot.ask(Ask(f"{verb} team-a", "UTA", "C1", key="ask"))
    bot.ask(Ask("confirm 1", "UTA", "C1", key="yes"))
    for _ in range(10):
        settle(bot, clock, 10)

    assert hub.calls.count(f"{verb} acme/team-a") == 1
    assert "It stumbled: “500”. It may have been done." in str(slack.cards[0].message.blocks)


def test_what_nobody_foresaw_has_a_reference_on_the_card_and_in_the_log(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING")
    hub.refuses = {"acme/team-a": ZeroDivisionError("a bug")}  # type: ignore[dict-item]
    bot.ask(Ask("restart all", "UTA", "C1", key="ask"))
    bot.ask(Ask("confirm 1", "UTA", "C1", key="yes"))
    settle(bot, clock)
    settle(bot, clock)
    doubtful = str(slack.cards[0].message.blocks)
    hub.set(team_b="RUNNING")
    settle(bot, clock, 16)

    (reference,) = set(re.findall(r"reference (\w{8})", caplog.text))
    assert "a bug" in caplog.text
    for shown in (doubtful, str(slack.cards[0].message.blocks)):
        assert f"Something went wrong on my side, reference {reference}." in shown
        assert "a bug" not in shown
    assert "Restart: 1 of 2 up" in slack.cards[0].text


def test_an_unknown_stage_is_left_to_a_person(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING", team_b="DREAMING")
    wake(bot)
    settle(bot, clock)
    hub.set(team_a="RUNNING")
    settle(bot, clock)
    settle(bot, clock)

    assert hub.sent == [("restart", "acme/team-a")]
    assert slack.cards[0].text == "Wake: 1 of 1 up after 6 s · 1 in an unknown stage"
    assert "team-b needs a look" in slack.replies[0].text


@pytest.mark.parametrize("verb", ["restart", "rebuild"])
def test_what_may_interrupt_an_unknown_stage_is_asked_first(
    bot: Bot, hub: FakeHub, slack: FakeSlack, verb: str
) -> None:
    hub.set(team_a="DREAMING")
    wake(bot, f"{verb} team-a")
    bot.advance()

    (_, question) = slack.whispers[0]
    assert "In an unknown stage: team-a (DREAMING)." in question.text
    assert hub.sent == []
