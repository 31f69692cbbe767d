"""The upload of a file to Slack: three steps, each once, and the meaning of each failure."""

import socket

import pytest

from bot.errors import SlackError, SlackOutcomeUnknown, SlackRateLimited, SlackUnavailable
from bot.slack import Slack, make_client
from tests.contract.slack.fake_web_api import (
    Answer,
    ConnectionReset,
    FakeWebApi,
    Json,
    NoReply,
    Reply,
)

STEPS = ["files.getUploadURLExternal", "F1", "files.completeUploadExternal"]
DONE: Json = {"ok": True, "files": [{"id": "F1"}]}


@pytest.fixture
def upload_api(web_api: FakeWebApi) -> FakeWebApi:
    """A Slack that accepts files."""
    url = f"{web_api.url}upload/v1/F1"
    web_api.reply(STEPS[0], {"ok": True, "upload_url": url, "file_id": "F1"})
    web_api.reply(STEPS[1], Reply("OK - 8"))
    web_api.reply(STEPS[2], DONE)
    return web_api


def test_a_file_is_announced_sent_and_shared(upload_api: FakeWebApi, slack: Slack) -> None:
    slack.upload("D1", "team-a.log", "schön\n", thread="5.5")

    announced, _, shared = (upload_api.bodies(step)[0] for step in STEPS)
    assert [step for step, _ in upload_api.requests] == STEPS
    assert (announced["filename"], announced["length"]) == ("team-a.log", "7")
    assert (shared["channel_id"], shared["thread_ts"]) == ("D1", "5.5")
    assert "team-a.log" in str(shared["files"])


def test_upload_without_a_thread_names_none(upload_api: FakeWebApi, slack: Slack) -> None:
    slack.upload("D1", "team-a.log", "x")

    assert upload_api.bodies(STEPS[2])[0].keys() == {"channel_id", "files"}


# (the step, its response, the error, and the number of steps done)
@pytest.mark.parametrize(
    ("step", "answer", "kind", "code", "done"),
    [
        # Slack rejects before anything was sent.
        (0, {"ok": False, "error": "missing_scope", "needed": "files:write"}, SlackError, "", 1),
        (0, Reply({"ok": False, "error": "ratelimited"}, 429), SlackRateLimited, "ratelimited", 1),
        # The file store rejects or fails: nothing is shared.
        (1, Reply("nope", 403), SlackError, "file", 2),
        (1, Reply("oops", 500), SlackError, "file", 2),
        (1, Reply("no content", 202), SlackError, "file", 2),
        # No response at any step: it may be shared nevertheless.
        (1, ConnectionReset(), SlackOutcomeUnknown, "", 2),
        (2, NoReply(), SlackOutcomeUnknown, "", 3),
        (2, Reply("half an ans", 200), SlackOutcomeUnknown, "http_200", 3),
        # Slack rejects sharing it.
        (2, {"ok": False, "error": "not_in_channel"}, SlackError, "not_in_channel", 3),
    ],
)
def test_upload_failure_tells_whether_it_may_be_shared(
    upload_api: FakeWebApi,
    step: int,
    answer: Answer | Json,
    kind: type[SlackError],
    code: str,
    done: int,
) -> None:
    upload_api.reply(STEPS[step], answer)
    hasty = make_client("xoxb-very-secret", f"{upload_api.url}api/")
    hasty.timeout = 0.3  # type: ignore[assignment]  # urllib takes parts of a second

    with pytest.raises(SlackError) as raised:
        Slack(hasty).upload("D1", "team-a.log", "swordfish")

    assert type(raised.value) is kind
    assert not code or raised.value.code == code
    assert [name for name, _ in upload_api.requests] == STEPS[:done], "each step once"
    assert "swordfish" not in str(raised.value)
    assert "very-secret" not in str(raised.value)


def test_ambiguous_upload_is_not_searched(upload_api: FakeWebApi) -> None:
    """Nothing verifies it later, so the message doesn't announce a verification."""
    upload_api.reply(STEPS[1], ConnectionReset())

    with pytest.raises(SlackOutcomeUnknown, match="check before you try again"):
        Slack(make_client("xoxb-x", f"{upload_api.url}api/")).upload("D1", "a.log", "x")


def test_refused_connection_means_nothing_was_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    with pytest.raises(SlackUnavailable, match="can't be reached"):
        Slack(make_client("xoxb-x", f"http://127.0.0.1:{port}/")).upload("D1", "a.log", "x")
