"""Diagnosis: the relevant log lines and the probable cause."""

import pytest

from bot.alerts.diagnosis import (
    LogCandidate,
    diagnose,
    sanitize_line,
    select_candidates,
    select_lines,
)
from bot.alerts.grouping import Group, GroupKind
from bot.causes import CauseId
from tests.unit.alerts.samples import NOW


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("\x1b[1;31mError\x1b[0m", "Error"),
        ("10%\r50%\r100% done", "100% done"),
        ("password: hunter22", "password: ***"),
        ('{"api_key": "abcdef12"}', '{"api_key": ***}'),
        ("git clone https://me:pw12345@host/x", "git clone https://***@host/x"),
        ("Authorization: Bearer abc.def-ghi", "Authorization: Bearer ***"),
        # A word that only resembles a secret's name stays readable.
        ("SyntaxError: unexpected token: '}'", "SyntaxError: unexpected token: '}'"),
        ("Loading tokenizer: BertTokenizer", "Loading tokenizer: BertTokenizer"),
    ],
)
def test_log_line_is_sanitized(line: str, shown: str) -> None:
    assert sanitize_line(line) == shown


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ("ERROR: No matching distribution found for torch==9.9", CauseId.DEPENDENCY_CONFLICT),
        ("ImportError: cannot import name 'X' from 'y'", CauseId.MISSING_MODULE),
        ("NameError: name 'x' is not defined", CauseId.CODE),
        ("KeyError: 'OPENAI_API_KEY'", CauseId.MISSING_SECRET),
        ("KeyError: 'name'", CauseId.CODE),
        ("torch.OutOfMemoryError: CUDA out of memory.", CauseId.CUDA_MEMORY),
        ("Application startup complete.", None),
    ],
)
def test_cause_is_classified_with_its_line(line: str, cause: CauseId | None) -> None:
    found = diagnose([line], "")
    assert found.cause is cause
    assert found.matched_line == (line if cause else "")


def test_error_of_the_hub_is_diagnosed_too() -> None:
    found = diagnose(["Application startup complete."], "Scheduling failure: unable to schedule")

    assert found.cause is CauseId.SCHEDULING


def test_missing_secret_is_part_of_the_diagnosis() -> None:
    assert diagnose(["KeyError: 'OPENAI_API_KEY'"], "").key == "OPENAI_API_KEY"


def test_traceback_selects_the_exception_and_the_app_line() -> None:
    log = [
        "starting",
        "Traceback (most recent call last):",
        '  File "/app/app.py", line 12, in <module>',
        "    model = load()",
        '  File "/usr/lib/python3/site-packages/x.py", line 3, in load',
        "    raise ValueError(y)",
        "ValueError: no model",
        "",
    ]
    assert select_lines(log) == [log[6], log[7], log[2], log[3]]


def test_other_logs_select_the_last_relevant_lines() -> None:
    log = [f"step {n} failed" for n in range(20)] + ["bye"]
    assert select_lines(log) == [f"step {n} failed" for n in range(15, 20)]


def candidates(*ids: int, is_diagnosed: bool = False) -> list[LogCandidate]:
    return [LogCandidate(id, "RUNTIME_ERROR", "", is_diagnosed) for id in ids]


def test_a_round_reads_at_most_twelve_logs_the_first_ones() -> None:
    assert select_candidates(candidates(*range(20)), []) == [*range(12)]


@pytest.mark.parametrize(
    ("kind", "selected"),
    [
        (GroupKind.SAME_PROBLEM, [1, 2, 3, 9]),
        (GroupKind.REMINDER, [1, 2, 3, 4, 5, 9]),  # each member has another card
    ],
)
def test_a_group_has_at_most_four_logs(kind: GroupKind, selected: list[int]) -> None:
    group = Group(7, kind, "failed", "C0OPS", 1, NOW, members=(1, 2, 3, 4, 5, 6))
    found = [*candidates(6, is_diagnosed=True), *candidates(1, 2, 3, 4, 5, 9)]
    assert select_candidates(found, [group]) == selected


@pytest.mark.parametrize(
    ("stage", "error", "is_selected"),
    [
        ("BUILD_ERROR", "", True),
        ("RUNTIME_ERROR", "", True),
        ("CONFIG_ERROR", "Collision on variables and secrets names.", True),
        ("CONFIG_ERROR", "Missing configuration in README", False),
        ("PAUSED", "Flagged as abusive", False),
    ],
)
def test_only_stages_with_a_log_and_collisions_are_selected(
    stage: str, error: str, is_selected: bool
) -> None:
    assert select_candidates([LogCandidate(1, stage, error)], []) == [1] * is_selected
