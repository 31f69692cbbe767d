"""The Web API, called by the real slack_sdk: its results and its errors."""

import json
from dataclasses import replace
from typing import Any
from urllib.request import Request, urlopen

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox.server import Sandbox
from bot.sandbox.slack.messages import Draft
from bot.sandbox.slack.model import Channel, Json
from tests.contract.sandbox.clock import FakeTime
from tests.contract.sandbox.conftest import client, modal


def refusal(api: WebClient, method: str, **args: Any) -> Any:
    with pytest.raises(SlackApiError) as refused:
        api.api_call(method, json=args)
    return refused.value.response


def test_auth_test_says_who_the_bot_is_and_what_it_may(api: WebClient) -> None:
    answer = api.auth_test()
    assert (answer["user_id"], answer["bot_id"], answer["team_id"]) == ("U0BOT", "B0BOT", "T0CLASS")
    assert "chat:write" in str(answer.headers["x-oauth-scopes"]).split(",")


OPS = {"channel": "C0OPS"}
GHOST = {**OPS, "ts": "1.1"}
REFUSALS: list[tuple[str, str, Json, str]] = [
    ("no such method", "chat.shout", {}, "unknown_method"),
    ("a bot token for a socket", "apps.connections.open", {}, "not_allowed_token_type"),
    ("nothing to say", "chat.postMessage", OPS, "no_text"),
    ("no such place", "chat.postMessage", {"channel": "#no", "text": "x"}, "channel_not_found"),
    ("not a member", "chat.postMessage", {"channel": "C0SEC1", "text": "x"}, "not_in_channel"),
    (
        "a thread of nothing",
        "chat.postMessage",
        {**OPS, "text": "x", "thread_ts": "1.1"},
        "thread_not_found",
    ),
    (
        "ephemeral for a stranger",
        "chat.postEphemeral",
        {**OPS, "user": "U0NO", "text": "x"},
        "user_not_in_channel",
    ),
    (
        "metadata without a payload",
        "chat.postMessage",
        {**OPS, "text": "x", "metadata": {"event_type": "e"}},
        "invalid_metadata_schema",
    ),
    (
        "blocks that are no JSON",
        "chat.postMessage",
        {**OPS, "blocks": "[oh"},
        "invalid_blocks_format",
    ),
    ("editing what is not there", "chat.update", {**GHOST, "text": "x"}, "message_not_found"),
    ("deleting what is not there", "chat.delete", GHOST, "message_not_found"),
    ("an unknown person", "users.info", {"user": "U0NO"}, "user_not_found"),
    ("a group of nobodies", "usergroups.users.list", {"usergroup": "S0"}, "no_such_subteam"),
    ("a thread that never was", "conversations.replies", GHOST, "thread_not_found"),
    ("history elsewhere", "conversations.history", {"channel": "C0SEC1"}, "not_in_channel"),
    (
        "a trigger made up",
        "views.open",
        {"trigger_id": "1.2", "view": modal()},
        "invalid_trigger_id",
    ),
    ("a view that is gone", "views.update", {"view_id": "V0", "view": modal()}, "not_found"),
    ("a file that is gone", "files.info", {"file": "F0"}, "file_not_found"),
    ("an empty file", "files.getUploadURLExternal", {"filename": "x"}, "invalid_arguments"),
    ("a missing argument", "users.info", {}, "invalid_arguments"),
]


@pytest.mark.parametrize(
    ("method", "args", "code"), [r[1:] for r in REFUSALS], ids=[r[0] for r in REFUSALS]
)
def test_api_error_codes(api: WebClient, method: str, args: Json, code: str) -> None:
    assert refusal(api, method, **args)["error"] == code


def test_a_wrong_token_is_refused(sandbox: Sandbox) -> None:
    assert refusal(client(sandbox, "xoxb-other"), "auth.test")["error"] == "invalid_auth"


def test_missing_scope_error_names_the_scope() -> None:
    manifest: Json = {"oauth_config": {"scopes": {"bot": ["commands"]}}}
    with Sandbox(manifest=manifest) as sandbox:
        answer = refusal(client(sandbox), "chat.postMessage", channel="C0OPS", text="x")
    assert (answer["error"], answer["needed"]) == ("missing_scope", "chat:write")
    assert answer["provided"] == "commands"


def test_a_message_goes_to_a_channel_by_id_or_name_or_to_a_person(
    api: WebClient, sandbox: Sandbox
) -> None:
    places = [
        api.chat_postMessage(channel=c, text="x")["channel"]
        for c in ("C0OPS", "#space-ops", "U0STUD")
    ]
    assert places == ["C0OPS", "C0OPS", sandbox.student.dm]


def test_history_keeps_metadata_and_shows_it_on_demand(api: WebClient, clock: FakeTime) -> None:
    nonce = {"event_type": "card", "event_payload": {"id": "n1"}}
    first = api.chat_postMessage(channel="C0OPS", text="one", metadata=nonce)["ts"]
    clock.tick(10)
    api.chat_postMessage(channel="C0OPS", text="two")
    plain = api.conversations_history(channel="C0OPS")["messages"]
    assert [m["text"] for m in plain] == ["two", "one"]
    assert "metadata" not in plain[1]
    [found] = api.conversations_history(
        channel="C0OPS", include_all_metadata=True, latest=str(float(first) + 1)
    )["messages"]
    assert found["metadata"] == nonce


def test_history_and_lists_come_in_pages(api: WebClient) -> None:
    for n in range(3):
        api.chat_postMessage(channel="C0OPS", text=str(n))
    pages = api.conversations_history(channel="C0OPS", limit=2)
    contents = [([m["text"] for m in p["messages"]], p["has_more"]) for p in pages]
    assert contents == [(["2", "1"], True), (["0"], False)]
    channels = [c["id"] for p in api.conversations_list(limit=1) for c in p["channels"]]
    assert channels == ["C0OPS", "C0SEC1"]


def test_the_bot_lists_the_channels_that_it_is_in(sandbox: Sandbox, api: WebClient) -> None:
    private = Channel("G0LABS", "labs", frozenset({"U0BOT"}), is_private=True)
    sandbox.workspace.directory.add_channel(private)
    sandbox.workspace.directory.add_channel(replace(private, id="C0OLD", is_archived=True))

    def listed(**args: Any) -> list[str]:
        return [c["id"] for page in api.users_conversations(**args) for c in page["channels"]]

    assert listed() == ["C0OPS"]
    both = "public_channel,private_channel"
    assert listed(types=both, limit=1) == ["C0OPS", "G0LABS", "C0OLD"]
    assert listed(types=both, exclude_archived=True) == ["C0OPS", "G0LABS"]


def test_a_thread_is_listed_with_its_first_message(api: WebClient) -> None:
    ts = api.chat_postMessage(channel="C0OPS", text="card")["ts"]
    api.chat_postMessage(channel="C0OPS", text="recovered", thread_ts=ts)
    thread = api.conversations_replies(channel="C0OPS", ts=ts)["messages"]
    assert [m["text"] for m in thread] == ["card", "recovered"]
    assert thread[0]["reply_count"] == 1
    assert [m["text"] for m in api.conversations_history(channel="C0OPS")["messages"]] == ["card"]


def test_an_edit_with_text_alone_removes_the_blocks_and_shows(
    api: WebClient, sandbox: Sandbox
) -> None:
    blocks = [{"type": "divider"}]
    ts = api.chat_postMessage(channel="C0OPS", text="card", blocks=blocks)["ts"]
    api.chat_update(channel="C0OPS", ts=ts, text="edited with blocks", blocks=blocks)
    assert not sandbox.lead.visible_messages("C0OPS")[0].edited
    api.chat_update(channel="C0OPS", ts=ts, text="text alone")
    [card] = sandbox.lead.visible_messages("C0OPS")
    assert (card.blocks, card.edited) == ((), True)
    assert [p.text for p in sandbox.lead.pushes] == ["card"]


def test_only_its_own_messages_can_be_edited_and_an_ephemeral_one_never(
    api: WebClient, sandbox: Sandbox
) -> None:
    sandbox.lead.type("C0OPS", "mine")
    ts = sandbox.lead.visible_messages("C0OPS")[0].ts
    assert (
        refusal(api, "chat.update", channel="C0OPS", ts=ts, text="x")["error"]
        == "cant_update_message"
    )
    assert refusal(api, "chat.delete", channel="C0OPS", ts=ts)["error"] == "cant_delete_message"
    ephemeral_ts = api.chat_postEphemeral(channel="C0OPS", user="U0LEAD", text="psst")["message_ts"]
    assert (
        refusal(api, "chat.update", channel="C0OPS", ts=ephemeral_ts, text="x")["error"]
        == "message_not_found"
    )


def test_deleted_thread_parent_becomes_a_tombstone(api: WebClient, sandbox: Sandbox) -> None:
    ts = api.chat_postMessage(channel="C0OPS", text="card")["ts"]
    api.chat_postMessage(channel="C0OPS", text="reply", thread_ts=ts)
    api.chat_delete(channel="C0OPS", ts=ts)
    assert [m.text for m in sandbox.lead.visible_messages("C0OPS")] == ["This message was deleted."]
    assert (
        refusal(api, "chat.update", channel="C0OPS", ts=ts, text="x")["error"]
        == "message_not_found"
    )


def test_archived_channel_rejects_messages(api: WebClient, sandbox: Sandbox) -> None:
    ts = api.chat_postMessage(channel="C0OPS", text="card")["ts"]
    sandbox.workspace.directory.archive("C0OPS")
    assert refusal(api, "chat.postMessage", channel="C0OPS", text="x")["error"] == "is_archived"
    assert refusal(api, "chat.update", channel="C0OPS", ts=ts, text="x")["error"] == "is_inactive"


def test_channel_info_shows_bot_membership(api: WebClient) -> None:
    assert not api.conversations_info(channel="C0SEC1")["channel"]["is_member"]
    api.conversations_join(channel="C0SEC1")
    assert api.conversations_info(channel="C0SEC1")["channel"]["is_member"]
    assert "U0BOT" in api.conversations_members(channel="C0SEC1")["members"]


def test_users_and_groups_are_listed(api: WebClient, sandbox: Sandbox) -> None:
    lead = api.users_info(user="U0LEAD")["user"]
    assert (lead["is_admin"], lead["is_owner"], lead["tz"]) == (True, True, "Europe/Amsterdam")
    assert not api.users_info(user="U0STUD")["user"]["is_admin"]
    assert api.usergroups_users_list(usergroup="S0TAS")["users"] == ["U0TA01"]
    assert api.usergroups_list()["usergroups"][0]["handle"] == "tas"
    assert api.conversations_open(users="U0TA01")["channel"]["id"] == sandbox.ta.dm
    assert len(api.users_list()["members"]) == 5
    assert api.team_info()["team"]["id"] == "T0CLASS"
    assert api.bots_info(bot="B0BOT")["bot"]["user_id"] == "U0BOT"


def test_a_permalink_leads_to_the_message(api: WebClient) -> None:
    ts = api.chat_postMessage(channel="C0OPS", text="card")["ts"]
    link = api.chat_getPermalink(channel="C0OPS", message_ts=ts)["permalink"]
    assert link.endswith(f"/archives/C0OPS/p{ts.replace('.', '')}")


def test_a_trigger_opens_one_modal_and_only_for_three_seconds(
    api: WebClient, sandbox: Sandbox, clock: FakeTime
) -> None:
    used, late = (sandbox.workspace.ephemeral_ids.create_trigger("U0TA01") for _ in range(2))
    api.views_open(trigger_id=used, view=modal())
    again = refusal(api, "views.open", trigger_id=used, view=modal())
    assert again["error"] == "exchanged_trigger_id"
    clock.tick(3.1)
    expired = refusal(api, "views.open", trigger_id=late, view=modal())
    assert expired["error"] == "expired_trigger_id"


def test_views_stack_three_deep_and_are_updated_against_their_hash(
    api: WebClient, sandbox: Sandbox
) -> None:
    triggers = [sandbox.workspace.ephemeral_ids.create_trigger("U0TA01") for _ in range(4)]
    first = api.views_open(trigger_id=triggers[0], view=modal("one"))["view"]
    api.views_push(trigger_id=triggers[1], view=modal("two"))
    third = api.views_push(trigger_id=triggers[2], view=modal("three"))["view"]
    assert (third["root_view_id"], sandbox.ta.view and sandbox.ta.view.title) == (
        first["id"],
        "three",
    )
    deep = refusal(api, "views.push", trigger_id=triggers[3], view=modal())
    assert deep["error"] == "push_limit_reached"
    stale = refusal(api, "views.update", view_id=third["id"], hash="old", view=modal())
    assert stale["error"] == "hash_conflict"
    api.views_update(view_id=third["id"], hash=third["hash"], view=modal("new"))
    assert sandbox.ta.view
    assert sandbox.ta.view.title == "new"


def test_a_home_tab_is_published_for_one_person(api: WebClient, sandbox: Sandbox) -> None:
    api.views_publish(user_id="U0TA01", view={"type": "home", "blocks": [{"type": "divider"}]})
    assert sandbox.workspace.modals.homes["U0TA01"].blocks[0]["type"] == "divider"


def test_a_file_is_uploaded_into_a_thread_and_read_with_the_token_only(
    api: WebClient, sandbox: Sandbox
) -> None:
    ts = api.chat_postMessage(channel="C0OPS", text="card")["ts"]
    answer = api.files_upload_v2(
        channel="C0OPS", thread_ts=ts, filename="run.log", content="line", initial_comment="Log"
    )
    [reply] = sandbox.workspace.replies(sandbox.lead.visible_messages("C0OPS")[0])
    assert (reply.text, reply.files[0].content) == ("Log", b"line")
    known = api.files_info(file=answer["file"]["id"])["file"]
    assert known["shares"]["public"]["C0OPS"][0]["thread_ts"] == ts
    private = Request(
        known["url_private_download"], headers={"Authorization": "Bearer xoxb-sandbox"}
    )
    with urlopen(private) as response:
        assert response.read() == b"line"
    with urlopen(known["url_private_download"]) as response:
        assert response.headers["Content-Type"].startswith("text/html")
        assert b"Sign in" in response.read()


def test_form_encoded_arguments_work_like_json(sandbox: Sandbox) -> None:
    blocks = json.dumps([{"type": "divider"}])
    body = f"channel=C0OPS&text=hello&blocks={blocks}&token=xoxb-sandbox".encode()
    with urlopen(f"{sandbox.slack_api_url}chat.postMessage", data=body) as response:
        assert json.load(response)["ok"]
    assert sandbox.lead.visible_messages("C0OPS")[0].blocks[0]["type"] == "divider"


def test_a_text_beyond_forty_thousand_characters_is_cut(api: WebClient, sandbox: Sandbox) -> None:
    api.chat_postMessage(channel="C0OPS", text="x" * 40_001)
    assert len(sandbox.lead.visible_messages("C0OPS")[0].text) == 40_000


def test_reply_notifies_only_people_in_the_thread(api: WebClient, sandbox: Sandbox) -> None:
    sandbox.ta.type("C0OPS", "wake it, please")
    ts = sandbox.ta.visible_messages("C0OPS")[0].ts
    api.chat_postMessage(channel="C0OPS", text="done", thread_ts=ts)
    api.chat_postMessage(channel="C0OPS", text="look, <@U0STUD>", thread_ts=ts)
    assert [p.text for p in sandbox.ta.pushes] == ["done", "look, <@U0STUD>"]
    assert [p.text for p in sandbox.lead.pushes] == ["wake it, please"]
    assert [p.text for p in sandbox.student.pushes] == ["wake it, please", "look, <@U0STUD>"]


def test_a_message_of_the_bot_is_posted_as_the_bot(sandbox: Sandbox) -> None:
    message = sandbox.workspace.message_store.post("C0OPS", "U0BOT", Draft("x"))
    assert message.is_bot
    assert not message.is_reply
