"""A sandbox, a Web API client without retries, and the real Bolt on the real Socket Mode client."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect
from slack_bolt import App
from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.socket_mode.builtin import SocketModeClient

from bot.sandbox.server import Sandbox
from bot.sandbox.slack.model import Json
from tests.chromium import chromium
from tests.contract.sandbox.clock import FakeTime
from tests.contract.sandbox.page_screen import PHONE, box, open_page
from tests.contract.sandbox.page_stub import PageStub, running_page_stub

ACK_SECONDS = 0.5
Connect = Callable[[App], SocketModeHandler]


@pytest.fixture
def clock() -> FakeTime:
    return FakeTime()


@pytest.fixture
def sandbox(clock: FakeTime) -> Iterator[Sandbox]:
    with Sandbox(clock=clock, ack_seconds=ACK_SECONDS) as running:
        yield running


def client(sandbox: Sandbox, token: str = "xoxb-sandbox", timeout: int = 5) -> WebClient:
    return WebClient(token, base_url=sandbox.slack_api_url, timeout=timeout, retry_handlers=[])


@pytest.fixture
def api(sandbox: Sandbox) -> WebClient:
    return client(sandbox)


@pytest.fixture
def app(api: WebClient) -> Iterator[App]:
    pool = ThreadPoolExecutor(max_workers=8)
    yield App(client=api, listener_executor=pool, signing_secret="sandbox-signing-secret")
    pool.shutdown()


@pytest.fixture
def connect(sandbox: Sandbox) -> Iterator[Connect]:
    """Connects an app over Socket Mode; the connection ends with the test."""
    handlers: list[SocketModeHandler] = []

    def connected(app: App) -> SocketModeHandler:
        handler = SocketModeHandler(app, "xapp-1-A0SPACEBOT-1-sandbox", ping_interval=0.2)
        handlers.append(handler)
        before = sandbox.slack.sockets.connections
        handler.connect()  # type: ignore[no-untyped-call]  # Bolt's own
        sandbox.workspace.wait_for(lambda: sandbox.slack.sockets.connections > before)
        return handler

    yield connected
    for handler in handlers:
        _prevent_reconnect(handler.client)
    sandbox.slack.cut_sockets()  # otherwise each close waits up to 3 s for the end of a read
    for handler in handlers:
        _close(handler)


def _prevent_reconnect(socket_mode: SocketModeClient) -> None:
    """Disable reconnection, and wait for one in progress."""
    socket_mode.default_auto_reconnect_enabled = False
    socket_mode.auto_reconnect_enabled = False
    with socket_mode.connect_operation_lock:
        socket_mode.auto_reconnect_enabled = False


def _close(handler: SocketModeHandler) -> None:
    handler.client.message_queue.put(None)  # otherwise its reader sleeps for a second
    # close() would wait for the reader, which may read with an older connection's state: without
    # end (see tests/unit/listeners/socket_mode/test_client_reader.py).
    handler.client.current_session_runner.event.set()
    handler.client.current_session_runner.thread = None  # type: ignore[assignment]
    try:
        handler.close()  # type: ignore[no-untyped-call]  # Bolt's own
    except AttributeError:  # the client trips over a socket that ends at the same moment
        handler.close()  # type: ignore[no-untyped-call]  # Bolt's own


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def stub() -> Iterator[PageStub]:
    with running_page_stub() as stub:
        yield stub


@pytest.fixture
def viewport() -> ViewportSize:
    """A common phone; tests that depend on the width run on both sizes."""
    return PHONE


@pytest.fixture
def page(browser: Browser, stub: PageStub, viewport: ViewportSize) -> Iterator[Page]:
    """The page of the stub, without the tour."""
    with open_page(browser, stub.url, viewport) as page:
        expect(box(page)).to_have_attribute("placeholder", re.compile("/space status"))
        yield page


def button(label: str, value: str) -> list[Json]:
    text = {"type": "plain_text", "text": label}
    element = {"type": "button", "text": text, "action_id": "run", "value": value}
    return [{"type": "actions", "elements": [element]}]


def modal(title: str = "Rename", callback_id: str = "rename", **more: Any) -> Json:
    """A modal with one required field: block `name`, action `text`."""
    field = {"type": "plain_text_input", "action_id": "text"}
    label = {"type": "plain_text", "text": "Name"}
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": {"type": "plain_text", "text": title},
        "submit": {"type": "plain_text", "text": "Send"},
        "blocks": [{"type": "input", "block_id": "name", "label": label, "element": field}],
        **more,
    }
