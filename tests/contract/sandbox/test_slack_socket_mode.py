"""The real Bolt over the real Socket Mode client: requests of people arrive and are answered."""

import json
import threading
from contextlib import ExitStack
from typing import Any

import pytest
from slack_bolt import Ack, App, Respond, Say
from slack_sdk import WebClient
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect as open_socket

from bot.sandbox.server import Sandbox
from bot.sandbox.slack.model import Json
from tests.contract.sandbox.conftest import Connect, button, client, modal


def test_ack_response_is_ephemeral(sandbox: Sandbox, app: App, connect: Connect) -> None:
    @app.command("/space")
    def space(ack: Ack, command: dict[str, str]) -> None:
        ack(f"{command['user_id']} asked for {command['text']}")

    connect(app)
    sandbox.ta.type("C0OPS", "/space status team-a")
    message = sandbox.ta.wait_for_message("C0OPS", "U0TA01 asked for status team-a")
    assert message.ephemeral_for == "U0TA01"
    assert message not in sandbox.student.visible_messages("C0OPS")


def test_a_command_may_answer_the_whole_channel_by_its_response_url(
    sandbox: Sandbox, app: App, connect: Connect
) -> None:
    @app.command("/space")
    def space(ack: Ack, respond: Respond) -> None:
        ack(response_type="in_channel")
        respond("12 are up", response_type="in_channel")

    connect(app)
    sandbox.ta.type("C0OPS", "/space status")
    # The ack and the reply use two connections, so their order is undefined.
    sandbox.workspace.wait_for(lambda: len(sandbox.student.visible_messages("C0OPS")) == 2)
    messages = {(m.user, m.text) for m in sandbox.student.visible_messages("C0OPS")}
    assert messages == {("U0TA01", "/space status"), ("U0BOT", "12 are up")}


def test_a_button_reaches_the_app_and_the_card_is_edited(
    sandbox: Sandbox, app: App, api: WebClient, connect: Connect
) -> None:
    @app.action("run")
    def run(ack: Ack, body: Json, client: WebClient) -> None:
        ack()
        text = f"{body['user']['id']}: {body['actions'][0]['value']}"
        place = {"channel": body["channel"]["id"], "ts": body["message"]["ts"]}
        client.chat_update(**place, text=text, blocks=button("Again", "x"))

    connect(app)
    api.chat_postMessage(channel="C0OPS", text="team-a sleeps", blocks=button("Wake", "wake it"))
    sandbox.student.click(sandbox.student.visible_messages("C0OPS")[0], "Wake")
    sandbox.workspace.wait_for(
        lambda: sandbox.student.visible_messages("C0OPS")[0].text == "U0STUD: wake it"
    )
    assert not sandbox.student.visible_messages("C0OPS")[0].edited
    assert [p.text for p in sandbox.lead.pushes] == ["team-a sleeps"]


def test_an_ephemeral_card_is_replaced_through_the_response_url_of_its_button(
    sandbox: Sandbox, app: App, api: WebClient, connect: Connect
) -> None:
    @app.action("run")
    def run(ack: Ack, body: Json, respond: Respond) -> None:
        ack()
        assert "message" not in body
        assert body["container"]["is_ephemeral"]
        respond("Paused.", replace_original=True)

    connect(app)
    api.chat_postEphemeral(channel="C0OPS", user="U0TA01", text="Sure?", blocks=button("Yes", "y"))
    sandbox.ta.click(sandbox.ta.visible_messages("C0OPS")[0], "Yes")
    sandbox.ta.wait_for_message("C0OPS", "Paused.")
    assert [m.text for m in sandbox.ta.visible_messages("C0OPS")] == ["Paused."]


def test_a_modal_is_opened_filled_refused_corrected_and_closed(
    sandbox: Sandbox, app: App, connect: Connect
) -> None:
    submissions: list[Json] = []

    @app.command("/space")
    def space(ack: Ack, body: Json, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=modal(private_metadata="team-a"))

    @app.view("rename")
    def rename(ack: Ack, view: Json) -> None:
        submissions.append(view)
        if view["state"]["values"]["name"]["text"]["value"] == "bad":
            ack(response_action="errors", errors={"name": "Not that one."})
        else:
            ack()

    connect(app)
    ta = sandbox.ta
    ta.type("C0OPS", "/space rename")
    view = ta.wait_for_view("Rename")
    ta.submit(view, {"name": "bad"})
    sandbox.workspace.wait_for(lambda: ta.view and ta.view.errors == {"name": "Not that one."})
    ta.submit(view, {"name": "good"})
    sandbox.workspace.wait_for(lambda: ta.view is None)
    assert submissions[-1]["private_metadata"] == "team-a"
    assert submissions[-1]["state"]["values"]["name"]["text"]["value"] == "good"


def test_slack_itself_refuses_a_required_field_that_is_empty(
    sandbox: Sandbox, app: App, connect: Connect
) -> None:
    connect(app)
    view = sandbox.workspace.modals.open("U0TA01", modal())
    sandbox.ta.submit(view, {})
    assert sandbox.ta.view
    assert sandbox.ta.view.errors == {"name": "Please complete this required field."}


def test_a_submission_may_update_the_view_and_another_clear_it(
    sandbox: Sandbox, app: App, connect: Connect
) -> None:
    @app.view("rename")
    def rename(ack: Ack) -> None:
        ack(response_action="update", view=modal(title="Sure?", callback_id="sure"))

    @app.view("sure")
    def sure(ack: Ack) -> None:
        ack(response_action="clear")

    connect(app)
    sandbox.ta.submit(sandbox.workspace.modals.open("U0TA01", modal()), {"name": "x"})
    sandbox.ta.submit(sandbox.ta.wait_for_view("Sure?"), {"name": "y"})
    sandbox.workspace.wait_for(lambda: sandbox.ta.view is None)


def test_errors_for_an_unknown_block_show_a_connection_error(
    sandbox: Sandbox, app: App, connect: Connect
) -> None:
    @app.view("rename")
    def rename(ack: Ack) -> None:
        ack(response_action="errors", errors={"no_such_block": "Eh?"})

    connect(app)
    sandbox.ta.submit(sandbox.workspace.modals.open("U0TA01", modal()), {"name": "x"})
    sandbox.workspace.wait_for(lambda: sandbox.ta.view and sandbox.ta.view.errors)
    assert sandbox.ta.view
    assert "trouble connecting" in sandbox.ta.view.errors[""]


def test_view_closed_is_sent_only_with_notify_on_close(
    sandbox: Sandbox, app: App, connect: Connect
) -> None:
    closed: list[str] = []
    notified = threading.Event()

    @app.view_closed("rename")
    def gone(ack: Ack, view: Json) -> None:
        ack()
        closed.append(view["private_metadata"])
        notified.set()

    connect(app)
    modals = sandbox.workspace.modals
    sandbox.ta.close(modals.open("U0TA01", modal(private_metadata="silent")))
    sandbox.ta.close(modals.open("U0TA01", modal(private_metadata="draft", notify_on_close=True)))
    assert notified.wait(5)
    assert closed == ["draft"]


def test_mention_is_delivered_only_where_the_bot_is_a_member(
    sandbox: Sandbox, app: App, connect: Connect
) -> None:
    @app.event("app_mention")
    def mentioned(event: dict[str, str], say: Say) -> None:
        say(text=f"heard {event['text']}", thread_ts=event["ts"])

    connect(app)
    sandbox.lead.type("C0SEC1", "@spacebot status")
    assert "not in this channel" in sandbox.lead.visible_messages("C0SEC1")[-1].text
    sandbox.lead.type("C0SEC1", "/invite @spacebot")
    sandbox.lead.type("C0SEC1", "@spacebot status")
    reply = sandbox.lead.wait_for_message("C0SEC1", "heard <@U0BOT> status")
    assert reply.is_reply


def test_direct_message_is_delivered_and_so_is_the_bots_own(
    sandbox: Sandbox, app: App, connect: Connect
) -> None:
    texts: list[str] = []

    @app.event("message")
    def message(event: dict[str, str], say: Say) -> None:
        texts.append(event["text"])
        say(f"you said {event['text']}")

    connect(app)
    sandbox.student.type(sandbox.student.dm, "url team-a")
    sandbox.student.wait_for_message(sandbox.student.dm, "you said url team-a")
    sandbox.student.type(sandbox.student.dm, "thanks & <bye>")
    sandbox.student.wait_for_message(sandbox.student.dm, "you said thanks")
    assert texts == ["url team-a", "thanks &amp; &lt;bye&gt;"]


def test_a_message_shortcut_carries_the_files_of_its_message(
    sandbox: Sandbox, app: App, connect: Connect
) -> None:
    @app.shortcut("upload")
    def upload(ack: Ack, shortcut: Json, say: Say) -> None:
        ack()
        say(f"got {shortcut['message']['files'][0]['name']}")

    connect(app)
    file = sandbox.ta.attach("app.py", b"print()")
    sandbox.ta.type("C0OPS", "here", files=[file])
    sandbox.ta.shortcut("upload", target=sandbox.ta.visible_messages("C0OPS")[0])
    sandbox.ta.wait_for_message("C0OPS", "got app.py")


def test_a_menu_of_a_card_says_which_option_was_chosen(
    sandbox: Sandbox, app: App, api: WebClient, connect: Connect
) -> None:
    @app.action("more")
    def more(ack: Ack, body: Json, say: Say) -> None:
        ack()
        say(body["actions"][0]["selected_option"]["value"])

    connect(app)
    option = {"text": {"type": "plain_text", "text": "Mute 1 h"}, "value": "mute team-a for 1h"}
    menu: Json = {"type": "overflow", "action_id": "more", "options": [option]}
    text = {"type": "mrkdwn", "text": "*team-a*"}
    section = {"type": "section", "text": text, "accessory": menu}
    api.chat_postMessage(channel="C0OPS", text="team-a", blocks=[section])
    sandbox.ta.click(sandbox.ta.visible_messages("C0OPS")[0], "Mute 1 h")
    sandbox.ta.wait_for_message("C0OPS", "mute team-a for 1h")


def test_late_ack_shows_operation_timeout_though_the_command_ran(
    sandbox: Sandbox, app: App, connect: Connect
) -> None:
    release = threading.Event()

    @app.command("/space")
    def space(ack: Ack, respond: Respond) -> None:
        release.wait(5)
        ack()
        respond("late, but done")

    connect(app)
    sandbox.ta.type("C0OPS", "/space wake all")
    sandbox.ta.wait_for_message("C0OPS", '/space failed with the error "operation_timeout"')
    release.set()
    sandbox.ta.wait_for_message("C0OPS", "late, but done")


def test_command_to_an_unreachable_app_shows_dispatch_failed(sandbox: Sandbox) -> None:
    sandbox.ta.type("C0OPS", "/space wake all")
    sandbox.ta.wait_for_message("C0OPS", '/space failed with the error "dispatch_failed"')


def test_unacknowledged_event_is_redelivered_with_its_retry_number(
    sandbox: Sandbox, app: App, connect: Connect
) -> None:
    @app.event("app_mention")
    def mentioned(request: Any, say: Say) -> None:
        say(f"try {request.headers['x-slack-retry-num'][0]}")

    sandbox.slack.dispatcher.retry_seconds = (60.0,)
    sandbox.lead.type("C0OPS", "@spacebot status")
    connect(app)
    sandbox.lead.wait_for_message("C0OPS", "try 1")


def test_an_envelope_may_arrive_twice(sandbox: Sandbox, app: App, connect: Connect) -> None:
    @app.command("/space")
    def space(ack: Ack, say: Say) -> None:
        ack()
        say("woken")

    connect(app)
    sandbox.slack.deliver_twice()
    sandbox.ta.type("C0OPS", "/space wake all")
    sandbox.workspace.wait_for(
        lambda: [m.text for m in sandbox.ta.visible_messages("C0OPS")] == ["woken", "woken"]
    )


def test_a_disconnect_makes_the_client_open_a_new_socket(
    sandbox: Sandbox, app: App, connect: Connect
) -> None:
    connect(app)
    sockets = sandbox.slack.sockets
    sandbox.slack.request_reconnect("refresh_requested")
    sandbox.workspace.wait_for(lambda: sockets.connections == 2 and len(sockets.open_sockets) == 1)


def test_a_socket_that_is_cut_is_opened_again(sandbox: Sandbox, app: App, connect: Connect) -> None:
    connect(app)
    sandbox.slack.cut_sockets()
    sandbox.workspace.wait_for(lambda: sandbox.slack.sockets.connections == 2)


def test_eleventh_socket_is_rejected(sandbox: Sandbox) -> None:
    app_api = client(sandbox, "xapp-1-A0SPACEBOT-1-sandbox")
    urls = [
        app_api.apps_connections_open(app_token="xapp-1-A0SPACEBOT-1-sandbox")["url"]
        for _ in range(11)
    ]
    with ExitStack() as stack:
        sockets = [stack.enter_context(open_socket(url, proxy=None)) for url in urls]
        frames = [json.loads(s.recv(5)) for s in sockets]
    assert [f["type"] for f in frames] == ["hello"] * 10 + ["disconnect"]
    assert frames[-1]["reason"] == "too_many_websockets"


def test_the_address_of_a_socket_works_once(sandbox: Sandbox) -> None:
    url = client(sandbox, "xapp-1-A0SPACEBOT-1-sandbox").apps_connections_open(
        app_token="xapp-1-A0SPACEBOT-1-sandbox"
    )["url"]
    with open_socket(url, proxy=None) as first:
        assert json.loads(first.recv(5))["type"] == "hello"
    with pytest.raises(InvalidStatus), open_socket(url, proxy=None):
        pass
