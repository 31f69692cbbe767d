"""The audit, as a message and as CSV."""

import csv
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest

from bot.audit import AskState, AuditEntry, AuditResult
from bot.cards import Message
from bot.model import Source
from bot.queries import AuditQuery
from bot.render import audit
from bot.slack_limits import COMMAND_LENGTH
from tests.goldens import check_message
from tests.unit.render.read_samples import NOW, button_commands

SECOND = timedelta(seconds=1)


def entry(text: str, source: Source, state: AskState, result: str, **rest: Any) -> AuditEntry:
    """Return an audit entry of U1 in C1 that took a second."""
    values = {"user": "U1", "channel": "C1", "duration": SECOND, **rest}
    return AuditEntry(at=NOW, text=text, source=source, state=state, result=result, **values)


ENTRIES = (
    entry(
        "wake all", Source.COMMAND, AskState.ACTED, "12 of 14 ready", duration=timedelta(minutes=3)
    ),
    entry("pause *", Source.BUTTON, AskState.REFUSED, "Only <!channel>", user="U2"),
    entry("", Source.DIRECT, AskState.ANSWERED, "3 Spaces", channel="D1"),
    entry("url a", Source.MENTION, AskState.FAILED, "reference 1a2b"),
    entry(
        "restart all",
        Source.SCHEDULE,
        AskState.UNDER_WAY,
        "3 of 14 ready, 11 in progress",
        duration=None,
    ),
    entry(
        "wake b", Source.BUTTON, AskState.PARTLY, "1 of 2 ready, 1 failed", duration=timedelta(0)
    ),
    entry("pause a", Source.BUTTON, AskState.ASKED, "asked for confirmation", user="U2"),
    entry("wake a", Source.BUTTON, AskState.UNCHANGED, "nothing to do, 1 skipped"),
)


CASES: dict[str, Message] = {
    "audit": audit.report(AuditResult(ENTRIES), AuditQuery(), "audit csv"),
    "audit_of_one": audit.report(AuditResult(ENTRIES[:1]), AuditQuery("U1", "team-a", 168)),
    "audit_of_many": audit.report(AuditResult(ENTRIES * 10), AuditQuery(), "audit csv"),
    "audit_at_its_limit": audit.report(
        AuditResult(ENTRIES * 10, is_truncated=True), AuditQuery(limit=70)
    ),
    "audit_since": audit.report(AuditResult(ENTRIES[:1]), AuditQuery(since=NOW)),
    "audit_of_a_day": audit.report(
        AuditResult(ENTRIES[:1]), AuditQuery(since=NOW, until=NOW + timedelta(days=1))
    ),
    "audit_empty": audit.empty_report(AuditResult(()), AuditQuery(target="team-a"), "/space"),
    "audit_empty_truncated": audit.empty_report(
        AuditResult((), is_truncated=True), AuditQuery(target="a"), "/space"
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_message_matches_its_golden(name: str) -> None:
    check_message(f"reads/{name}", CASES[name])


def test_entry_shows_no_duration_under_a_second() -> None:
    (instant,) = (e for e in ENTRIES if e.duration == timedelta(0))

    assert " 0 s" not in str(audit.report(AuditResult((instant,)), AuditQuery()).blocks)


def test_request_that_changed_nothing_has_no_check_mark() -> None:
    (unchanged,) = (e for e in ENTRIES if e.state is AskState.UNCHANGED)

    shown = str(audit.report(AuditResult((unchanged,)), AuditQuery()).blocks)

    assert ":white_check_mark:" not in shown


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_csv_cell_is_never_a_formula(start: str) -> None:
    cell = f'{start}HYPERLINK("http://x","a")'
    entry = AuditEntry(
        NOW, "U1", cell, Source.COMMAND, "C1", AskState.ACTED, cell, timedelta(seconds=2)
    )

    (row,) = list(csv.DictReader(StringIO(audit.to_csv([entry]), newline="")))

    assert row["what"] == row["result"] == f"'{cell}"
    assert (row["when (UTC)"], row["seconds"]) == ("2026-03-02 12:00:00", "2.0")


def test_command_too_long_for_a_button_is_not_offered() -> None:
    assert button_commands(audit.report(AuditResult(ENTRIES), AuditQuery(), "audit x csv")) == [
        "audit x csv"
    ]
    assert (
        button_commands(
            audit.report(AuditResult(ENTRIES), AuditQuery(), f"audit {'x' * COMMAND_LENGTH} csv")
        )
        == []
    )


def test_csv_has_every_entry() -> None:
    rows = list(csv.DictReader(StringIO(audit.to_csv(ENTRIES * 10))))

    assert len(rows) == 80
    assert rows[4]["seconds"] == ""
