"""A server with the page's contract that records what the page sent. No Slack, no bot."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

import bot.sandbox
from tests.contract.sandbox.serving import running_server

Json = dict[str, Any]
PAGE = Path(bot.sandbox.__file__).parent / "page"
LONG_POLL = 20.0
PEOPLE = [
    {"id": "U0LEAD", "name": "Dana", "title": "Course lead"},
    {"id": "U0TA01", "name": "Tomás", "title": "Teaching assistant"},
    {"id": "U0STUD", "name": "Sam", "title": "Student"},
]
CHANNELS = [
    {"id": "C0OPS", "name": "space-ops", "kind": "channel", "unread": 0},
    {"id": "C0SEC1", "name": "section-1", "kind": "channel", "unread": 2},
]
SCENARIOS = [
    {"id": "edit_failed", "group": "Slack", "label": "An edit fails"},
    {"id": "list_fails", "group": "Hub", "label": "3 lists fail"},
]
COMPLETIONS = [
    {"line": f"/space {name}", "usage": f"/space {name} [targets]", "help": f"What {name} does"}
    for name in ("logs", "restart", "status", "wake", "watch")
]
STAGES = ("RUNTIME_ERROR", "SLEEPING", "BUILDING", "RUNNING")


class PageStub:
    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.version = 1
        self.closed = False
        self.posts: list[tuple[str, Json]] = []
        self.state: Json = {
            "command": "/space",
            "examples": ["/space status", "/space wake all", "/space help"],
            "completions": COMPLETIONS,
            "messages": [],
            "view": None,
            "pushes": [],
        }
        self.answers: dict[str, tuple[int, Json]] = {}
        self.url = ""

    def change(self, **fields: Any) -> None:
        """Change the state, and answer every page that waits."""
        with self.changed:
            self.state |= fields
            self.version += 1
            self.changed.notify_all()

    def bodies(self, path: str) -> list[Json]:
        with self.changed:
            return [body for posted, body in self.posts if posted == path]

    def wait_for(self, path: str, count: int = 1) -> list[Json]:
        """Return the bodies posted to *path*, once there are *count*."""
        with self.changed:
            enough = self.changed.wait_for(lambda: len(self.bodies(path)) >= count, timeout=10)
        assert enough, f"The page sent {self.posts} and not {count} × {path}."
        return self.bodies(path)

    def close(self) -> None:
        with self.changed:
            self.closed = True
            self.changed.notify_all()

    def visible_state(self, person: str, channel: str, after: int) -> Json:
        with self.changed:
            self.changed.wait_for(lambda: self.closed or self.version != after, timeout=LONG_POLL)
            me = next(p for p in PEOPLE if p["id"] == person)
            dm = {"id": f"D{me['id'][1:]}", "name": "spacebot", "kind": "dm", "unread": 0}
            state = self.state if channel != "C0SEC1" else self.state | {"messages": []}
            return {
                "version": self.version,
                "me": me,
                "people": PEOPLE,
                "channels": [*CHANNELS, dm],
                **state,
            }

    def reply_to(self, path: str, body: Json) -> tuple[int, Json]:
        with self.changed:
            self.posts.append((path, body))
            self.changed.notify_all()
            return self.answers.get(path, (200, {"ok": True}))

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/", lambda _: FileResponse(PAGE / "index.html")),
                Mount("/assets", StaticFiles(directory=PAGE)),
                Route("/sandbox/state", self._state),
                Route("/sandbox/shortcuts", self._shortcuts),
                Route("/sandbox/hub", self._hub),
                Route("/sandbox/files", self._files, methods=["POST"]),
                Route("/sandbox/{what}", self._post, methods=["POST"]),
            ]
        )

    async def _state(self, request: Request) -> Response:
        query = request.query_params
        person, channel = query.get("person", ""), query.get("channel", "")
        places = {c["id"] for c in CHANNELS} | {f"D{person[1:]}"}
        if channel not in places or person not in {p["id"] for p in PEOPLE}:
            return JSONResponse({"error": "No such person."}, 400)
        after = int(query["after"])
        return JSONResponse(await run_in_threadpool(self.visible_state, person, channel, after))

    async def _shortcuts(self, _: Request) -> Response:
        upload = {"callback_id": "upload_files", "name": "Upload to a Space", "type": "message"}
        status = {"callback_id": "space_status", "name": "Space status", "type": "global"}
        return JSONResponse([upload, status])

    async def _hub(self, _: Request) -> Response:
        spaces = [
            {
                "id": f"ifcore-org/ifcore-team-{n}",
                "short": f"team-{n}",
                "stage": STAGES[n % 4],
                "error": "" if n % 4 else "ModuleNotFoundError: No module named 'ifc'",
            }
            for n in range(1, 13)
        ]
        state = {"spaces": spaces, "hub": "up", "slack": "up", "bot": "up"}
        return JSONResponse({**state, "scenarios": SCENARIOS, "waiting": 2})

    async def _files(self, request: Request) -> Response:
        async with request.form() as form:
            file = form["file"]
            assert not isinstance(file, str)
            content = await file.read()
        stored = {"id": f"F{len(self.posts)}", "name": file.filename, "size": len(content)}
        self.reply_to("/sandbox/files", {**stored, "person": request.query_params["person"]})
        return JSONResponse(stored)

    async def _post(self, request: Request) -> Response:
        status, answer = self.reply_to(request.url.path, await request.json())
        return JSONResponse(answer, status)


@contextmanager
def running_page_stub() -> Iterator[PageStub]:
    """Serve the stub on a free port; every page that waits is answered before it stops."""
    stub = PageStub()
    with running_server(stub.app()) as stub.url:
        try:
            yield stub
        finally:
            stub.close()
