"""
The wire into `Space`, leniently: the Hub adds, drops and retypes fields without telling us.

Only two things are asked of an answer: that it is an object, and that an entry of a list has
an id. A Space without a runtime block, or with one that has no stage, is at "UNKNOWN": a word
that is in no class, so that its condition is unknown, which is neither broken nor fine.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.model import Space

#: What the list is asked for; an unknown word fails the whole request, and `host` is unknown.
EXPAND = ("runtime", "subdomain", "sdk", "private", "sha")

#: The stage of a Space of which the Hub does not say one.
UNKNOWN = "UNKNOWN"

_DOMAIN = re.compile(r"[A-Za-z0-9._-]+(:\d+)?")
_HOST = re.compile(rf"https?://{_DOMAIN.pattern}(/[A-Za-z0-9._/-]*)?")


def from_entry(entry: Mapping[str, Any]) -> Space:
    """Read an entry of the list, or what the Hub says about one Space."""
    return _read(str(entry["id"]), entry, _mapping(entry.get("runtime")))


def from_runtime(id: str, runtime: Mapping[str, Any]) -> Space:
    """Read a runtime block alone: it says neither the sdk nor whether the Space is private."""
    return _read(id, {}, runtime)


def _read(id: str, entry: Mapping[str, Any], runtime: Mapping[str, Any]) -> Space:
    hardware = _mapping(runtime.get("hardware"))
    stage = _word(runtime.get("stage")) or UNKNOWN
    sdk = _word(entry.get("sdk"))
    return Space(
        id=id,
        stage=stage,
        hardware=_word(hardware.get("current")) or _word(hardware.get("requested")),
        sdk=sdk,
        host=next(_hosts(entry, runtime, is_static=sdk == "static"), None),
        error=_word(runtime.get("errorMessage")) or "",
        private=entry.get("private") is True,
        sha=_word(runtime.get("sha")) or _head(entry, stage),
        sleep_after=_seconds(runtime.get("gcTimeout")),
    )


def _hosts(
    entry: Mapping[str, Any], runtime: Mapping[str, Any], *, is_static: bool
) -> Iterator[str]:
    """Yield the addresses that the Hub gave, the surest first. None is computed from the name."""
    host = _word(entry.get("host")) or ""
    if _HOST.fullmatch(host):
        yield host
    yield from _domains(runtime)
    subdomain = _word(entry.get("subdomain")) or ""
    if _DOMAIN.fullmatch(subdomain):
        yield f"https://{subdomain}{'.static' if is_static else ''}.hf.space"


def _domains(runtime: Mapping[str, Any]) -> Iterator[str]:
    """Yield the domains that are ready; somebody's own domain only after the Hub's."""
    domains = runtime.get("domains")
    entries = [_mapping(entry) for entry in domains] if isinstance(domains, list) else []
    for entry in sorted(entries, key=lambda entry: entry.get("isCustom") is True):
        domain = _word(entry.get("domain")) or ""
        if entry.get("stage") == "READY" and _DOMAIN.fullmatch(domain):
            yield f"https://{domain}"


def _head(entry: Mapping[str, Any], stage: str) -> str | None:
    """The newest commit serves when nothing newer is being built."""
    return _word(entry.get("sha")) if stage == "RUNNING" else None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _word(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _seconds(value: Any) -> int | None:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and value > 0 else None
