"""The Hub's side of the wire for tests: responds by rules, and records requests."""

import json
import os
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from threading import Thread
from typing import Any

os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"

import httpx2
import pytest
import uvicorn
from huggingface_hub import set_client_factory
from huggingface_hub.utils._http import default_client_factory

from bot.hub import Hub
from bot.hub.client import Client
from bot.sandbox.hub.accounts import Token
from bot.sandbox.hub.app import create_hub_app as app_of
from bot.sandbox.hub.control import World
from bot.sandbox.hub.seed import classroom

NOW = datetime(2026, 9, 29, 12, 0, tzinfo=UTC)
TOKEN = "hf_" + "t0ken" * 7
ENDPOINT = "https://hub.test"

Rule = httpx2.Response | Exception | Callable[[httpx2.Request], httpx2.Response]


@dataclass
class FakeHubApi:
    """Answers `METHOD /path` by its rules in turn, the last one always."""

    rules: dict[str, list[Rule]] = field(default_factory=dict)
    requests: list[httpx2.Request] = field(default_factory=list)

    def reply(self, what: str, *rules: Rule) -> None:
        self.rules[what] = list(rules)

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        rules = self.rules[f"{request.method} {request.url.path}"]
        rule = rules.pop(0) if len(rules) > 1 else rules[0]
        if isinstance(rule, Exception):
            raise rule
        return rule(request) if callable(rule) else copy_response(rule)

    @property
    def request_lines(self) -> list[str]:
        return [f"{request.method} {request.url.raw_path.decode()}" for request in self.requests]

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(request.content) for request in self.requests if request.content]


def copy_response(response: httpx2.Response) -> httpx2.Response:
    """Return a copy of a response, because a response object can be sent only once."""
    return httpx2.Response(response.status_code, headers=response.headers, content=response.content)


def ok(body: Any, **headers: str) -> httpx2.Response:
    return httpx2.Response(200, json=body, headers=headers)


@pytest.fixture
def hub_api() -> FakeHubApi:
    return FakeHubApi()


@pytest.fixture
def make_hub() -> Iterator[Callable[..., Hub]]:
    """Return a function that makes a Hub, over a test transport or real sockets."""

    def make(
        transport: httpx2.BaseTransport | None = None,
        *,
        endpoint: str = ENDPOINT,
        timeout: float = 5.0,
        upload_timeout: float = 180.0,
        now: Callable[[], datetime] = lambda: NOW,
    ) -> Hub:
        hub = Hub(TOKEN, endpoint=endpoint, now=now, timeout=timeout, upload_timeout=upload_timeout)
        if transport is not None:
            client = partial(Client, seconds=timeout, now=now, on_rate_limit=hub._on_rate_limit)
            set_client_factory(partial(client, transport=transport))
        return hub

    yield make
    set_client_factory(default_client_factory)


@pytest.fixture
def hub(hub_api: FakeHubApi, make_hub: Callable[..., Hub]) -> Hub:
    return make_hub(httpx2.MockTransport(hub_api))


@pytest.fixture
def world() -> World:
    world = classroom(spaces=12, clock=NOW.timestamp)
    world.tokens[TOKEN] = Token()
    return world


@pytest.fixture
def endpoint(world: World) -> Iterator[str]:
    config = uvicorn.Config(app_of(world), log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setsockopt(
            socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
        )  # else a body waits for 40 ms
        thread = Thread(target=partial(server.run, sockets=[listener]))
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        world.faults.release()
        server.should_exit = True
        thread.join()


@pytest.fixture
def sandbox_hub(endpoint: str, make_hub: Callable[..., Hub]) -> Hub:
    return make_hub(endpoint=endpoint)
