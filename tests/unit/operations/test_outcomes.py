"""Outcomes: what a response or an error of the Hub does to a step."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import HubUnavailable, RateLimited, Refused, Unanswered
from bot.operations import (
    Step,
    StepState,
    mark_accepted,
    mark_rejected,
    mark_repaired,
    mark_sent,
)
from tests.unit.operations.samples import NOW, SENT_STEP


@pytest.mark.parametrize(
    ("step", "error", "progress", "wait"),
    [
        # The Hub's no fails this Space alone, in the Hub's words.
        (SENT_STEP, Refused("403: not yours"), StepState.FAILED, None),
        # A used-up window delays it until the window is over, however often.
        (SENT_STEP, RateLimited("slow down", NOW + timedelta(minutes=4)), StepState.WAITING, 240),
        # "At once" is not believed: what was turned away waits for a second at least.
        (SENT_STEP, RateLimited("slow down", NOW), StepState.WAITING, 1),
        # A tired Hub is asked again, later and later ...
        (SENT_STEP, HubUnavailable("503"), StepState.WAITING, 4),
        (replace(SENT_STEP, attempts=2), HubUnavailable("503"), StepState.WAITING, 16),
        # ... but not for ever.
        (replace(SENT_STEP, attempts=4), HubUnavailable("503"), StepState.FAILED, None),
        # No answer is no refusal: what the fleet shows decides.
        (SENT_STEP, Unanswered("timeout"), StepState.SENT, None),
    ],
)
def test_hub_error_rejects_or_delays_the_step(
    step: Step, error: HubUnavailable, progress: StepState, wait: int | None
) -> None:
    after = mark_rejected(step, error, NOW)
    seconds = (after.retry_at - NOW).seconds if after.retry_at else None

    assert (after.state, seconds) == (progress, wait)


def test_rate_limit_does_not_count_as_an_attempt() -> None:
    assert mark_rejected(SENT_STEP, RateLimited("slow down", NOW), NOW).attempts == 0


def test_accepted_step_clears_its_rate_limit() -> None:
    rejected = mark_rejected(SENT_STEP, RateLimited("slow down", NOW), NOW)

    assert rejected.limited_since == NOW
    assert mark_accepted(mark_sent(rejected, NOW), "BUILDING").limited_since is None


@pytest.mark.parametrize(
    ("stage_before", "added", "progress", "note"),
    [
        ("RUNNING", ["KEY"], StepState.SENT, "was there; added KEY"),
        ("RUNNING", [], StepState.SKIPPED, "there already, and nothing is missing"),
        # On its way: it is followed to its end.
        ("BUILDING", [], StepState.SENT, ""),
        # It is ours, from a call whose answer was lost.
        ("", [], StepState.SENT, ""),
    ],
)
def test_repair_follows_only_what_it_changed(
    stage_before: str, added: list[str], progress: StepState, note: str
) -> None:
    after = mark_repaired(mark_sent(Step("a/b", stage_before=stage_before), NOW), added)

    assert (after.state, after.message) == (progress, note)
