"""Fixtures with the real Bolt, signed payloads, and a handler that records requests."""

import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
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
from bot.listeners import BoundedExecutor, make_bolt_app, register_listeners
from bot.model import Ask
from bot.slack import Identity, make_client

Json = dict[str, Any]
SECRET = "signing-secret"
IDENTITY = Identity("T1", "U0BOT", "B0BOT")


def _set() -> Event:
    event = Event()
    event.set()
    return event


@dataclass
class FakeHandler:
    """Records requests; `seen` has the keys of earlier deliveries."""

    log: list[str] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)
    known_keys: set[str] = field(default_factory=set)
    channel_events: list[ChannelEvent] = field(default_factory=list)
    refusals: list[tuple[Ask, str]] = field(default_factory=list)
    receive_error: Exception | None = None
    may_receive: Event = field(default_factory=_set)
    withdrawn: Queue[int] = field(default_factory=Queue)
    refuse_error: Exception | None = None
    answer_error: Exception | None = None
    form_errors: dict[str, str] = field(default_factory=dict)
    database: Executor = field(default_factory=lambda: ThreadPoolExecutor(1))

    def check_form(self, ask: Ask) -> dict[str, str]:
        return self.form_errors

    def receive(self, ask: Ask) -> "Future[int | None]":
        return self.database.submit(self._store, ask)

    def _store(self, ask: Ask) -> int | None:
        self.may_receive.wait(10)
        if self.receive_error:
            raise self.receive_error
        if ask.idempotency_key in self.known_keys:
            return None
        self.known_keys.add(ask.idempotency_key)
        self.asks.append(ask)
        self.log.append("received")
        return len(self.asks)

    def refuse(self, ask: Ask, reason: str) -> None:
        if self.refuse_error:
            raise self.refuse_error
        self.refusals.append((ask, reason))

    def withdraw(self, number: int, reason: str) -> "Future[None]":
        return self.database.submit(self.withdrawn.put, number)

    def record_channel_event(self, event: ChannelEvent) -> None:
        if self.receive_error:
            raise self.receive_error
        self.channel_events.append(event)

    def answer(self, number: int, ask: Ask) -> None:
        assert ask is self.asks[number - 1]
        self.log.append("answered")
        if self.answer_error:
            raise self.answer_error


@dataclass
class FakeReplier:
    """Records each reply with its URL, or its channel, person and thread."""

    replies: list[tuple[Any, str]] = field(default_factory=list)
    error: SlackError | None = None

    def respond(self, url: str, message: Message, *, replace: bool = False) -> None:
        assert not replace, "a question is not replaced by an apology"
        self._record(url, message)

    def post_ephemeral(
        self, channel: str, user: str, message: Message, *, thread: str | None = None
    ) -> None:
        self._record((channel, user, thread), message)

    def _record(self, target: Any, message: Message) -> None:
        if self.error:
            raise self.error
        self.replies.append((target, message.text))


class DeferredExecutor(Executor):
    """Stores work until `run`."""

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
class BoltHarness:
    """A Bolt app with its handler, and methods that send it signed payloads."""

    app: App
    handler: FakeHandler
    replier: FakeReplier
    work: DeferredExecutor
    reply_work: DeferredExecutor

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

    def click(self, action: Json | None = None, **more: Any) -> BoltResponse:
        return self.form({"payload": json.dumps(button_click(action or BUTTON, **more))})

    def interact(self, payload: Json) -> BoltResponse:
        """Send an interaction: a submitted form, or an entry of a message's menu."""
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


def button_click(action: Json, **more: Any) -> Json:
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


def form_submission(values: Json | None = None, **more: Any) -> Json:
    """Return a submitted form of `secret set team-a KEY`."""
    view = {
        "id": "V1",
        "type": "modal",
        "callback_id": "form",
        "private_metadata": json.dumps(["secret set team-a KEY", "C9", "5.5", "F1"]),
        "state": {"values": {"value": text_state("swordfish")} if values is None else values},
    }
    return {
        "type": "view_submission",
        "user": {"id": "U2", "team_id": "T1"},
        "team": {"id": "T1"},
        "trigger_id": "13.9.c",
        "view": {**view, **more},
    }


def text_state(text: str | None) -> Json:
    return {"value": {"type": "plain_text_input", "value": text}}


def signed(body: bytes, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    stamp = str(int(time() if at is None else at))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256)
    return {
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": f"v0={digest.hexdigest()}",
    }


@pytest.fixture
def handler() -> FakeHandler:
    return FakeHandler()


@pytest.fixture
def replier() -> FakeReplier:
    return FakeReplier()


@pytest.fixture
def identity() -> Callable[[], Identity]:
    return lambda: IDENTITY


@pytest.fixture
def harness(
    handler: FakeHandler, replier: FakeReplier, identity: Callable[[], Identity]
) -> BoltHarness:
    """Return a Bolt app with a pool of two slots, whose work waits for `run`."""
    app = make_bolt_app(make_client("xoxb-test", "http://127.0.0.1:9/"), identity, SECRET)
    app.listener_runner.listener_executor.shutdown()
    app.listener_runner.listener_executor = reply_work = DeferredExecutor()
    work = DeferredExecutor()
    register_listeners(app, handler, replier, BoundedExecutor(work, 2), receive_seconds=0.2)
    return BoltHarness(app, handler, replier, work, reply_work)
