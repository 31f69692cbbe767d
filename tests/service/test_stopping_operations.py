"""`stop 12`: what was not sent is left, what was sent is followed and reported."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.errors import RateLimited, Unanswered
from bot.model import Ask, Budget, Source, Space
from bot.service import Bot
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeHub, FakeLead, FakeSlack
from tests.service.test_asking import heard
from tests.service.test_auditing import audited
from tests.service.test_operations import settle, wake

LEAD = "ULEAD"


def stop(
    bot: Bot,
    text: str = "stop 1",
    user: str = "UTA",
    key: str = "",
    source: Source = Source.COMMAND,
) -> None:
    bot.ask(Ask(text, user, "C1", source, key=key or f"{text} {user}"))
    bot.deliver()


@pytest.fixture
def under_way(bot: Bot, hub: FakeHub, clock: FakeClock) -> None:
    """A `wake all` of 30 Spaces, of which the Hub's window has let five be sent."""
    for n in range(30):
        hub.put(f"acme/team-{n}", "SLEEPING")
    hub.left = Budget(25, clock() + timedelta(minutes=3))
    wake(bot)
    settle(bot, clock)
    hub.left = None
    assert len(hub.sent) == 5


@pytest.mark.usefixtures("under_way")
def test_what_was_not_sent_is_left_and_what_was_sent_is_followed_and_reported(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    clock.tick(seconds=2)
    stop(bot)
    midway = slack.cards[0]
    assert midway.text == "Wake stopped: 0 done, 5 in progress, 25 not sent"
    assert "stopped by <@UTA>" in str(midway.message.blocks)
    assert slack.whispers[-1][1].text == midway.text

    for _, id in list(hub.sent):
        hub.put(id, "RUNNING")
    for _ in range(3):
        settle(bot, clock)

    assert len(hub.sent) == 5
    assert slack.cards[0].text == "Wake stopped: 5 done, 25 not sent"
    (reply,) = slack.replies
    assert reply.text.startswith("Wake stopped: 5 done, 25 not sent")


@pytest.mark.usefixtures("under_way")
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


def test_what_is_sent_altogether_has_no_button(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING")
    wake(bot)
    settle(bot, clock)
    settle(bot, clock)

    assert slack.cards[0].buttons == {}


def test_before_anything_was_sent_it_is_over_at_once(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING", team_b="RUNNING")
    wake(bot)
    stop(bot)
    for _ in range(3):
        settle(bot, clock)

    assert hub.sent == []
    assert slack.cards[0].text == "Wake stopped: 0 done, 1 not sent · 1 needed nothing"
    assert len(slack.replies) == 1


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
@pytest.mark.usefixtures("under_way")
def test_what_cannot_be_stopped_is_said(
    bot: Bot, slack: FakeSlack, before: list[str], text: str, said: str
) -> None:
    for one in before:
        stop(bot, one)
    stop(bot, text, key="again")

    assert (said or "Wake stopped: 0 done, 5 in progress, 25 not sent") in heard(slack)


@pytest.mark.usefixtures("under_way")
def test_the_one_that_runs_and_the_other_command_are_offered(bot: Bot, slack: FakeSlack) -> None:
    stop(bot, "stop")
    stop(bot, "stop team-1")

    offered = [
        e["value"]
        for _, m in slack.whispers
        for b in m.blocks
        for e in b.get("elements", [])
        if "value" in e
    ]
    assert offered == ["stop 1", "pause team-1"]


def test_what_is_over_or_has_not_begun_is_called_so(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING", team_b="RUNNING")
    wake(bot)
    settle(bot, clock)
    hub.set(team_a="RUNNING")
    settle(bot, clock)
    stop(bot, "stop 1")
    assert "Operation 1 is already over" in heard(slack)

    bot.ask(Ask("pause team-b", "UTA", "C1", key="pause"))
    stop(bot, "stop 2")
    assert "Operation 2 hasn't begun" in heard(slack)
    stop(bot, "cancel 2")
    stop(bot, "stop 2", key="later")
    assert "Operation 2 was cancelled" in heard(slack)


def test_an_upload_is_committed_already(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    from tests.service.test_uploading import put, share

    hub.set(team_a="RUNNING")
    put(bot, slack, share(slack, app_py=b"1"))
    stop(bot)

    assert "Nothing is left to stop" in heard(slack)


@pytest.mark.usefixtures("under_way")
def test_somebody_elses_stop_is_named_to_whoever_asked_for_the_work(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    clock.tick(seconds=2)
    stop(bot, user=LEAD)
    for _, id in list(hub.sent):
        hub.put(id, "RUNNING")
    for _ in range(3):
        settle(bot, clock)

    (reply,) = slack.replies
    assert str(reply.message.blocks).count(f"stopped by <@{LEAD}>") == 1
    assert "<@UTA>" in str(reply.message.blocks)


@pytest.mark.parametrize(
    ("asked", "user", "said"),
    [
        pytest.param(
            "wake all", "USTUDENT", "Only an operator or an admin may `stop`", id="viewer"
        ),
        pytest.param("create new-one", "UTA", "Only an admin may `create`", id="operator"),
    ],
)
def test_who_may_stop_is_who_may_run_the_command(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock, asked: str, user: str, said: str
) -> None:
    hub.set(team_a="SLEEPING")
    bot.ask(Ask(asked, LEAD, "C1", key="begin"))
    stop(bot, user=user)
    settle(bot, clock)

    assert said in heard(slack)
    assert len(hub.sent) == 1


def test_a_stop_that_crosses_a_send_lets_that_one_go_and_no_other(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.set(team_a="SLEEPING", team_b="SLEEPING", team_c="SLEEPING")
    wake(bot)
    restart = hub.restart

    def meanwhile(id: str, *, factory: bool = False) -> str:
        stop(bot)
        return restart(id, factory=factory)

    monkeypatch.setattr(hub, "restart", meanwhile)
    settle(bot, clock)
    assert len(hub.sent) == 1
    hub.put(hub.sent[0][1], "RUNNING")
    for _ in range(3):
        settle(bot, clock)

    assert len(hub.sent) == 1
    assert slack.cards[0].text == "Wake stopped: 1 done, 2 not sent"


def test_a_stop_that_crosses_a_look_at_the_fleet_is_not_painted_over(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.set(team_a="SLEEPING")
    wake(bot)
    fleet: Callable[[str], list[Space]] = hub.fleet

    def meanwhile(owner: str) -> list[Space]:
        stop(bot)
        return fleet(owner)

    monkeypatch.setattr(hub, "fleet", meanwhile)
    settle(bot, clock, 10)
    bot.deliver()

    assert hub.sent == []
    assert [card.text for card in slack.cards] == ["Wake stopped: 0 done, 1 not sent"]


def test_what_is_turned_away_after_a_stop_is_not_sent_again(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.set(team_a="SLEEPING")
    wake(bot)

    def turn_away(id: str, *, factory: bool = False) -> str:
        stop(bot)
        raise RateLimited("Slow down.", clock() + timedelta(seconds=5))

    monkeypatch.setattr(hub, "restart", turn_away)
    settle(bot, clock)
    monkeypatch.undo()
    for _ in range(5):
        settle(bot, clock, 10)

    assert hub.sent == []
    assert slack.cards[0].text == "Wake stopped: 0 done, 1 not sent"


def test_what_has_no_answer_after_a_stop_is_not_called_unsent(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING")
    hub.refuses = {"acme/team-a": Unanswered("No answer came. It may have been done.")}
    wake(bot)
    settle(bot, clock)
    stop(bot)
    hub.refuses = {}
    for _ in range(5):
        settle(bot, clock, 10)

    assert hub.sent == []
    assert slack.cards[0].text == "Wake stopped: 0 done, 1 failed"
    assert "It may have been done." in str(slack.cards[0].message.blocks)


@pytest.mark.usefixtures("under_way")
def test_a_replica_that_does_not_lead_stops_it_for_the_one_that_does(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    standby = Bot(**{**bot.__dict__, "leading": FakeLead(None)})
    standby.ask(Ask("stop 1", "UTA", "C1", key="stop"))
    for _ in range(3):
        settle(bot, clock)

    assert len(hub.sent) == 5
    assert slack.cards[0].text == "Wake stopped: 0 done, 5 in progress, 25 not sent"


@pytest.mark.usefixtures("under_way")
def test_killed_after_the_stop_was_committed_nothing_more_is_sent(
    make_bot: MakeBot, bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    bot.ask(Ask("stop 1", "UTA", "C1", key="stop"))
    bot = make_bot()
    for _, id in list(hub.sent):
        hub.put(id, "RUNNING")
    for _ in range(3):
        settle(bot, clock)

    assert len(hub.sent) == 5
    assert slack.cards[0].text == "Wake stopped: 5 done, 25 not sent"


@pytest.mark.usefixtures("under_way")
def test_a_command_repeated_after_a_stop_begins_again(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    stop(bot)
    bot.ask(Ask("wake all", "UTA", "C1", key="once more"))
    settle(bot, clock)

    assert len(hub.sent) == 30


@pytest.mark.usefixtures("under_way")
def test_the_audit_tells_who_stopped_what(bot: Bot, slack: FakeSlack, clock: FakeClock) -> None:
    clock.tick(seconds=1)
    stop(bot, user=LEAD)

    row, begun = audited(bot, slack)

    assert row["who"] == LEAD
    assert row["what"].startswith("stop 1: wake team-0 ")
    assert (row["outcome"], row["result"]) == (
        "acted",
        "stopped operation 1: 0 done, 5 in progress, 25 not sent",
    )
    assert begun["result"] == "0 of 30 up, 25 not sent, 5 under way"
