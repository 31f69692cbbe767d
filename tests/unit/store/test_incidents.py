"""Incidents and their notifications: every field round-trips, by Space and by id."""

from dataclasses import fields, replace
from datetime import timedelta

import pytest

from bot.alerts.diagnosis import LogCandidate
from bot.alerts.incident import Ack, Diagnosis, Incident, Notification, Resolution
from bot.alerts.problems import ProblemKind, TrackedSpace
from bot.alerts.reasons import Reason, ReasonCode
from bot.cards import Message
from bot.cards.keys import CardKey
from bot.causes import CauseId
from bot.model import Space
from bot.store import Store, Tx, cards, incidents, spaces
from tests.unit.store.samples import NOW

LATER = NOW + timedelta(hours=1)
PLAIN = Incident("a/b", ProblemKind.FAILED, "RUNTIME_ERROR", "boom", NOW, LATER)
FULL = Incident(
    "a/c",
    ProblemKind.STUCK,
    "BUILDING",
    "boom",
    NOW,
    LATER,
    reason=Reason(ReasonCode.PROBLEM, ProblemKind.STUCK, stage="BUILDING"),
    closed_at=LATER,
    resolution=Resolution.FIXED,
    flapping_since=NOW,
    is_up=True,
    gap_since=NOW,
    fingerprint="boom #",
    ack=Ack("UTA", NOW, LATER),
    diagnosis=Diagnosis(
        ("KeyError: 'A'",), CauseId.CODE, "KeyError: 'A'", ("A",), "A_B", "ana", NOW
    ),
)


def test_the_sample_leaves_no_field_out() -> None:
    kept = {field.name for field in fields(FULL) if getattr(FULL, field.name) == field.default}

    assert kept == {"id"}


@pytest.mark.parametrize("incident", [PLAIN, FULL])
def test_incident_round_trips_when_added_and_when_saved(
    any_store: Store, incident: Incident
) -> None:
    with any_store.transaction() as tx:
        added, other = incidents.add(tx, [incident, replace(PLAIN, space="a/other")])
        assert incidents.get(tx, [added.id]) == {added.id: replace(incident, id=added.id)}
        changed = replace(FULL, id=other.id, space="a/other")
        incidents.save(tx, [changed])
        assert incidents.get(tx, [other.id, 999]) == {other.id: changed}


def test_only_open_incidents_are_found_by_space(any_store: Store) -> None:
    acked = replace(PLAIN, space="a/acked", ack=Ack("UTA", NOW))
    with any_store.transaction() as tx:
        closed, mine, _ = incidents.add(tx, [replace(PLAIN, closed_at=LATER), PLAIN, acked])
        assert set(incidents.open_incidents(tx)) == {"a/b", "a/acked"}
        assert incidents.open_incidents(tx)["a/b"].id == mine.id
        assert incidents.acks(tx) == {"a/acked": Ack("UTA", NOW)}
        latest = incidents.latest(tx, "a/b")
        assert latest
        assert latest.id == mine.id > closed.id
        assert incidents.latest(tx, "a/none") is None


def test_log_candidates_are_the_open_failures_newest_first(any_store: Store) -> None:
    diagnosed = replace(PLAIN, space="a/read", diagnosis=Diagnosis())
    asleep = replace(PLAIN, space="a/asleep", problem=ProblemKind.ASLEEP)
    with any_store.transaction() as tx:
        closed = replace(PLAIN, closed_at=LATER)
        _, mine, read, _ = incidents.add(tx, [closed, PLAIN, diagnosed, asleep])
        assert incidents.log_candidates(tx) == [
            LogCandidate(read.id, "RUNTIME_ERROR", "boom", is_diagnosed=True),
            LogCandidate(mine.id, "RUNTIME_ERROR", "boom", is_diagnosed=False),
        ]


def test_incidents_are_found_by_their_problem_and_by_the_stage_of_their_space(
    any_store: Store,
) -> None:
    stages = {"a/b": "RUNNING", "a/c": "RUNTIME_ERROR", "a/d": "RUNNING_BUILDING"}
    tracked = [TrackedSpace(Space(id, stage), NOW) for id, stage in stages.items()]
    app = replace(PLAIN, problem=ProblemKind.UNRESPONSIVE)
    closed = replace(app, space="a/d", closed_at=LATER)
    with any_store.transaction() as tx:
        spaces.save(tx, tracked, ())
        incidents.add(tx, [app, replace(PLAIN, space="a/c"), closed])
        assert incidents.running_spaces(tx) == {"a/b"}
        assert incidents.spaces_with(tx, ProblemKind.UNRESPONSIVE) == {"a/b"}
        assert incidents.spaces_with(tx, ProblemKind.FAILED) == {"a/c"}


def test_nothing_to_add_or_save_writes_nothing(any_store: Store) -> None:
    with any_store.transaction() as tx:
        assert incidents.add(tx, []) == []
        incidents.save(tx, [])
        incidents.save_notifications(tx, {}, {})
        assert incidents.open_incidents(tx) == {}


def notified(tx: Tx) -> tuple[Incident, int]:
    """Return an incident, and the card that informs C1 about it."""
    (incident,) = incidents.add(tx, [PLAIN])
    card = cards.upsert(tx, CardKey.incident(1), "C1", Message("boom"), NOW)
    incidents.save_notifications(tx, {(incident.id, "C1"): Notification(card, NOW)}, {})
    return incident, card


def test_a_known_notification_is_updated_and_a_new_one_added(any_store: Store) -> None:
    with any_store.transaction() as tx:
        incident, card = notified(tx)
        before = incidents.notifications(tx, [incident.id])
        reminded = Notification(card, NOW, reminders=2, reminded_at=LATER)
        other = Notification(card, LATER)
        after = {(incident.id, "C1"): reminded, (incident.id, "C2"): other}
        incidents.save_notifications(tx, after, before)
        assert incidents.notifications(tx, [incident.id, 999]) == {
            incident.id: {"C1": reminded, "C2": other},
            999: {},
        }
