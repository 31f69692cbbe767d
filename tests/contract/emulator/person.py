"""A person in the workspace: the requests that their client makes Slack send, with its signature.

The emulator itself sends no commands, clicks or forms, so these are written by hand, as
https://docs.slack.dev/reference/interaction-payloads describes them.
"""

import json
import time
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import urlencode

import httpx2

from bot.network.connections import tls_context
from bot.sandbox.slack.http_delivery import FORM_CONTENT_TYPE, signature_headers
from tests.contract.emulator.slack import APP, BOT_USER, Emulator

Json = dict[str, Any]

SECRET = "emulated-signing-secret"
TEAM = "T000000001"
_numbers = count(1)


@dataclass(frozen=True)
class Person:
    """A person whose client reaches the bot at *bot*; answers come to *response_url*."""

    id: str
    slack: Emulator
    bot: str
    response_url: str

    def type_command(self, text: str) -> None:
        """Type a slash command."""
        command, _, rest = text.partition(" ")
        self._form(
            {
                "command": command,
                "text": rest,
                "team_id": TEAM,
                "channel_id": self.slack.channel,
                "user_id": self.id,
                "api_app_id": APP,
                "trigger_id": self.slack.trigger(self.id),
                "response_url": self.response_url,
            }
        )

    def mention_bot(self, text: str, *, thread_of: Json) -> None:
        """Mention the bot in the thread of a message."""
        stamp = f"{time.time():.6f}"
        event = {
            "type": "app_mention",
            "user": self.id,
            "text": f"<@{BOT_USER}> {text}",
            "ts": stamp,
            "event_ts": stamp,
            "thread_ts": thread_of["ts"],
            "channel": self.slack.channel,
        }
        outer = {"type": "event_callback", "event_id": f"Ev{next(_numbers)}", "team_id": TEAM}
        self._send(json.dumps({**outer, "api_app_id": APP, "event": event}), "application/json")

    def click_button(self, message: Json, label: str) -> None:
        """Click a button of *message*."""
        rows = [block for block in message["blocks"] if block["type"] == "actions"]
        buttons = [e for row in rows for e in row["elements"] if e["type"] == "button"]
        button = next(button for button in buttons if button["text"]["text"] == label)
        where = {"message_ts": message["ts"], "channel_id": self.slack.channel}
        self._interact(
            "block_actions",
            actions=[{**button, "action_ts": f"{time.time():.6f}"}],
            container={"type": "message", "is_ephemeral": False, **where},
            channel={"id": self.slack.channel},
            message=message,
        )

    def choose_shortcut(self, callback_id: str, message: Json) -> None:
        """Choose an entry of the menu of *message*."""
        self._interact(
            "message_action",
            callback_id=callback_id,
            action_ts=f"{time.time():.6f}",
            channel={"id": self.slack.channel},
            message=message,
        )

    def submit_form(self, view: Json, **values: Json) -> None:
        """Send a form with these answers, by field."""
        fields = {b["block_id"]: b["element"] for b in view["blocks"] if b["type"] == "input"}
        given = {
            id: {element["action_id"]: {"type": element["type"], **values.get(id, {})}}
            for id, element in fields.items()
        }
        self._interact("view_submission", view={**view, "state": {"values": given}})

    def _interact(self, kind: str, **parts: Any) -> None:
        payload = {
            "type": kind,
            "team": {"id": TEAM},
            "user": {"id": self.id, "team_id": TEAM},
            "api_app_id": APP,
            "trigger_id": self.slack.trigger(self.id),
            "response_url": self.response_url,
            **parts,
        }
        self._form({"payload": json.dumps(payload)})

    def _form(self, fields: dict[str, str]) -> None:
        self._send(urlencode(fields), FORM_CONTENT_TYPE)

    def _send(self, body: str, kind: str) -> None:
        headers = {"Content-Type": kind, **signature_headers(SECRET, body.encode(), time.time())}
        answer = httpx2.post(
            self.bot,
            content=body,
            headers=headers,
            trust_env=False,
            timeout=10,
            verify=tls_context(),
        )
        assert answer.status_code == 200, answer.text
        assert not answer.content, answer.text  # a body in this response would be lost
