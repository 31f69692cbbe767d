"""The real adapter of the Hub against a sandbox Hub on loopback."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from threading import Thread

import uvicorn
from huggingface_hub import set_client_factory
from huggingface_hub.utils._http import default_client_factory

from bot.hub import Hub
from bot.sandbox.hub.app import create_hub_app
from bot.sandbox.hub.control import World
from tests.fakes import FakeClock


@contextmanager
def serve(world: World, clock: FakeClock, token: str) -> Iterator[Hub]:
    """Yield the adapter, connected to a server of *world*."""
    config = uvicorn.Config(create_hub_app(world), log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=partial(server.run, sockets=[listening]))
        thread.start()
        endpoint = f"http://127.0.0.1:{listening.getsockname()[1]}"
        hub = Hub(token, endpoint=endpoint, now=clock, timeout=5.0)
        yield hub
        hub.close()
        set_client_factory(default_client_factory)
        world.faults.release()
        server.should_exit = True
        thread.join()
