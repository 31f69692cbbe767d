"""The real client of the Hub, for a world that is served below a path."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import httpx2
from huggingface_hub import HfApi, close_session, constants, set_client_factory
from huggingface_hub.utils import _http
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.network.connections import tls_context
from bot.sandbox.hub.app import create_hub_app
from bot.sandbox.hub.control import World
from tests.contract.sandbox.serving import running_server

TOKEN = "hf_sandbox"


@contextmanager
def hub_api(world: World, *, token: str = TOKEN, timeout: float = 10.0) -> Iterator[HfApi]:
    """Serve *world* at `/hub`, and yield the client; every call ends after *timeout* seconds."""
    with ExitStack() as stack:
        stack.enter_context(_client(timeout))
        url = stack.enter_context(
            running_server(Starlette(routes=[Mount("/hub", create_hub_app(world))]))
        )
        stack.callback(close_session)
        stack.callback(world.faults.release)
        yield HfApi(endpoint=f"{url}/hub", token=token)


@contextmanager
def _client(timeout: float) -> Iterator[None]:
    """
    Give the client a timeout, keep it from asking the Hub of its environment which agents
    there are, and from a store that only the real Hub has. All of it is global to the library,
    so it is put back.
    """
    hooks = {"request": [_http.hf_request_event_hook]}
    telemetry, xet = constants.HF_HUB_DISABLE_TELEMETRY, constants.HF_HUB_DISABLE_XET
    constants.HF_HUB_DISABLE_TELEMETRY = constants.HF_HUB_DISABLE_XET = True
    set_client_factory(
        lambda: httpx2.Client(
            timeout=timeout, follow_redirects=True, event_hooks=hooks, verify=tls_context()
        )
    )
    try:
        yield
    finally:
        set_client_factory(_http.default_client_factory)
        constants.HF_HUB_DISABLE_TELEMETRY, constants.HF_HUB_DISABLE_XET = telemetry, xet
