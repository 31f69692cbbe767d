"""The audit entry of each act: its outcome, its arguments and its Spaces."""

import csv
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO

import pytest

from bot.audit import AuditResult
from bot.errors import HubError, HubForbidden, PaymentRequired, SlackUnavailable
from bot.model import Ask
from bot.queries import AuditQuery
from bot.service import Bot
from bot.service.requests import audit
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeHub, FakeSlack
from tests.requests import (
    LEAD,
    database_dump,
    filled_form,
    open_form,
    send_command,
    share,
    submit,
    submit_upload,
)

NO = HubForbidden("Your token may not do that.")
# A Hub that rejects every call for a Space also rejects reading its variables.
UNSEEN = "I can't check for a variable called KEY, so nothing was set."
Action = Callable[[Bot, FakeSlack], None]


def audit_table(bot: Bot, slack: FakeSlack, words: str = "") -> list[dict[str, str]]:
    """Return the table that `audit` sends, newest first."""
    slack.files.clear()
    send_command(bot, f"audit {words} csv", LEAD)
    return list(csv.DictReader(StringIO(slack.files[-1].content))) if slack.files else []


def submit_form(text: str, **values: str) -> Action:
    def send(bot: Bot, slack: FakeSlack) -> None:
        submit(bot, slack, open_form(bot, slack, text), **values)

    return send


def _upload(bot: Bot, slack: FakeSlack) -> None:
    submit_upload(bot, slack, share(slack, app_py=b"1"))


# The act on team-a, team-b or both, the Spaces that the Hub rejects, and the audit entry.
@pytest.mark.parametrize(
    ("do", "refused", "outcome", "result"),
    [
        pytest.param(
            submit_form("delete team-b", id="acme/team-b"),
            "b",
            "failed",
            "Couldn't delete team-b: Your token may not do that.",
            id="a delete that the Hub refused",
        ),
        pytest.param(
            submit_form("delete team-b", id="acme/team-b"),
            "",
            "acted",
            "Deleted team-b",
            id="a delete",
        ),
        pytest.param(
            submit_form("secret set all KEY", value="swordfish"),
            "ab",
            "failed",
            "Secret KEY not set on team-a and team-b, 2 failed, "
            f"first acme/team-a: {UNSEEN} Your token may not do that.",
            id="a secret that no Space has taken",
        ),
        pytest.param(
            submit_form("secret set all KEY", value="swordfish"),
            "b",
            "partly",
            "Secret KEY set on 1 of 2 Spaces, 1 failed, "
            f"first acme/team-b: {UNSEEN} Your token may not do that.",
            id="a secret that some have taken",
        ),
        pytest.param(
            _upload,
            "a",
            "failed",
            "failed to upload to acme/team-a: Your token may not do that.",
            id="an upload that the Hub refused",
        ),
    ],
)
def test_failed_request_has_its_outcome_and_reason(
    bot: Bot, hub: FakeHub, slack: FakeSlack, do: Action, refused: str, outcome: str, result: str
) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING")
    hub.errors_by_space = {f"acme/team-{letter}": NO for letter in refused}

    do(bot, slack)

    (row,) = audit_table(bot, slack)
    assert (row["outcome"], row["result"]) == (outcome, result)


@pytest.mark.parametrize(
    ("refuses", "outcome", "result"),
    [
        pytest.param("", "acted", "2 of 2 ready", id="all"),
        pytest.param("x", "partly", "1 of 2 ready, 1 failed: acme/team-x: No plan.", id="some"),
        pytest.param("xy", "failed", "0 of 2 ready, 2 failed: acme/team-x: No plan.", id="none"),
    ],
)
def test_operation_outcome_follows_its_steps(
    bot: Bot,
    hub: FakeHub,
    slack: FakeSlack,
    clock: FakeClock,
    refuses: str,
    outcome: str,
    result: str,
) -> None:
    hub.put("acme/template", "RUNNING")
    hub.stage_after_creation = "RUNNING"
    hub.errors_by_space = {f"acme/team-{letter}": PaymentRequired("No plan.") for letter in refuses}
    send_command(bot, "provision team-x team-y from template", LEAD)
    send_command(bot, "confirm 1", LEAD)
    (early, _) = audit_table(bot, slack)
    for _ in range(4):
        clock.tick(seconds=5)
        bot.advance()

    (row, _) = audit_table(bot, slack)

    assert (early["outcome"], early["seconds"]) == ("running", "")
    assert (row["outcome"], row["result"]) == (outcome, result)


@pytest.mark.parametrize(
    ("answer", "outcome", "result"),
    [
        pytest.param("", "asked", "asked for confirmation: no answer", id="open"),
        pytest.param("cancel 1", "answered", "asked for confirmation: declined", id="no"),
        pytest.param("confirm 1", "answered", "asked for confirmation: confirmed", id="yes"),
    ],
)
def test_confirmation_has_its_answer_in_the_audit(
    bot: Bot, hub: FakeHub, slack: FakeSlack, answer: str, outcome: str, result: str
) -> None:
    hub.set(team_a="RUNNING")
    send_command(bot, "pause team-a", "UTA")
    if answer:
        send_command(bot, answer, LEAD)

    (row,) = audit_table(bot, slack, "<@UTA>")

    assert (row["what"], row["outcome"], row["result"]) == ("pause team-a", outcome, result)
    assert row["seconds"] == "0.0"


def test_declined_confirmation_is_no_action(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING")
    send_command(bot, "pause team-a", "UTA")
    send_command(bot, "cancel 1", LEAD)

    assert audit_table(bot, slack, f"<@{LEAD}>") == []
    (row,) = (r for r in audit_table(bot, slack, "all") if r["what"].startswith("cancel"))
    assert (row["what"], row["outcome"]) == ("cancel 1: pause team-a", "answered")
    assert row["result"] == "cancelled operation 1"


def test_missing_permission_is_recorded_in_two_words(
    bot: Bot, hub: FakeHub, slack: FakeSlack
) -> None:
    hub.set(team_a="RUNNING")
    send_command(bot, "pause team-a", "USTUDENT")

    (row,) = audit_table(bot, slack)

    assert (row["outcome"], row["result"]) == ("refused", "not allowed")


def test_file_has_the_name_of_each_person_beside_the_id(
    bot: Bot, hub: FakeHub, slack: FakeSlack
) -> None:
    hub.set(team_a="RUNNING")
    slack.names["USTUDENT"] = "Dana"
    send_command(bot, "pause team-a", "USTUDENT")

    (row,) = audit_table(bot, slack)

    assert (row["who"], row["name"]) == ("USTUDENT", "Dana")


def test_the_file_names_the_channels_beside_their_ids(
    bot: Bot, hub: FakeHub, slack: FakeSlack
) -> None:
    hub.set(team_a="RUNNING")
    slack.channel_names = {"C1": "lab"}
    for channel in ("C1", "C0SECRET"):
        bot.ask(Ask("url team-a", LEAD, channel, idempotency_key=channel))

    rows = audit_table(bot, slack, "all")
    assert {(row["channel"], row["channel name"]) for row in rows} == {
        ("C1", "lab"),
        ("C0SECRET", ""),
    }


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ack team-a", "took team-a"),
        ("ack team-a <@UBEN>", "Handed over: team-a"),
        ("release team-a", "No one was on team-a"),
        ("mute team-a for 1h", "Muted: team-a"),
        ("unmute team-a", "None of those were muted."),
        ("watch error team-*", "new alerts: error, team-*"),
        ("unwatch", "This channel wasn't watching that."),
    ],
)
def test_result_of_an_alert_act_is_in_the_third_person(
    bot: Bot, hub: FakeHub, text: str, shown: str
) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING")
    bot.sweep()
    hub.put("acme/team-a", "RUNTIME_ERROR")
    bot.sweep()
    send_command(bot, text, LEAD)

    (entry,) = audit.load_entries(bot.deps, AuditQuery()).entries
    assert entry.result.startswith(shown)
    assert not re.search(r"\b(you|your|I|I'll)\b", entry.result, re.IGNORECASE)


def test_file_is_sent_without_names_while_slack_is_unavailable(
    bot: Bot, hub: FakeHub, slack: FakeSlack
) -> None:
    hub.set(team_a="RUNNING")
    send_command(bot, "pause team-a", "USTUDENT")
    slack.person_error = SlackUnavailable("Slack isn't responding.")

    (entry,) = audit.load_entries(bot.deps, AuditQuery(with_names=True)).entries

    assert entry.name == ""


def test_a_reason_never_holds_the_value(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING")
    hub.errors_by_space = {"acme/team-a": HubError("The Hub refused “swordfish”.")}

    submit_form("secret set team-a KEY", value="swordfish")(bot, slack)

    (row,) = audit_table(bot, slack)
    assert row["result"] == f"Secret KEY not set on team-a: {UNSEEN} The Hub refused “…”."


@pytest.mark.parametrize(
    ("user", "answer", "outcome", "asked", "what"),
    [
        pytest.param(
            LEAD,
            "confirm 1",
            "running",
            "pause all",
            "confirm 1: pause team-a team-b",
            id="yes",
        ),
        pytest.param(
            "USTUDENT",
            "Confirm  1 ",
            "refused",
            "pause team-b",
            "Confirm  1: pause team-b",
            id="yes, by who may not",
        ),
        pytest.param(
            LEAD,
            "confirm operation #1",
            "running",
            "pause all",
            "confirm operation #1: pause team-a team-b",
            id="yes, in other words",
        ),
        pytest.param(
            LEAD,
            "confirm 1",
            "running",
            "hardware team-a t4-small",
            "confirm 1: hardware team-a t4-small",
            id="with what else the verb needs",
        ),
        pytest.param(
            LEAD,
            "confirm 7",
            "refused",
            "pause team-b",
            "confirm 7",
            id="to a question that was never asked",
        ),
    ],
)
def test_confirmation_entry_names_its_command(
    bot: Bot,
    hub: FakeHub,
    slack: FakeSlack,
    user: str,
    answer: str,
    outcome: str,
    asked: str,
    what: str,
) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING")
    send_command(bot, asked, LEAD)
    send_command(bot, answer, user)

    row, *_ = audit_table(bot, slack)

    assert (row["who"], row["outcome"], row["what"]) == (user, outcome, what)


def test_result_is_short_in_slack_and_complete_in_the_csv(
    bot: Bot, hub: FakeHub, slack: FakeSlack
) -> None:
    hub.set(**{f"team_{n}": "RUNNING" for n in range(1, 121)})
    send_command(bot, "pause all", "UTA")
    send_command(bot, "confirm 1", LEAD)

    row, *_ = audit_table(bot, slack)
    reply = str(slack.ephemeral_messages[-1][1].blocks)

    assert "`confirm 1: pause team-1 team-2 " in reply
    assert "team-120" not in reply
    assert row["what"].endswith(" team-119 team-120")


def _typing(*texts: str) -> Action:
    def send(bot: Bot, slack: FakeSlack) -> None:
        for text in texts:
            send_command(bot, text, LEAD)

    return send


def _upload_by_menu(bot: Bot, slack: FakeSlack) -> None:
    id = open_form(bot, slack, "upload", LEAD, files=("F1",))
    bot.ask(filled_form(slack, id, space="acme/team-a", folder="", message="", unpack=""))


# Acts on team-a that don't name it, or whose names the audit doesn't keep, and their number.
@pytest.mark.parametrize(
    ("do", "acts"),
    [
        pytest.param(submit_form("secret set all KEY", value="swordfish"), 1, id="a secret"),
        pytest.param(submit_form("secret delete all KEY"), 1, id="a secret taken away"),
        pytest.param(submit_form("variable set all MODE", value="exam"), 1, id="a variable"),
        pytest.param(submit_form("variable delete all MODE"), 1, id="a variable taken away"),
        pytest.param(_typing("mute all for 1h"), 1, id="a mute"),
        pytest.param(_typing("unmute"), 1, id="an end of a mute"),
        pytest.param(_typing("ack all"), 1, id="an ack"),
        pytest.param(_typing("watch error all"), 1, id="a watch of all"),
        pytest.param(_typing("watch error team-*"), 1, id="a watch"),
        pytest.param(_typing("unwatch team-*"), 1, id="an end of a watch"),
        pytest.param(_typing("unwatch"), 1, id="an end of any watch"),
        pytest.param(_typing("watch error b-*"), 0, id="a watch of others"),
        pytest.param(_upload_by_menu, 1, id="an upload that was refused"),
        pytest.param(_typing("wake all"), 1, id="an operation"),
        pytest.param(_typing("pause all"), 1, id="a question"),
        pytest.param(_typing("pause all", "confirm 1"), 2, id="a yes"),
        pytest.param(_typing("status", "secret list all"), 0, id="looks"),
    ],
)
def test_audit_finds_each_affected_space(
    bot: Bot, hub: FakeHub, slack: FakeSlack, do: Action, acts: int
) -> None:
    # Too many names for the entry of a form.
    hub.set(**{f"b_{n:0100}": "RUNNING" for n in range(20)}, team_a="SLEEPING")

    do(bot, slack)

    assert len(audit_table(bot, slack, "team-a 1d")) == acts


def test_audit_finds_entries_of_a_deleted_space(
    make_bot: MakeBot, hub: FakeHub, slack: FakeSlack
) -> None:
    bot = make_bot(SPACEBOT_PREFIX="if-")
    hub.set(if_team_a="RUNNING", if_team_b="RUNNING")
    submit_form("variable set all MODE", value="exam")(bot, slack)
    submit_form("delete team-a", id="acme/if-team-a")(bot, slack)
    bot.sweep()

    acts = [row["what"].split()[0] for row in audit_table(bot, slack, "team-a 1d")]

    assert acts == ["delete", "variable"]


def test_ignored_arguments_are_reported(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="SLEEPING")
    for _ in range(3):
        send_command(bot, "restart team-x", "UTA")

    assert [e.text for e in audit.load_entries(bot.deps, AuditQuery(limit=3)).entries] == [
        "restart team-x"
    ] * 3
    assert audit.load_entries(bot.deps, AuditQuery(limit=3)).is_truncated is False
    assert audit.load_entries(bot.deps, AuditQuery(limit=2)).is_truncated is True
    # Searched for in each word, and found in none.
    assert audit.load_entries(bot.deps, AuditQuery(target="team", limit=2)) == AuditResult(
        (), is_truncated=True
    )


def submit_invalid_form(bot: Bot, ask: Ask) -> None:
    """Submit an invalid form, as the listener does."""
    bot.refuse(ask, " ".join(bot.check_form(ask).values()))


def test_each_invalid_form_is_one_rejection(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING")
    wrong = filled_form(slack, open_form(bot, slack, "delete team-a"), id="acme/team-b")
    for trigger in ("1.1", "1.1", "1.2"):  # Slack may deliver an attempt again
        submit_invalid_form(bot, replace(wrong, trigger_id=trigger))

    rows = audit_table(bot, slack, "team-a")

    assert [(row["who"], row["what"], row["outcome"]) for row in rows] == [
        (LEAD, "delete acme/team-a", "refused")
    ] * 2
    assert rows[0]["result"] == "That isn't acme/team-a. Nothing was deleted."
    assert "acme/team-b" not in database_dump(bot)


def test_invalid_secret_form_stores_no_value(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING")
    id = open_form(bot, slack, "secret set team-a KEY")
    submit_invalid_form(bot, filled_form(slack, id, value=" ", other="swordfish"))

    (row,) = audit_table(bot, slack)

    assert row["result"] == "Enter a value."
    assert "swordfish" not in database_dump(bot)


def test_audit_day_uses_the_configured_timezone(
    make_bot: MakeBot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    bot = make_bot(SPACEBOT_TIMEZONE="Europe/Vienna")
    hub.set(team_a="SLEEPING")
    clock.time = datetime(2026, 3, 1, 22, 30, tzinfo=UTC)  # half past eleven in Vienna
    send_command(bot, "mute team-a for 1h", "UTA")
    clock.tick(hours=1)
    send_command(bot, "ack team-a", "UTA")

    assert [row["what"] for row in audit_table(bot, slack, "today")] == ["ack team-a"]
    assert [row["what"] for row in audit_table(bot, slack, "yesterday")] == ["mute team-a for 1h"]


def test_upload_without_changes_is_an_upload_in_the_audit(
    bot: Bot, hub: FakeHub, slack: FakeSlack
) -> None:
    hub.set(team_a="RUNNING")
    _upload(bot, slack)
    _upload(bot, slack)

    row, _ = audit_table(bot, slack)

    assert (row["outcome"], row["result"]) == (
        "unchanged",
        "nothing to upload to acme/team-a: it already has these files",
    )


@pytest.mark.parametrize("text", ["unmute team-a", "ack team-a", "release team-a"])
def test_alert_command_that_changes_nothing_is_no_success(
    bot: Bot, hub: FakeHub, slack: FakeSlack, text: str
) -> None:
    hub.set(team_a="RUNNING")
    bot.sweep()

    send_command(bot, text, "UTA")

    (row,) = audit_table(bot, slack)
    assert row["outcome"] == "unchanged"
