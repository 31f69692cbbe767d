"""The calls of steps: within the rate limit, and those of a secret just where its value is."""

from datetime import timedelta

import pytest

from bot.hub_facts import RESERVE, RateBudget
from bot.operations import Operation, OperationState, Step, Verb
from bot.service import Bot
from bot.service.operations import step_calls
from bot.store import operations
from tests.fakes import FakeHub
from tests.unit.store.samples import NOW

A = "acme/team-a"


@pytest.mark.parametrize("has_value", [True, False])
def test_a_secret_is_sent_by_the_process_with_its_value(
    bot: Bot, hub: FakeHub, *, has_value: bool
) -> None:
    hub.set(team_a="RUNNING")
    setting = Operation(Verb.SET_SECRET, (Step(A),), "U1", "C1", NOW, args={"key": "KEY"})
    with bot.deps.store.transaction() as tx:
        stored = operations.add(tx, setting, state=OperationState.RUNNING)
    if has_value:
        bot.deps.secret_values.put(stored.id, "swordfish")

    step_calls.submit(bot.deps, stored, stored.steps)

    assert hub.writes == ([("set_secret KEY", A)] if has_value else [])


@pytest.mark.parametrize(
    ("left", "sent"), [(RESERVE + 5, 3), (RESERVE + 2, 2), (RESERVE, 0), (RESERVE - 7, 0)]
)
def test_calls_beyond_the_rate_limit_wait(hub: FakeHub, left: int, sent: int) -> None:
    hub.rate_limit_window = RateBudget(left, NOW + timedelta(minutes=3))
    due = [Step(f"acme/team-{n}") for n in range(3)]

    affordable, reason = step_calls.within_budget(hub, due, NOW)

    assert list(affordable) == due[:sent]
    assert reason.startswith(f"{3 - sent} waiting: Hugging Face") is (sent < 3)
