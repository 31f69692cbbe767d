"""The sandbox's Slack put together: its state, its doors, its deliveries and its people."""

import asyncio
from typing import Literal

from starlette.routing import BaseRoute, Route, WebSocketRoute

from bot.sandbox.slack.actor import Actor
from bot.sandbox.slack.channel_admin import ChannelAdmin
from bot.sandbox.slack.delivery import Courier
from bot.sandbox.slack.events import Events
from bot.sandbox.slack.faults import Faults
from bot.sandbox.slack.http_delivery import HttpDelivery
from bot.sandbox.slack.interactions import Interactions
from bot.sandbox.slack.socket_mode import SocketMode
from bot.sandbox.slack.speech import Speech
from bot.sandbox.slack.web_api import WebApi
from bot.sandbox.slack.workspace import Workspace


class Slack:
    """One Slack. Between `start` and `stop` it delivers; its state outlives both."""

    def __init__(self, workspace: Workspace, *, ack_seconds: float = 3.0) -> None:
        self.workspace = workspace
        self.faults = Faults()
        self.sockets = SocketMode(workspace, self.faults)
        self.courier = Courier(self.sockets, ack_seconds=ack_seconds)
        self.sockets.on_connect = self.courier.app_is_back
        self.events = Events(workspace, self.courier)
        self.channels = ChannelAdmin(workspace, self.events)
        self.speech = Speech(workspace, self.courier, self.channels)
        self.interactions = Interactions(workspace, self.courier)
        self._released = asyncio.Event()
        self._web = WebApi(workspace, self.faults, self._released)

    def routes(self) -> list[BaseRoute]:
        web = self._web
        return [
            Route("/api/{method}", web.method, methods=["GET", "POST"]),
            Route("/hooks/{id}", web.hook, methods=["POST"]),
            Route("/upload/v1/{id}", web.upload, methods=["POST"]),
            Route("/files-pri/{file}/{rest:path}", web.download),
            Route("/signin", web.sign_in),
            WebSocketRoute("/link/", self.sockets.endpoint),
        ]

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        self.courier.start(loop)

    def stop(self) -> None:
        """Ends every silence and every delivery. On the event loop only."""
        self._released.set()
        self.courier.stop()

    def person(self, id: str) -> Actor:
        who = self.workspace.rooms.people[id]
        return Actor(who, self.workspace, self.speech, self.interactions)

    @property
    def state(self) -> Literal["up", "down"]:
        return "down" if self.faults.slack == "down" else "up"

    def go_down(self) -> None:
        """Answers nothing from now on, and every socket dies."""
        self.faults.slack = "down"
        self.courier.on_loop(self._released.clear)
        self.cut_sockets()

    def come_up(self) -> None:
        self.faults.slack = "up"
        self.courier.on_loop(self._released.set)
        self.courier.on_loop(self._released.clear)

    def cut_sockets(self) -> None:
        """Every socket dies without a close frame."""
        self.courier.on_loop(self.sockets.cut)

    def ask_to_reconnect(self, reason: str = "refresh_requested") -> None:
        """Sends `disconnect`, as Slack does every few hours."""
        self.courier.run(self.sockets.disconnect(reason))

    def deliver_twice(self, times: int = 1) -> None:
        """The next envelopes arrive twice each."""
        self.sockets.duplicates += times

    def deliver_as_both_kinds(self, times: int = 1) -> None:
        """The next mentions in direct messages arrive as `message.im` and as `app_mention`."""
        self.events.as_both_kinds += times

    def deliver_by_http(self, request_url: str) -> None:
        """HTTP mode: signed POSTs to the app instead of sockets."""
        secret = self.workspace.installation.signing_secret
        self.courier.carrier = HttpDelivery(request_url, secret)

    @property
    def bot_is_listening(self) -> bool:
        return bool(self.sockets.links) or isinstance(self.courier.carrier, HttpDelivery)
