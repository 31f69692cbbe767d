"""What the page asks of Slack: the state to draw, and what the person before it does."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.sandbox.slack import scenery
from bot.sandbox.slack.app import Slack
from bot.sandbox.slack.errors import Mistake, SlackError
from bot.sandbox.slack.nouns import Json, Message

LONG_POLL_SECONDS = 20.0
Verb = Callable[[Json], Any]


class PageApi:
    """`closing` sends every waiting page away, so that the server can stop."""

    def __init__(self, slack: Slack, closing: asyncio.Event) -> None:
        self._slack = slack
        self._workspace = slack.workspace
        self._closing = closing

    def routes(self) -> list[BaseRoute]:
        verbs = (self.type, self.edit, self.click, self.submit, self.close, self.shortcut)
        return [
            Route("/sandbox/state", self.state),
            Route("/sandbox/shortcuts", self.shortcuts),
            Route("/sandbox/files", self.keep, methods=["POST"]),
            Route("/sandbox/files/{id}/{name:path}", self.file),
            *(Route(f"/sandbox/{v.__name__}", posted(v), methods=["POST"]) for v in verbs),
        ]

    async def state(self, request: Request) -> Response:
        """A long poll: at once when there is news, else when there is, or after a while."""
        query = request.query_params
        try:
            room = self._workspace.rooms.visible(query["channel"], query["person"])
            after = int(query.get("after") or 0)
        except (Mistake, KeyError, ValueError) as problem:
            return refusal(f"This state cannot be shown: {problem}")
        await self._news(after)
        return JSONResponse(scenery.state(self._workspace, query["person"], room.id))

    async def _news(self, after: int) -> None:
        news = asyncio.Event()
        loop = asyncio.get_running_loop()
        with self._workspace.pulse.watching(lambda: _wake(loop, news)):
            if self._workspace.pulse.version > after or self._closing.is_set():
                return
            waits = [asyncio.ensure_future(e.wait()) for e in (news, self._closing)]
            await asyncio.wait(
                waits, timeout=LONG_POLL_SECONDS, return_when=asyncio.FIRST_COMPLETED
            )
            for wait in waits:
                wait.cancel()

    async def shortcuts(self, _request: Request) -> Response:
        known = self._workspace.installation.shortcuts
        return JSONResponse(
            [{"callback_id": s.callback_id, "name": s.name, "type": s.type} for s in known]
        )

    async def keep(self, request: Request) -> Response:
        async with request.form() as form:
            part = form.get("file")
            if part is None or isinstance(part, str):
                return refusal("No file arrived: the form needs a field called “file”.")
            content = await part.read()
            name = part.filename or "file"
        user = request.query_params.get("person", "")
        file = self._workspace.shelf.keep(name, content, user)
        return JSONResponse({"id": file.id, "name": file.name, "size": len(content)})

    async def file(self, request: Request) -> Response:
        """Shown as a download and nothing else: a stranger's HTML must not run here."""
        try:
            file = self._workspace.shelf.get(request.path_params["id"])
        except SlackError:
            return refusal("There is no such file.", 404)
        kind = file.mimetype if file.mimetype.startswith("image/") else "application/octet-stream"
        headers = {
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(file.content, media_type=kind, headers=headers)

    def type(self, asked: Json) -> None:
        self._slack.speech.type(
            asked["person"],
            asked["channel"],
            asked["text"],
            asked.get("thread_ts") or "",
            asked.get("files") or (),
        )

    def edit(self, asked: Json) -> None:
        self._slack.speech.edit(asked["person"], asked["channel"], asked["ts"], asked["text"])

    def click(self, asked: Json) -> None:
        known = ("person", "channel", "ts", "view_id", "block_id", "values", "type")
        given = {k: v for k, v in asked.items() if k not in known}
        interactions = self._slack.interactions
        if asked.get("view_id"):
            view = self._workspace.modals.find(asked["view_id"])
            values = asked.get("values") or {}
            interactions.click_view(asked["person"], view, asked["block_id"], given, values)
        else:
            interactions.click(asked["person"], self._said(asked), asked["block_id"], given)

    def submit(self, asked: Json) -> None:
        view = self._workspace.modals.find(asked["view_id"])
        self._slack.interactions.submit(asked["person"], view, asked.get("values") or {})

    def close(self, asked: Json) -> None:
        view = self._workspace.modals.find(asked["view_id"])
        self._slack.interactions.close(asked["person"], view)

    def shortcut(self, asked: Json) -> None:
        interactions = self._slack.interactions
        if asked.get("ts"):
            interactions.message_shortcut(asked["person"], self._said(asked), asked["callback_id"])
        else:
            interactions.shortcut(asked["person"], asked["callback_id"])

    def _said(self, asked: Json) -> Message:
        room = self._workspace.rooms.visible(asked["channel"], asked["person"])
        said = self._workspace.timeline.get(room.id, asked["ts"])
        if said.ephemeral_for not in ("", asked["person"]):
            raise Mistake("That message was only for somebody else.")
        return said


SENTENCES = {
    "message_not_found": "That message is not there any more.",
    "not_found": "That dialog is not open any more.",
    "file_not_found": "That file is not there any more: attach it again.",
    "user_not_found": "There is no such person here.",
}


def posted(verb: Verb) -> Callable[[Request], Awaitable[Response]]:
    """A route that hands the posted JSON to the verb; what goes wrong becomes a sentence."""

    async def route(request: Request) -> Response:
        try:
            done = verb(await request.json())
        except Mistake as mistake:
            return refusal(str(mistake))
        except SlackError as problem:
            return refusal(SENTENCES.get(problem.code, f"Slack says: {problem.code}."))
        except (KeyError, ValueError, AttributeError) as problem:
            return refusal(f"The page sent something unexpected: {problem!r}.")
        return JSONResponse(done or {"ok": True})

    return route


def refusal(sentence: str, status: int = 400) -> JSONResponse:
    return JSONResponse({"error": sentence}, status)


def _wake(loop: asyncio.AbstractEventLoop, event: asyncio.Event) -> None:
    loop.call_soon_threadsafe(event.set)
