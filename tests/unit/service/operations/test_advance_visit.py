"""A visit wakes what sleeps, where the token may not restart it."""

import pytest

from bot.errors import HubForbidden, PaymentRequired
from bot.health.verdict import ProbeProblem
from bot.service import Bot
from tests.fakes import FakeClock, FakeHub, FakeProber, FakeSlack
from tests.requests import last_full_reply, send_command, tick

A = "acme/team-a"


def test_refused_wake_offers_a_visit_that_wakes(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock, prober: FakeProber
) -> None:
    hub.set(team_a="SLEEPING")
    hub.errors_by_space[A] = HubForbidden("403: you have no write access")
    send_command(bot, "wake team-a")
    tick(bot, clock)
    tick(bot, clock)
    assert slack.cards[-1].buttons["Wake by a visit"] == "visit team-a"

    hub.errors_by_space.clear()
    send_command(bot, slack.cards[-1].buttons["Wake by a visit"])
    tick(bot, clock)
    assert (prober.probes, hub.writes) == ([A], [])  # the app was requested, nothing restarted
    hub.set(team_a="RUNNING")
    tick(bot, clock)
    tick(bot, clock)

    assert slack.cards[-1].text.startswith("team-a is ready")
    send_command(bot, "audit", user="ULEAD")
    assert "visit team-a" in last_full_reply(slack)


def test_other_refusals_offer_no_visit(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="PAUSED", team_b="RUNTIME_ERROR")
    hub.errors_by_space = dict.fromkeys((A, "acme/team-b"), PaymentRequired("402: no plan"))
    send_command(bot, "wake all")
    tick(bot, clock)
    tick(bot, clock)

    assert "Wake by a visit" not in slack.cards[-1].buttons


@pytest.mark.parametrize(
    ("stage", "reason"),
    [
        ("RUNNING", "already running"),
        ("BUILDING", "already starting"),
        ("PAUSED", "not asleep (a visit wakes only what sleeps)"),
        ("RUNTIME_ERROR", "not asleep (a visit wakes only what sleeps)"),
    ],
)
def test_visit_leaves_alone_what_does_not_sleep(
    bot: Bot, hub: FakeHub, slack: FakeSlack, prober: FakeProber, stage: str, reason: str
) -> None:
    hub.set(team_a=stage)
    send_command(bot, "visit team-a")

    assert reason in last_full_reply(slack)
    assert prober.probes == []


def test_visit_that_reaches_nothing_fails_with_the_reason(
    bot: Bot, hub: FakeHub, slack: FakeSlack, prober: FakeProber, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING")
    prober.set(A, 0, ProbeProblem.FORBIDDEN)
    send_command(bot, "visit team-a")
    tick(bot, clock)
    tick(bot, clock)

    assert "A visit didn't reach the app: its address isn't public" in str(slack.cards[-1].message)
