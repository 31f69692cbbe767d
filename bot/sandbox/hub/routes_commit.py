"""The endpoints of an upload: the checks before it, and the commit."""

import base64
import binascii
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import yaml
from starlette.responses import Response

from bot.sandbox.hub import lifecycle, serializers
from bot.sandbox.hub.errors import HubHttpError
from bot.sandbox.hub.repo import APP_FILES, Change
from bot.sandbox.hub.request import HubJsonResponse, HubRequest
from bot.sandbox.hub.space import Space

COMMITS_PER_PAGE = 50
COLORS = ("red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray")


async def validate_yaml(request: HubRequest) -> Response:
    """Return the errors in a README's front matter, with status 400 if there are any."""
    content = str((await request.json()).get("content", ""))
    errors = [{"message": complaint} for complaint in _yaml_errors(content)]
    return HubJsonResponse({"errors": errors, "warnings": []}, 400 if errors else 200)


async def preupload(request: HubRequest) -> Response:
    """Return how to send each file: in the commit, or to the LFS store before it."""
    body = await request.json()
    with request.world.open(request.id) as space:
        _require_access(request, space)
        files = [_upload_entry(space, file) for file in body.get("files", ())]
        return HubJsonResponse({"files": files, "commitOid": space.repo.head})


async def commit(request: HubRequest) -> Response:
    """Store a commit and build it; with `create_pr`, open a pull request instead."""
    change = _parse_change(await request.http.body(), request.world.store)
    if request.token:
        change = replace(change, author=request.token.user)
    with request.world.open(request.id) as space:
        _require_access(request, space)
        if change.parent not in (None, space.repo.head):
            raise HubHttpError(412, "A commit has happened since. Please refresh and try again.")
        if _opens_pull_request(request):
            return _pull_request_response(request, space, change)
        created = lifecycle.commit(space, change, request.world.now(), request.world.sampler)
    return HubJsonResponse(_commit_body(request, space.id, created.oid))


async def commits(request: HubRequest) -> Response:
    """Return the commits of a revision, newest first, in pages."""
    number = int(request.http.query_params.get("p", "0"))
    with request.world.open(request.id) as space:
        request.require_read(space)
        found = space.repo.find_revision(request.http.path_params["revision"])
        if found is None:
            raise _revision_not_found(request)
        page = found[::-1][number * COMMITS_PER_PAGE :]
    next_url = f"{request.base_url}{request.path}?p={number + 1}"
    link = {"Link": f'<{next_url}>; rel="next"'} if len(page) > COMMITS_PER_PAGE else {}
    entries = [serializers.commit(entry) for entry in page[:COMMITS_PER_PAGE]]
    return HubJsonResponse(entries, headers=link)


def _pull_request_response(request: HubRequest, space: Space, change: Change) -> Response:
    created = space.repo.open_pull_request(change, request.world.now())
    url = f"{request.space_url(space.id)}/discussions/{len(space.repo.pull_requests)}"
    return HubJsonResponse(_commit_body(request, space.id, created.oid) | {"pullRequestUrl": url})


def _commit_body(request: HubRequest, id: str, oid: str) -> dict[str, Any]:
    url = f"{request.space_url(id)}/commit/{oid}"
    return {"success": True, "commitOid": oid, "commitUrl": url, "hookOutput": ""}


def _opens_pull_request(request: HubRequest) -> bool:
    return request.http.query_params.get("create_pr") in ("1", "true")


def _require_access(request: HubRequest, space: Space) -> None:
    """Raise HubHttpError unless the sender may commit there: a reader may open a pull request."""
    if _opens_pull_request(request):
        request.require_read(space)
    else:
        request.require_write(space)
    if space.repo.find_revision(request.http.path_params["revision"]) is None:
        raise _revision_not_found(request)


def _revision_not_found(request: HubRequest) -> HubHttpError:
    revision = request.http.path_params["revision"]
    return HubHttpError(404, f"Invalid rev id: {revision}", code="RevisionNotFound")


def _upload_entry(space: Space, file: dict[str, Any]) -> dict[str, Any]:
    path, size = str(file["path"]), int(file.get("size", 0))
    sample = base64.b64decode(file.get("sample", ""))
    mode = "lfs" if space.repo.needs_lfs(path, sample, size) else "regular"
    entry: dict[str, Any] = {"path": path, "uploadMode": mode, "shouldIgnore": False}
    if oid := space.repo.oid(path):
        entry["oid"] = oid
    return entry


def _parse_change(body: bytes, store: Mapping[str, bytes]) -> Change:
    """Return the change in the body of a commit: a header, then one line for each file."""
    try:
        lines = [json.loads(line) for line in body.splitlines() if line.strip()]
        header = next(line["value"] for line in lines if line["key"] == "header")
        return Change(
            header["summary"],
            header.get("description", ""),
            tuple(_parse_writes(lines, store)),
            tuple(_parse_removes(lines)),
            header.get("parentCommit"),
            frozenset(line["value"]["path"] for line in lines if line["key"] == "lfsFile"),
        )
    except (ValueError, KeyError, TypeError, StopIteration) as e:
        raise HubHttpError(
            400, "Invalid commit: expected a header and files, one JSON a line"
        ) from e


def _parse_writes(
    lines: Iterable[dict[str, Any]], store: Mapping[str, bytes]
) -> Iterable[tuple[str, bytes]]:
    for line in lines:
        value = line["value"]
        if line["key"] == "lfsFile":
            if value["oid"] not in store:
                raise HubHttpError(
                    400, f"{value['path']} was not uploaded: its LFS object is missing."
                )
            yield _require_safe_path(value["path"]), store[value["oid"]]
        if line["key"] == "file":
            yield _require_safe_path(value["path"]), _decode_content(value)


def _parse_removes(lines: Iterable[dict[str, Any]]) -> Iterable[str]:
    for line in lines:
        path = line["value"].get("path", "")
        if line["key"] == "deletedFile":
            yield path
        if line["key"] == "deletedFolder":
            yield path.rstrip("/") + "/"


def _require_safe_path(path: str) -> str:
    if path.startswith("/") or {"..", ".", "", ".git"} & set(path.split("/")):
        raise HubHttpError(400, f"Invalid path: {path}")
    return path


def _decode_content(value: dict[str, Any]) -> bytes:
    if value.get("encoding") != "base64":
        return str(value["content"]).encode()
    try:
        return base64.b64decode(value["content"], validate=True)
    except binascii.Error as e:
        raise HubHttpError(400, f"Invalid base64 content: {value['path']}") from e


def _yaml_errors(content: str) -> Iterable[str]:
    head = content.replace("\r\n", "\n").removeprefix("---\n")
    if head == content.replace("\r\n", "\n") or "\n---" not in f"\n{head}":
        return
    try:
        card = yaml.safe_load(f"\n{head}".partition("\n---")[0]) or {}
    except yaml.YAMLError as e:
        yield f"YAML metadata is invalid: {' '.join(str(e).split())}"
        return
    if not isinstance(card, dict):
        yield "YAML metadata must be a map of keys and values"
        return
    yield from _card_errors(card)


def _card_errors(card: dict[str, Any]) -> Iterable[str]:
    if "sdk" in card and card["sdk"] not in APP_FILES:
        yield f'"sdk" must be one of [{", ".join(APP_FILES)}]'
    for key in ("colorFrom", "colorTo"):
        if key in card and card[key] not in COLORS:
            yield f'"{key}" must be one of [{", ".join(COLORS)}]'
