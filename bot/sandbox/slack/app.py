"""The sandbox's Slack put together: its state, its doors, its deliveries and its people."""

import asyncio
from typing import Literal

from starlette.routing import BaseRoute, Route, WebSocketRoute

from bot.sandbox.slack.actor import Actor
from bot.sandbox.slack.channel_admin import ChannelAdmin
from bot.sandbox.slack.delivery import Dispatcher
from bot.sandbox.slack.events import Events
from bot.sandbox.slack.faults import Faults
from bot.sandbox.slack.http_delivery import HttpDelivery
from bot.sandbox.slack.interactions import Interactions
from bot.sandbox.slack.socket_mode import SocketMode
from bot.sandbox.slack.typing import Composer
from bot.sandbox.slack.web_api import WebApi
from bot.sandbox.slack.workspace import Workspace


class Slack:
    """One Slack. Between `start` and `stop` it delivers; its state outlives both."""

    def __init__(self, workspace: Workspace, *, ack_seconds: float = 3.0) -> None:
        self.workspace = workspace
        self.faults = Faults()
        self.sockets = SocketMode(workspace, self.faults)
        self.dispatcher = Dispatcher(self.sockets, ack_seconds=ack_seconds)
        self.sockets.on_connect = self.dispatcher.retry_now
        self.events = Events(workspace, self.dispatcher)
        self.channels = ChannelAdmin(workspace, self.events)
        self.composer = Composer(workspace, self.dispatcher, self.channels)
        self.interactions = Interactions(workspace, self.dispatcher)
        self._released = asyncio.Event()
        self._web = WebApi(workspace, self.faults, self._released)

    def routes(self) -> list[BaseRoute]:
        web = self._web
        return [
            Route("/api/{method}", web.call_method, methods=["GET", "POST"]),
            Route("/hooks/{id}", web.post_to_response_url, methods=["POST"]),
            Route("/upload/v1/{id}", web.upload, methods=["POST"]),
            Route("/files-pri/{file}/{rest:path}", web.download),
            Route("/signin", web.sign_in),
            WebSocketRoute("/link/", self.sockets.endpoint),
        ]

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        self.dispatcher.start(loop)

    def stop(self) -> None:
        """Ends every silence and every delivery. On the event loop only."""
        self._released.set()
        self.dispatcher.stop()

    def person(self, id: str) -> Actor:
        user = self.workspace.directory.people[id]
        return Actor(user, self.workspace, self.composer, self.interactions)

    @property
    def state(self) -> Literal["up", "down"]:
        return "down" if self.faults.state == "down" else "up"

    def go_down(self) -> None:
        """Answers nothing from now on, and every socket dies."""
        self.faults.state = "down"
        self.dispatcher.call_on_loop(self._released.clear)
        self.cut_sockets()

    def come_up(self) -> None:
        self.faults.state = "up"
        self.dispatcher.call_on_loop(self._released.set)
        self.dispatcher.call_on_loop(self._released.clear)

    def cut_sockets(self) -> None:
        """Every socket dies without a close frame."""
        self.dispatcher.call_on_loop(self.sockets.cut)

    def request_reconnect(self, reason: str = "refresh_requested") -> None:
        """Sends `disconnect`, as Slack does every few hours."""
        self.dispatcher.start_task(self.sockets.disconnect(reason))

    def deliver_twice(self, times: int = 1) -> None:
        """The next envelopes arrive twice each."""
        self.sockets.duplicates += times

    def deliver_as_both_kinds(self, times: int = 1) -> None:
        """The next mentions in direct messages arrive as `message.im` and as `app_mention`."""
        self.events.mentions_to_duplicate += times

    def deliver_by_http(self, request_url: str) -> None:
        """HTTP mode: signed POSTs to the app instead of sockets."""
        secret = self.workspace.installation.signing_secret
        self.dispatcher.transport = HttpDelivery(request_url, secret)

    @property
    def bot_is_listening(self) -> bool:
        return bool(self.sockets.open_sockets) or isinstance(
            self.dispatcher.transport, HttpDelivery
        )
