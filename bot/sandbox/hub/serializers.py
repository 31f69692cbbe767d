"""Spaces in the Hub's JSON: the runtime, an entry of a list, the whole info."""

from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import Any

from bot.sandbox.hub.repo import Commit, blob_id
from bot.sandbox.hub.space import APP_DOMAIN, RUNNING_STAGES, Space

#: The values of `expand` that the Hub accepts; any other fails the whole request with 400.
EXPANDABLE_FIELDS = (
    "author",
    "cardData",
    "createdAt",
    "datasets",
    "disabled",
    "lastModified",
    "likes",
    "models",
    "private",
    "region",
    "resourceGroup",
    "runtime",
    "sdk",
    "sha",
    "siblings",
    "subdomain",
    "tags",
    "trendingScore",
    "usedStorage",
)
DEFAULT_LIST_FIELDS = (
    "author",
    "createdAt",
    "lastModified",
    "likes",
    "private",
    "sdk",
    "tags",
    "trendingScore",
)


def format_timestamp(at: float) -> str:
    """Return a time in the Hub's format.

    >>> format_timestamp(0.25)
    '1970-01-01T00:00:00.250Z'
    """
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def runtime(space: Space, *, stage: str | None = None) -> dict[str, Any]:
    """Return the runtime, with *stage* instead of the true stage if given."""
    reported_stage = stage or space.stage
    body = _static_runtime(space) if space.is_static else _runtime(space, reported_stage)
    if space.error and reported_stage == space.stage:
        body["errorMessage"] = space.error
    for key, value in space.runtime_overrides.items():
        body[key] = value
    return {key: value for key, value in body.items() if value is not ...}


def entry(space: Space, fields: Collection[str], *, stage: str | None = None) -> dict[str, Any]:
    """Return a Space with only these fields."""
    body: dict[str, Any] = {"_id": space.object_id, "id": space.id}
    for name in fields:
        if name == "runtime":
            body["runtime"] = runtime(space, stage=stage)
        else:
            body |= _FIELD_SERIALIZERS[name](space)
    return body


def info(space: Space, host: str) -> dict[str, Any]:
    """Return all fields, with the app's URL, which lists don't contain."""
    fields = [name for name in EXPANDABLE_FIELDS if name not in ("region", "resourceGroup")]
    visibility = {"visibility": "protected"} if space.is_protected else {}
    return entry(space, fields) | {"host": host, "gated": False, **visibility}


def variables(space: Space) -> dict[str, Any]:
    """Return the variables with their values."""
    return {
        key: {"value": var.value} | _with_description(var.description, var.updated_at)
        for key, var in space.variables.items()
    }


def secrets(space: Space) -> dict[str, Any]:
    """Return the secrets without their values."""
    return {
        key: _with_description(secret.description, secret.updated_at)
        for key, secret in space.secrets.items()
    }


def commit(one: Commit) -> dict[str, Any]:
    """Return a commit as an entry of the list of commits."""
    return {
        "id": one.oid,
        "title": one.summary,
        "message": one.description,
        "authors": [{"user": one.author, "avatar": f"/avatars/{one.author}.svg"}],
        "date": format_timestamp(one.at),
    }


def tree(space: Space, folder: str, *, recursive: bool) -> list[dict[str, Any]]:
    """Return the files and folders below *folder*."""
    entries: dict[str, dict[str, Any]] = {}
    root = f"{folder}/" if folder else ""
    for path, content in space.repo.files.items():
        if not path.startswith(root):
            continue
        segments = path.removeprefix(root).split("/")
        for depth in range(1, len(segments)):
            name = root + "/".join(segments[:depth])
            entries[name] = {"type": "directory", "oid": blob_id(name.encode()), "size": 0}
        entries[path] = {"type": "file", "oid": blob_id(content), "size": len(content)}
    selected = (
        (path, e)
        for path, e in sorted(entries.items())
        if recursive or "/" not in path[len(root) :]
    )
    return [entry | {"path": path} for path, entry in selected]


def _with_description(description: str | None, updated: float) -> dict[str, Any]:
    fields = {"description": description} if description is not None else {}
    return fields | {"updatedAt": format_timestamp(updated)}


def _abuse(space: Space) -> dict[str, Any]:
    rule = space.abuse_rule
    return {"abuse": {"detector": "abuse-handler", "reason": rule}} if rule else {}


def _static_runtime(space: Space) -> dict[str, Any]:
    """Return the runtime of a static Space, whose host only its subdomain names on the real Hub."""
    body = {
        "stage": space.stage,
        "hardware": {"current": None, "requested": None},
        "storage": None,
        "replicas": {"requested": 1, "current": 1},
    }
    return body if space.app_domain == APP_DOMAIN else body | {"domains": _domains(space)}


def _domains(space: Space) -> list[dict[str, Any]]:
    return [{"domain": space.domain, "stage": "READY"}]


def _runtime(space: Space, stage: str) -> dict[str, Any]:
    up = stage in RUNNING_STAGES
    body: dict[str, Any] = {
        "stage": stage,
        "hardware": {"current": space.hardware if up else None, "requested": space.hardware},
        "storage": None,
        "gcTimeout": space.sleep_after,
        "replicas": {"requested": space.requested_replicas},
        "devMode": space.is_dev_mode,
        "domains": _domains(space),
        **_abuse(space),
    }
    if space.volumes:
        body["volumes"] = space.volumes
    if up:  # a running Space has the served commit and no storage
        del body["storage"]
        body["replicas"] = {"current": 1, "requested": space.requested_replicas}
        body["sha"] = space.serving_commit
    return body


def _card(space: Space) -> dict[str, Any]:
    return {"title": space.name, "sdk": space.sdk}


_FIELD_SERIALIZERS: dict[str, Callable[[Space], dict[str, Any]]] = {
    "author": lambda s: {"author": s.owner},
    "cardData": lambda s: {"cardData": _card(s)},
    "createdAt": lambda s: {"createdAt": format_timestamp(s.created_at)},
    "datasets": lambda _: {"datasets": []},
    "disabled": lambda _: {"disabled": False},
    "lastModified": lambda s: {"lastModified": format_timestamp(s.modified_at)},
    "likes": lambda _: {"likes": 0},
    "models": lambda _: {"models": []},
    "private": lambda s: {"private": s.private},
    "region": lambda _: {"region": "us"},
    "resourceGroup": lambda _: {"resourceGroup": None},
    "sdk": lambda s: {"sdk": s.sdk},
    "sha": lambda s: {"sha": s.repo.head},
    "siblings": lambda s: {"siblings": [{"rfilename": path} for path in sorted(s.repo.files)]},
    "subdomain": lambda s: {"subdomain": s.subdomain},
    "tags": lambda s: {"tags": [s.sdk, "region:us"]},
    "trendingScore": lambda _: {"trendingScore": 0},
    "usedStorage": lambda s: {"usedStorage": sum(map(len, s.repo.files.values()))},
}
