"""What answers a look: the card of one Space, a log, the audit, the bot's own health."""

import csv
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest

from bot import commands
from bot.alerts.incidents import Ack
from bot.alerts.mutes import Mute
from bot.alerts.wishes import Silence
from bot.cards import Message
from bot.errors import SlackError
from bot.model import Audited, Entry, Finding, Info, Role, Space
from bot.operations import Progress, Verb
from bot.questions import Audit
from bot.render import audit, endings, files, health, info, logs
from bot.slack_limits import COMMAND_LENGTH
from tests.goldens import check

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
ALL = ("logs", "wake", "restart", "rebuild", "pause", "url", "history", "why", "info", "status")
STUDENT = frozenset(c.name for c in commands.load().values() if c.needs is Role.VIEWER)
LINES = tuple(f"line {n} of <b>`it`</b>" for n in range(1, 41))
ENTRIES = (
    Entry(NOW, "U1", "wake all", "command", "C1", "acted", "12 of 14 up", timedelta(minutes=3)),
    Entry(NOW, "U2", "pause *", "button", "C1", "refused", "Only <!channel>", timedelta(seconds=1)),
    Entry(NOW, "U1", "", "direct message", "D1", "answered", "3 Spaces", timedelta(seconds=1)),
    Entry(NOW, "U1", "url a", "mention", "C1", "failed", "reference 1a2b", timedelta(seconds=1)),
    Entry(NOW, "U1", "restart all", "schedule", "C1", "under way", "3 of 14 up, 11 under way"),
    Entry(NOW, "U1", "wake b", "button", "C1", "partly", "1 of 2 up, 1 problem", timedelta(0)),
    Entry(NOW, "U2", "pause a", "button", "C1", "asked", "asked back", timedelta(seconds=1)),
)
FINDINGS = (
    Finding("last sweep", detail="12 s ago"),
    Finding("Slack scopes", "missing files:write. Add it and reinstall the app."),
)
UNKNOWN = Finding("clock", detail="unknown, as Slack didn't say the time.", unknown=True)

CASES: dict[str, Message] = {
    "info_up": info.card(Info(UP, NOW), "a", ALL),
    "info_up_for_a_student": info.card(Info(UP, NOW), "a", ("status", "url")),
    "info_broken": info.card(Info(BROKEN, NOW), "a", ALL),
    "info_paid": info.card(Info(PAID, NOW, 0.4), "a", ALL),
    "info_silenced": info.card(
        Info(BROKEN, NOW),
        "b",
        ALL,
        None,
        Silence({BROKEN.id: Mute(BROKEN.id, NOW, "U1", NOW, "demo")}, {BROKEN.id: Ack("U2", NOW)}),
    ),
    "info_stale": info.card(Info(UP), "a", ALL, NOW),
    "log_run": logs.log(logs.Log("a", "RUNNING", LINES, is_build=False), 20)[0],
    "log_short": logs.log(logs.Log("a", "RUNNING", LINES[:3], is_build=False), 20)[0],
    "log_endless": logs.log(logs.Log("a", "RUNNING", LINES, is_build=True, is_cut=True), 20)[0],
    "log_of_a_sleeper": logs.empty(replace(UP, stage="SLEEPING"), "a", build=False),
    "log_of_a_newcomer": logs.empty(replace(UP, stage="APP_STARTING"), "a", build=False),
    "log_of_the_silent": logs.empty(UP, "a", build=False),
    "log_of_no_build": logs.empty(UP, "a", build=True),
    "log_of_a_static_space": logs.static("a"),
    "audit": audit.audit(Audited(ENTRIES), Audit(), "audit csv"),
    "audit_of_one": audit.audit(Audited(ENTRIES[:1]), Audit("U1", "team-a", 168)),
    "audit_of_many": audit.audit(Audited(ENTRIES * 10), Audit(), "audit csv"),
    "audit_at_its_limit": audit.audit(Audited(ENTRIES * 10, is_cut=True), Audit(limit=70)),
    "audit_since": audit.audit(Audited(ENTRIES[:1]), Audit(since=NOW)),
    "audit_of_a_day": audit.audit(
        Audited(ENTRIES[:1]), Audit(since=NOW, until=NOW + timedelta(days=1))
    ),
    "audit_of_nothing": audit.nothing(Audited(()), Audit(target="team-a"), "/space"),
    "audit_cut_before_anything": audit.nothing(
        Audited((), is_cut=True), Audit(target="a"), "/space"
    ),
    "health_bad": health.health(FINDINGS),
    "health_good": health.health(FINDINGS[:1]),
    "health_unknown": health.health([*FINDINGS[:1], UNKNOWN]),
    "file_parcel": files.parcel("a-run.log", "C1"),
    "file_parcel_from_nowhere": files.parcel("a-run.log", "U1"),
}


@pytest.mark.parametrize("name", CASES)
def test_golden(name: str) -> None:
    check(f"reads/{name}", CASES[name])


def taps(card: Message) -> list[str]:
    """Return what the buttons type, then what the menu types."""
    elements = [e for block in card.blocks for e in block.get("elements", []) if "action_id" in e]
    typed = [e["value"] for e in elements if "value" in e]
    return typed + [o["value"] for e in elements for o in e.get("options", [])]


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
def test_the_card_offers_what_helps_in_this_stage(space: Space, offered: list[str]) -> None:
    assert taps(info.card(Info(space), "a", ALL)) == offered


def test_nobody_is_offered_what_they_may_not_do() -> None:
    shown = taps(info.card(Info(BROKEN), "a", STUDENT))

    assert shown
    assert {command.split()[0] for command in shown} <= STUDENT
    assert taps(info.card(Info(BROKEN), "a", ())) == []


def test_a_name_too_long_for_a_menu_leaves_the_buttons() -> None:
    name = f"{'o' * 96}/{'n' * 96}"

    assert taps(info.card(Info(UP), name, ALL)) == [f"logs {name}"]


# (the Space, what is said of its sleep)
@pytest.mark.parametrize(
    ("space", "said"),
    [
        (UP, "sleeps after 2 days"),
        (PAID, "never sleeps"),
        # Where nothing runs the Hub leaves the time out, which is no promise to stay awake.
        (replace(PAID, stage="PAUSED"), ""),
        (replace(PAID, sdk="static"), ""),
    ],
)
def test_sleep_is_said_only_where_it_is_known(space: Space, said: str) -> None:
    shown = str(info.card(Info(space), "a", ALL).blocks[-1])

    assert said in shown
    assert bool(said) == ("sleeps" in shown)


@pytest.mark.parametrize(
    ("lines", "most", "shown", "whole"),
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
def test_the_end_of_a_log_fits_a_section(
    lines: list[str], most: int, shown: int, whole: int
) -> None:
    message, number = logs.log(logs.Log("a", "RUNNING", lines, is_build=False), most)
    text = message.blocks[1]["text"]["text"]

    assert (len(text.splitlines()), number) == (shown, whole)
    assert len(text) <= 3000
    assert text.startswith("```")
    assert text.endswith("```")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_is_never_a_formula(start: str) -> None:
    said = f'{start}HYPERLINK("http://x","a")'
    entry = Entry(NOW, "U1", said, "command", "C1", "acted", said, timedelta(seconds=2))

    (row,) = list(csv.DictReader(StringIO(audit.table([entry]), newline="")))

    assert row["what"] == row["result"] == f"'{said}"
    assert (row["when (UTC)"], row["seconds"]) == ("2026-03-02 12:00:00", "2.0")


def test_what_no_button_holds_is_not_offered() -> None:
    assert taps(audit.audit(Audited(ENTRIES), Audit(), "audit x csv")) == ["audit x csv"]
    assert taps(audit.audit(Audited(ENTRIES), Audit(), f"audit {'x' * COMMAND_LENGTH} csv")) == []


def test_the_table_has_every_entry() -> None:
    rows = list(csv.DictReader(StringIO(audit.table(ENTRIES * 10))))

    assert len(rows) == 70
    assert rows[4]["seconds"] == ""


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({Progress.DONE: 14}, "14 of 14 up"),
        ({Progress.DONE: 12, Progress.FAILED: 2}, "12 of 14 up, 2 problems"),
        ({Progress.SKIPPED: 1}, "nothing was done, 1 left alone"),
        # What needed nothing was not asked for anything.
        (
            {Progress.DONE: 1, Progress.FAILED: 1, Progress.SKIPPED: 3},
            "1 of 2 up, 1 problem, 3 left alone",
        ),
        # What is not over says so.
        ({Progress.DONE: 1, Progress.SENT: 2, Progress.WAITING: 3}, "1 of 6 up, 5 under way"),
    ],
)
def test_an_operations_outcome_in_words(counts: Mapping[Progress, int], said: str) -> None:
    assert audit.outcome(Verb.WAKE, {}, counts) == said


def test_what_was_stopped_is_not_called_left_alone() -> None:
    counts = {Progress.DONE: 1, Progress.SKIPPED: 5}

    assert audit.outcome(Verb.WAKE, {}, counts, unsent=3) == "1 of 4 up, 2 left alone, 3 not sent"


def test_an_outcome_says_why_the_first_has_failed() -> None:
    counts = {Progress.DONE: 1, Progress.FAILED: 2}

    said = audit.outcome(Verb.WAKE, {}, counts, "acme/if-a: The Hub said no.")

    assert said == "1 of 3 up, 2 problems: acme/if-a: The Hub said no."


@pytest.mark.parametrize(
    ("counts", "state"),
    [
        ({Progress.DONE: 2, Progress.SKIPPED: 1}, "acted"),
        ({Progress.SKIPPED: 1}, "acted"),
        ({Progress.DONE: 2, Progress.FAILED: 1}, "partly"),
        ({Progress.SKIPPED: 2, Progress.FAILED: 1}, "failed"),
        # Not over yet, whatever has failed by now.
        ({Progress.DONE: 1, Progress.FAILED: 1, Progress.SENT: 1}, "under way"),
        ({Progress.FAILED: 1, Progress.WAITING: 1}, "under way"),
    ],
)
def test_an_operation_is_judged_by_its_steps(counts: Mapping[Progress, int], state: str) -> None:
    assert endings.operation(counts) == state


def test_an_outcome_is_said_with_what_was_asked_for() -> None:
    said = audit.outcome(Verb.HARDWARE, {"flavour": "t4-small"}, {Progress.DONE: 2})

    assert said == "2 of 2 on t4-small"


def test_a_file_that_did_not_come_says_why() -> None:
    error = SlackError("I lack files:write. Nothing was done.", "missing_scope")

    assert "I lack files:write" in files.not_handed("a.log", error)
