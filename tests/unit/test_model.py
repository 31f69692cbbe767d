"""The shared nouns: Spaces, roles and checks."""

import pytest

from bot.model import CheckResult, Role, Space, owner_of, without_template
from bot.stages import Condition


@pytest.mark.parametrize(
    ("hardware", "sdk", "expected"),
    [
        ("t4-small", "docker", True),
        ("cpu-basic", "docker", False),
        # A plan includes ZeroGPU.
        ("zero-a10g", "gradio", False),
        (None, "docker", False),
        ("t4-small", "static", False),
    ],
)
def test_only_other_hardware_than_the_free_one_is_paid(
    hardware: str | None, sdk: str, *, expected: bool
) -> None:
    assert Space("a/b", "RUNNING", hardware=hardware, sdk=sdk).is_paid is expected


@pytest.mark.parametrize(
    ("stage", "error", "expected"),
    [
        ("PAUSED", "", Condition.PAUSED),
        ("PAUSED", "Flagged as abusive", Condition.FAILED),
        ("SLEEPING", "an old error", Condition.ASLEEP),
    ],
)
def test_a_space_that_the_hub_paused_for_a_reason_has_failed(
    stage: str, error: str, expected: Condition
) -> None:
    assert Space("a/b", stage, error=error).condition is expected


def test_roles_are_ordered_and_have_titles() -> None:
    assert Role.VIEWER < Role.OPERATOR < Role.ADMIN
    assert [role.title for role in Role] == ["a viewer", "an operator", "an admin"]


@pytest.mark.parametrize(
    ("result", "line"),
    [
        (CheckResult("clock", detail="within 1 s"), "ok  clock: within 1 s"),
        (CheckResult("clock", detail="unknown", unknown=True), "?   clock: unknown"),
        (CheckResult("clock", "61 s away", "x", unknown=True), "BAD clock: 61 s away"),
    ],
)
def test_a_check_is_one_line_and_a_problem_outweighs_the_rest(
    result: CheckResult, line: str
) -> None:
    assert result.line == line
    assert result.ok is not line.startswith("BAD")


def test_the_owner_is_the_part_before_the_slash() -> None:
    assert owner_of("acme/team-a") == "acme"


def test_template_is_no_part_of_the_counted_fleet() -> None:
    fleet = {id: Space(id, "RUNNING") for id in ("acme/team-1", "acme/template")}

    assert list(without_template(fleet, "Acme/Template")) == ["acme/team-1"]
    assert without_template(fleet, None) == without_template(fleet, "other/template") == fleet
