"""Uploading: what the client asks before it sends files, and the commit that keeps them."""

import base64
import binascii
import json
from collections.abc import Iterable, Mapping
from typing import Any

import yaml
from starlette.responses import Response

from bot.sandbox.hub import life
from bot.sandbox.hub.refusal import Refused
from bot.sandbox.hub.repo import APP_FILES, Change
from bot.sandbox.hub.space import Space
from bot.sandbox.hub.visit import Json, Visit

COLOURS = ("red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray")


async def validate_yaml(visit: Visit) -> Response:
    """Check the front matter of a README; complaints come with a 400."""
    content = str((await visit.json()).get("content", ""))
    errors = [{"message": complaint} for complaint in _complaints(content)]
    return Json({"errors": errors, "warnings": []}, 400 if errors else 200)


async def preupload(visit: Visit) -> Response:
    """Tell how to send each file: with the commit, or to the store before it."""
    body = await visit.json()
    with visit.world.open(visit.id) as space:
        visit.may_write(space)
        files = [_upload(space, file) for file in body.get("files", ())]
        return Json({"files": files, "commitOid": space.repo.head})


async def commit(visit: Visit) -> Response:
    """Keep the files of one commit and build it."""
    change = _change(await visit.request.body(), visit.world.store)
    with visit.world.open(visit.id) as space:
        visit.may_write(space)
        if change.parent not in (None, space.repo.head):
            raise Refused(412, "A commit has happened since. Please refresh and try again.")
        made = life.commit(space, change, visit.world.now(), visit.world.dice)
        url = f"{visit.page_of(space.id)}/commit/{made.oid}"
    return Json({"success": True, "commitOid": made.oid, "commitUrl": url, "hookOutput": ""})


def _upload(space: Space, file: dict[str, Any]) -> dict[str, Any]:
    path, size = str(file["path"]), int(file.get("size", 0))
    sample = base64.b64decode(file.get("sample", ""))
    mode = "lfs" if space.repo.wants_stored(path, sample, size) else "regular"
    told: dict[str, Any] = {"path": path, "uploadMode": mode, "shouldIgnore": False}
    if oid := space.repo.oid(path):
        told["oid"] = oid
    return told


def _change(body: bytes, store: Mapping[str, bytes]) -> Change:
    """Read the lines of a commit: a header, then one line for each file."""
    try:
        lines = [json.loads(line) for line in body.splitlines() if line.strip()]
        header = next(line["value"] for line in lines if line["key"] == "header")
        return Change(
            header["summary"],
            header.get("description", ""),
            tuple(_writes(lines, store)),
            tuple(_removes(lines)),
            header.get("parentCommit"),
            frozenset(line["value"]["path"] for line in lines if line["key"] == "lfsFile"),
        )
    except (ValueError, KeyError, TypeError, StopIteration) as e:
        raise Refused(400, "Invalid commit: expected a header and files, one JSON a line") from e


def _writes(
    lines: Iterable[dict[str, Any]], store: Mapping[str, bytes]
) -> Iterable[tuple[str, bytes]]:
    for line in lines:
        value = line["value"]
        if line["key"] == "lfsFile":
            if value["oid"] not in store:
                raise Refused(400, f"{value['path']} was not uploaded: its LFS object is missing.")
            yield _safe(value["path"]), store[value["oid"]]
        if line["key"] == "file":
            yield _safe(value["path"]), _content(value)


def _removes(lines: Iterable[dict[str, Any]]) -> Iterable[str]:
    for line in lines:
        path = line["value"].get("path", "")
        if line["key"] == "deletedFile":
            yield path
        if line["key"] == "deletedFolder":
            yield path.rstrip("/") + "/"


def _safe(path: str) -> str:
    if path.startswith("/") or {"..", ".", "", ".git"} & set(path.split("/")):
        raise Refused(400, f"Invalid path: {path}")
    return path


def _content(value: dict[str, Any]) -> bytes:
    if value.get("encoding") != "base64":
        return str(value["content"]).encode()
    try:
        return base64.b64decode(value["content"], validate=True)
    except binascii.Error as e:
        raise Refused(400, f"Invalid base64 content: {value['path']}") from e


def _complaints(content: str) -> Iterable[str]:
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
    yield from _card_complaints(card)


def _card_complaints(card: dict[str, Any]) -> Iterable[str]:
    if "sdk" in card and card["sdk"] not in APP_FILES:
        yield f'"sdk" must be one of [{", ".join(APP_FILES)}]'
    for key in ("colorFrom", "colorTo"):
        if key in card and card[key] not in COLOURS:
            yield f'"{key}" must be one of [{", ".join(COLOURS)}]'
