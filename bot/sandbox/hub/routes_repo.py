"""The endpoints that create, duplicate, delete and rename Spaces."""

import copy
import re
from typing import Any

from starlette.responses import PlainTextResponse, Response

from bot.sandbox.hub import lifecycle
from bot.sandbox.hub.errors import HubHttpError, already_exists, forbidden, not_found
from bot.sandbox.hub.repo import APP_FILES, Repo, create_repo
from bot.sandbox.hub.request import HubJsonResponse, HubRequest
from bot.sandbox.hub.routes_act import (
    check_flavor,
    check_key,
    make_secret,
    make_variable,
    set_hardware,
)
from bot.sandbox.hub.space import Space

VISIBILITIES = ("public", "private", "protected")
NAME_PATTERN = re.compile(r"(?!.*(--|\.\.))\w[\w.-]{0,95}(?<![.-])", re.ASCII)


async def create(request: HubRequest) -> Response:
    """Create a Space, with its secrets and variables set before the first build."""
    body = await request.json()
    _require_space_type(body)
    id = _require_free_id(
        request, f"{body.get('organization') or _user_name(request)}/{body.get('name')}"
    )
    sdk = str(body.get("sdk"))
    if sdk not in APP_FILES:
        raise HubHttpError(400, f"Invalid sdk: {sdk}. It must be one of {', '.join(APP_FILES)}.")
    now = request.world.now()
    files = _template_files(sdk) if "template" in body else None
    repo = create_repo(sdk, id.partition("/")[2], now, files)
    _add_space(
        request,
        Space(id, sdk, _parse_visibility(body, default=False), created_at=now, repo=repo),
        body,
    )
    new_space = request.world.spaces(predicate=lambda space: space.id == id)[0]
    return HubJsonResponse({"url": request.space_url(id), "name": id, "id": new_space.object_id})


async def duplicate(request: HubRequest) -> Response:
    """Copy a Space with its files, variables and flaws, but without its secrets."""
    body = await request.json()
    with request.world.open(request.id) as source:
        request.require_read(source)
        id = _require_free_id(request, str(body.get("repository")))
        new_space = _copy_space(source, id, request.world.now())
        if request.world.copies_keep_pause and source.stage == "PAUSED":
            new_space.stage = "PAUSED"
        new_space.private = _parse_visibility(body, default=source.private)
        _add_space(request, new_space, body)
    return HubJsonResponse({"url": request.space_url(id), "filesCopyPending": False})


async def delete(request: HubRequest) -> Response:
    """Delete a Space."""
    body = await request.json()
    _require_space_type(body)
    id = f"{body.get('organization') or _user_name(request)}/{body.get('name')}"
    with request.world.open(id) as space:
        request.require_write(space)
        request.world.remove(id)
    return PlainTextResponse("OK")


async def move(request: HubRequest) -> Response:
    """Rename a Space; the old id is redirected."""
    body = await request.json()
    _require_space_type(body)
    old = str(body.get("fromRepo"))
    with request.world.open(old) as space:
        request.require_write(space)
        new = _require_free_id(request, str(body.get("toRepo")))
        request.world.rename(old, new)
    return PlainTextResponse("OK")


async def settings(request: HubRequest) -> Response:
    """Change the visibility, and return the settings."""
    body = await request.json()
    if not body.keys() & {"visibility", "private", "gated"}:
        raise HubHttpError(400, "At least one setting must be given.")
    if body.get("visibility", "public") not in VISIBILITIES:
        raise HubHttpError(400, f'"visibility" must be one of [{", ".join(VISIBILITIES)}]')
    with request.world.open(request.id) as space:
        request.require_write(space)
        space.private = _parse_visibility(body, default=space.private)
        space.is_protected = body.get("visibility") == "protected"
        return HubJsonResponse({"private": space.private, "gated": False})


def _add_space(request: HubRequest, space: Space, body: dict[str, Any]) -> None:
    now = request.world.now()
    for entry in body.get("secrets") or ():
        space.secrets[check_key(entry.get("key"))] = make_secret(entry, now)
    for entry in body.get("variables") or ():
        space.variables[check_key(entry.get("key"))] = make_variable(entry, now)
    flavor = check_flavor(body.get("hardware") or "cpu-basic")
    set_hardware(space, flavor, body.get("sleepTimeSeconds"))
    lifecycle.start_new_space(space, now, request.world.sampler)
    request.world.add(space)


def _copy_space(source: Space, id: str, now: float) -> Space:
    repo = Repo(dict(source.repo.files), list(source.repo.commits))
    return Space(
        id,
        source.sdk,
        created_at=now,
        repo=repo,
        variables=copy.copy(source.variables),
        required_secrets=source.required_secrets,
        flaw=source.flaw,
    )


def _require_free_id(request: HubRequest, id: str) -> str:
    namespace, _, name = id.partition("/")
    if not NAME_PATTERN.fullmatch(name) or name.endswith(".git"):
        raise HubHttpError(400, f"Invalid repo name: {name}")
    if not request.is_owner_of(namespace):
        raise forbidden(
            f'You don\'t have the rights to create a space under the namespace "{namespace}"'
        )
    if id in request.world:
        raise already_exists(request.space_url(id))
    return id


def _require_space_type(body: dict[str, Any]) -> None:
    if body.get("type") != "space":
        raise not_found()


def _parse_visibility(body: dict[str, Any], *, default: bool) -> bool:
    """Return whether the Space is to be private; older clients send `private`."""
    if "visibility" in body:
        return bool(body["visibility"] == "private")
    return bool(body.get("private", default))


def _user_name(request: HubRequest) -> str:
    return request.token.user if request.token else ""


def _template_files(sdk: str) -> dict[str, bytes]:
    return {APP_FILES[sdk]: b"# from an official template\n"}
