"""The meaning of each failure for a message: not sent, unknown, or rejected."""

import socket
from datetime import timedelta
from http.client import IncompleteRead, RemoteDisconnected
from urllib.error import URLError

import pytest
from slack_sdk.web import SlackResponse

from bot.cards import VERIFY_AFTER, Message, MessageRef
from bot.errors import SlackError, SlackOutcomeUnknown, SlackRateLimited, SlackUnavailable
from bot.slack import Slack, make_client
from bot.slack.client import TIMEOUT_SECONDS
from bot.slack.errors import call_api
from bot.slack.history import METADATA_EVENT
from tests.contract.slack.fake_web_api import Answer, ConnectionReset, FakeWebApi, NoReply, Reply

HELLO = Message("hello")


def rejection(code: str, **more: str) -> Reply:
    return Reply({"ok": False, "error": code, **more})


def error_of_post(slack: Slack) -> SlackError:
    with pytest.raises(SlackError) as error:
        slack.post("C1", HELLO, nonce="n1")
    return error.value


# Sent, without a credible response: it may be in the channel.
@pytest.mark.parametrize(
    "answer",
    [
        # no answer in time
        NoReply(),
        # the connection broke after the request
        ConnectionReset(),
        # Slack failed during the call, by the status
        Reply("upstream error", 502),
        Reply({"ok": False, "error": "internal_error"}, 500),
        # ... or by the body
        rejection("fatal_error"),
        rejection("internal_error"),
        rejection("request_timeout"),
        rejection("service_unavailable"),
        # not Slack's response, or a truncated one
        Reply("<html>sign in to the network</html>"),
        Reply(""),
        Reply('"ok"'),
        Reply('{"ok": true, "channel": "C1", "ts": "1.'),
        Reply("[]"),
        Reply('[{"ok": true, "channel": "C1", "ts": "1.0"}]'),
        Reply("null"),
        # a proxy's response, so it's unknown how far the request got
        Reply("not for you", 403),
        Reply("<html>log in to the proxy</html>", 407),
        Reply({"message": "gone"}, 410),
        # Slack accepted, without naming the message
        Reply({"ok": True}),
        Reply({"ok": True, "channel": "C1"}),
        Reply({"ok": True, "channel": "C1", "ts": None}),
        Reply({"ok": True, "channel": 1, "ts": 1.5}),
        # ... or naming another one
        Reply({"ok": True, "channel": "C2", "ts": "1.0"}),
        Reply({"ok": True, "channel": "C2", "ts": "not a time"}),
    ],
)
def test_sent_call_without_a_credible_answer_is_ambiguous(
    web_api: FakeWebApi, answer: Answer
) -> None:
    web_api.reply("chat.postMessage", answer)
    impatient = make_client("xoxb-very-secret", web_api.url)
    impatient.timeout = 0.2  # type: ignore[assignment]  # urllib takes parts of a second

    assert type(error_of_post(Slack(impatient))) is SlackOutcomeUnknown
    assert len(web_api.bodies("chat.postMessage")) == 1, "posted again although it may stand there"


# What urllib raises, and whether Slack may have read the whole request.
@pytest.mark.parametrize(
    ("error", "kind"),
    [
        # urllib wraps errors while it connects: nothing was sent
        (URLError(ConnectionRefusedError()), SlackUnavailable),
        (URLError(socket.gaierror("no such host")), SlackUnavailable),
        (URLError(TimeoutError("connecting took too long")), SlackUnavailable),
        # ... and errors while it sends: a broken connection may have sent it
        (URLError(ConnectionResetError()), SlackOutcomeUnknown),
        (URLError(BrokenPipeError()), SlackOutcomeUnknown),
        # it doesn't wrap errors while it waits for the response
        (TimeoutError("waiting took too long"), SlackOutcomeUnknown),
        (RemoteDisconnected("no answer"), SlackOutcomeUnknown),
        (IncompleteRead(b"{"), SlackOutcomeUnknown),
    ],
)
def test_connection_error_tells_whether_it_was_sent(
    error: Exception, kind: type[SlackError]
) -> None:
    def fails() -> SlackResponse:
        raise error

    with pytest.raises(SlackError) as raised:
        call_api(fails)
    assert type(raised.value) is kind


# Not done, and Slack says when to retry.
@pytest.mark.parametrize(
    ("answer", "after"),
    [
        # by status
        (Reply({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": "7"}), 7),
        # by code inside a 200
        (Reply({"ok": False, "error": "ratelimited"}, 200, {"retry-after": "3"}), 3),
        (rejection("rate_limited"), 5),
        # a proxy's 429, without Slack's body and without a time
        (Reply("slow down", 429), 5),
    ],
)
def test_rate_limit_carries_its_retry_time(
    web_api: FakeWebApi, slack: Slack, answer: Reply, after: float
) -> None:
    web_api.reply("chat.postMessage", answer)

    error = error_of_post(slack)

    assert type(error) is SlackRateLimited
    assert error.after == after
    assert len(web_api.bodies("chat.postMessage")) == 1, "it must not wait in our thread"


def test_refused_connection_means_nothing_was_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    error = error_of_post(Slack(make_client("xoxb-very-secret", f"http://127.0.0.1:{port}/")))

    assert type(error) is SlackUnavailable


# The error keeps Slack's code, and its message has the next step.
@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (rejection("not_in_channel"), "not_in_channel", "Run `/invite"),
        (rejection("is_archived"), "is_archived", "archived"),
        (
            rejection("missing_scope", needed="chat:write"),
            "missing_scope",
            ("The Slack app is missing the scope chat:write"),
        ),
        (rejection("something_new"), "something_new", "something_new"),
        (
            rejection("invalid_attachments: only_one_table_allowed"),
            "invalid_attachments",
            "Slack refused",
        ),
    ],
)
def test_rejection_keeps_slacks_code_and_names_the_next_step(
    web_api: FakeWebApi, slack: Slack, answer: Reply, code: str, words: str
) -> None:
    web_api.reply("chat.postMessage", answer)

    error = error_of_post(slack)

    assert type(error) is SlackError
    assert error.code == code
    assert words in str(error)


@pytest.mark.parametrize(
    "answer", [rejection("invalid_auth"), Reply("x", 502), rejection("ratelimited"), NoReply()]
)
def test_no_error_contains_the_token(web_api: FakeWebApi, answer: Answer) -> None:
    web_api.reply("chat.postMessage", answer)
    impatient = make_client("xoxb-very-secret", web_api.url)
    impatient.timeout = 0.2  # type: ignore[assignment]  # urllib takes parts of a second

    assert "very-secret" not in str(error_of_post(Slack(impatient)))


def test_converted_channel_answers_with_its_new_id(web_api: FakeWebApi, slack: Slack) -> None:
    card = {"event_type": METADATA_EVENT, "event_payload": {"id": "n1"}}
    web_api.reply("chat.postMessage", {"ok": True, "channel": "C2", "ts": "1.0"})
    web_api.reply(
        "conversations.history", {"ok": True, "messages": [{"ts": "1.0", "metadata": card}]}
    )

    assert slack.post("C1", HELLO, nonce="n1") == MessageRef("C2", "1.0")


def test_verification_waits_until_a_post_cannot_arrive() -> None:
    assert timedelta(seconds=TIMEOUT_SECONDS) < VERIFY_AFTER
