"""In HTTP mode many irrelevant events at once don't keep a command out."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.applications import Starlette

from bot.listeners import BoundedExecutor, make_bolt_app, register_listeners
from bot.slack import Identity, make_client
from bot.web import Probes, make_http_app
from tests.unit.listeners.conftest import SECRET, FakeHandler, FakeReplier, signed
from tests.unit.web.conftest import Get, serve
from tests.unit.web.samples import BODY
from tests.unit.web.test_events import FORM

OPENED = {"type": "app_home_opened", "user": "U1", "channel": "D1", "tab": "home"}


@pytest.fixture
def handler() -> FakeHandler:
    return FakeHandler()


@pytest.fixture
def http_app(probes: Probes, handler: FakeHandler) -> Iterator[Starlette]:
    """The HTTP app of a whole bot."""
    client = make_client("xoxb-test", "http://127.0.0.1:9/")
    app = make_bolt_app(client, lambda: Identity("T1", "U0BOT", "B0BOT"), SECRET)
    with ThreadPoolExecutor(4) as threads:
        register_listeners(app, handler, FakeReplier(), BoundedExecutor(threads, 8))
        yield make_http_app(probes, app, SECRET)
        app.listener_runner.listener_executor.shutdown()


def open_home(get: Get, number: int) -> int:
    event = {"type": "event_callback", "team_id": "T1", "event_id": f"Ev{number}", "event": OPENED}
    body = json.dumps(event).encode()
    headers = {"content-type": "application/json", **signed(body)}
    return get("/slack/events", body, headers).status


def test_command_is_accepted_among_three_hundred_home_events(
    http_app: Starlette, handler: FakeHandler
) -> None:
    with serve(http_app) as get, ThreadPoolExecutor(60) as callers:
        opened = [callers.submit(open_home, get, number) for number in range(300)]
        command = get("/slack/events", BODY, {**FORM, **signed(BODY)})
        statuses = {each.result() for each in opened}

    assert (command.status, statuses) == (200, {200})
    assert [ask.text for ask in handler.asks] == ["status"]
