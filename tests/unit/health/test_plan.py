"""The plan of probes: which Spaces are probed when, and no others."""

from collections import Counter
from datetime import timedelta

import pytest

from bot.health.plan import ProbeFacts, ProbeReason, due_probes
from bot.health.record import HealthRecord
from bot.model import Space
from tests.unit.health.samples import BAD_GATEWAY, NOW, READY, after

A = "acme/team-a"
STAGES = (
    "RUNNING",
    "RUNNING_BUILDING",
    "RUNNING_APP_STARTING",
    "BUILDING",
    "APP_STARTING",
    "SLEEPING",
    "STOPPED",
    "PAUSED",
    "BUILD_ERROR",
    "RUNTIME_ERROR",
    "CONFIG_ERROR",
    "NO_APP_FILE",
    "DELETING",
)


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def make_facts(
    record: HealthRecord | None = None, stage: str = "RUNNING", **facts: object
) -> ProbeFacts:
    records = {A: record} if record else {}
    return ProbeFacts({A: Space(A, stage)}, records, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "at", "reason"),
    [
        (make_facts(), 0, None),
        (make_facts(after((0, READY))), 9999, None),
        (make_facts(incidents=[A]), 0, ProbeReason.INCIDENT),
        (make_facts(after((0, READY)), incidents=[A]), 59, None),
        (make_facts(after((0, READY)), incidents=[A]), 60, ProbeReason.INCIDENT),
        (make_facts(after((0, BAD_GATEWAY))), 24, None),
        (make_facts(after((0, BAD_GATEWAY))), 25, ProbeReason.UNDECIDED),
        (make_facts(after((0, BAD_GATEWAY))), 601, None),
        (make_facts(after((0, BAD_GATEWAY), (60, BAD_GATEWAY))), 120, None),
        (make_facts(recoveries={A: NOW}), 5, ProbeReason.RECOVERY),
        (make_facts(after((-1, READY)), recoveries={A: NOW}), 5, ProbeReason.RECOVERY),
        (make_facts(after((1, READY)), recoveries={A: NOW}), 5, None),
        (make_facts(recoveries={A: NOW}), 601, None),
        (make_facts(in_class=[A]), 5, ProbeReason.CLASS_HOURS),
        (make_facts(continuous=[A]), 5, ProbeReason.CONTINUOUS),
        (make_facts(after((2, READY)), continuous=[A]), 5, None),
        (make_facts(continuous=[A]), 20, None),  # its turn is over
    ],
)
def test_space_is_probed_only_for_a_reason(
    facts: ProbeFacts, at: float, reason: ProbeReason | None
) -> None:
    assert due_probes(facts, NOW + seconds(at)).get(A) is reason


@pytest.mark.parametrize("stage", STAGES)
def test_only_a_running_space_is_probed(stage: str) -> None:
    facts = make_facts(after((0, BAD_GATEWAY)), stage, incidents=[A], continuous=[A], in_class=[A])

    assert bool(due_probes(facts, NOW + seconds(60))) is stage.startswith("RUNNING")


def test_continuous_probes_are_spread_evenly() -> None:
    ids = [f"acme/team-{number:03}" for number in range(500)]
    fleet = {id: Space(id, "RUNNING") for id in ids}
    records: dict[str, HealthRecord] = {}
    sizes, probed = [], Counter[str]()

    for tick in range(1, 121):  # ten minutes of ticks
        now = NOW + seconds(5 * tick)
        due = due_probes(ProbeFacts(fleet, records, continuous=ids), now)
        records |= {id: HealthRecord(id, now, READY) for id in due}
        sizes.append(len(due))
        probed.update(list(due))

    assert set(probed) == set(ids)
    assert set(probed.values()) <= {2, 3}
    assert max(sizes[3:]) <= 9
