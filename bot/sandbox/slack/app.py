"""The simulated Slack: its state, its endpoints, its deliveries and its people."""

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
    """A simulated Slack. It delivers between `start` and `stop`; its state outlives both."""

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
        """Return the routes of the Web API, response URLs, files and sockets."""
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
        """Start to deliver on *loop*."""
        self.dispatcher.start(loop)

    def stop(self) -> None:
        """Release hanging requests and cancel deliveries. Must run on the event loop."""
        self._released.set()
        self.dispatcher.stop()

    def person(self, id: str) -> Actor:
        """Return the actor for a person's id."""
        user = self.workspace.directory.people[id]
        return Actor(user, self.workspace, self.composer, self.interactions)

    @property
    def state(self) -> Literal["up", "down"]:
        """Whether Slack responds."""
        return "down" if self.faults.state == "down" else "up"

    def go_down(self) -> None:
        """Stop responding, and close every socket without a close frame."""
        self.faults.state = "down"
        self.dispatcher.call_on_loop(self._released.clear)
        self.cut_sockets()

    def come_up(self) -> None:
        """Respond again, and release the hanging requests."""
        self.faults.state = "up"
        self.dispatcher.call_on_loop(self._released.set)
        self.dispatcher.call_on_loop(self._released.clear)

    def cut_sockets(self) -> None:
        """Close every socket without a close frame."""
        self.dispatcher.call_on_loop(self.sockets.cut)

    def request_reconnect(self, reason: str = "refresh_requested") -> None:
        """Send `disconnect`, as Slack does every few hours."""
        self.dispatcher.start_task(self.sockets.disconnect(reason))

    def deliver_twice(self, times: int = 1) -> None:
        """Deliver each of the next envelopes twice."""
        self.sockets.duplicates += times

    def deliver_as_both_kinds(self, times: int = 1) -> None:
        """Deliver the next mentions in direct messages as `message.im` and as `app_mention`."""
        self.events.mentions_to_duplicate += times

    def deliver_by_http(self, request_url: str) -> None:
        """Switch to HTTP mode: deliver by signed POST instead of sockets."""
        secret = self.workspace.installation.signing_secret
        self.dispatcher.transport = HttpDelivery(request_url, secret)

    @property
    def bot_is_listening(self) -> bool:
        """Whether the bot has an open socket or HTTP mode is on."""
        return bool(self.sockets.open_sockets) or isinstance(
            self.dispatcher.transport, HttpDelivery
        )
