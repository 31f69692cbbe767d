"""The real adapter of the Hub against a sandbox Hub on loopback, which serves its apps too."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from threading import Thread
from typing import Any

import uvicorn
from huggingface_hub import set_client_factory
from huggingface_hub.utils._http import default_client_factory
from starlette.applications import Starlette
from starlette.routing import Host, Mount

from bot.hub import Hub
from bot.sandbox.hub.accounts import Token
from bot.sandbox.hub.app import create_hub_app
from bot.sandbox.hub.control import World
from bot.sandbox.hub.routes_app import create_app_server
from bot.sandbox.hub.seed import classroom
from bot.service import Bot
from tests.fakes import FakeClock
from tests.requests import tick

TOKEN = "hf_" + "t0ken" * 7


def make_world(spaces: int, clock: FakeClock, **options: Any) -> World:
    """Return a class with *spaces* Spaces on *clock*, whose Hub knows `TOKEN`."""
    world = classroom(spaces=spaces, clock=lambda: clock().timestamp(), **options)
    world.tokens[TOKEN] = Token()
    return world


def run_rounds(bot: Bot, clock: FakeClock, seconds: int) -> None:
    """Advance and deliver every ten seconds."""
    for _ in range(seconds // 10):
        tick(bot, clock, 10)


@contextmanager
def serve(
    world: World, clock: FakeClock, token: str = TOKEN, upload_timeout: float = 180.0
) -> Iterator[Hub]:
    """Yield the adapter, connected to a server of *world*."""
    with serve_world(world) as endpoint:
        hub = Hub(token, endpoint=endpoint, now=clock, timeout=5.0, upload_timeout=upload_timeout)
        yield hub
        hub.close()
        set_client_factory(default_client_factory)


@contextmanager
def serve_world(world: World) -> Iterator[str]:
    """Yield the address of a server of *world*; each app has a host below it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setsockopt(
            socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
        )  # else a body waits for 40 ms
        port = listening.getsockname()[1]
        world.serve_apps_below(f"localhost:{port}")
        apps = Host("{subdomain}.localhost", create_app_server(world, "/login"))
        app = Starlette(routes=[apps, Mount("/", create_hub_app(world))])
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        thread = Thread(target=partial(server.run, sockets=[listening]))
        thread.start()
        yield f"http://127.0.0.1:{port}"
        world.faults.release()
        server.should_exit = True
        thread.join()
