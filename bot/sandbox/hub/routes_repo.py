"""Making Spaces, copying them and taking them away."""

import copy
import re
from typing import Any

from starlette.responses import PlainTextResponse, Response

from bot.sandbox.hub import life
from bot.sandbox.hub.refusal import Refused, exists, forbidden, not_found
from bot.sandbox.hub.repo import APP_FILES, Repo, starter
from bot.sandbox.hub.routes_act import check_flavour, check_key, secret, set_hardware, variable
from bot.sandbox.hub.space import Space
from bot.sandbox.hub.visit import Json, Visit

NAME = re.compile(r"(?!.*(--|\.\.))\w[\w.-]{0,95}(?<![.-])", re.ASCII)


async def create(visit: Visit) -> Response:
    """Make a Space, with its secrets and variables set before anything is built."""
    body = await visit.json()
    _only_spaces(body)
    id = _free_id(visit, f"{body.get('organization') or _user(visit)}/{body.get('name')}")
    sdk = str(body.get("sdk"))
    if sdk not in APP_FILES:
        raise Refused(400, f"Invalid sdk: {sdk}. It must be one of {', '.join(APP_FILES)}.")
    now = visit.world.now()
    files = _template_files(sdk) if "template" in body else None
    repo = starter(sdk, id.partition("/")[2], now, files)
    _make(visit, Space(id, sdk, _private(body, default=False), created=now, repo=repo), body)
    made = visit.world.spaces(keep=lambda space: space.id == id)[0]
    return Json({"url": visit.page_of(id), "name": id, "id": made.object_id})


async def duplicate(visit: Visit) -> Response:
    """Copy a Space: its files, its variables and its flaws, but never its secrets."""
    body = await visit.json()
    with visit.world.open(visit.id) as source:
        visit.may_read(source)
        id = _free_id(visit, str(body.get("repository")))
        made = _copy(source, id, visit.world.now())
        made.private = _private(body, default=source.private)
        _make(visit, made, body)
    return Json({"url": visit.page_of(id), "filesCopyPending": False})


async def delete(visit: Visit) -> Response:
    body = await visit.json()
    _only_spaces(body)
    id = f"{body.get('organization') or _user(visit)}/{body.get('name')}"
    with visit.world.open(id) as space:
        visit.may_write(space)
        visit.world.remove(id)
    return PlainTextResponse("OK")


async def move(visit: Visit) -> Response:
    """Rename a Space; from now on the old name is redirected."""
    body = await visit.json()
    _only_spaces(body)
    old = str(body.get("fromRepo"))
    with visit.world.open(old) as space:
        visit.may_write(space)
        new = _free_id(visit, str(body.get("toRepo")))
        visit.world.rename(old, new)
    return PlainTextResponse("OK")


def _make(visit: Visit, space: Space, body: dict[str, Any]) -> None:
    now = visit.world.now()
    for given in body.get("secrets") or ():
        space.secrets[check_key(given.get("key"))] = secret(given, now)
    for given in body.get("variables") or ():
        space.variables[check_key(given.get("key"))] = variable(given, now)
    flavour = check_flavour(body.get("hardware") or "cpu-basic")
    set_hardware(space, flavour, body.get("sleepTimeSeconds"))
    life.first_start(space, now, visit.world.dice)
    visit.world.add(space)


def _copy(source: Space, id: str, now: float) -> Space:
    repo = Repo(dict(source.repo.files), list(source.repo.commits))
    return Space(
        id,
        source.sdk,
        created=now,
        repo=repo,
        variables=copy.copy(source.variables),
        needs=source.needs,
        flaw=source.flaw,
    )


def _free_id(visit: Visit, id: str) -> str:
    namespace, _, name = id.partition("/")
    if not NAME.fullmatch(name) or name.endswith(".git"):
        raise Refused(400, f"Invalid repo name: {name}")
    if not visit.owns(namespace):
        raise forbidden(
            f'You don\'t have the rights to create a space under the namespace "{namespace}"'
        )
    if id in visit.world:
        raise exists(visit.page_of(id))
    return id


def _only_spaces(body: dict[str, Any]) -> None:
    if body.get("type") != "space":
        raise not_found()


def _private(body: dict[str, Any], *, default: bool) -> bool:
    """Read the visibility; older clients say `private` instead."""
    if "visibility" in body:
        return bool(body["visibility"] == "private")
    return bool(body.get("private", default))


def _user(visit: Visit) -> str:
    return visit.token.user if visit.token else ""


def _template_files(sdk: str) -> dict[str, bytes]:
    return {APP_FILES[sdk]: b"# from an official template\n"}
