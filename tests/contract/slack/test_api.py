"""The request on the wire for each call of the bot."""

import logging
import ssl
from datetime import UTC, datetime

import pytest

from bot.cards import Message, MessageRef
from bot.errors import SlackError, SlackUnavailable
from bot.network.proxies import proxy_for
from bot.slack import Slack, make_client
from tests.contract.slack.fake_web_api import FakeWebApi, Json, Reply

BLOCK = {"type": "section", "text": {"type": "mrkdwn", "text": "*team-a* fell asleep"}}
HELLO = Message("team-a fell asleep", (BLOCK,))
SINCE = datetime(2026, 3, 2, 10, tzinfo=UTC)


def card(ts: str, nonce: str, kind: str = "spacebot_card") -> Json:
    return {"ts": ts, "metadata": {"event_type": kind, "event_payload": {"id": nonce}}}


def test_post_carries_its_nonce_and_returns_its_ref(web_api: FakeWebApi, slack: Slack) -> None:
    web_api.reply("chat.postMessage", {"ok": True, "channel": "C1", "ts": "7.1"})

    assert slack.post("#alerts", HELLO, thread="5.5", nonce="n1") == MessageRef("C1", "7.1")
    assert web_api.bodies("chat.postMessage") == [
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
    assert web_api.headers[0]["Authorization"] == "Bearer xoxb-very-secret"


def test_post_to_a_person_goes_to_direct_messages(web_api: FakeWebApi, slack: Slack) -> None:
    web_api.reply("chat.postMessage", {"ok": True, "channel": "D9", "ts": "7.1"})

    assert slack.post("U1", HELLO) == MessageRef("D9", "7.1")
    assert "metadata" not in web_api.bodies("chat.postMessage")[0]


def test_update_sends_the_blocks_again(web_api: FakeWebApi, slack: Slack) -> None:
    web_api.reply("chat.update", {"ok": True})

    slack.update(MessageRef("C1", "7.1"), HELLO)

    assert web_api.bodies("chat.update") == [
        {"channel": "C1", "ts": "7.1", "text": "team-a fell asleep", "blocks": [BLOCK]}
    ]


def test_ephemeral_message_names_its_recipient(web_api: FakeWebApi, slack: Slack) -> None:
    web_api.reply("chat.postEphemeral", {"ok": True})

    slack.post_ephemeral("C1", "U1", HELLO, thread="5.5")

    body = web_api.bodies("chat.postEphemeral")[0]
    assert (body["channel"], body["user"], body["thread_ts"]) == ("C1", "U1", "5.5")


@pytest.mark.parametrize("replace", [True, False])
def test_response_replaces_the_original_only_on_request(
    web_api: FakeWebApi, slack: Slack, replace: bool
) -> None:
    web_api.reply("R1", Reply("ok"))

    slack.respond(f"{web_api.url}hooks/R1", HELLO, replace=replace)

    body = web_api.bodies("R1")[0]
    assert body["replace_original"] is replace
    assert (body["response_type"], body["blocks"]) == ("ephemeral", [BLOCK])


# A response URL rejects with a status, a body, or both; slack_sdk raises for none.
@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Reply("used_url", 404), "used_url"),
        (Reply({"ok": False, "error": "invalid_blocks"}, 200), "invalid_blocks"),
        (Reply("", 401), "http_401"),
        (Reply("<html>no</html>", 403), "http_403"),
    ],
)
def test_rejecting_response_url_raises(
    web_api: FakeWebApi, slack: Slack, answer: Reply, code: str
) -> None:
    web_api.reply("R1", answer)

    with pytest.raises(SlackError) as raised:
        slack.respond(f"{web_api.url}hooks/R1", HELLO)
    assert raised.value.code == code


def test_card_is_found_by_its_nonce_on_a_later_page(web_api: FakeWebApi, slack: Slack) -> None:
    web_api.reply(
        "conversations.history",
        {
            "ok": True,
            "messages": [card("9.9", "other"), {"ts": "9.8"}, card("9.7", "n1", "someone_else")],
            "response_metadata": {"next_cursor": "c2"},
        },
        {"ok": True, "messages": [card("9.1", "n1")]},
    )

    assert slack.find("C1", "n1", SINCE) == MessageRef("C1", "9.1")
    first, second = web_api.bodies("conversations.history")
    assert float(first["oldest"]) == SINCE.timestamp() - 5
    assert first["include_all_metadata"] == "1"
    assert second["cursor"] == "c2"


def test_missing_card_is_not_found(web_api: FakeWebApi, slack: Slack) -> None:
    web_api.reply("conversations.history", {"ok": True, "messages": [card("9.9", "other")]})

    assert slack.find("C1", "n1", SINCE) is None


def test_reply_is_searched_in_its_thread(web_api: FakeWebApi, slack: Slack) -> None:
    web_api.reply("conversations.replies", {"ok": True, "messages": [card("9.1", "n1")]})

    assert slack.find("C1", "n1", SINCE, thread="5.5") == MessageRef("C1", "9.1")
    assert web_api.bodies("conversations.replies")[0]["ts"] == "5.5"


def test_endless_history_raises(web_api: FakeWebApi, slack: Slack) -> None:
    page = {"ok": True, "messages": [], "response_metadata": {"next_cursor": "more"}}
    web_api.reply("conversations.history", page)

    with pytest.raises(SlackUnavailable):
        slack.find("C1", "n1", SINCE)
    assert len(web_api.bodies("conversations.history")) == 10


def test_card_in_direct_messages_is_searched_by_channel_id(
    web_api: FakeWebApi, slack: Slack
) -> None:
    web_api.reply("conversations.open", {"ok": True, "channel": {"id": "D7"}})
    web_api.reply("conversations.history", {"ok": True, "messages": [card("9.1", "n1")]})

    assert slack.find("U1", "n1", SINCE) == MessageRef("D7", "9.1")


def page_of_channels(*names: str, cursor: str = "") -> Json:
    listed = [{"id": f"C{name.upper()}", "name": name} for name in names]
    return {"ok": True, "channels": listed, "response_metadata": {"next_cursor": cursor}}


def test_channel_is_found_among_the_bots_channels(web_api: FakeWebApi, slack: Slack) -> None:
    pages = [page_of_channels("general", cursor="p2"), page_of_channels("ops", "labs")]
    web_api.reply("users.conversations", *pages)

    assert slack.find_channel("labs") == "CLABS"

    first, second = web_api.bodies("users.conversations")
    assert first["types"] == "public_channel,private_channel"
    assert first["exclude_archived"] == "1"
    assert second["cursor"] == "p2"


def test_a_channel_that_the_bot_is_not_in_is_not_found(web_api: FakeWebApi, slack: Slack) -> None:
    web_api.reply("users.conversations", page_of_channels("general"))

    assert slack.find_channel("labs") is None


def test_endless_channel_list_raises(web_api: FakeWebApi, slack: Slack) -> None:
    web_api.reply("users.conversations", page_of_channels("general", cursor="more"))

    with pytest.raises(SlackUnavailable):
        slack.find_channel("labs")
    assert len(web_api.bodies("users.conversations")) == 50


def test_proxy_is_used_unless_no_proxy_names_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "slack.test")

    assert proxy_for("https://slack.com/api/") == "http://proxy.example:3128"
    assert proxy_for("https://slack.test/api/") is None
    assert proxy_for("http://127.0.0.1:9/") is None
    assert make_client("xoxb-x", "https://slack.test/api/").proxy is None


@pytest.mark.parametrize(
    ("address", "proxy"),
    [("https://127.0.0.1:9/", ""), ("https://slack.test/api/", "http://127.0.0.1:9")],
)
def test_certificates_are_parsed_once_for_all_calls(
    monkeypatch: pytest.MonkeyPatch, address: str, proxy: str
) -> None:
    parsed: list[ssl.Purpose] = []
    monkeypatch.setattr(
        ssl.SSLContext, "load_default_certs", lambda _, purpose: parsed.append(purpose)
    )
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    for method in ("auth_test", "team_info", "users_list"):
        with pytest.raises(OSError, match="refused"):
            getattr(make_client("xoxb-x", address), method)()

    assert len(parsed) <= 1  # none, if another test was the first


def test_no_body_is_logged_at_debug_level(
    web_api: FakeWebApi, slack: Slack, caplog: pytest.LogCaptureFixture
) -> None:
    web_api.reply("chat.update", {"ok": True, "said": "swordfish"})
    with caplog.at_level(logging.DEBUG):
        slack.update(MessageRef("C1", "7.1"), Message("swordfish"))

    assert "swordfish" not in caplog.text


def test_calls_have_a_ten_second_timeout_and_no_retries() -> None:
    hasty = make_client("xoxb-x", "http://127.0.0.1:9/")

    assert (hasty.timeout, hasty.retry_handlers) == (10, [])
