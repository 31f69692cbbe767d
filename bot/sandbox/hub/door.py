"""
The door that every call of the API goes through, in this order: it is written down, it waits
if the Hub is in trouble, it is counted, its token is checked, and only then it is answered.
"""

import asyncio
import contextlib
import json
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.sandbox.hub.accounts import Token, bearer, check
from bot.sandbox.hub.faults import Fault, Faults
from bot.sandbox.hub.fleet import Call
from bot.sandbox.hub.refusal import Refused, too_many
from bot.sandbox.hub.visit import Json, Visit, base_of, space_id
from bot.sandbox.hub.world import World

EXPOSED = "X-Repo-Commit,X-Request-Id,X-Error-Code,X-Error-Message,X-Total-Count,ETag,Link"
TICK = 0.02  # seconds between two looks whether a hanging call may go on

Answer = Callable[[Visit], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Door:
    """
    The way into one call; an *act* changes something and needs a token that may write.

    A *public* one is another company's: its address is the permission, and a token beside it is
    refused, as Amazon's S3 does.
    """

    world: World
    base: str
    call: str
    answer: Answer
    act: bool = False
    public: bool = False

    async def enter(self, request: Request) -> Response:
        await request.body()  # read now, so that a closed connection can be noticed later
        self._write_down(request)
        try:
            response = await self._let_in(request)
        except Refused as refusal:
            response = refused(refusal)
        return self._stamped(response)

    def _write_down(self, request: Request) -> None:
        path = _path(request)
        now = self.world.now()
        self.world.note(Call(self.call, request.method, path, request.url.query, now))

    async def _let_in(self, request: Request) -> Response:
        faults = self.world.faults
        spaces = await _spaces(request, self.call)
        await _weather(faults, request)
        self._count()
        visit = Visit(self.world, request, self._token(request), self.base or base_of(request))
        struck = faults.strike(self.call, spaces, act=self.act)
        if instead := await _strike(struck, faults, request):
            return instead
        response = self._moved(visit) or await self.answer(visit)
        struck = faults.strike(self.call, spaces, act=self.act, after=True)
        return await _strike(struck, faults, request) or response

    def _count(self) -> None:
        budget, now = self.world.faults.budget, self.world.now()
        if not budget.spend(now):
            raise too_many(budget.wait(now))

    def _token(self, request: Request) -> Token | None:
        if self.public:
            if "authorization" in request.headers:
                raise Refused(400, "Only one auth mechanism allowed")
            return None
        given = bearer(request.headers.get("authorization", ""))
        token = self.world.tokens.get(given) if given else None
        repo = space_id(request) is not None
        check(token, given=given is not None, call=self.call, act=self.act, repo=repo)
        return token

    def _moved(self, visit: Visit) -> Response | None:
        new = self.world.moved.get(visit.id)
        if new is None:
            return None
        path = _path(visit.request).replace(visit.id, new, 1)
        query = visit.request.url.query
        return RedirectResponse(f"{visit.base}{path}{'?' if query else ''}{query}", 307)

    def _stamped(self, response: Response) -> Response:
        faults = self.world.faults
        stamps = {
            "X-Powered-By": "huggingface-moon",
            "X-Request-Id": f"Root=1-{uuid.uuid4().hex[:8]}-{uuid.uuid4().hex[:24]}",
            "Access-Control-Expose-Headers": EXPOSED,
        }
        if faults.tell_budget:
            stamps |= faults.budget.headers(self.world.now())
        for name, value in stamps.items():
            response.headers.setdefault(name, value)
        return response


def refused(refusal: Refused) -> Response:
    """Return a refusal as the Hub words it: in the body and in the headers."""
    words = " ".join(refusal.message.split())
    headers = {"X-Error-Message": words.encode("ascii", "replace").decode()}
    if refusal.code:
        headers["X-Error-Code"] = refusal.code
    body = {"error": refusal.message, **refusal.extra}
    return Json(body, refusal.status, headers=headers | refusal.headers)


def _path(request: Request) -> str:
    path, root = request.scope["path"], request.scope.get("root_path", "")
    return str(path).removeprefix(str(root))


async def _spaces(request: Request, call: str) -> frozenset[str]:
    """Return the ids that a call is about: in its path, or in its body when it makes or deletes."""
    named = {space_id(request)}
    if call in {"create", "duplicate", "delete"}:
        with contextlib.suppress(ValueError, AttributeError):  # the answer will complain
            body = json.loads(await request.body())
            named |= {body.get("repository"), f"{body.get('organization')}/{body.get('name')}"}
    return frozenset(name for name in named if name)


async def _weather(faults: Faults, request: Request) -> None:
    wait = faults.latency + (faults.slow if faults.hub == "slow" else 0.0)
    if wait:
        await asyncio.sleep(wait)
    await _hang(faults, request, lambda: faults.hub == "down")


async def _strike(fault: Fault | None, faults: Faults, request: Request) -> Response | None:
    if fault is None:
        return None
    if fault.kind == "answer":
        return _unexpected(fault, request)
    if fault.kind == "hang":
        await _hang(faults, request, lambda: faults.holds(fault))
        return None
    raise Refused(fault.status, fault.message, code=fault.code, headers=fault.headers)


def _unexpected(fault: Fault, request: Request) -> Response:
    headers = dict(fault.headers)
    if headers.get("Location") == "":
        headers["Location"] = str(request.url)
    return Response(fault.message, fault.status, headers)


async def _hang(faults: Faults, request: Request, still: Callable[[], bool]) -> None:
    """Answer nothing while *still*; nothing is done for a caller who has hung up meanwhile."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + faults.patience
    while still():
        if await request.is_disconnected():
            raise Refused(499, "Client Closed Request")
        if faults.released or loop.time() >= deadline:
            raise Refused(504, "Gateway Timeout")
        await asyncio.sleep(TICK)
