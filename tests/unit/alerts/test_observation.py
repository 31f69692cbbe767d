"""Observation: confirmed, missing, renamed and truncated lists."""

from datetime import datetime

import pytest

from bot.alerts import observation
from bot.alerts.observation import FleetObservation, resolve_missing
from bot.alerts.problems import ProblemKind, TrackedSpace
from bot.errors import HubError, HubUnavailable, NotFound, RateLimited
from bot.model import Space
from tests.unit.alerts.samples import AGO, NOW


@pytest.mark.parametrize(
    ("was", "stage", "problem", "needs_confirmation"),
    [
        ("RUNNING", "RUNTIME_ERROR", None, True),
        ("RUNTIME_ERROR", "RUNTIME_ERROR", ProblemKind.FAILED, False),
        ("RUNTIME_ERROR", "SLEEPING", ProblemKind.FAILED, False),
        ("SLEEPING", "RUNTIME_ERROR", ProblemKind.ASLEEP, True),
        # Unstable with its worst problem known: a new failure is an escalation.
        ("RUNNING", "RUNTIME_ERROR", ProblemKind.FAILED, True),
        ("PAUSED", "RUNTIME_ERROR", ProblemKind.FAILED, True),
    ],
)
def test_escalation_needs_confirmation(
    was: str, stage: str, problem: ProblemKind | None, *, needs_confirmation: bool
) -> None:
    known = {"acme/a": TrackedSpace(Space("acme/a", was), AGO[5])}
    problems = {"acme/a": problem} if problem else {}
    found = observation.changes_to_confirm(known, {"acme/a": Space("acme/a", stage)}, problems, NOW)
    assert bool(found) is needs_confirmation


@pytest.mark.parametrize(
    ("missing", "there", "gone", "listed", "short"),
    [
        # A few may be missing, and all of them are looked up.
        (3, 1, 2, 60, False),
        (8, 8, 0, 60, False),
        # Many, of which none is found, are deleted; so are all but one of a class.
        (20, 0, 8, 40, False),
        (20, 1, 7, 40, False),
        # Too many for lookups, or all, of which most exist: the list is truncated.
        (9, 8, 0, 9_991, True),
        (9, 4, 4, 60, True),
        (6, 6, 0, 0, True),
        # Without a response nothing is concluded.
        (20, 0, 0, 40, False),
    ],
)
def test_truncated_list_is_detected(
    missing: int, there: int, gone: int, listed: int, *, short: bool
) -> None:
    assert observation.is_truncated(missing, there, gone, listed) is short


def test_missing_spaces_are_looked_up_in_rotation() -> None:
    missing = [f"acme/{n:02}" for n in range(20)]
    last, looked_up = "", []
    for _ in range(3):
        looked_up += (now := observation.next_lookups(missing, last))
        last = now[-1]
    assert set(looked_up) == set(missing)


def test_lookup_distinguishes_deleted_renamed_and_unanswered() -> None:
    observation = resolve_missing(
        {
            "acme/there": Space("acme/there", "RUNNING"),
            "acme/gone": NotFound("no"),
            "acme/dark": HubUnavailable("?"),
            "acme/old": Space("acme/new", "RUNNING"),
            "acme/sold": Space("else/sold", "RUNNING"),
        },
        known={"acme/there", "acme/gone", "acme/dark", "acme/old", "acme/sold"},
        owners=["acme"],
    )
    assert set(observation.spaces) == {"acme/there", "acme/new"}
    assert observation.missing == {"acme/gone", "acme/sold"}
    assert observation.renamed == {"acme/old": "acme/new"}


@pytest.mark.parametrize(
    ("errors", "ends_at"),
    [
        ([], None),
        ([RateLimited("limited", NOW)], NOW),
        ([RateLimited("limited", NOW), RateLimited("limited", AGO[1])], NOW),
        ([RateLimited("limited", NOW), HubUnavailable("down")], None),
        ([HubUnavailable("down")], None),
    ],
)
def test_a_limit_is_the_reason_only_if_nothing_else_is(
    errors: list[HubError], ends_at: datetime | None
) -> None:
    observed = FleetObservation({})
    for n, error in enumerate(errors):
        observed = observation.merge(observed, observation.observe_failure(f"owner-{n}", error))

    assert len(observed.unavailable) == len(errors)
    assert observed.limit_ends_at == ends_at
