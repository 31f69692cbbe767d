"""`logs`: the end of a log as a message, the rest as a file."""

import pytest

from bot.errors import SlackError
from bot.model import Ask, Source
from bot.service import Bot
from tests.conftest import MakeBot
from tests.fakes import FakeHub, FakeSlack
from tests.requests import last_message, send_command
from tests.unit.service.samples import last_reply_text

LINES = tuple(f"line {n}" for n in range(1, 101))


def test_log_tail_is_shown_and_the_file_sent_by_dm(
    bot: Bot, hub: FakeHub, slack: FakeSlack
) -> None:
    hub.set(team_a="RUNNING")
    hub.log_lines = {"acme/team-a": LINES}

    send_command(bot, "logs team-a")

    (file,) = slack.files
    assert "line 81\\nline 82" in last_reply_text(slack)
    assert "line 80\\n" not in last_reply_text(slack)
    assert "sent to you in a DM: `team-a-run.log`" in last_reply_text(slack)
    assert (file.channel, file.name, file.thread) == ("DUTA", "team-a-run.log", None)
    assert file.content == "".join(f"{line}\n" for line in LINES)
    assert [shown.channel for shown in slack.messages] == ["DUTA"], "nothing in the channel"


def test_log_requested_in_a_dm_is_sent_there(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING")
    hub.log_lines = {"acme/team-a": LINES}

    bot.ask(Ask("logs team-a", "UTA", "DUTA", Source.DIRECT, "k", thread="5.0"))

    assert [(file.channel, file.thread) for file in slack.files] == [("DUTA", "5.0")]
    assert [(shown.channel, shown.thread) for shown in slack.messages] == [("DUTA", "5.0")]


def test_short_log_has_no_file(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING")
    hub.log_lines = {"acme/team-a": LINES[:5]}

    send_command(bot, "logs team-a")

    assert (slack.files, slack.messages) == ([], [])


def test_missing_file_scope_shows_the_log_and_the_reason(
    bot: Bot, hub: FakeHub, slack: FakeSlack
) -> None:
    hub.set(team_a="RUNNING")
    hub.log_lines = {"acme/team-a": LINES}
    slack.upload_error = SlackError(
        ("The Slack app is missing the scope files:write. Nothing was done."), "missing_scope"
    )

    send_command(bot, "logs team-a")

    assert "line 100" in last_reply_text(slack)
    assert "The Slack app is missing the scope files:write" in last_reply_text(slack)
    assert [
        "The Slack app is missing the scope files:write" in shown.text for shown in slack.messages
    ] == [True]


# The request, the stage, and the log that was read.
@pytest.mark.parametrize(
    ("text", "stage", "build", "shown"),
    [
        # A container that runs, or ran, has a run log.
        ("logs team-a", "RUNNING", False, 20),
        ("logs team-a", "RUNTIME_ERROR", False, 20),
        # Before the first run, the build log is read.
        ("logs team-a", "BUILD_ERROR", True, 20),
        ("logs team-a", "CONFIG_ERROR", True, 20),
        ("logs team-a", "BUILDING", True, 20),
        # An explicit kind is respected.
        ("logs team-a build", "RUNNING", True, 20),
        ("logs team-a run", "BUILD_ERROR", False, 20),
        ("Logs Team-A Build 30", "RUNNING", True, 30),
        ("logs 7 team-a", "RUNNING", False, 7),
        ("logs team-a last 5 lines", "RUNNING", False, 5),
        ("logs team-a 0", "RUNNING", False, 1),
        # More lines than exist, or than the limit.
        ("logs team-a 99999999999999999999", "RUNNING", False, 100),
    ],
)
def test_log_kind_and_length(
    bot: Bot, hub: FakeHub, slack: FakeSlack, text: str, stage: str, build: bool, shown: int
) -> None:
    hub.set(team_a=stage)
    hub.log_lines = {"acme/team-a": LINES}

    send_command(bot, text)

    assert (" build log" in last_message(slack).text) == build
    assert len(str(last_message(slack).blocks[1]["text"]["text"]).splitlines()) == shown


@pytest.mark.parametrize("text", ["logs team-a", "logs team-a build"])
def test_failed_static_space_has_a_build_log_and_nothing_else(
    bot: Bot, hub: FakeHub, slack: FakeSlack, text: str
) -> None:
    hub.put("acme/team-a", "BUILD_ERROR", sdk="static")
    hub.log_lines = {"acme/team-a": LINES}

    send_command(bot, text)

    assert last_message(slack).text == "team-a: build log"


@pytest.mark.parametrize(
    ("text", "space", "said"),
    [
        ("logs", {}, "Which Space?"),
        ("logs all", {}, "`logs` shows one"),
        ("logs tem-a", {}, "team-a"),
        ("logs team-a", {"sdk": "static"}, "is static and has no log"),
    ],
)
def test_space_without_a_log_is_not_queried(
    bot: Bot, hub: FakeHub, slack: FakeSlack, text: str, space: dict[str, str], said: str
) -> None:
    hub.set(team_b="RUNNING")
    hub.put("acme/team-a", "RUNNING", **space)

    send_command(bot, text)

    assert said in last_message(slack).text
    assert not any(call.startswith("logs") for call in hub.calls)


@pytest.mark.parametrize(
    ("stage", "said"),
    [
        ("PAUSED", "cleared when a Space is paused"),
        ("SLEEPING", "cleared when a Space sleeps"),
        ("APP_STARTING", "hasn't printed anything yet"),
        ("RUNNING", "hasn't printed anything, or"),
        ("BUILD_ERROR", "has no build log"),
    ],
)
def test_an_empty_log_is_explained(
    bot: Bot, hub: FakeHub, slack: FakeSlack, stage: str, said: str
) -> None:
    hub.set(team_a=stage)
    hub.log_lines = {"acme/team-a": ("", "   ")}

    send_command(bot, "logs team-a")

    assert said in last_reply_text(slack)
    assert slack.files == []


def test_endless_log_is_marked_as_truncated(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING")
    hub.log_lines = {"acme/team-a": ("again",) * 6000}

    send_command(bot, "logs team-a")

    assert "of the 5000 lines that I read; the log is longer" in last_reply_text(slack)
    assert slack.files[0].content.count("\n") == 5000


# Each is found differently: by its shape, by its known value, or by its context.
@pytest.mark.parametrize(
    "line",
    [
        "the key is swordfish-and-chips",
        "the key is sword\x1b[31mfish-and-\x1b[0mchips",
        "{'key': 'swordfish-and-chips'}",
        "x" * 995 + " swordfish-and-chips",
        "x" * 3990 + " swordfish-and-chips",
        "the key is sword\tin-the-stone",
        "second line of two lines: -----KEYLINE-----",
        "posting with xoxb-test-token",
        "calling with hf_testtoken",
        "\x1b[32mOPENAI_API_KEY=sk-swordfish123\x1b[0m",
    ],
)
def test_log_is_redacted(make_bot: MakeBot, hub: FakeHub, slack: FakeSlack, line: str) -> None:
    bot = make_bot(
        SPACEBOT_SECRET_KEY="swordfish-and-chips",
        SPACEBOT_SECRET_PEM="-----KEYLINE-----\nmore",
        SPACEBOT_SECRET_TAB="sword\tin-the-stone",
    )
    hub.set(team_a="RUNNING")
    hub.log_lines = {"acme/team-a": (*LINES, line)}

    send_command(bot, "logs team-a")

    everything = last_reply_text(slack) + slack.files[0].content
    assert everything.count("line 100") == 2
    for secret in ("swordfish", "sword", "KEYLINE", "xoxb-test", "hf_testtoken", "\x1b", "\x00"):
        assert secret not in everything


def test_viewer_cannot_read_logs(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING")

    send_command(bot, "logs team-a", user="USTUDENT")

    assert "operators only" in last_message(slack).text
