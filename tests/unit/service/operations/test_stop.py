"""`stop 12`: unsent steps are skipped, sent ones are followed and reported."""

from datetime import timedelta

import pytest

from bot.errors import OutcomeUnknown, RateLimited
from bot.hub_facts import RateBudget
from bot.model import Ask, Source
from bot.service import Bot
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeHub, FakeLeadership, FakeSlack, with_parts
from tests.faults import with_hub_fault
from tests.requests import LEAD, last_reply, share, submit_upload, tick
from tests.unit.service.operations.test_advance import wake
from tests.unit.service.requests.test_audit import audit_table


def stop(
    bot: Bot,
    text: str = "stop 1",
    user: str = "UTA",
    key: str = "",
    source: Source = Source.COMMAND,
) -> None:
    bot.ask(Ask(text, user, "C1", source, idempotency_key=key or f"{text} {user}"))
    bot.deliver()


@pytest.fixture
def started_operation(bot: Bot, hub: FakeHub, clock: FakeClock) -> None:
    """Begin a `wake all` of 30 Spaces, five of which fit into the Hub's window."""
    for n in range(30):
        hub.put(f"acme/team-{n}", "SLEEPING")
    hub.rate_limit_window = RateBudget(25, clock() + timedelta(minutes=3))
    wake(bot)
    tick(bot, clock)
    hub.rate_limit_window = None
    assert len(hub.writes) == 5


def let_sent_run(bot: Bot, hub: FakeHub, clock: FakeClock) -> None:
    """Let all Spaces run whose call was sent, and see it."""
    for _, id in list(hub.writes):
        hub.put(id, "RUNNING")
    for _ in range(3):
        tick(bot, clock)


@pytest.mark.usefixtures("started_operation")
def test_stop_skips_unsent_steps_and_reports_sent_ones(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    clock.tick(seconds=2)
    stop(bot)
    midway = slack.cards[0]
    assert midway.text.startswith("Wake stopped: 0 ready, 5 starting, 25 not sent")
    assert "stopped by <@UTA>" in str(midway.message.blocks)
    assert midway.text.startswith(slack.ephemeral_messages[-1][1].text)

    let_sent_run(bot, hub, clock)

    assert len(hub.writes) == 5
    assert slack.cards[0].text == "Wake stopped: 5 ready, 25 not sent · requested by <@UTA>"
    (reply,) = slack.replies
    assert reply.text.startswith("Wake stopped: 5 ready, 25 not sent")


@pytest.mark.usefixtures("started_operation")
def test_a_running_card_shows_its_number_and_a_button_that_stops_it(
    bot: Bot, slack: FakeSlack, clock: FakeClock
) -> None:
    (card,) = slack.cards
    assert "operation 1" in str(card.message.blocks)
    assert card.buttons == {"Stop": "stop 1"}

    clock.tick(seconds=2)
    stop(bot, source=Source.BUTTON)

    assert slack.cards[0].buttons == {}
    assert "operation 1" in str(slack.cards[0].message.blocks)


def test_fully_sent_operation_has_no_stop_button(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING")
    wake(bot)
    tick(bot, clock)
    tick(bot, clock)

    assert slack.cards[0].buttons == {}


def test_stop_before_the_first_call_ends_at_once(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING", team_b="RUNNING")
    wake(bot)
    stop(bot)
    for _ in range(3):
        tick(bot, clock)

    assert hub.writes == []
    assert (
        slack.cards[0].text
        == "Wake stopped: 0 ready, 1 not sent · 1 already running · requested by <@UTA>"
    )
    assert not slack.replies, "the card was final at once"


@pytest.mark.parametrize(
    ("before", "text", "said"),
    [
        pytest.param(["stop 1"], "stop 1", "Operation 1 is already stopped", id="twice"),
        pytest.param([], "stop 7", "There's no operation 7.", id="never heard of"),
        pytest.param([], "stop", "Which operation?", id="no number"),
        pytest.param([], "stop team-1", "`stop` takes the number of an operation", id="a Space"),
        pytest.param([], "stop #1", "", id="as people write numbers"),
        pytest.param([], "stop operation 1", "", id="with its noun"),
    ],
)
@pytest.mark.usefixtures("started_operation")
def test_stop_without_a_stoppable_operation_has_a_reason(
    bot: Bot, slack: FakeSlack, before: list[str], text: str, said: str
) -> None:
    for one in before:
        stop(bot, one)
    stop(bot, text, key="again")

    assert (said or "Wake stopped: 0 ready, 5 starting, 25 not sent") in last_reply(slack)


@pytest.mark.usefixtures("started_operation")
def test_stop_offers_the_running_operation(bot: Bot, slack: FakeSlack) -> None:
    stop(bot, "stop")
    stop(bot, "stop team-1")

    offered = [
        e["value"]
        for _, m in slack.ephemeral_messages
        for b in m.blocks
        for e in b.get("elements", [])
        if "value" in e
    ]
    assert offered == ["stop 1", "pause team-1"]


def test_stop_of_a_finished_or_unstarted_operation_says_so(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING", team_b="RUNNING")
    wake(bot)
    tick(bot, clock)
    hub.set(team_a="RUNNING")
    tick(bot, clock)
    stop(bot, "stop 1")
    assert "Operation 1 is already finished" in last_reply(slack)

    bot.ask(Ask("pause team-b", "UTA", "C1", idempotency_key="pause"))
    stop(bot, "stop 2")
    assert "Operation 2 hasn't started" in last_reply(slack)
    stop(bot, "cancel 2")
    stop(bot, "stop 2", key="later")
    assert "Operation 2 was cancelled" in last_reply(slack)


def test_committed_upload_cannot_be_stopped(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="RUNNING")
    submit_upload(bot, slack, share(slack, app_py=b"1"))
    stop(bot)

    assert "Nothing left to stop" in last_reply(slack)


@pytest.mark.usefixtures("started_operation")
def test_requester_learns_who_stopped_the_operation(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    clock.tick(seconds=2)
    stop(bot, user=LEAD)
    let_sent_run(bot, hub, clock)

    (reply,) = slack.replies
    assert str(reply.message.blocks).count(f"stopped by <@{LEAD}>") == 1
    assert "<@UTA>" in str(reply.message.blocks)


@pytest.mark.parametrize(
    ("asked", "user", "said"),
    [
        pytest.param(
            "wake all", "USTUDENT", "You can't stop operations: operators only.", id="viewer"
        ),
        pytest.param(
            "create new-one", "UTA", "You can't create Spaces: admins only.", id="operator"
        ),
    ],
)
def test_stop_requires_the_role_of_the_command(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock, asked: str, user: str, said: str
) -> None:
    hub.set(team_a="SLEEPING")
    bot.ask(Ask(asked, LEAD, "C1", idempotency_key="begin"))
    stop(bot, user=user)
    tick(bot, clock)

    assert said in last_reply(slack)
    assert len(hub.writes) == 1


def test_stop_during_a_call_lets_only_that_call_finish(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING", team_b="SLEEPING", team_c="SLEEPING")
    wake(bot)
    tick(with_hub_fault(bot, "before restart", lambda: stop(bot)), clock)
    assert len(hub.writes) == 1
    hub.put(hub.writes[0][1], "RUNNING")
    for _ in range(3):
        tick(bot, clock)

    assert len(hub.writes) == 1
    assert slack.cards[0].text == "Wake stopped: 1 ready, 2 not sent · requested by <@UTA>"


def test_stop_during_a_fleet_read_is_kept(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING")
    wake(bot)
    tick(with_hub_fault(bot, "before fleet", lambda: stop(bot)), clock, 10)
    bot.deliver()

    assert hub.writes == []
    assert [card.text for card in slack.cards] == [
        "Wake stopped: 0 ready, 1 not sent · requested by <@UTA>"
    ]


def test_rejected_call_after_a_stop_is_not_retried(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING")
    wake(bot)

    def stop_and_reject() -> None:
        stop(bot)
        raise RateLimited("Slow down.", clock() + timedelta(seconds=5))

    tick(with_hub_fault(bot, "before restart", stop_and_reject), clock)
    for _ in range(5):
        tick(bot, clock, 10)

    assert hub.writes == []
    assert slack.cards[0].text == "Wake stopped: 0 ready, 1 not sent · requested by <@UTA>"


def test_unanswered_call_after_a_stop_is_not_called_unsent(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING")
    hub.errors_by_space = {"acme/team-a": OutcomeUnknown("No answer came. It may have been done.")}
    wake(bot)
    tick(bot, clock)
    stop(bot)
    hub.errors_by_space = {}
    for _ in range(5):
        tick(bot, clock, 10)

    assert hub.writes == []
    assert slack.cards[0].text == "Wake stopped: 0 ready, 1 failed · requested by <@UTA>"
    assert "It may have been done." in str(slack.cards[0].message.blocks)


@pytest.mark.usefixtures("started_operation")
def test_standby_replica_can_stop_an_operation(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    standby = with_parts(bot, leadership=FakeLeadership(bot.deps.store, None))
    standby.ask(Ask("stop 1", "UTA", "C1", idempotency_key="stop"))
    for _ in range(3):
        tick(bot, clock)

    assert len(hub.writes) == 5
    assert slack.cards[0].text.startswith("Wake stopped: 0 ready, 5 starting, 25 not sent")


@pytest.mark.usefixtures("started_operation")
def test_killed_after_the_stop_was_committed_nothing_more_is_sent(
    make_bot: MakeBot, bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    bot.ask(Ask("stop 1", "UTA", "C1", idempotency_key="stop"))
    bot = make_bot()
    let_sent_run(bot, hub, clock)

    assert len(hub.writes) == 5
    assert slack.cards[0].text == "Wake stopped: 5 ready, 25 not sent · requested by <@UTA>"


@pytest.mark.usefixtures("started_operation")
def test_a_command_repeated_after_a_stop_begins_again(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    stop(bot)
    bot.ask(Ask("wake all", "UTA", "C1", idempotency_key="once more"))
    tick(bot, clock)

    assert len(hub.writes) == 30


@pytest.mark.usefixtures("started_operation")
def test_audit_names_who_stopped_which_operation(
    bot: Bot, slack: FakeSlack, clock: FakeClock
) -> None:
    clock.tick(seconds=1)
    stop(bot, user=LEAD)

    row, begun = audit_table(bot, slack)

    assert row["who"] == LEAD
    assert row["what"].startswith("stop 1: wake team-0 ")
    assert (row["outcome"], row["result"]) == (
        "acted",
        "stopped operation 1: 0 ready, 5 starting, 25 not sent",
    )
    assert begun["result"] == "0 of 30 ready, 25 not sent, 5 in progress"
