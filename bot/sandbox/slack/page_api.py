"""The page's endpoints of Slack: the state to show, and the actions of its person."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.sandbox.slack import page_state
from bot.sandbox.slack.app import Slack
from bot.sandbox.slack.errors import InvalidAction, SlackError
from bot.sandbox.slack.model import Json, Message

LONG_POLL_SECONDS = 20.0
PageAction = Callable[[Json], Any]


class PageApi:
    """Handles the page's requests. *closing* ends long polls, so that the server can stop."""

    def __init__(self, slack: Slack, closing: asyncio.Event) -> None:
        self._slack = slack
        self._workspace = slack.workspace
        self._closing = closing

    def routes(self) -> list[BaseRoute]:
        """Return the page's routes."""
        actions = (self.type, self.edit, self.click, self.submit, self.close, self.shortcut)
        return [
            Route("/sandbox/state", self.state),
            Route("/sandbox/shortcuts", self.shortcuts),
            Route("/sandbox/files", self.upload_file, methods=["POST"]),
            Route("/sandbox/files/{id}/{name:path}", self.download_file),
            *(Route(f"/sandbox/{v.__name__}", page_route(v), methods=["POST"]) for v in actions),
        ]

    async def state(self, request: Request) -> Response:
        """Return the state once it is newer than `after`, at the latest after 20 seconds."""
        query = request.query_params
        try:
            conversation = self._workspace.directory.visible_channel(
                query["channel"], query["person"]
            )
            after = int(query.get("after") or 0)
        except (InvalidAction, KeyError, ValueError) as problem:
            return error_response(f"This state cannot be shown: {problem}")
        await self._wait_for_change(after)
        return JSONResponse(
            page_state.page_state(self._workspace, query["person"], conversation.id)
        )

    async def _wait_for_change(self, after: int) -> None:
        changed = asyncio.Event()
        loop = asyncio.get_running_loop()
        with self._workspace.state_lock.watch_changes(lambda: _set_event(loop, changed)):
            if self._workspace.state_lock.version > after or self._closing.is_set():
                return
            waits = [asyncio.ensure_future(e.wait()) for e in (changed, self._closing)]
            await asyncio.wait(
                waits, timeout=LONG_POLL_SECONDS, return_when=asyncio.FIRST_COMPLETED
            )
            for wait in waits:
                wait.cancel()

    async def shortcuts(self, _request: Request) -> Response:
        """Return the app's shortcuts."""
        known = self._workspace.installation.shortcuts
        return JSONResponse(
            [{"callback_id": s.callback_id, "name": s.name, "type": s.type} for s in known]
        )

    async def upload_file(self, request: Request) -> Response:
        """Store a file for the composer or a modal."""
        async with request.form() as form:
            part = form.get("file")
            if part is None or isinstance(part, str):
                return error_response("No file arrived: the form needs a field called “file”.")
            content = await part.read()
            name = part.filename or "file"
        user = request.query_params.get("person", "")
        file = self._workspace.files.add(name, content, user)
        return JSONResponse({"id": file.id, "name": file.name, "size": len(content)})

    async def download_file(self, request: Request) -> Response:
        """Return a file. Only images are displayed, because uploaded HTML must not run here."""
        try:
            file = self._workspace.files.get(request.path_params["id"])
        except SlackError:
            return error_response("There's no such file.", 404)
        kind = file.mimetype if file.mimetype.startswith("image/") else "application/octet-stream"
        headers = {
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(file.content, media_type=kind, headers=headers)

    def type(self, body: Json) -> None:
        """Send a message or a slash command."""
        self._slack.composer.type(
            body["person"],
            body["channel"],
            body["text"],
            body.get("thread_ts") or "",
            body.get("files") or (),
        )

    def edit(self, body: Json) -> None:
        """Edit a message."""
        self._slack.composer.edit(body["person"], body["channel"], body["ts"], body["text"])

    def click(self, body: Json) -> None:
        """Tap an element of a message or modal."""
        reserved = ("person", "channel", "ts", "view_id", "block_id", "values", "type")
        selection = {k: v for k, v in body.items() if k not in reserved}
        interactions = self._slack.interactions
        if body.get("view_id"):
            view = self._workspace.modals.find(body["view_id"])
            values = body.get("values") or {}
            interactions.click_view(body["person"], view, body["block_id"], selection, values)
        else:
            interactions.click(
                body["person"], self._find_message(body), body["block_id"], selection
            )

    def submit(self, body: Json) -> None:
        """Submit a modal."""
        view = self._workspace.modals.find(body["view_id"])
        self._slack.interactions.submit(body["person"], view, body.get("values") or {})

    def close(self, body: Json) -> None:
        """Close a modal."""
        view = self._workspace.modals.find(body["view_id"])
        self._slack.interactions.close(body["person"], view)

    def shortcut(self, body: Json) -> None:
        """Use a shortcut."""
        interactions = self._slack.interactions
        if body.get("ts"):
            interactions.message_shortcut(
                body["person"], self._find_message(body), body["callback_id"]
            )
        else:
            interactions.shortcut(body["person"], body["callback_id"])

    def _find_message(self, body: Json) -> Message:
        conversation = self._workspace.directory.visible_channel(body["channel"], body["person"])
        message = self._workspace.message_store.get(conversation.id, body["ts"])
        if message.ephemeral_for not in ("", body["person"]):
            raise InvalidAction("That message was only for someone else.")
        return message


ERROR_SENTENCES = {
    "message_not_found": "That message no longer exists.",
    "not_found": "That form is no longer open.",
    "file_not_found": "That file no longer exists. Attach it again.",
    "user_not_found": "There's no such person here.",
}


def page_route(action: PageAction) -> Callable[[Request], Awaitable[Response]]:
    """Return a route that passes the posted JSON to *action* and returns errors as text."""

    async def route(request: Request) -> Response:
        try:
            result = action(await request.json())
        except InvalidAction as mistake:
            return error_response(str(mistake))
        except SlackError as problem:
            return error_response(ERROR_SENTENCES.get(problem.code, f"Slack says: {problem.code}."))
        except (KeyError, ValueError, AttributeError) as problem:
            return error_response(f"The page sent something unexpected: {problem!r}.")
        return JSONResponse(result or {"ok": True})

    return route


def error_response(message: str, status: int = 400) -> JSONResponse:
    """Return an error whose message the page shows."""
    return JSONResponse({"error": message}, status)


def _set_event(loop: asyncio.AbstractEventLoop, event: asyncio.Event) -> None:
    loop.call_soon_threadsafe(event.set)
