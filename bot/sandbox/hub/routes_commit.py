"""The endpoints of an upload: the checks before it, and the commit."""

import base64
import binascii
import json
from collections.abc import Iterable, Mapping
from typing import Any

import yaml
from starlette.responses import Response

from bot.sandbox.hub import lifecycle
from bot.sandbox.hub.errors import HubHttpError
from bot.sandbox.hub.repo import APP_FILES, Change
from bot.sandbox.hub.request import HubJsonResponse, HubRequest
from bot.sandbox.hub.space import Space

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
        request.require_write(space)
        files = [_upload_entry(space, file) for file in body.get("files", ())]
        return HubJsonResponse({"files": files, "commitOid": space.repo.head})


async def commit(request: HubRequest) -> Response:
    """Store a commit and build it."""
    change = _parse_change(await request.http.body(), request.world.store)
    with request.world.open(request.id) as space:
        request.require_write(space)
        if change.parent not in (None, space.repo.head):
            raise HubHttpError(412, "A commit has happened since. Please refresh and try again.")
        created = lifecycle.commit(space, change, request.world.now(), request.world.sampler)
        url = f"{request.space_url(space.id)}/commit/{created.oid}"
    return HubJsonResponse(
        {"success": True, "commitOid": created.oid, "commitUrl": url, "hookOutput": ""}
    )


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
