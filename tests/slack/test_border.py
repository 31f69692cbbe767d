"""What each way to fail means for a message: not sent, in doubt, or refused."""

import socket
from datetime import timedelta
from http.client import IncompleteRead, RemoteDisconnected
from urllib.error import URLError

import pytest
from slack_sdk.web import SlackResponse

from bot.cards import DOUBT, Message, Place
from bot.errors import SlackAmbiguous, SlackError, SlackTooFast, SlackUnavailable
from bot.slack import Slack, client
from bot.slack.border import call
from bot.slack.client import SECONDS
from bot.slack.history import CARD
from tests.slack.wire import Answer, Hangs, Resets, Says, Wire

HELLO = Message("hello")


def no(code: str, **more: str) -> Says:
    return Says({"ok": False, "error": code, **more})


def failed(slack: Slack) -> SlackError:
    with pytest.raises(SlackError) as error:
        slack.post("C1", HELLO, nonce="n1")
    return error.value


# Sent, and no answer that can be believed: it may stand in the channel.
@pytest.mark.parametrize(
    "answer",
    [
        # no answer in time
        Hangs(),
        # the connection broke after the request
        Resets(),
        # Slack failed half-way, and says so in the status
        Says("upstream error", 502),
        Says({"ok": False, "error": "internal_error"}, 500),
        # ... or in the body
        no("fatal_error"),
        no("internal_error"),
        no("request_timeout"),
        no("service_unavailable"),
        # somebody else answered, or only half of it came
        Says("<html>sign in to the network</html>"),
        Says(""),
        Says('"ok"'),
        Says('{"ok": true, "channel": "C1", "ts": "1.'),
        Says("[]"),
        Says('[{"ok": true, "channel": "C1", "ts": "1.0"}]'),
        Says("null"),
        # a proxy has answered, so it is not known how far the request came
        Says("not for you", 403),
        Says("<html>log in to the proxy</html>", 407),
        Says({"message": "gone"}, 410),
        # Slack agreed, and does not say to what
        Says({"ok": True}),
        Says({"ok": True, "channel": "C1"}),
        Says({"ok": True, "channel": "C1", "ts": None}),
        Says({"ok": True, "channel": 1, "ts": 1.5}),
        # ... or to something else
        Says({"ok": True, "channel": "C2", "ts": "1.0"}),
        Says({"ok": True, "channel": "C2", "ts": "not a time"}),
    ],
)
def test_in_doubt(wire: Wire, answer: Answer) -> None:
    wire.says("chat.postMessage", answer)
    hasty = client("xoxb-very-secret", wire.url)
    hasty.timeout = 0.2  # type: ignore[assignment]  # urllib takes parts of a second

    assert type(failed(Slack(hasty))) is SlackAmbiguous
    assert len(wire.asked("chat.postMessage")) == 1, "posted again although it may stand there"


# What urllib raises, and whether Slack may have read the whole request by then.
@pytest.mark.parametrize(
    ("error", "kind"),
    [
        # urllib wraps what fails while it connects: nothing was sent
        (URLError(ConnectionRefusedError()), SlackUnavailable),
        (URLError(socket.gaierror("no such host")), SlackUnavailable),
        (URLError(TimeoutError("connecting took too long")), SlackUnavailable),
        # ... and what fails while it sends: a broken connection may have carried it
        (URLError(ConnectionResetError()), SlackAmbiguous),
        (URLError(BrokenPipeError()), SlackAmbiguous),
        # it does not wrap what fails while it waits for the answer
        (TimeoutError("waiting took too long"), SlackAmbiguous),
        (RemoteDisconnected("no answer"), SlackAmbiguous),
        (IncompleteRead(b"{"), SlackAmbiguous),
    ],
)
def test_how_far_it_came(error: Exception, kind: type[SlackError]) -> None:
    def fails() -> SlackResponse:
        raise error

    with pytest.raises(SlackError) as raised:
        call(fails)
    assert type(raised.value) is kind


# Not done, and Slack says when to come again.
@pytest.mark.parametrize(
    ("answer", "after"),
    [
        # by status
        (Says({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": "7"}), 7),
        # by code inside a 200
        (Says({"ok": False, "error": "ratelimited"}, 200, {"retry-after": "3"}), 3),
        (no("rate_limited"), 5),
        # a proxy's 429, without Slack's body and without a time
        (Says("slow down", 429), 5),
    ],
)
def test_too_fast(wire: Wire, slack: Slack, answer: Says, after: float) -> None:
    wire.says("chat.postMessage", answer)

    error = failed(slack)

    assert type(error) is SlackTooFast
    assert error.after == after
    assert len(wire.asked("chat.postMessage")) == 1, "it must not wait in our thread"


def test_nobody_listens_so_nothing_was_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    error = failed(Slack(client("xoxb-very-secret", f"http://127.0.0.1:{port}/")))

    assert type(error) is SlackUnavailable


# Slack's own word is kept, and the person reads what to do.
@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (no("not_in_channel"), "not_in_channel", "Invite me"),
        (no("is_archived"), "is_archived", "archived"),
        (no("missing_scope", needed="chat:write"), "missing_scope", "I lack chat:write"),
        (no("something_new"), "something_new", "something_new"),
        (no("invalid_attachments: only_one_table_allowed"), "invalid_attachments", "said no"),
    ],
)
def test_refused(wire: Wire, slack: Slack, answer: Says, code: str, words: str) -> None:
    wire.says("chat.postMessage", answer)

    error = failed(slack)

    assert type(error) is SlackError
    assert error.code == code
    assert words in str(error)


@pytest.mark.parametrize("answer", [no("invalid_auth"), Says("x", 502), no("ratelimited"), Hangs()])
def test_no_error_tells_the_token(wire: Wire, answer: Answer) -> None:
    wire.says("chat.postMessage", answer)
    hasty = client("xoxb-very-secret", wire.url)
    hasty.timeout = 0.2  # type: ignore[assignment]  # urllib takes parts of a second

    assert "very-secret" not in str(failed(Slack(hasty)))


def test_a_channel_that_was_converted_answers_by_its_new_id(wire: Wire, slack: Slack) -> None:
    card = {"event_type": CARD, "event_payload": {"id": "n1"}}
    wire.says("chat.postMessage", {"ok": True, "channel": "C2", "ts": "1.0"})
    wire.says("conversations.history", {"ok": True, "messages": [{"ts": "1.0", "metadata": card}]})

    assert slack.post("C1", HELLO, nonce="n1") == Place("C2", "1.0")


def test_a_post_is_looked_for_only_once_it_cannot_arrive_any_more() -> None:
    assert timedelta(seconds=SECONDS) < DOUBT
