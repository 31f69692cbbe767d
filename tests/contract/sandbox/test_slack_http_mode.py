"""HTTP mode: the same payloads as signed POSTs, handled by the real Bolt behind Starlette."""

import asyncio
import json
import time
from collections.abc import Iterator
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from slack_bolt import Ack, App, Say
from slack_bolt.adapter.starlette.handler import SlackRequestHandler
from starlette.applications import Starlette
from starlette.requests import Request as Asked
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.server import Sandbox
from bot.sandbox.slack.http_delivery import signature_headers
from bot.sandbox.slack.model import Json
from tests.contract.sandbox.conftest import button
from tests.contract.sandbox.serving import running_server

SECRET = "sandbox-signing-secret"


@pytest.fixture
def request_url(app: App, sandbox: Sandbox) -> Iterator[str]:
    handler = SlackRequestHandler(app)

    async def events(request: Asked) -> Response:
        body = await request.body()
        assert body
        return await handler.handle(request)

    with running_server(
        Starlette(routes=[Route("/slack/events", events, methods=["POST"])])
    ) as url:
        sandbox.slack.deliver_by_http(f"{url}/slack/events")
        yield f"{url}/slack/events"


@pytest.mark.usefixtures("request_url")
def test_a_command_is_answered_in_the_response(sandbox: Sandbox, app: App) -> None:
    @app.command("/space")
    def space(ack: Ack, command: dict[str, str]) -> None:
        ack(f"heard {command['text']}")

    sandbox.ta.type("C0OPS", "/space status team-a")
    assert sandbox.ta.wait_for_message("C0OPS", "heard status team-a").ephemeral_for == "U0TA01"


@pytest.mark.usefixtures("request_url")
def test_a_click_and_an_event_arrive_too(sandbox: Sandbox, app: App) -> None:
    @app.action("run")
    def run(ack: Ack, body: Json, say: Say) -> None:
        ack()
        say(f"clicked {body['actions'][0]['value']}")

    @app.event("app_mention")
    def mentioned(say: Say) -> None:
        say(text="mentioned", blocks=button("Wake", "wake team-a"))

    sandbox.lead.type("C0OPS", "@spacebot hello")
    card = sandbox.lead.wait_for_message("C0OPS", "mentioned")
    sandbox.lead.click(card, "Wake")
    sandbox.lead.wait_for_message("C0OPS", "clicked wake team-a")


def test_unreachable_app_fails_at_once(sandbox: Sandbox) -> None:
    sandbox.slack.deliver_by_http("http://127.0.0.1:9/slack/events")
    sandbox.ta.type("C0OPS", "/space status")
    sandbox.ta.wait_for_message("C0OPS", "dispatch_failed")


def test_an_event_that_failed_is_retried_with_its_number(sandbox: Sandbox) -> None:
    tries: list[str] = []

    async def events(request: Asked) -> Response:
        await request.body()
        tries.append(request.headers.get("X-Slack-Retry-Num", "first"))
        with sandbox.workspace.state_lock.write_lock():
            return Response(status_code=500 if len(tries) < 3 else 200)

    sandbox.slack.dispatcher.retry_seconds = (0.0, 0.0, 0.0)
    with running_server(Starlette(routes=[Route("/", events, methods=["POST"])])) as url:
        sandbox.slack.deliver_by_http(url)
        sandbox.lead.type("C0OPS", "@spacebot hello")
        sandbox.workspace.wait_for(lambda: len(tries) == 3)
    assert tries == ["first", "1", "2"]


def test_no_retry_header_prevents_retries(sandbox: Sandbox) -> None:
    tries: list[float] = []

    async def events(request: Asked) -> Response:
        await request.body()
        tries.append(asyncio.get_running_loop().time())
        return Response(status_code=500, headers={"X-Slack-No-Retry": "1"})

    sandbox.slack.dispatcher.retry_seconds = (0.0, 0.0, 0.0)
    with running_server(Starlette(routes=[Route("/", events, methods=["POST"])])) as url:
        sandbox.slack.deliver_by_http(url)
        sandbox.lead.type("C0OPS", "@spacebot hello")
        sandbox.lead.type("C0OPS", "/space after it")
        sandbox.lead.wait_for_message("C0OPS", "dispatch_failed")
    assert len(tries) == 2


STAMPS = [
    ("signed as Slack does", SECRET, 0.0, 200),
    ("signed with another secret", "other", 0.0, 401),
    ("signed six minutes ago", SECRET, -360.0, 401),
]


@pytest.mark.parametrize(
    ("secret", "age", "status"), [s[1:] for s in STAMPS], ids=[s[0] for s in STAMPS]
)
def test_bolt_accepts_only_a_fresh_valid_signature(
    request_url: str, app: App, secret: str, age: float, status: int
) -> None:
    @app.event("app_mention")
    def mentioned() -> None: ...

    event = {"type": "app_mention", "text": "x", "user": "U0LEAD", "channel": "C0OPS"}
    body = json.dumps({"type": "event_callback", "event": event, "team_id": "T0CLASS"}).encode()
    headers = {
        "Content-Type": "application/json",
        **signature_headers(secret, body, time.time() + age),
    }
    assert _status(Request(request_url, body, headers)) == status


def _status(request: Request) -> int:
    try:
        with urlopen(request) as response:
            return int(response.status)
    except HTTPError as refused:
        with refused:
            return refused.code
