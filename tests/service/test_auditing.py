"""What the audit keeps of each act: how it ended, what it was about, which Spaces it touched."""

import csv
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO

import pytest

from bot.errors import HubError, PlanNeeded, Refused
from bot.model import Ask, Audited
from bot.questions import Audit
from bot.service import Bot
from bot.service.asks import auditing
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeHub, FakeSlack
from tests.service.test_asking import say
from tests.service.test_forms import LEAD, filled, open_form, send, written
from tests.service.test_uploading import put, share

NO = Refused("Your token may not do that.")
# A Hub that refuses every call for a Space keeps its variables to itself, too.
UNSEEN = "I can't see whether there is a variable KEY, so nothing was set."
Do = Callable[[Bot, FakeSlack], None]


def audited(bot: Bot, slack: FakeSlack, words: str = "") -> list[dict[str, str]]:
    """Return the table that `audit` hands over, newest first."""
    slack.files.clear()
    say(bot, f"audit {words} csv", LEAD)
    return list(csv.DictReader(StringIO(slack.files[-1].content))) if slack.files else []


def by_form(text: str, **values: str) -> Do:
    def do(bot: Bot, slack: FakeSlack) -> None:
        send(bot, slack, open_form(bot, slack, text), **values)

    return do


def _upload(bot: Bot, slack: FakeSlack) -> None:
    put(bot, slack, share(slack, app_py=b"1"))


# What is done to team-a, to team-b or to both, which Spaces the Hub refuses, and what is kept.
@pytest.mark.parametrize(
    ("do", "refused", "outcome", "result"),
    [
        pytest.param(
            by_form("delete team-b", id="acme/team-b"),
            "b",
            "failed",
            "team-b was not deleted: Your token may not do that.",
            id="a delete that the Hub refused",
        ),
        pytest.param(
            by_form("delete team-b", id="acme/team-b"),
            "",
            "acted",
            "Deleted team-b, for ever",
            id="a delete",
        ),
        pytest.param(
            by_form("secret set all KEY", value="swordfish"),
            "ab",
            "failed",
            "Secret KEY not set on team-a and team-b, 2 problems, "
            f"first acme/team-a: {UNSEEN} Your token may not do that.",
            id="a secret that no Space has taken",
        ),
        pytest.param(
            by_form("secret set all KEY", value="swordfish"),
            "b",
            "partly",
            "Secret KEY set on 1 of 2 Spaces, 1 problem, "
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
def test_what_failed_is_no_act_and_says_why(
    bot: Bot, hub: FakeHub, slack: FakeSlack, do: Do, refused: str, outcome: str, result: str
) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING")
    hub.refuses = {f"acme/team-{letter}": NO for letter in refused}

    do(bot, slack)

    (row,) = audited(bot, slack)
    assert (row["outcome"], row["result"]) == (outcome, result)


@pytest.mark.parametrize(
    ("refuses", "outcome", "result"),
    [
        pytest.param("", "acted", "2 of 2 up", id="all"),
        pytest.param("x", "partly", "1 of 2 up, 1 problem: acme/team-x: No plan.", id="some"),
        pytest.param("xy", "failed", "0 of 2 up, 2 problems: acme/team-x: No plan.", id="none"),
    ],
)
def test_an_operation_is_judged_by_what_its_steps_came_to(
    bot: Bot,
    hub: FakeHub,
    slack: FakeSlack,
    clock: FakeClock,
    refuses: str,
    outcome: str,
    result: str,
) -> None:
    hub.put("acme/template", "RUNNING")
    hub.after_making = "RUNNING"
    hub.refuses = {f"acme/team-{letter}": PlanNeeded("No plan.") for letter in refuses}
    say(bot, "provision team-x team-y from template", LEAD)
    say(bot, "confirm 1", LEAD)
    (early, _) = audited(bot, slack)
    for _ in range(4):
        clock.tick(seconds=5)
        bot.advance()

    (row, _) = audited(bot, slack)

    assert (early["outcome"], early["seconds"]) == ("under way", "")
    assert (row["outcome"], row["result"]) == (outcome, result)


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        pytest.param("", "asked back, and nobody has answered", id="open"),
        pytest.param("cancel 1", "asked back, and the answer was no", id="no"),
        pytest.param("confirm 1", "asked back, and the answer was yes", id="yes"),
    ],
)
def test_a_question_is_no_act_and_has_its_answer(
    bot: Bot, hub: FakeHub, slack: FakeSlack, answer: str, result: str
) -> None:
    hub.set(team_a="RUNNING")
    say(bot, "pause team-a", "UTA")
    if answer:
        say(bot, answer, LEAD)

    (row,) = audited(bot, slack, "<@UTA>")

    assert (row["what"], row["outcome"], row["result"]) == ("pause team-a", "asked", result)
    assert row["seconds"] == "0.0"


def test_who_says_no_has_done_nothing(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING")
    say(bot, "pause team-a", "UTA")
    say(bot, "cancel 1", LEAD)

    assert audited(bot, slack, f"<@{LEAD}>") == []
    (row,) = (r for r in audited(bot, slack, "all") if r["what"].startswith("cancel"))
    assert (row["what"], row["outcome"]) == ("cancel 1: pause team-a", "answered")
    assert row["result"] == "left operation 1 undone"


def test_a_reason_never_holds_the_value(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING")
    hub.refuses = {"acme/team-a": HubError("The Hub refused “swordfish”.")}

    by_form("secret set team-a KEY", value="swordfish")(bot, slack)

    (row,) = audited(bot, slack)
    assert row["result"] == f"Secret KEY not set on team-a: {UNSEEN} The Hub refused “…”."


@pytest.mark.parametrize(
    ("user", "answer", "outcome", "asked", "what"),
    [
        pytest.param(
            LEAD,
            "confirm 1",
            "under way",
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
            "confirm 1",
            "under way",
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
def test_an_answer_names_what_the_question_was_about(
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
    say(bot, asked, LEAD)
    say(bot, answer, user)

    row, *_ = audited(bot, slack)

    assert (row["who"], row["outcome"], row["what"]) == (user, outcome, what)


def test_an_answer_is_short_in_slack_and_whole_in_the_table(
    bot: Bot, hub: FakeHub, slack: FakeSlack
) -> None:
    hub.set(**{f"team_{n}": "RUNNING" for n in range(1, 121)})
    say(bot, "pause all", "UTA")
    say(bot, "confirm 1", LEAD)

    row, *_ = audited(bot, slack)
    shown = str(slack.whispers[-1][1].blocks)

    assert "`confirm 1: pause team-1 team-2 " in shown
    assert "team-120" not in shown
    assert row["what"].endswith(" team-119 team-120")


def _saying(*texts: str) -> Do:
    def do(bot: Bot, slack: FakeSlack) -> None:
        for text in texts:
            say(bot, text, LEAD)

    return do


def _upload_by_menu(bot: Bot, slack: FakeSlack) -> None:
    id = open_form(bot, slack, "upload", LEAD, files=("F1",))
    bot.ask(filled(slack, id, space="acme/team-a", folder="", message="", unpack=""))


# What touches team-a without naming it, or of which the audit keeps no name: as many as it did.
@pytest.mark.parametrize(
    ("do", "acts"),
    [
        pytest.param(by_form("secret set all KEY", value="swordfish"), 1, id="a secret"),
        pytest.param(by_form("secret delete all KEY"), 1, id="a secret taken away"),
        pytest.param(by_form("variable set all MODE", value="exam"), 1, id="a variable"),
        pytest.param(by_form("variable delete all MODE"), 1, id="a variable taken away"),
        pytest.param(_saying("mute all for 1h"), 1, id="a mute"),
        pytest.param(_saying("unmute"), 1, id="an end of a mute"),
        pytest.param(_saying("ack all"), 1, id="an ack"),
        pytest.param(_saying("watch error all"), 1, id="a watch of all"),
        pytest.param(_saying("watch error team-*"), 1, id="a watch"),
        pytest.param(_saying("unwatch team-*"), 1, id="an end of a watch"),
        pytest.param(_saying("unwatch"), 1, id="an end of any watch"),
        pytest.param(_saying("watch error b-*"), 0, id="a watch of others"),
        pytest.param(_upload_by_menu, 1, id="an upload that was refused"),
        pytest.param(_saying("wake all"), 1, id="an operation"),
        pytest.param(_saying("pause all"), 1, id="a question"),
        pytest.param(_saying("pause all", "confirm 1"), 2, id="a yes"),
        pytest.param(_saying("status", "secret list all"), 0, id="looks"),
    ],
)
def test_each_space_that_was_touched_is_found(
    bot: Bot, hub: FakeHub, slack: FakeSlack, do: Do, acts: int
) -> None:
    # Too many names for a form to note all of them.
    hub.set(**{f"b_{n:0100}": "RUNNING" for n in range(20)}, team_a="SLEEPING")

    do(bot, slack)

    assert len(audited(bot, slack, "team-a 1d")) == acts


def test_what_touched_a_space_is_found_when_it_is_gone(
    make_bot: MakeBot, hub: FakeHub, slack: FakeSlack
) -> None:
    bot = make_bot(SPACEBOT_PREFIX="if-")
    hub.set(if_team_a="RUNNING", if_team_b="RUNNING")
    by_form("variable set all MODE", value="exam")(bot, slack)
    by_form("delete team-a", id="acme/if-team-a")(bot, slack)
    bot.sweep()

    acts = [row["what"].split()[0] for row in audited(bot, slack, "team-a 1d")]

    assert acts == ["delete", "variable"]


def test_what_is_not_read_is_said(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="SLEEPING")
    for _ in range(3):
        say(bot, "restart team-x", "UTA")

    assert [e.text for e in auditing.entries(bot, Audit(limit=3)).entries] == ["restart team-x"] * 3
    assert auditing.entries(bot, Audit(limit=3)).is_cut is False
    assert auditing.entries(bot, Audit(limit=2)).is_cut is True
    # Sought in a word of each, and found in none.
    assert auditing.entries(bot, Audit(target="team", limit=2)) == Audited((), is_cut=True)


def refused(bot: Bot, ask: Ask) -> None:
    """Send a form that is wrong, as the door does."""
    bot.refuse(ask, " ".join(bot.check(ask).values()))


def test_each_wrong_try_at_a_form_is_a_refusal_once(
    bot: Bot, hub: FakeHub, slack: FakeSlack
) -> None:
    hub.set(team_a="RUNNING")
    wrong = filled(slack, open_form(bot, slack, "delete team-a"), id="acme/team-b")
    for trigger in ("1.1", "1.1", "1.2"):  # Slack may deliver a try again
        refused(bot, replace(wrong, trigger=trigger))

    rows = audited(bot, slack, "team-a")

    assert [(row["who"], row["what"], row["outcome"]) for row in rows] == [
        (LEAD, "delete acme/team-a", "refused")
    ] * 2
    assert rows[0]["result"] == "That is not acme/team-a. Nothing was deleted."
    assert "acme/team-b" not in written(bot)


def test_a_wrong_form_about_a_secret_keeps_nothing_of_it(
    bot: Bot, hub: FakeHub, slack: FakeSlack
) -> None:
    hub.set(team_a="RUNNING")
    id = open_form(bot, slack, "secret set team-a KEY")
    refused(bot, filled(slack, id, value=" ", other="swordfish"))

    (row,) = audited(bot, slack)

    assert row["result"] == "There is no value yet. Nothing was done."
    assert "swordfish" not in written(bot)


def test_a_day_is_one_of_the_zone_in_the_settings(
    make_bot: MakeBot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    bot = make_bot(SPACEBOT_TIMEZONE="Europe/Vienna")
    hub.set(team_a="SLEEPING")
    clock.time = datetime(2026, 3, 1, 22, 30, tzinfo=UTC)  # half past eleven in Vienna
    say(bot, "mute team-a for 1h", "UTA")
    clock.tick(hours=1)
    say(bot, "ack team-a", "UTA")

    assert [row["what"] for row in audited(bot, slack, "today")] == ["ack team-a"]
    assert [row["what"] for row in audited(bot, slack, "yesterday")] == ["mute team-a for 1h"]


def test_an_upload_that_changed_nothing_is_kept_as_one(
    bot: Bot, hub: FakeHub, slack: FakeSlack
) -> None:
    hub.set(team_a="RUNNING")
    _upload(bot, slack)
    _upload(bot, slack)

    row, _ = audited(bot, slack)

    assert (row["outcome"], row["result"]) == (
        "acted",
        "nothing to upload to acme/team-a: it already has these files",
    )
