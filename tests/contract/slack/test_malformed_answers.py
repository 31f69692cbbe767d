"""For any malformed response, each call returns or raises one of our own errors."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from bot.cards import Message, MessageRef
from bot.errors import BotError
from bot.slack import Slack, make_client
from bot.slack.diagnostics import Access, app_id_of_bot, channel_problem, get_installation
from tests.contract.slack.fake_web_api import FakeWebApi, Reply

HELLO = Message("hello", ({"type": "section", "text": {"type": "mrkdwn", "text": "hello"}},))
SINCE = datetime(2026, 3, 2, tzinfo=UTC)
REF = MessageRef("C1", "1.0")
METHODS = [
    "auth.test", "bots.info", "chat.delete", "chat.postEphemeral", "chat.postMessage",
    "chat.update", "conversations.history", "conversations.info", "conversations.open",
    "conversations.replies", "files.completeUploadExternal", "files.getUploadURLExternal",
    "files.info", "R1", "usergroups.users.list", "users.conversations", "users.info",
    "views.open", "views.update",
]  # fmt: skip
CALLS: Mapping[str, Callable[[Slack, str], object]] = {
    "post": lambda slack, _: slack.post("C1", HELLO, nonce="n1"),
    "post directly": lambda slack, _: slack.post("U1", HELLO, nonce="n1"),
    "update": lambda slack, _: slack.update(REF, HELLO),
    "delete": lambda slack, _: slack.delete(REF),
    "find": lambda slack, _: slack.find("C1", "n1", SINCE),
    "find directly": lambda slack, _: slack.find("U1", "n1", SINCE),
    "find in a thread": lambda slack, _: slack.find("C1", "n1", SINCE, thread="1.0"),
    "post_ephemeral": lambda slack, _: slack.post_ephemeral("C1", "U1", HELLO),
    "respond": lambda slack, url: slack.respond(f"{url}hooks/R1", HELLO),
    "upload": lambda slack, _: slack.upload("C1", "log.txt", "text"),
    "open_form": lambda slack, _: slack.open_form("13.7", {"type": "modal"}),
    "update_form": lambda slack, _: slack.update_form("V1", {"type": "modal"}),
    "attachment": lambda slack, _: slack.attachment("F1"),
    "find_channel": lambda slack, _: slack.find_channel("ops"),
    "list_channel_names": lambda slack, _: slack.list_channel_names(),
    "person": lambda slack, _: slack.person("U1"),
    "group": lambda slack, _: slack.group("S1"),
    "identity": lambda slack, _: slack.identity(),
    "access": lambda _, url: Access(client_of(url)).problem(),
    "installation": lambda _, url: get_installation(client_of(url)),
    "app id": lambda _, url: app_id_of_bot(client_of(url), "B1"),
    "channel problem": lambda _, url: channel_problem(client_of(url), "C1"),
}
ANSWERS = {
    "a page": "<!DOCTYPE html><title>Sign in to the network</title>",
    "an array": '[{"ok": true, "channel": "C1", "ts": "1.0"}]',
    "half of it": '{"ok": true, "channel": "C1", "ts": "1.',
    "nothing else": '{"ok": true}',
    "another channel": '{"ok": true, "channel": "C2", "ts": "1.0"}',
    "null": "null",
    "a word": '"ok"',
    "a number": "7",
    "an empty body": "",
    "a refusal without a reason": '{"ok": false}',
    "a refusal with a number": '{"ok": false, "error": 7, "response_metadata": {"messages": 7}}',
    "other types": '{"ok": true, "channel": [], "ts": {}, "user": 7, "user_id": [], "users": 7,'
    ' "messages": 7, "channels": "x", "file": 7, "view": [], "bot": 7, "team_id": {},'
    ' "upload_url": 7, "file_id": [], "response_metadata": []}',
    "lists of other types": '{"ok": true, "channel": {"id": {}}, "messages": [7, null], "users":'
    ' [7, null], "channels": [null, 7], "file": {"id": 7, "size": "x"}, "view": {"id": 7},'
    ' "user": {"id": 7, "profile": 7}, "response_metadata": {"next_cursor": 7}}',
    "deep nesting": "[" * 100_000,
}


def client_of(url: str):  # type: ignore[no-untyped-def]  # slack_sdk's
    return make_client("xoxb-very-secret", f"{url}api/")


@pytest.mark.parametrize("body", ANSWERS.values(), ids=ANSWERS)
def test_a_malformed_answer_ends_every_call_with_our_own_error(
    web_api: FakeWebApi, slack: Slack, body: str
) -> None:
    for method in METHODS:
        web_api.reply(method, Reply(body))
    for name, call in CALLS.items():
        try:
            with suppress(BotError):
                call(slack, web_api.url)
        except Exception as error:
            error.add_note(f"raised by {name}")
            raise
