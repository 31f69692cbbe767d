"""Evaluation of a sweep: previous state and observation in, changes to store out."""

from dataclasses import replace

import pytest

from bot.alerts.evaluation import PreviousState, SweepDecision, Transition, annotate, evaluate_sweep
from bot.alerts.incident import Incident, IncidentEvent
from bot.alerts.observation import FleetObservation
from bot.alerts.problems import MISSING_STAGE, ProblemKind, TrackedSpace
from bot.alerts.reasons import Reason, ReasonCode
from bot.alerts.routing import Route, RoutingTable
from bot.model import Space
from tests.unit.alerts.samples import AGO, NOW, incident

ID = "acme/a"
EVERYTHING = RoutingTable.of([Route("C1", frozenset(ProblemKind))])


def previous(
    stage: str | None, *incidents: Incident, routing: RoutingTable = EVERYTHING
) -> PreviousState:
    """Return the state after a sweep that found the Space in *stage*."""
    spaces = {ID: TrackedSpace(Space(ID, stage), AGO[130])} if stage else {}
    known = {one.space: one for one in incidents}
    return PreviousState(spaces, known, {}, routing, frozenset({"acme"}))


def observe(*spaces: Space) -> FleetObservation:
    return FleetObservation(spaces={space.id: space for space in spaces})


def events(decision: SweepDecision) -> list[IncidentEvent]:
    return [update.event for update in decision.updates]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("RUNNING", "RUNTIME_ERROR", [IncidentEvent.OPENED]),
        ("RUNNING", "SLEEPING", [IncidentEvent.OPENED]),
        ("RUNNING", "BUILDING", []),
        (None, "RUNTIME_ERROR", [IncidentEvent.OPENED]),
    ],
)
def test_a_problem_opens_an_incident(
    before: str | None, after: str, expected: list[IncidentEvent]
) -> None:
    decision = evaluate_sweep(previous(before), observe(Space(ID, after)), NOW)

    assert events(decision) == expected
    assert [(t.before, t.after) for t in decision.transitions] == [(before, after)]


@pytest.mark.parametrize("before", ["RUNNING", "PAUSED"])
def test_a_pause_with_a_reason_opens_an_incident_a_pause_without_one_doesnt(before: str) -> None:
    routing = RoutingTable.of([Route("C1", frozenset({ProblemKind.FAILED}))])
    by_hub = Space(ID, "PAUSED", error="Flagged as abusive")
    opened = evaluate_sweep(previous(before, routing=routing), observe(by_hub), NOW)
    silent = evaluate_sweep(previous(before, routing=routing), observe(Space(ID, "PAUSED")), NOW)

    assert events(opened) == [IncidentEvent.OPENED]
    assert opened.updates[0].incident.problem is ProblemKind.FAILED
    assert events(silent) == []


def test_an_unchanged_space_changes_nothing() -> None:
    assert evaluate_sweep(previous("RUNNING"), observe(Space(ID, "RUNNING")), NOW) == (
        SweepDecision()
    )


def test_an_unrouted_problem_opens_no_incident_and_the_transition_says_so() -> None:
    unrouted = previous("RUNNING", routing=RoutingTable(()))

    decision = evaluate_sweep(unrouted, observe(Space(ID, "SLEEPING")), NOW)

    assert decision.updates == []
    (reason,) = decision.transitions[0].reasons
    assert (reason.code, reason.problem) == (ReasonCode.UNROUTED_PROBLEM, ProblemKind.ASLEEP)


def missing(stage: str = "RUNNING", **values: object) -> SweepDecision:
    state = replace(previous(stage), **values)  # type: ignore[arg-type]  # a test names fields
    return evaluate_sweep(state, FleetObservation({}, missing=frozenset({ID})), NOW)


def test_a_missing_space_is_dropped_and_opens_an_incident() -> None:
    decision = missing()

    assert decision.dropped == [ID]
    assert [update.incident.problem for update in decision.updates] == [ProblemKind.MISSING]
    assert decision.transitions[0].after == MISSING_STAGE


@pytest.mark.parametrize(
    "decision",
    [
        pytest.param(missing("DELETING"), id="it was being deleted"),
        pytest.param(missing(deleted=frozenset({ID})), id="the bot was asked to delete it"),
        pytest.param(missing(routing=RoutingTable(())), id="no channel receives it"),
    ],
)
def test_an_expected_or_unrouted_deletion_opens_no_incident(decision: SweepDecision) -> None:
    assert decision.dropped == [ID]
    assert decision.updates == []


def test_a_rename_moves_the_incident_and_closes_the_one_of_the_new_name() -> None:
    state = previous("RUNTIME_ERROR", incident(), incident(space="acme/b", id=2))
    observation = FleetObservation(
        spaces={"acme/b": Space("acme/b", "RUNTIME_ERROR")}, renamed={ID: "acme/b"}
    )

    decision = evaluate_sweep(state, observation, NOW)

    closed, moved = decision.updates
    assert (closed.incident.id, closed.incident.is_open) == (2, False)
    assert (moved.incident.id, moved.incident.space) == (1, "acme/b")


def test_incidents_of_a_removed_owner_are_closed_and_its_spaces_dropped() -> None:
    state = replace(previous("RUNTIME_ERROR", incident()), owners=frozenset({"else"}))

    decision = evaluate_sweep(state, FleetObservation({}), NOW)

    assert [update.incident.is_open for update in decision.updates] == [False]
    assert decision.dropped == [ID]


@pytest.mark.parametrize(
    ("unavailable", "expected"),
    [({"acme": "The Hub does not answer."}, []), ({}, [IncidentEvent.RESOLVED])],
)
def test_nothing_is_concluded_about_an_owner_without_a_list(
    unavailable: dict[str, str], expected: list[IncidentEvent]
) -> None:
    orphan = previous(None, incident())

    decision = evaluate_sweep(orphan, FleetObservation({}, unavailable=unavailable), NOW)

    assert events(decision) == expected


def test_reasons_of_cards_are_appended_to_their_transition() -> None:
    seen, card = Reason(ReasonCode.FIRST_SEEN), Reason(ReasonCode.OWN_CARD, channel="C1")
    one, other = Transition(ID, None, "SLEEPING", (seen,)), Transition("acme/b", None, "X", (seen,))

    assert [t.reasons for t in annotate([one, other], {ID: [card]})] == [(seen, card), (seen,)]
