"""The real Bolt, real signed payloads, and a door that remembers who came in."""

import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from queue import Queue
from threading import Event
from time import time
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_bolt import App, BoltRequest, BoltResponse

from bot.alerts.channels import ChannelEvent
from bot.cards import Message
from bot.errors import SlackError
from bot.listeners import Pool, bind, bolt
from bot.model import Ask
from bot.slack import Identity, client

Json = dict[str, Any]
SECRET = "signing-secret"
US = Identity("T1", "U0BOT", "B0BOT")


def _set() -> Event:
    event = Event()
    event.set()
    return event


@dataclass
class FakeDoor:
    """Writes asks down; `seen` are the deliveries that came before."""

    log: list[str] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    channel_events: list[ChannelEvent] = field(default_factory=list)
    refused: list[tuple[Ask, str]] = field(default_factory=list)
    receiving: Exception | None = None
    may_receive: Event = field(default_factory=_set)
    withdrawn: Queue[int] = field(default_factory=Queue)
    refusing: Exception | None = None
    answering: Exception | None = None
    wrong: dict[str, str] = field(default_factory=dict)

    def check(self, ask: Ask) -> dict[str, str]:
        return self.wrong

    def receive(self, ask: Ask) -> int | None:
        self.may_receive.wait(10)
        if self.receiving:
            raise self.receiving
        if ask.key in self.seen:
            return None
        self.seen.add(ask.key)
        self.asks.append(ask)
        self.log.append("received")
        return len(self.asks)

    def refuse(self, ask: Ask, why: str) -> None:
        if self.refusing:
            raise self.refusing
        self.refused.append((ask, why))

    def withdraw(self, number: int, why: str) -> None:
        self.withdrawn.put(number)

    def record_channel_event(self, event: ChannelEvent) -> None:
        if self.receiving:
            raise self.receiving
        self.channel_events.append(event)

    def answer(self, number: int, ask: Ask) -> None:
        assert ask is self.asks[number - 1]
        self.log.append("answered")
        if self.answering:
            raise self.answering


@dataclass
class FakeVoice:
    """Remembers what was said to whom: the URL, or the channel, person and thread."""

    said: list[tuple[Any, str]] = field(default_factory=list)
    failing: SlackError | None = None

    def respond(self, url: str, message: Message, *, replace: bool = False) -> None:
        assert not replace, "a question is not replaced by an apology"
        self._say(url, message)

    def whisper(
        self, channel: str, user: str, message: Message, *, thread: str | None = None
    ) -> None:
        self._say((channel, user, thread), message)

    def _say(self, where: Any, message: Message) -> None:
        if self.failing:
            raise self.failing
        self.said.append((where, message.text))


class Later(Executor):
    """Keeps the work until it is told to do it."""

    def __init__(self) -> None:
        self.work: list[Callable[[], Any]] = []
        self.stopped = False

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        if self.stopped:
            raise RuntimeError("cannot schedule new futures after shutdown")
        self.work.append(lambda: fn(*args, **kwargs))
        return Future()

    def run(self) -> None:
        while self.work:
            self.work.pop(0)()


@dataclass
class Porch:
    """All that stands between Slack and the door, and the means to knock."""

    app: App
    door: FakeDoor
    voice: FakeVoice
    work: Later
    apologies: Later

    def command(self, text: str = "wake all", **more: str) -> BoltResponse:
        return self.form(
            {
                "command": "/space",
                "text": text,
                "user_id": "U1",
                "channel_id": "C1",
                "team_id": "T1",
                "trigger_id": "13.7.a",
                "response_url": "https://hooks.slack.com/commands/R1",
                **more,
            }
        )

    def tap(self, action: Json | None = None, **more: Any) -> BoltResponse:
        return self.form({"payload": json.dumps(tapped(action or BUTTON, **more))})

    def done(self, payload: Json) -> BoltResponse:
        """Anything that people do and do not type: a form sent, an entry of a menu chosen."""
        return self.form({"payload": json.dumps(payload)})

    def event(self, event: Json, **more: Any) -> BoltResponse:
        body = {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": event}
        return self._send(json.dumps({**body, **more}), "application/json")

    def form(self, fields: Json) -> BoltResponse:
        return self._send(urlencode(fields), "application/x-www-form-urlencoded")

    def _send(self, body: str, kind: str) -> BoltResponse:
        headers: dict[str, str | Sequence[str]] = {"content-type": kind, **signed(body.encode())}
        return self.app.dispatch(BoltRequest(body=body, headers=headers))


BUTTON: Json = {
    "type": "button",
    "action_id": "run:wake team-a",
    "value": "wake team-a",
    "action_ts": "17.5",
}


def tapped(action: Json, **more: Any) -> Json:
    return {
        "type": "block_actions",
        "user": {"id": "U2", "team_id": "T1"},
        "team": {"id": "T1"},
        "channel": {"id": "C9"},
        "container": {"type": "message", "message_ts": "7.1", "channel_id": "C9"},
        "trigger_id": "13.8.b",
        "response_url": "https://hooks.slack.com/actions/R2",
        "actions": [action],
        **more,
    }


def sent(values: Json | None = None, **more: Any) -> Json:
    """A form about `secret set team-a KEY`, filled in."""
    view = {
        "id": "V1",
        "type": "modal",
        "callback_id": "form",
        "private_metadata": json.dumps(["secret set team-a KEY", "C9", "5.5", "F1"]),
        "state": {"values": {"value": typed("swordfish")} if values is None else values},
    }
    return {
        "type": "view_submission",
        "user": {"id": "U2", "team_id": "T1"},
        "team": {"id": "T1"},
        "trigger_id": "13.9.c",
        "view": {**view, **more},
    }


def typed(text: str | None) -> Json:
    return {"value": {"type": "plain_text_input", "value": text}}


def signed(body: bytes, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    stamp = str(int(time() if at is None else at))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256)
    return {
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": f"v0={digest.hexdigest()}",
    }


@pytest.fixture
def door() -> FakeDoor:
    return FakeDoor()


@pytest.fixture
def voice() -> FakeVoice:
    return FakeVoice()


@pytest.fixture
def identity() -> Callable[[], Identity]:
    return lambda: US


@pytest.fixture
def porch(door: FakeDoor, voice: FakeVoice, identity: Callable[[], Identity]) -> Porch:
    """Two seats; what is submitted waits for `run`."""
    app = bolt(client("xoxb-test", "http://127.0.0.1:9/"), identity, SECRET)
    app.listener_runner.listener_executor.shutdown()
    app.listener_runner.listener_executor = apologies = Later()
    work = Later()
    bind(app, door, voice, Pool(work, 2), receive_seconds=0.2)
    return Porch(app, door, voice, work, apologies)
