"""Probes are sent for a proof and for `check`, and their verdicts are recorded."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

from bot.health.check import HealthCheck, StoredCheck
from bot.health.verdict import ProbeProblem
from bot.service import Bot
from bot.service.dependencies import Job
from bot.service.probing import load_proof, probe_now
from bot.store import health
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeHub, FakeProber, RecordingTrigger, with_parts

A, B = "acme/team-a", "acme/team-b"


class NeverExecutor(Executor):
    """An executor whose work never ends."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        return Future()


def test_proof_probes_each_space_at_most_every_five_seconds(
    bot: Bot, hub: FakeHub, prober: FakeProber, clock: FakeClock, triggered: RecordingTrigger
) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING")
    prober.set(B, 502)

    found = load_proof(bot.deps, hub.spaces, [A, B])
    load_proof(bot.deps, hub.spaces, [A, B])
    clock.tick(seconds=5)
    load_proof(bot.deps, hub.spaces, [B])

    assert (found[A].verdict.is_ready, found[B].verdict.problem) == (True, ProbeProblem.STATUS)
    assert prober.probes == [A, B, B]
    assert Job.ADVANCE in triggered.jobs


def test_no_space_to_prove_costs_nothing(bot: Bot, hub: FakeHub, prober: FakeProber) -> None:
    assert load_proof(bot.deps, hub.spaces, []) == {}
    assert prober.probes == []


def test_path_is_that_of_the_check_or_of_the_settings(
    make_bot: MakeBot, hub: FakeHub, prober: FakeProber
) -> None:
    bot = make_bot(SPACEBOT_HEALTH_PATH="/healthz")
    hub.set(team_a="RUNNING", team_b="RUNNING")
    with bot.deps.store.transaction() as tx:
        health.set_check(tx, StoredCheck(("team-b",), HealthCheck("/docs"), "UTA", bot.deps.now()))

    load_proof(bot.deps, hub.spaces, [A, B])

    assert prober.paths == {A: ("/healthz",), B: ("/docs",)}


def test_check_probes_running_spaces_only(bot: Bot, hub: FakeHub, prober: FakeProber) -> None:
    hub.set(team_a="RUNNING", team_b="SLEEPING")

    found = probe_now(bot.deps, hub.spaces.values(), seconds=1)

    assert (list(found), prober.probes) == ([A], [A])


def test_check_gives_up_after_its_time(bot: Bot, hub: FakeHub) -> None:
    hub.set(team_a="RUNNING")
    stalled = with_parts(bot, probe_pool=NeverExecutor())

    assert probe_now(stalled.deps, hub.spaces.values(), seconds=0.01) == {}
