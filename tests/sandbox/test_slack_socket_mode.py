"""The real Bolt over the real Socket Mode client: what people do arrives, and is answered."""

import threading
from typing import Any

from slack_bolt import Ack, App, Respond, Say
from slack_sdk import WebClient

from bot.sandbox.server import Sandbox
from tests.sandbox.conftest import Connect


def button(label: str, value: str) -> list[dict[str, Any]]:
    text = {"type": "plain_text", "text": label}
    element = {"type": "button", "text": text, "action_id": "run", "value": value}
    return [{"type": "actions", "elements": [element]}]


def test_a_command_is_answered_in_its_ack_for_one_person(
    sandbox: Sandbox, app: App, connect: Connect
) -> None:
    @app.command("/space")
    def space(ack: Ack, command: dict[str, str]) -> None:
        ack(f"{command['user_id']} asked for {command['text']}")

    connect(app)
    sandbox.ta.type("C0OPS", "/space status team-a")
    said = sandbox.ta.waits_for("C0OPS", "U0TA01 asked for status team-a")
    assert said.ephemeral_for == "U0TA01"
    assert said not in sandbox.student.sees("C0OPS")


def test_a_button_reaches_the_app_and_the_card_is_edited(
    sandbox: Sandbox, app: App, api: WebClient, connect: Connect
) -> None:
    @app.action("run")
    def run(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        ack()
        who, what = body["user"]["id"], body["actions"][0]["value"]
        channel, ts = body["channel"]["id"], body["message"]["ts"]
        client.chat_update(channel=channel, ts=ts, text=f"{who}: {what}", blocks=button("Again", "x"))

    connect(app)
    api.chat_postMessage(channel="C0OPS", text="team-a sleeps", blocks=button("Wake", "wake team-a"))
    sandbox.student.click(sandbox.student.sees("C0OPS")[0], "Wake")
    card = sandbox.lead.waits_for("C0OPS", "U0STUD: wake team-a")
    assert not card.edited
    assert [p.text for p in sandbox.lead.pushes] == ["team-a sleeps"]
