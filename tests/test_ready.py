"""What `status`, the card and `wake` say: each of the Hub's stages with each answer of an app."""

from dataclasses import dataclass

import pytest

from bot.alerts.problems import ProblemKind
from bot.health.verdict import ProbeProblem
from bot.service import Bot
from bot.store import incidents
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeHub, FakeProber, FakeSlack
from tests.requests import last_full_reply, send_command

A = "acme/team-a"
#: What the app answers, and the words for it; "" for an app that is ready.
ANSWERS = {
    "200": (200, None, ""),
    "302 to another host": (302, None, ""),
    "404": (404, None, "404 at /"),
    "502": (502, None, "502 at /"),
    "hang": (0, ProbeProblem.TIMEOUT, "no answer in 10 s"),
    "HTML error page": (200, ProbeProblem.ERROR_PAGE, "an error page at /"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A stage: its words in `status`, its problem, and what a wake says; None: it is woken."""

    status: str
    problem: ProblemKind | None
    wake: str | None


STARTS = None
STAGES = {
    "RUNNING": Row("running", None, "already running"),
    "RUNNING_BUILDING": Row("running, building a new version", None, "already running"),
    "RUNNING_APP_STARTING": Row("running, starting a new version", None, "already running"),
    "BUILDING": Row("building", None, "already starting"),
    "APP_STARTING": Row("starting", None, "already starting"),
    "SLEEPING": Row("asleep", ProblemKind.ASLEEP, STARTS),
    "STOPPED": Row("stopped", ProblemKind.ASLEEP, STARTS),
    "PAUSED": Row("paused", ProblemKind.PAUSED, STARTS),
    "BUILD_ERROR": Row("build failed", ProblemKind.FAILED, STARTS),
    "RUNTIME_ERROR": Row("crashed", ProblemKind.FAILED, STARTS),
    "CONFIG_ERROR": Row("misconfigured", ProblemKind.FAILED, STARTS),
    "NO_APP_FILE": Row("empty", None, "empty"),
    "DELETING": Row("being deleted", None, "being deleted"),
}


@pytest.fixture
def class_bot(make_bot: MakeBot) -> Bot:
    return make_bot(SPACEBOT_ALERT_ON="error,sleeping,paused")


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("answer", ANSWERS)
def test_stage_and_answer(
    class_bot: Bot,
    hub: FakeHub,
    slack: FakeSlack,
    prober: FakeProber,
    clock: FakeClock,
    stage: str,
    answer: str,
) -> None:
    row, (status, problem, words) = STAGES[stage], ANSWERS[answer]
    hub.set(team_a=stage)
    prober.set(A, status, problem)
    class_bot.sweep()

    for _ in range(3):
        send_command(class_bot, "status team-a check")
        clock.tick(seconds=30)
    class_bot.sweep()

    is_running = stage.startswith("RUNNING")
    assert bool(prober.probes) is is_running  # a probe wakes no Space
    is_dead = is_running and words
    assert expected_status(row, stage, words if is_running else "") in last_full_reply(slack)
    assert open_problem(class_bot) is (ProblemKind.UNRESPONSIVE if is_dead else row.problem)
    send_command(class_bot, "wake team-a")
    if row.wake is not None:
        expected = "not answering: `restart`" if is_dead else row.wake
        assert expected in last_full_reply(slack)
        assert hub.writes == []
        return
    assert wake_outcome(class_bot, hub, slack, clock).startswith(
        "team-a is running, but not answering" if words else "team-a is ready"
    )


def expected_status(row: Row, stage: str, words: str) -> str:
    if words:
        return f"{row.status}, but not answering (`{words}`)"
    return "ready" if stage == "RUNNING" else row.status


def open_problem(bot: Bot) -> ProblemKind | None:
    with bot.deps.store.transaction() as tx:
        return incidents.open_problems(tx).get(A)


def wake_outcome(bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock) -> str:
    """Let the woken Space run, and return the headline of its operation at the end."""
    bot.advance()
    assert hub.writes == [("restart", A)]
    clock.tick(seconds=20)
    hub.set(team_a="RUNNING")
    for _ in range(14):
        bot.advance()
        clock.tick(seconds=5)
    bot.deliver()
    (card,) = [card for card in slack.cards if "requested by" in card.text]
    return card.text
