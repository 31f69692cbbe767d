"""
The wire into `Space`, leniently: the Hub adds, drops and retypes fields without telling us.

Only two things are asked of an answer: that it is an object, and that an entry of a list has
an id. A Space without a runtime block, or with one that has no stage, is at "UNKNOWN": a word
that is in no class, so that its condition is unknown, which is neither broken nor fine.
"""

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from huggingface_hub.errors import HFValidationError
from huggingface_hub.utils._validators import validate_repo_id

from bot.hub.text import replace_unstorable
from bot.model import Space

logger = logging.getLogger(__name__)

#: What the list is asked for; an unknown word fails the whole request, and `host` is unknown.
EXPAND_FIELDS = ("runtime", "subdomain", "sdk", "private", "sha")

#: The stage of a Space of which the Hub does not say one.
UNKNOWN_STAGE = "UNKNOWN"

_MAX_STAGE_LENGTH = 40  # characters; the Hub's own words have half of that
_MAX_SLEEP_SECONDS = 10 * 365 * 86_400  # seconds; what is longer comes to the same
_DOMAIN = re.compile(r"[A-Za-z0-9._-]+(:\d+)?")
_HOST = re.compile(rf"https?://{_DOMAIN.pattern}(/[A-Za-z0-9._/-]*)?")


def from_page(page: Any) -> dict[str, Space]:
    """
    Read one page of the list, by id. An entry without an id is unknown, and says so in the log.

    Raises: TypeError for what is no list, or a list with nothing readable in it.
    """
    if not isinstance(page, list):
        raise TypeError("a page of the list is none")
    spaces: dict[str, Space] = {}
    for entry in page:
        with suppress(LookupError, TypeError, HFValidationError):
            space = from_entry(entry)
            validate_repo_id(space.id)
            spaces[space.id] = space
    if page and not spaces:
        raise TypeError("no entry of a page can be read")
    if unknown := len(page) - len(spaces):
        logger.warning("%s of %s entries of a list cannot be read", unknown, len(page))
    return spaces


def from_entry(entry: Mapping[str, Any]) -> Space:
    """Read an entry of the list, or what the Hub says about one Space."""
    return _to_space(_entry_id(entry), entry, _as_mapping(entry.get("runtime")))


def from_runtime(id: str, runtime: Mapping[str, Any]) -> Space:
    """Read a runtime block alone: it says neither the sdk nor whether the Space is private."""
    if "error" in runtime and "stage" not in runtime:
        raise LookupError("an error in the place of a runtime")
    return _to_space(id, {}, runtime)


def parse_stage(value: Any) -> str:
    """Return the Hub's word for a stage as a row takes it, UNKNOWN if it is none."""
    return replace_unstorable(_as_text(value) or UNKNOWN_STAGE)[:_MAX_STAGE_LENGTH]


def _to_space(id: str, entry: Mapping[str, Any], runtime: Mapping[str, Any]) -> Space:
    hardware = _as_mapping(runtime.get("hardware"))
    stage_name = parse_stage(runtime.get("stage"))
    sdk = _as_text(entry.get("sdk"))
    return Space(
        id=id,
        stage=stage_name,
        hardware=_as_text(hardware.get("current")) or _as_text(hardware.get("requested")),
        sdk=sdk,
        host=next(_candidate_hosts(entry, runtime, is_static=sdk == "static"), None),
        error=_as_text(runtime.get("errorMessage")) or "",
        private=entry.get("private") is True,
        sha=_as_text(runtime.get("sha")),
        head=_as_text(entry.get("sha")),
        sleep_after=_as_seconds(runtime.get("gcTimeout")),
    )


def _entry_id(entry: Mapping[str, Any]) -> str:
    id = entry["id"]
    if not isinstance(id, str) or id.count("/") != 1:
        raise TypeError("an entry has no id")
    return id


def _candidate_hosts(
    entry: Mapping[str, Any], runtime: Mapping[str, Any], *, is_static: bool
) -> Iterator[str]:
    """Yield the addresses that the Hub gave, the surest first. None is computed from the name."""
    host = _as_text(entry.get("host")) or ""
    if _HOST.fullmatch(host):
        yield host
    yield from _ready_domains(runtime)
    subdomain = _as_text(entry.get("subdomain")) or ""
    if _DOMAIN.fullmatch(subdomain):
        yield f"https://{subdomain}{'.static' if is_static else ''}.hf.space"


def _ready_domains(runtime: Mapping[str, Any]) -> Iterator[str]:
    """Yield the domains that are ready; somebody's own domain only after the Hub's."""
    domains = runtime.get("domains")
    entries = [_as_mapping(entry) for entry in domains] if isinstance(domains, list) else []
    for entry in sorted(entries, key=lambda entry: entry.get("isCustom") is True):
        domain = _as_text(entry.get("domain")) or ""
        if entry.get("stage") == "READY" and _DOMAIN.fullmatch(domain):
            yield f"https://{domain}"


def _as_mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _as_text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _as_seconds(value: Any) -> int | None:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return min(value, _MAX_SLEEP_SECONDS) if is_number and value > 0 else None
