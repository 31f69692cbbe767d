"""What goes over the wire for each thing the bot says or asks."""

import logging
from datetime import UTC, datetime

import pytest

from bot.cards import Message, Place
from bot.errors import SlackError, SlackUnavailable
from bot.slack import Slack, client, proxy_for
from tests.slack.wire import Json, Says, Wire

BLOCK = {"type": "section", "text": {"type": "mrkdwn", "text": "*team-a* fell asleep"}}
HELLO = Message("team-a fell asleep", (BLOCK,))
SINCE = datetime(2026, 3, 2, 10, tzinfo=UTC)


def card(ts: str, nonce: str, kind: str = "spacebot_card") -> Json:
    return {"ts": ts, "metadata": {"event_type": kind, "event_payload": {"id": nonce}}}


def test_a_post_carries_its_nonce_and_comes_back_with_its_place(wire: Wire, slack: Slack) -> None:
    wire.says("chat.postMessage", {"ok": True, "channel": "C1", "ts": "7.1"})

    assert slack.post("#alerts", HELLO, thread="5.5", nonce="n1") == Place("C1", "7.1")
    assert wire.asked("chat.postMessage") == [
        {
            "channel": "#alerts",
            "text": "team-a fell asleep",
            "blocks": [BLOCK],
            "thread_ts": "5.5",
            "metadata": {"event_type": "spacebot_card", "event_payload": {"id": "n1"}},
            "unfurl_links": False,
            "unfurl_media": False,
        }
    ]
    assert wire.headers[0]["Authorization"] == "Bearer xoxb-very-secret"


def test_a_post_to_a_person_stands_in_their_direct_messages(wire: Wire, slack: Slack) -> None:
    wire.says("chat.postMessage", {"ok": True, "channel": "D9", "ts": "7.1"})

    assert slack.post("U1", HELLO) == Place("D9", "7.1")
    assert "metadata" not in wire.asked("chat.postMessage")[0]


def test_an_update_says_the_blocks_anew(wire: Wire, slack: Slack) -> None:
    wire.says("chat.update", {"ok": True})

    slack.update(Place("C1", "7.1"), HELLO)

    assert wire.asked("chat.update") == [
        {"channel": "C1", "ts": "7.1", "text": "team-a fell asleep", "blocks": [BLOCK]}
    ]


def test_a_whisper_names_the_one_who_sees_it(wire: Wire, slack: Slack) -> None:
    wire.says("chat.postEphemeral", {"ok": True})

    slack.whisper("C1", "U1", HELLO, thread="5.5")

    said = wire.asked("chat.postEphemeral")[0]
    assert (said["channel"], said["user"], said["thread_ts"]) == ("C1", "U1", "5.5")


@pytest.mark.parametrize("replace", [True, False])
def test_a_response_replaces_only_when_told_to(wire: Wire, slack: Slack, replace: bool) -> None:
    wire.says("R1", Says("ok"))

    slack.respond(f"{wire.url}hooks/R1", HELLO, replace=replace)

    said = wire.asked("R1")[0]
    assert said["replace_original"] is replace
    assert (said["response_type"], said["blocks"]) == ("ephemeral", [BLOCK])


# A response URL refuses with a status, with a body, or with both; slack_sdk raises for none.
@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Says("used_url", 404), "used_url"),
        (Says({"ok": False, "error": "invalid_blocks"}, 200), "invalid_blocks"),
        (Says("", 401), "http_401"),
        (Says("<html>no</html>", 403), "http_403"),
    ],
)
def test_a_response_url_that_refuses_is_an_error(
    wire: Wire, slack: Slack, answer: Says, code: str
) -> None:
    wire.says("R1", answer)

    with pytest.raises(SlackError) as refused:
        slack.respond(f"{wire.url}hooks/R1", HELLO)
    assert refused.value.code == code


def test_a_card_is_found_by_its_nonce_pages_down(wire: Wire, slack: Slack) -> None:
    wire.says(
        "conversations.history",
        {
            "ok": True,
            "messages": [card("9.9", "other"), {"ts": "9.8"}, card("9.7", "n1", "someone_else")],
            "response_metadata": {"next_cursor": "c2"},
        },
        {"ok": True, "messages": [card("9.1", "n1")]},
    )

    assert slack.find("C1", "n1", SINCE) == Place("C1", "9.1")
    first, second = wire.asked("conversations.history")
    assert float(first["oldest"]) == SINCE.timestamp() - 5
    assert first["include_all_metadata"] == "1"
    assert second["cursor"] == "c2"


def test_a_card_that_is_not_there_is_not_found(wire: Wire, slack: Slack) -> None:
    wire.says("conversations.history", {"ok": True, "messages": [card("9.9", "other")]})

    assert slack.find("C1", "n1", SINCE) is None


def test_an_answer_in_a_thread_is_looked_for_there(wire: Wire, slack: Slack) -> None:
    wire.says("conversations.replies", {"ok": True, "messages": [card("9.1", "n1")]})

    assert slack.find("C1", "n1", SINCE, thread="5.5") == Place("C1", "9.1")
    assert wire.asked("conversations.replies")[0]["ts"] == "5.5"


def test_a_history_without_end_proves_nothing(wire: Wire, slack: Slack) -> None:
    page = {"ok": True, "messages": [], "response_metadata": {"next_cursor": "more"}}
    wire.says("conversations.history", page)

    with pytest.raises(SlackUnavailable):
        slack.find("C1", "n1", SINCE)
    assert len(wire.asked("conversations.history")) == 10


def test_a_card_in_direct_messages_is_looked_for_by_their_id(wire: Wire, slack: Slack) -> None:
    wire.says("conversations.open", {"ok": True, "channel": {"id": "D7"}})
    wire.says("conversations.history", {"ok": True, "messages": [card("9.1", "n1")]})

    assert slack.find("U1", "n1", SINCE) == Place("D7", "9.1")


def page_of_channels(*names: str, cursor: str = "") -> Json:
    listed = [{"id": f"C{name.upper()}", "name": name} for name in names]
    return {"ok": True, "channels": listed, "response_metadata": {"next_cursor": cursor}}


def test_a_channel_is_found_among_those_that_the_bot_is_in(wire: Wire, slack: Slack) -> None:
    pages = [page_of_channels("general", cursor="p2"), page_of_channels("ops", "labs")]
    wire.says("users.conversations", *pages)

    assert slack.find_channel("labs") == "CLABS"

    first, second = wire.asked("users.conversations")
    assert first["types"] == "public_channel,private_channel"
    assert first["exclude_archived"] == "1"
    assert second["cursor"] == "p2"


def test_a_channel_that_the_bot_is_not_in_is_not_found(wire: Wire, slack: Slack) -> None:
    wire.says("users.conversations", page_of_channels("general"))

    assert slack.find_channel("labs") is None


def test_a_list_of_channels_without_end_proves_nothing(wire: Wire, slack: Slack) -> None:
    wire.says("users.conversations", page_of_channels("general", cursor="more"))

    with pytest.raises(SlackUnavailable):
        slack.find_channel("labs")
    assert len(wire.asked("users.conversations")) == 50


def test_a_proxy_is_used_unless_the_host_is_excepted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "slack.test")

    assert proxy_for("https://slack.com/api/") == "http://proxy.example:3128"
    assert proxy_for("https://slack.test/api/") is None
    assert proxy_for("http://127.0.0.1:9/") is None
    assert client("xoxb-x", "https://slack.test/api/").proxy is None


def test_no_body_is_logged_even_when_all_else_is(
    wire: Wire, slack: Slack, caplog: pytest.LogCaptureFixture
) -> None:
    wire.says("chat.update", {"ok": True, "said": "swordfish"})
    with caplog.at_level(logging.DEBUG):
        slack.update(Place("C1", "7.1"), Message("swordfish"))

    assert "swordfish" not in caplog.text


def test_no_call_waits_longer_than_ten_seconds_or_is_repeated() -> None:
    hasty = client("xoxb-x", "http://127.0.0.1:9/")

    assert (hasty.timeout, hasty.retry_handlers) == (10, [])
