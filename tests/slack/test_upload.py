"""How a file comes into Slack: three steps, each once, and what each failure means."""

import socket

import pytest

from bot.errors import SlackAmbiguous, SlackError, SlackTooFast, SlackUnavailable
from bot.slack import Slack, client
from tests.slack.wire import Answer, Hangs, Json, Resets, Says, Wire

STEPS = ["files.getUploadURLExternal", "F1", "files.completeUploadExternal"]
DONE: Json = {"ok": True, "files": [{"id": "F1"}]}


@pytest.fixture
def takes(wire: Wire) -> Wire:
    """A Slack that takes files."""
    url = f"{wire.url}upload/v1/F1"
    wire.says(STEPS[0], {"ok": True, "upload_url": url, "file_id": "F1"})
    wire.says(STEPS[1], Says("OK - 8"))
    wire.says(STEPS[2], DONE)
    return wire


def test_a_file_is_announced_sent_and_shared(takes: Wire, slack: Slack) -> None:
    slack.upload("D1", "team-a.log", "schön\n", thread="5.5")

    announced, _, shared = (takes.asked(step)[0] for step in STEPS)
    assert [step for step, _ in takes.requests] == STEPS
    assert (announced["filename"], announced["length"]) == ("team-a.log", "7")
    assert (shared["channel_id"], shared["thread_ts"]) == ("D1", "5.5")
    assert "team-a.log" in str(shared["files"])


def test_without_a_thread_there_is_none(takes: Wire, slack: Slack) -> None:
    slack.upload("D1", "team-a.log", "x")

    assert takes.asked(STEPS[2])[0].keys() == {"channel_id", "files"}


# (the step, what it answers, what that means, and how many steps were done)
@pytest.mark.parametrize(
    ("step", "answer", "kind", "code", "done"),
    [
        # Slack refuses before anything was sent.
        (0, {"ok": False, "error": "missing_scope", "needed": "files:write"}, SlackError, "", 1),
        (0, Says({"ok": False, "error": "ratelimited"}, 429), SlackTooFast, "ratelimited", 1),
        # The store of files refuses, or fails: nothing is shared then.
        (1, Says("nope", 403), SlackError, "file", 2),
        (1, Says("oops", 500), SlackError, "file", 2),
        (1, Says("no content", 202), SlackError, "file", 2),
        # Silence anywhere: it may be there all the same.
        (1, Resets(), SlackAmbiguous, "", 2),
        (2, Hangs(), SlackAmbiguous, "", 3),
        (2, Says("half an ans", 200), SlackAmbiguous, "http_200", 3),
        # Slack refuses to share it.
        (2, {"ok": False, "error": "not_in_channel"}, SlackError, "not_in_channel", 3),
    ],
)
def test_what_each_failure_means(
    takes: Wire, step: int, answer: Answer | Json, kind: type[SlackError], code: str, done: int
) -> None:
    takes.says(STEPS[step], answer)
    hasty = client("xoxb-very-secret", f"{takes.url}api/")
    hasty.timeout = 0.3  # type: ignore[assignment]  # urllib takes parts of a second

    with pytest.raises(SlackError) as raised:
        Slack(hasty).upload("D1", "team-a.log", "swordfish")

    assert type(raised.value) is kind
    assert not code or raised.value.code == code
    assert [name for name, _ in takes.requests] == STEPS[:done], "each step once"
    assert "swordfish" not in str(raised.value)
    assert "very-secret" not in str(raised.value)


def test_a_doubtful_file_is_not_looked_for(takes: Wire) -> None:
    """Nothing will look for it, so nobody is told so."""
    takes.says(STEPS[1], Resets())

    with pytest.raises(SlackAmbiguous, match="look before you ask again"):
        Slack(client("xoxb-x", f"{takes.url}api/")).upload("D1", "a.log", "x")


def test_nobody_listens_so_nothing_was_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    with pytest.raises(SlackUnavailable, match="cannot be reached"):
        Slack(client("xoxb-x", f"http://127.0.0.1:{port}/")).upload("D1", "a.log", "x")
