"""`audit`: filters, the CSV file and its permission."""

import csv
from io import StringIO

import pytest

from bot.model import Ask, Source
from bot.service import Bot
from tests.fakes import FakeClock, FakeHub, FakeSlack, PostedMessage
from tests.requests import last_message, send_command
from tests.unit.service.samples import last_reply_text


def csv_rows(slack: FakeSlack) -> list[dict[str, str]]:
    """Return the table that was sent last."""
    return list(csv.DictReader(StringIO(slack.files[-1].content)))


@pytest.fixture
def history(bot: Bot, hub: FakeHub, clock: FakeClock) -> Bot:
    """Three days: a wake of two (one fails), a read, a rejection, and a failure."""
    hub.set(team_a="SLEEPING", team_b="SLEEPING", team_c="RUNNING")
    send_command(bot, "wake team-b")
    for stage in ("BUILDING", "RUNNING"):
        bot.advance()
        hub.set(team_b=stage)
        clock.tick(minutes=1)
    bot.advance()
    clock.tick(days=3)
    send_command(bot, "wake team-a team-c")
    send_command(bot, "status", user="USTUDENT")
    send_command(bot, "restart team-a", user="USTUDENT")
    clock.tick(seconds=5)
    hub.outage = ZeroDivisionError()  # type: ignore[assignment]  # a bug
    send_command(bot, "wake all", user="UTA")
    hub.come_up()
    return bot


# The typed filter, and the rows of the table, newest first.
@pytest.mark.parametrize(
    ("text", "found"),
    [
        # A day of acts, rejections and failures.
        ("audit", ["wake all", "restart team-a", "wake team-a team-c"]),
        ("audit 24h", ["wake all", "restart team-a", "wake team-a team-c"]),
        # Longer, in any wording.
        ("audit 7d", ["wake all", "restart team-a", "wake team-a team-c", "wake team-b"]),
        ("audit last week", ["wake all", "restart team-a", "wake team-a team-c", "wake team-b"]),
        ("audit 7 days", ["wake all", "restart team-a", "wake team-a team-c", "wake team-b"]),
        # Reads too, with this audit itself.
        (
            "audit all",
            ["audit all csv", "wake all", "restart team-a", "status", "wake team-a team-c"],
        ),
        # By person, in any form of Slack.
        ("audit <@USTUDENT>", ["restart team-a"]),
        ("audit <@USTUDENT|sam> all", ["restart team-a", "status"]),
        # By Space: named in the text, or part of the operation.
        ("audit team-c", ["wake team-a team-c"]),
        ("audit acme/team-c", ["wake team-a team-c"]),
        ("audit Team-A 30d", ["restart team-a", "wake team-a team-c"]),
        ("audit team-b for 7d", ["wake team-b"]),
        # Both.
        ("audit team-a <@UTA>", ["wake team-a team-c"]),
        # By a day or a time of day: the last request was at 10:02 on Thursday.
        ("audit today", ["wake all", "restart team-a", "wake team-a team-c"]),
        ("audit since 10:00", ["wake all", "restart team-a", "wake team-a team-c"]),
        ("audit team-c since 9am", ["wake team-a team-c"]),
        ("audit since monday", ["wake all", "restart team-a", "wake team-a team-c", "wake team-b"]),
        ("audit monday", ["wake team-b"]),
        ("audit team-b on 2026-03-02", ["wake team-b"]),
    ],
)
def test_audit_filters(history: Bot, slack: FakeSlack, text: str, found: list[str]) -> None:
    send_command(history, f"{text} csv", user="ULEAD")

    assert [row["what"] for row in csv_rows(slack)] == found


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("audit", "audit csv"),
        ("audit team-a for 7 days", "audit team-a for 7 days csv"),
        ("audit <@USTUDENT|sam> all", "audit @USTUDENT all csv"),
    ],
)
def test_audit_csv_is_sent_on_request_only(
    history: Bot, slack: FakeSlack, text: str, typed: str
) -> None:
    send_command(history, text, user="ULEAD")
    answer, before = PostedMessage("C1", "", last_message(slack)), list(slack.files)
    send_command(history, answer.buttons["Download CSV"], user="ULEAD", source=Source.BUTTON)

    assert (before, answer.buttons) == ([], {"Download CSV": typed})
    assert len(csv_rows(slack)) > 0
    assert PostedMessage("C1", "", last_message(slack)).buttons == {}


@pytest.mark.parametrize("text", ["audit CSV", "audit 1d as csv", "audit csv team-a"])
def test_audit_csv_is_requested_by_a_keyword(history: Bot, slack: FakeSlack, text: str) -> None:
    send_command(history, text, user="ULEAD")

    assert "restart team-a" in [row["what"] for row in csv_rows(slack)]


def test_audit_shows_the_operation_outcome(history: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    send_command(history, "audit team-b 7d csv", user="ULEAD")
    (over,) = csv_rows(slack)
    send_command(history, "audit team-c csv", user="ULEAD")
    (waiting,) = csv_rows(slack)

    assert (over["outcome"], over["result"], over["seconds"]) == (
        "acted",
        "1 of 1 ready",
        "120.0",
    )
    assert waiting["result"] == "0 of 1 ready, 1 skipped, 1 in progress"
    assert waiting["seconds"] == ""


def test_operation_on_all_is_found_by_each_space(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="SLEEPING", team_b="SLEEPING")
    send_command(bot, "wake all")

    send_command(bot, "audit team-b csv", user="ULEAD")

    assert [row["what"] for row in csv_rows(slack)] == ["wake all"]


def test_rejected_request_has_its_reason_and_source(history: Bot, slack: FakeSlack) -> None:
    send_command(history, "audit <@USTUDENT> csv", user="ULEAD")

    (row,) = csv_rows(slack)
    assert (row["who"], row["from"], row["channel"]) == ("USTUDENT", "command", "C1")
    assert (row["outcome"], row["seconds"]) == ("refused", "0.0")
    assert row["result"] == "not allowed"
    assert "<@USTUDENT>" in last_reply_text(slack)
    assert "`restart team-a`" in last_reply_text(slack)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("audit team-z", "No entries about `team-z` in the last day"),
        ("audit <@UNOBODY> 2h", "No entries of <@UNOBODY> in the last 2 h"),
        ("audit team-a team-b", "Name one person and one Space at most"),
        ("audit <@U1> <@U2>", "Name one person and one Space at most"),
        ("audit 400 days", "too short or too long"),
        ("audit yesterday", "No entries from <!date^1772582400^"),
        ("audit <@UNOBODY> since 10:06", "No entries of <@UNOBODY> since <!date^1772618760^"),
        ("audit team-a until 10:00", "I can't read `until 10:00` as a time in the past"),
        ("audit this morning", "Name one person and one Space at most"),
        ("audit morning", "Other times: `today`"),
    ],
)
def test_empty_audit_sends_no_file(history: Bot, slack: FakeSlack, text: str, said: str) -> None:
    send_command(history, f"{text} csv", user="ULEAD")

    assert said in last_reply_text(slack)
    assert slack.files == []


def test_the_audit_is_for_admins(history: Bot, slack: FakeSlack) -> None:
    send_command(history, "audit", user="UTA")

    assert "admins only" in last_message(slack).text


def test_rejected_request_is_audited(bot: Bot, slack: FakeSlack) -> None:
    ask = Ask("pause all secret hf_abcdefgh", "UFOREIGN", "C9", idempotency_key="k")
    bot.refuse(ask, "I work for another workspace.")
    bot.refuse(ask, "I am busy.")
    assert bot.receive(ask).result() is not None, "who comes again is let in"

    send_command(bot, "audit <@UFOREIGN> csv", user="ULEAD")

    assert [row["result"] for row in csv_rows(slack)] == [
        "I am busy.",
        "I work for another workspace.",
    ]
    assert "hf_abcdefgh" not in slack.files[-1].content
