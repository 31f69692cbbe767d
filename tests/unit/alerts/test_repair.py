"""Repairs of incidents, of groups and of single Spaces."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.alerts import diagnosis, repair
from bot.alerts.incident import Incident
from bot.alerts.problems import ProblemKind
from bot.alerts.repair import BulkRepair, Remedy
from bot.model import Space
from bot.stages import Condition, condition
from tests.unit.alerts.samples import AGO, incident

COLLISION = "Collision on variables and secrets names."
BROKEN, STUCK = ProblemKind.FAILED, ProblemKind.STUCK


def broken(stage: str, error: str = "", *keys: str) -> Incident:
    found = diagnosis.of_collision(keys) if keys else None
    return incident(BROKEN, stage=stage, error=error, diagnosis=found)


def flapping(stage: str, *, is_up: bool = False) -> Incident:
    """Return a flapping incident whose last error was a collision."""
    last = broken(stage, COLLISION, "KEY")
    return replace(last, flapping_since=AGO[5], is_up=is_up)


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        (incident(ProblemKind.ASLEEP), [Remedy.WAKE]),
        (incident(ProblemKind.PAUSED), [Remedy.WAKE]),
        (incident(STUCK), [Remedy.REBUILD, Remedy.BUILD_LOG]),
        (incident(ProblemKind.UNKNOWN), [Remedy.STATUS]),
        # A missing Space has no page.
        (incident(ProblemKind.MISSING), [Remedy.WHY]),
        (broken("RUNTIME_ERROR"), [Remedy.RESTART, Remedy.LOGS]),
        # A restart would reuse the cached image.
        (broken("BUILD_ERROR"), [Remedy.REBUILD, Remedy.BUILD_LOG]),
        (broken("CONFIG_ERROR"), [Remedy.REBUILD, Remedy.BUILD_LOG]),
        # Nothing can be built until the file is added.
        (broken("NO_APP_FILE"), [Remedy.UPLOAD, Remedy.STATUS]),
        (broken("NEW_ERROR"), [Remedy.RESTART, Remedy.LOGS]),
        # No restart helps: one of the two must be deleted, which the lists show.
        (broken("CONFIG_ERROR", COLLISION), [Remedy.VARIABLES, Remedy.SECRETS]),
        # The latest check shows no collision: the key was deleted.
        (flapping("RUNNING", is_up=True), [Remedy.RESTART, Remedy.LOGS]),
        (flapping("BUILDING"), [Remedy.RESTART, Remedy.LOGS]),
        (
            flapping("CONFIG_ERROR"),
            [Remedy.DELETE_VARIABLE, Remedy.VARIABLES, Remedy.SECRETS],
        ),
        (
            broken("CONFIG_ERROR", COLLISION, "KEY"),
            [Remedy.DELETE_VARIABLE, Remedy.VARIABLES, Remedy.SECRETS],
        ),
    ],
)
def test_each_problem_has_its_remedies(problem: Incident, expected: Sequence[Remedy]) -> None:
    assert list(repair.remedies(problem)) == expected


@pytest.mark.parametrize(
    ("stage", "error", "expected"),
    [
        ("RUNNING", "", [Remedy.LOGS]),
        ("SLEEPING", "", [Remedy.WAKE, Remedy.LOGS]),
        ("STOPPED", "", [Remedy.WAKE, Remedy.LOGS]),
        ("PAUSED", "", [Remedy.WAKE, Remedy.LOGS]),
        ("RUNTIME_ERROR", "", [Remedy.RESTART, Remedy.LOGS]),
        # The log shows why the build failed.
        ("BUILD_ERROR", "", [Remedy.BUILD_LOG, Remedy.REBUILD]),
        ("CONFIG_ERROR", "", [Remedy.BUILD_LOG, Remedy.REBUILD]),
        ("NO_APP_FILE", "", [Remedy.UPLOAD]),
        ("CONFIG_ERROR", COLLISION, [Remedy.VARIABLES, Remedy.SECRETS]),
    ],
)
def test_each_stage_has_its_remedies(stage: str, error: str, expected: Sequence[Remedy]) -> None:
    assert list(repair.remedies_of_space(Space("a/b", stage, error=error))) == expected


@pytest.mark.parametrize(
    "stage", ["SLEEPING", "PAUSED", "RUNTIME_ERROR", "BUILD_ERROR", "CONFIG_ERROR"]
)
def test_card_and_reply_offer_the_same_repair(stage: str) -> None:
    kinds = {Condition.ASLEEP: ProblemKind.ASLEEP, Condition.PAUSED: ProblemKind.PAUSED}
    problem = incident(kinds.get(condition(stage), BROKEN), stage=stage)

    space = Space("a/b", stage)
    assert repair.repair_of_space(space) in repair.remedies(problem)
    assert repair.repair_of_space(space) in repair.remedies_of_space(space)


def test_collision_has_no_repair_by_stage() -> None:
    assert repair.repair_of_space(Space("a/b", "CONFIG_ERROR", error=COLLISION)) is None


ZEROGPU = "No @spaces.GPU function detected during startup"
LOCK = "Flagged as abusive"
QUOTA = "You've reached your hardware quota limit across all your Spaces!"


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        (broken("PAUSED", LOCK), [Remedy.STATUS]),
        (broken("PAUSED", QUOTA), [Remedy.WAKE, Remedy.STATUS]),
        (broken("RUNTIME_ERROR", ZEROGPU), [Remedy.CPU_BASIC, Remedy.LOGS]),
        (broken("RUNTIME_ERROR", "KeyError: 'HF_TOKEN'"), [Remedy.SET_SECRET, Remedy.LOGS]),
        (broken("BUILD_ERROR", "Unexpected job error"), [Remedy.REBUILD, Remedy.BUILD_LOG]),
    ],
)
def test_known_cause_has_its_remedy(problem: Incident, expected: Sequence[Remedy]) -> None:
    space = Space("a/b", problem.stage, error=problem.error)

    assert list(repair.remedies(problem)) == expected
    assert [*repair.remedies_of_space(space)][:1] == [r for r in expected if r != "status {}"][:1]


def test_only_an_upload_repairs_a_static_space() -> None:
    failed = Space("a/b", "BUILD_ERROR", sdk="static")

    assert list(repair.remedies_of_space(failed)) == [Remedy.BUILD_LOG, Remedy.UPLOAD]
    assert list(repair.remedies(UNBUILT, is_static=True)) == [Remedy.UPLOAD, Remedy.BUILD_LOG]
    assert repair.repairs_of_fleet([failed]) == []
    assert repair.repairs_of_group([UNBUILT], statics=[UNBUILT.space]) == []


CRASHED, UNBUILT = broken("RUNTIME_ERROR"), broken("BUILD_ERROR")
ASLEEP, COLLIDING = incident(ProblemKind.ASLEEP), broken("CONFIG_ERROR", COLLISION, "KEY", "B")
PAUSED = incident(ProblemKind.PAUSED, stage="PAUSED")


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ([CRASHED, CRASHED], ["restart 2 crashed"]),
        ([UNBUILT], ["rebuild 1 failed"]),
        # Each problem gets its own command, the least invasive first.
        (
            [UNBUILT, CRASHED, ASLEEP, ASLEEP],
            ["wake 2 asleep", "restart 1 crashed", "rebuild 1 failed"],
        ),
        ([ASLEEP, PAUSED], ["wake 1 asleep", "wake 1 paused"]),
        ([incident(STUCK), incident(STUCK)], ["rebuild 2 stuck"]),
        ([ASLEEP, incident(STUCK)], ["wake 1 asleep", "rebuild 1 stuck"]),
        # The first key that all share.
        (
            [CRASHED, COLLIDING, broken("CONFIG_ERROR", COLLISION, "KEY")],
            ["restart 1 crashed", "variable delete KEY 2 failed"],
        ),
        ([CRASHED, replace(CRASHED, closed_at=AGO[1])], ["restart 1 crashed"]),
        ([], []),
        ([incident(ProblemKind.MISSING)], []),
        ([incident(ProblemKind.UNKNOWN)], []),
        # It is starting already.
        ([incident(ProblemKind.ASLEEP, stage="BUILDING")], []),
        ([broken("PAUSED", LOCK)], []),
        ([broken("PAUSED", QUOTA), PAUSED], ["wake 1 failed", "wake 1 paused"]),
        (
            [broken("RUNTIME_ERROR", ZEROGPU), broken("RUNTIME_ERROR", "KeyError: 'HF_TOKEN'")],
            ["hardware 1 crashed", "secret set HF_TOKEN 1 crashed"],
        ),
        # No shared key is known.
        ([COLLIDING, broken("CONFIG_ERROR", COLLISION)], []),
    ],
)
def test_group_gets_a_command_for_each_kind_of_problem(
    members: Sequence[Incident], expected: list[str]
) -> None:
    found = repair.repairs_of_group(members)

    assert [_summary(one) for one in found] == expected


def _summary(one: BulkRepair) -> str:
    words = [one.remedy.verb, one.key, str(len(one.spaces)), one.problem]
    return " ".join(word for word in words if word)


def test_fleet_gets_the_same_commands_as_its_alerts() -> None:
    stages = ["SLEEPING", "STOPPED", "PAUSED", "RUNTIME_ERROR", "BUILD_ERROR", "NO_APP_FILE"]
    fleet = [Space(f"acme/{n}", stage) for n, stage in enumerate([*stages, "RUNNING", "BUILDING"])]

    found = repair.repairs_of_fleet(fleet)

    assert [_summary(one) for one in found] == [
        "wake 2 asleep",
        "wake 1 paused",
        "restart 1 crashed",
        "rebuild 1 failed",
    ]
    assert found[0].spaces == ("acme/0", "acme/1")
