"""The lifecycle of an incident: the update for each observation."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.alerts.flapping import Flip
from bot.alerts.incident import Incident, IncidentEvent, Resolution
from bot.alerts.lifecycle import apply_observation, mark_missing, open_incident
from bot.alerts.observation import Observation
from bot.alerts.problems import ProblemKind
from bot.alerts.reasons import Reason, ReasonCode
from bot.model import Space
from tests.unit.alerts.samples import AGO, NOW, incident


def observation_of(stage: str, what: ProblemKind | None, **values: object) -> Observation:
    return replace(Observation(Space("acme/a", stage), what, NOW), **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "after", "turn"),
    [
        # The same observation changes nothing.
        (incident(), observation_of("RUNTIME_ERROR", ProblemKind.FAILED), None),
        # Another stage of the same severity, or a lower one, is an edit.
        (incident(), observation_of("BUILD_ERROR", ProblemKind.FAILED), IncidentEvent.UPDATED),
        (incident(), observation_of("SLEEPING", ProblemKind.ASLEEP), IncidentEvent.IMPROVED),
        # A higher severity is an escalation, and pings.
        (
            incident(ProblemKind.ASLEEP),
            observation_of("RUNTIME_ERROR", ProblemKind.FAILED),
            IncidentEvent.ESCALATED,
        ),
        (
            incident(ProblemKind.ASLEEP),
            observation_of("BUILDING", ProblemKind.STUCK),
            IncidentEvent.ESCALATED,
        ),
        (
            incident(ProblemKind.STUCK),
            observation_of("BUILD_ERROR", ProblemKind.FAILED),
            IncidentEvent.ESCALATED,
        ),
        # Asleep and paused have the same repair.
        (
            incident(ProblemKind.ASLEEP),
            observation_of("PAUSED", ProblemKind.PAUSED),
            IncidentEvent.UPDATED,
        ),
        # Starting is an edit; running resolves it.
        (incident(), observation_of("BUILDING", None), IncidentEvent.UPDATED),
        (incident(), observation_of("RUNNING", None), IncidentEvent.RESOLVED),
        # A less severe problem without a route resolves it too.
        (
            incident(),
            observation_of("PAUSED", None, unrouted_problem=ProblemKind.PAUSED),
            IncidentEvent.RESOLVED,
        ),
        # The same or a more severe one isn't a recovery: it is closed silently.
        (
            incident(),
            observation_of("RUNTIME_ERROR", None, unrouted_problem=ProblemKind.FAILED),
            IncidentEvent.CLOSED_SILENTLY,
        ),
        (
            incident(),
            observation_of("BUILD_ERROR", None, unrouted_problem=ProblemKind.FAILED),
            IncidentEvent.CLOSED_SILENTLY,
        ),
        (
            incident(ProblemKind.ASLEEP),
            observation_of("RUNTIME_ERROR", None, unrouted_problem=ProblemKind.FAILED),
            IncidentEvent.CLOSED_SILENTLY,
        ),
        (
            incident(ProblemKind.STUCK),
            observation_of("BUILDING", None, unrouted_problem=ProblemKind.STUCK),
            IncidentEvent.CLOSED_SILENTLY,
        ),
        (
            incident(flapping_since=AGO[5]),
            observation_of(
                "RUNTIME_ERROR", None, unrouted_problem=ProblemKind.FAILED, flips=[Flip(AGO[1])]
            ),
            IncidentEvent.CLOSED_SILENTLY,
        ),
        # A Space that starts for too long may still recover.
        (
            incident(stage="BUILDING"),
            observation_of("BUILDING", None, unrouted_problem=ProblemKind.STUCK),
            None,
        ),
        (
            incident(ProblemKind.ASLEEP, stage="BUILDING"),
            observation_of("BUILDING", None, unrouted_problem=ProblemKind.STUCK),
            None,
        ),
        # Three changes before this one: the fourth starts flapping, and is an edit.
        (
            incident(),
            observation_of("RUNNING", None, flips=[Flip(AGO[11]), Flip(AGO[9]), Flip(AGO[5])]),
            IncidentEvent.IMPROVED,
        ),
        # Old changes don't count.
        (
            incident(),
            observation_of("RUNNING", None, flips=[Flip(AGO[130]), Flip(AGO[31]), Flip(AGO[5])]),
            IncidentEvent.RESOLVED,
        ),
        # Flapping: every change is an edit without a ping, even an escalation.
        (
            incident(ProblemKind.ASLEEP, flapping_since=AGO[5]),
            observation_of("RUNTIME_ERROR", ProblemKind.FAILED, flips=[Flip(AGO[1])]),
            IncidentEvent.UPDATED,
        ),
        (
            incident(flapping_since=AGO[5], is_up=True, stage="RUNNING"),
            observation_of("RUNNING", None, flips=[Flip(AGO[1])]),
            None,
        ),
        # Quiet for half an hour: closed silently, or shown as the problem.
        (
            incident(flapping_since=AGO[130]),
            observation_of("RUNNING", None, flips=[Flip(AGO[31])]),
            IncidentEvent.CLOSED_SILENTLY,
        ),
        (
            incident(flapping_since=AGO[130]),
            observation_of("RUNTIME_ERROR", ProblemKind.FAILED, flips=[Flip(AGO[31])]),
            IncidentEvent.ESCALATED,
        ),
        # ... but nothing is decided while it starts.
        (
            incident(flapping_since=AGO[130], stage="BUILDING"),
            observation_of("BUILDING", None, flips=[Flip(AGO[31])]),
            None,
        ),
    ],
)
def test_observation_updates_the_incident(
    before: Incident, after: Observation, turn: IncidentEvent | None
) -> None:
    verdict = apply_observation(before, after)
    assert (verdict.event if verdict else None) is turn
    assert verdict is None or verdict.reason


@pytest.mark.parametrize(
    ("was", "stage", "unrouted"),
    [
        (ProblemKind.FAILED, "DREAMING", ProblemKind.UNKNOWN),
        (ProblemKind.MISSING, "RUNTIME_ERROR", ProblemKind.FAILED),
    ],
)
def test_unrouted_problem_is_never_called_fixed(
    was: ProblemKind, stage: str, unrouted: ProblemKind
) -> None:
    verdict = apply_observation(
        incident(was), observation_of(stage, None, unrouted_problem=unrouted)
    )
    assert verdict
    assert verdict.incident.resolution is Resolution.UNROUTED_PROBLEM


def test_every_update_has_a_reason() -> None:
    verdict = open_incident(observation_of("RUNTIME_ERROR", ProblemKind.FAILED))
    assert verdict
    assert verdict.reason == Reason(ReasonCode.PROBLEM, ProblemKind.FAILED, stage="RUNTIME_ERROR")
    assert verdict.incident.reason == verdict.reason


def test_reason_mentions_confirmation_only_if_there_was_one() -> None:
    verdict = open_incident(observation_of("RUNTIME_ERROR", ProblemKind.FAILED, is_confirmed=True))
    assert verdict
    assert verdict.reason.code is ReasonCode.PROBLEM_CONFIRMED


def test_the_fourth_change_opens_as_unstable() -> None:
    verdict = open_incident(
        observation_of(
            "RUNTIME_ERROR", ProblemKind.FAILED, flips=[Flip(AGO[11]), Flip(AGO[9]), Flip(AGO[5])]
        )
    )
    assert verdict
    assert verdict.incident.flapping_since == NOW


def test_recovery_after_a_gap_names_the_gap() -> None:
    verdict = apply_observation(incident(), observation_of("RUNNING", None, gap_since=AGO[26]))
    assert verdict
    assert verdict.incident.resolution is Resolution.FIXED
    assert verdict.reason.code is ReasonCode.RECOVERED_IN_GAP
    assert verdict.incident.gap_since == AGO[26]


@pytest.mark.parametrize(
    ("known", "turn"),
    [
        (incident(), IncidentEvent.RESOLVED),
        (incident(ProblemKind.MISSING), None),
        (incident(ProblemKind.MISSING, opened_at=NOW - timedelta(hours=24)), None),
        (
            incident(ProblemKind.MISSING, changed_at=NOW - timedelta(hours=24)),
            IncidentEvent.CLOSED_SILENTLY,
        ),
        # It was recovering, and is missing again.
        (incident(ProblemKind.MISSING, stage="BUILDING"), IncidentEvent.UPDATED),
    ],
)
def test_missing_space_updates_the_incident(known: Incident, turn: IncidentEvent | None) -> None:
    verdict = mark_missing(known, NOW)
    assert (verdict.event if verdict else None) is turn


@pytest.mark.parametrize(
    ("is_up", "after", "flips"),
    [
        (False, observation_of("RUNNING", None, flips=[Flip(AGO[1])]), True),
        (True, observation_of("RUNTIME_ERROR", ProblemKind.FAILED, flips=[Flip(AGO[1])]), True),
        # Another failure, or starting, isn't a flip between running and a problem.
        (False, observation_of("BUILD_ERROR", ProblemKind.FAILED, flips=[Flip(AGO[1])]), False),
        (False, observation_of("BUILDING", None, flips=[Flip(AGO[1])]), False),
    ],
)
def test_only_up_and_down_changes_count_as_flaps(
    after: Observation, *, is_up: bool, flips: bool
) -> None:
    stage = "RUNNING" if is_up else "RUNTIME_ERROR"
    verdict = apply_observation(incident(flapping_since=AGO[5], is_up=is_up, stage=stage), after)
    assert verdict
    assert verdict.flips is flips
