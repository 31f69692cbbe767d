"""Lenient parsers of a Space's settings and last commit, and of an owner's plan."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.hub.parsers import as_mapping, as_text
from bot.hub_facts import LastCommit, SpaceSettings

_VISIBILITIES = ("public", "private", "protected")
_MAX_ITEMS = 20  # volumes or domains


def parse_settings(entry: Mapping[str, Any]) -> SpaceSettings:
    """Return the settings in the answer about one Space; what it omits stays unknown."""
    runtime = as_mapping(entry.get("runtime"))
    hardware, replicas = as_mapping(runtime.get("hardware")), as_mapping(runtime.get("replicas"))
    visibility = as_text(entry.get("visibility")) or ""
    return SpaceSettings(
        visibility=visibility if visibility in _VISIBILITIES else "",
        requested_hardware=as_text(hardware.get("requested")) or "",
        current_hardware=as_text(hardware.get("current")) or "",
        is_dev_mode=runtime.get("devMode") is True,
        requested_replicas=_as_count(replicas.get("requested")),
        current_replicas=_as_count(replicas.get("current")),
        volumes=tuple(_volumes(_as_list(runtime.get("volumes")))),
        domains=tuple(_domains(_as_list(runtime.get("domains")))),
    )


def parse_last_commit(commits: Any) -> LastCommit | None:
    """Return the newest of *commits*, which the Hub lists first; None without one."""
    newest = as_mapping(commits[0]) if isinstance(commits, list) and commits else {}
    date = as_text(newest.get("date"))
    if date is None:
        return None
    authors = [as_mapping(author) for author in _as_list(newest.get("authors"))]
    names = [name for author in authors if (name := as_text(author.get("user")))]
    return LastCommit(names[0] if names else "", datetime.fromisoformat(date))


def parse_plan(overview: Mapping[str, Any]) -> str:
    """Return the plan in the overview of an organization or of a user."""
    plan = as_text(overview.get("plan"))
    if plan is None:
        return "pro" if overview.get("isPro") is True else "free"
    return plan.casefold()


def _volumes(entries: Sequence[Any]) -> Iterator[str]:
    for entry in map(as_mapping, entries[:_MAX_ITEMS]):
        source, path = as_text(entry.get("source")), as_text(entry.get("mountPath"))
        if source and path:
            yield f"{source} at {path}"


def _domains(entries: Sequence[Any]) -> Iterator[str]:
    for entry in map(as_mapping, entries[:_MAX_ITEMS]):
        if domain := as_text(entry.get("domain")):
            stage = as_text(entry.get("stage")) or ""
            yield domain if stage == "READY" else f"{domain} ({stage.lower() or 'unknown'})"


def _as_list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _as_count(value: Any) -> str:
    """Return a number of replicas as text, which may be "auto"; "" if unknown."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number or value == "auto" else ""
