"""Creations: a rate limit of the account delays or fails all of them."""

from datetime import timedelta

import pytest

from bot.errors import RateLimited
from bot.model import Space
from bot.operations import Step, StepState, Verb, mark_rejected, mark_sent
from tests.unit.operations.samples import NOW, advance, operation


def test_too_long_rate_limit_fails_all_pending_creations() -> None:
    until = NOW + timedelta(hours=20)
    rejected = mark_rejected(mark_sent(Step("a/b"), NOW), RateLimited("“20 hours”", until), NOW)
    after, due = advance(operation(Verb.PROVISION, rejected, Step("a/c")), {}, NOW)

    assert [step.state for step in after.steps] == [StepState.FAILED, StepState.FAILED]
    assert after.steps[1].message == rejected.message
    assert due == ()


def test_rate_limit_of_one_restart_does_not_fail_another() -> None:
    until = NOW + timedelta(hours=20)
    rejected = mark_rejected(mark_sent(Step("a/b"), NOW), RateLimited("“20 hours”", until), NOW)
    listed = {id: Space(id, "SLEEPING") for id in ("a/b", "a/c")}
    _, due = advance(operation(Verb.WAKE, rejected, Step("a/c")), listed, NOW)

    assert [step.space for step in due] == ["a/c"]


@pytest.mark.parametrize(
    ("verb", "seconds", "due"),
    [
        # The account's limit of creations: the others would be rejected too.
        pytest.param(Verb.PROVISION, 59, 0, id="a creation waits"),
        pytest.param(Verb.CREATE, 59, 0, id="an empty one as well"),
        pytest.param(Verb.PROVISION, 61, 2, id="it has waited"),
        # Anything else delays its own Space alone.
        pytest.param(Verb.WAKE, 59, 1, id="a restart waits"),
    ],
)
def test_rate_limited_creation_delays_the_other_creations(
    verb: Verb, seconds: int, due: int
) -> None:
    rejected = mark_rejected(
        mark_sent(Step("a/b"), NOW), RateLimited("later", NOW + timedelta(minutes=1)), NOW
    )
    requested = operation(verb, rejected, Step("a/c"))
    existing = () if verb.spec.creates else ("a/b", "a/c")
    listed = {id: Space(id, "SLEEPING") for id in existing}
    _, found = advance(requested, listed, NOW + timedelta(seconds=seconds))
    assert len(found) == due
