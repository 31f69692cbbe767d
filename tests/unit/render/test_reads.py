"""Golden files of read replies: one Space, a log, the audit, `doctor`."""

import csv
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest

from bot import commands
from bot.alerts.actions import Silence
from bot.alerts.incident import Ack, Mute
from bot.audit import AskState, AuditEntry, AuditResult
from bot.cards import Message
from bot.errors import SlackError
from bot.model import CheckResult, Role, Source, Space, SpaceDetails
from bot.queries import AuditQuery
from bot.render import audit, diagnostics, logs, replies, space_details
from bot.slack_limits import COMMAND_LENGTH
from tests.goldens import check_message

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


UP = Space(
    "acme/if-a",
    "RUNNING",
    "cpu-basic",
    "docker",
    "https://acme-if-a.hf.space",
    sha="0123456789abcdef",
    sleep_after=172_800,
)


BROKEN = replace(UP, stage="BUILD_ERROR", error="ERROR: no torch==9.9\nmore", private=True)
PAID = replace(UP, hardware="t4-small", sleep_after=None)


ALL_VERBS = (
    "logs",
    "wake",
    "restart",
    "rebuild",
    "pause",
    "url",
    "history",
    "why",
    "info",
    "status",
)


VIEWER_VERBS = frozenset(c.name for c in commands.load().values() if c.role is Role.VIEWER)
LINES = tuple(f"line {n} of <b>`it`</b>" for n in range(1, 41))
SECOND = timedelta(seconds=1)


def entry(text: str, source: Source, state: AskState, result: str, **rest: Any) -> AuditEntry:
    """Return an audit entry of U1 in C1 that took a second."""
    values = {"user": "U1", "channel": "C1", "duration": SECOND, **rest}
    return AuditEntry(at=NOW, text=text, source=source, state=state, result=result, **values)


ENTRIES = (
    entry("wake all", Source.COMMAND, AskState.ACTED, "12 of 14 up", duration=timedelta(minutes=3)),
    entry("pause *", Source.BUTTON, AskState.REFUSED, "Only <!channel>", user="U2"),
    entry("", Source.DIRECT, AskState.ANSWERED, "3 Spaces", channel="D1"),
    entry("url a", Source.MENTION, AskState.FAILED, "reference 1a2b"),
    entry(
        "restart all",
        Source.SCHEDULE,
        AskState.UNDER_WAY,
        "3 of 14 up, 11 under way",
        duration=None,
    ),
    entry("wake b", Source.BUTTON, AskState.PARTLY, "1 of 2 up, 1 problem", duration=timedelta(0)),
    entry("pause a", Source.BUTTON, AskState.ASKED, "asked back", user="U2"),
)


RESULTS = (
    CheckResult("last sweep", detail="12 s ago"),
    CheckResult("Slack scopes", "missing files:write. Add it and reinstall the app."),
)


UNKNOWN = CheckResult("clock", detail="unknown, as Slack didn't say the time.", unknown=True)


CASES: dict[str, Message] = {
    "info_up": space_details.card(SpaceDetails(UP, NOW), "a", ALL_VERBS),
    "info_up_for_a_student": space_details.card(SpaceDetails(UP, NOW), "a", ("status", "url")),
    "info_broken": space_details.card(SpaceDetails(BROKEN, NOW), "a", ALL_VERBS),
    "info_paid": space_details.card(SpaceDetails(PAID, NOW, 0.4), "a", ALL_VERBS),
    "info_silenced": space_details.card(
        SpaceDetails(BROKEN, NOW),
        "b",
        ALL_VERBS,
        None,
        Silence({BROKEN.id: Mute(BROKEN.id, NOW, "U1", NOW, "demo")}, {BROKEN.id: Ack("U2", NOW)}),
    ),
    "info_stale": space_details.card(SpaceDetails(UP), "a", ALL_VERBS, NOW),
    "log_run": logs.card(logs.Log("a", "RUNNING", LINES, is_build=False), 20)[0],
    "log_short": logs.card(logs.Log("a", "RUNNING", LINES[:3], is_build=False), 20)[0],
    "log_endless": logs.card(logs.Log("a", "RUNNING", LINES, is_build=True, is_truncated=True), 20)[
        0
    ],
    "log_of_a_sleeper": logs.empty_log(replace(UP, stage="SLEEPING"), "a", is_build=False),
    "log_of_a_newcomer": logs.empty_log(replace(UP, stage="APP_STARTING"), "a", is_build=False),
    "log_of_the_silent": logs.empty_log(UP, "a", is_build=False),
    "log_of_no_build": logs.empty_log(UP, "a", is_build=True),
    "log_of_a_static_space": logs.static_space("a"),
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
    "audit_of_nothing": audit.empty_report(AuditResult(()), AuditQuery(target="team-a"), "/space"),
    "audit_cut_before_anything": audit.empty_report(
        AuditResult((), is_truncated=True), AuditQuery(target="a"), "/space"
    ),
    "health_bad": diagnostics.report(RESULTS),
    "health_good": diagnostics.report(RESULTS[:1]),
    "health_unknown": diagnostics.report([*RESULTS[:1], UNKNOWN]),
    "file_parcel": replies.file_dm("a-run.log", "C1"),
    "file_parcel_from_nowhere": replies.file_dm("a-run.log", "U1"),
}


@pytest.mark.parametrize("name", CASES)
def test_message_matches_its_golden(name: str) -> None:
    check_message(f"reads/{name}", CASES[name])


def button_commands(card: Message) -> list[str]:
    """Return the commands of the buttons, then those of the menu."""
    elements = [e for block in card.blocks for e in block.get("elements", []) if "action_id" in e]
    commands = [e["value"] for e in elements if "value" in e]
    return commands + [o["value"] for e in elements for o in e.get("options", [])]


@pytest.mark.parametrize(
    ("space", "offered"),
    [
        # What runs needs no repair: its log first.
        (UP, ["logs a", "restart a", "rebuild a", "pause a", "url a", "history a"]),
        # A crash, a sleeper and a paused one have their repair before the log.
        (
            replace(UP, stage="RUNTIME_ERROR"),
            ["restart a", "logs a", "rebuild a", "pause a", "url a", "history a", "why a"],
        ),
        (
            replace(UP, stage="SLEEPING"),
            ["wake a", "logs a", "restart a", "rebuild a", "pause a", "url a", "history a"],
        ),
        # Nobody pauses what is paused.
        (
            replace(UP, stage="PAUSED"),
            ["wake a", "logs a", "restart a", "rebuild a", "url a", "history a", "why a"],
        ),
        # Why a build failed stands in its log: before any repair.
        *(
            (
                replace(UP, stage=stage),
                [
                    "logs a build",
                    "rebuild a",
                    "restart a",
                    "pause a",
                    "url a",
                    "history a",
                    "why a",
                ],
            )
            for stage in ("BUILD_ERROR", "CONFIG_ERROR", "NO_APP_FILE")
        ),
        # Nothing is built and nothing runs in a static Space, and what leaves is left alone.
        (replace(UP, sdk="static"), ["url a", "history a", "why a"]),
        (replace(UP, stage="DELETING"), ["url a", "history a", "why a"]),
        # An unknown stage is nothing to act on by a tap that would be called a repair.
        (
            replace(UP, stage="DREAMING"),
            ["logs a", "restart a", "rebuild a", "pause a", "url a", "history a"],
        ),
    ],
    ids=lambda value: f"{value.stage} {value.sdk}" if isinstance(value, Space) else "",
)
def test_card_offers_only_commands_that_help_in_its_stage(space: Space, offered: list[str]) -> None:
    assert button_commands(space_details.card(SpaceDetails(space), "a", ALL_VERBS)) == offered


def test_card_offers_only_permitted_commands() -> None:
    shown = button_commands(space_details.card(SpaceDetails(BROKEN), "a", VIEWER_VERBS))

    assert shown
    assert {command.split()[0] for command in shown} <= VIEWER_VERBS
    assert button_commands(space_details.card(SpaceDetails(BROKEN), "a", ())) == []


def test_name_too_long_for_a_menu_keeps_the_buttons() -> None:
    name = f"{'o' * 96}/{'n' * 96}"

    assert button_commands(space_details.card(SpaceDetails(UP), name, ALL_VERBS)) == [
        f"logs {name}"
    ]


# (the Space, what is said of its sleep)
@pytest.mark.parametrize(
    ("space", "expected"),
    [
        (UP, "sleeps after 2 days"),
        (PAID, "never sleeps"),
        # Where nothing runs the Hub leaves the time out, which is no promise to stay awake.
        (replace(PAID, stage="PAUSED"), ""),
        (replace(PAID, sdk="static"), ""),
    ],
)
def test_sleep_time_is_shown_only_where_it_is_known(space: Space, expected: str) -> None:
    shown = str(space_details.card(SpaceDetails(space), "a", ALL_VERBS).blocks[-1])

    assert expected in shown
    assert bool(expected) == ("sleeps" in shown)


@pytest.mark.parametrize(
    ("lines", "limit", "shown", "whole"),
    [
        # No more than was asked for.
        (["a", "b", "c"], 2, 2, 2),
        (["a", "b", "c"], 9, 3, 3),
        # No more than a section takes, the end of it.
        (["x" * 150] * 99, 99, 19, 19),
        # A long line is cut for the eye, so the file has more than is shown.
        (["x" * 500, "y"], 9, 2, 1),
        # What Slack writes in five characters counts as five.
        (["&" * 150] * 9, 9, 3, 3),
    ],
)
def test_log_tail_fits_in_a_section(lines: list[str], limit: int, shown: int, whole: int) -> None:
    message, number = logs.card(logs.Log("a", "RUNNING", lines, is_build=False), limit)
    text = message.blocks[1]["text"]["text"]

    assert (len(text.splitlines()), number) == (shown, whole)
    assert len(text) <= 3000
    assert text.startswith("```")
    assert text.endswith("```")


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

    assert len(rows) == 70
    assert rows[4]["seconds"] == ""


def test_missing_file_note_gives_the_reason() -> None:
    error = SlackError("I lack files:write. Nothing was done.", "missing_scope")

    assert "I lack files:write" in replies.file_failed_note("a.log", error)
