"""
Lenient parsers of the Hub's answers about Spaces: state, settings, keys and commits.

They require only that an answer is an object and that an entry of a list has an id, because the
Hub adds, drops and retypes fields without notice. A Space without a stage gets the stage
"UNKNOWN", whose condition is unknown: neither a problem nor running.
"""

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from huggingface_hub.errors import HFValidationError
from huggingface_hub.utils import validate_repo_id

from bot.hub.text import replace_unstorable
from bot.hub_facts import LastCommit, SpaceSettings
from bot.model import Space

logger = logging.getLogger(__name__)

#: The fields to request in a list. One unknown field fails the whole request; `host` is unknown.
EXPAND_FIELDS = ("runtime", "subdomain", "sdk", "private", "sha")
#: The stage of a Space whose answer has none.
UNKNOWN_STAGE = "UNKNOWN"

_VISIBILITIES = ("public", "private", "protected")
_MAX_ITEMS = 20  # volumes or domains
_MAX_STAGE_LENGTH = 40  # in characters; the Hub's own stages have half of that
_MAX_SLEEP_SECONDS = 10 * 365 * 86_400  # longer makes no difference
_DOMAIN = re.compile(r"[A-Za-z0-9._-]+(:\d+)?")
_LOCAL_DOMAIN = re.compile(r"\.localhost(:\d+)?$")
_HOST = re.compile(rf"https?://{_DOMAIN.pattern}(/[A-Za-z0-9._/-]*)?")


def parse_secret_names(data: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of a Space's secrets, sorted.

    Raises:
        TypeError: An entry isn't an object, so the answer may be an error instead of the map.

    """
    if not all(isinstance(entry, dict) for entry in data.values()):
        raise TypeError("a secret without its entry")
    return tuple(sorted(data))


def parse_variables(data: Mapping[str, Any]) -> dict[str, str]:
    """Return the variables of a Space with their values."""
    return {key: str(entry["value"]) for key, entry in data.items()}


def parse_commit_id(data: Mapping[str, Any]) -> str | None:
    """Return the newest commit of a Space's files, None for an empty repository.

    Raises:
        LookupError: The answer is not about a Space.

    """
    sha = data.get("sha")
    if not sha and "id" not in data:
        raise LookupError("this is no Space")
    return str(sha) if sha else None


def from_page(page: Any) -> dict[str, Space]:
    """
    Return the Spaces on one page of the list, by id.

    Entries that can't be parsed are left out and logged.

    Raises:
        TypeError: The page isn't a list, or none of its entries can be parsed.

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
        logger.warning("skipped %s of %s entries of a list that can't be read", unknown, len(page))
    return spaces


def from_entry(entry: Mapping[str, Any]) -> Space:
    """Return the Space in a list entry, or in the answer about one Space."""
    return _to_space(_entry_id(entry), entry, as_mapping(entry.get("runtime")))


def from_runtime(id: str, runtime: Mapping[str, Any]) -> Space:
    """Return the Space in a runtime block, which has neither sdk nor privacy.

    Raises:
        LookupError: The answer is an error instead of a runtime.

    """
    if "error" in runtime and "stage" not in runtime:
        raise LookupError("an error in the place of a runtime")
    return _to_space(id, {}, runtime)


def parse_stage(value: Any) -> str:
    """Return a storable stage, UNKNOWN if *value* isn't one."""
    return replace_unstorable(as_text(value) or UNKNOWN_STAGE)[:_MAX_STAGE_LENGTH]


def _to_space(id: str, entry: Mapping[str, Any], runtime: Mapping[str, Any]) -> Space:
    hardware = as_mapping(runtime.get("hardware"))
    stage_name = parse_stage(runtime.get("stage"))
    sdk = as_text(entry.get("sdk"))
    return Space(
        id=id,
        stage=stage_name,
        hardware=as_text(hardware.get("current")) or as_text(hardware.get("requested")),
        sdk=sdk,
        host=next(_candidate_hosts(entry, runtime, is_static=sdk == "static"), None),
        error=_error(runtime),
        private=entry.get("private") is True,
        sha=as_text(runtime.get("sha")),
        head=as_text(entry.get("sha")),
        sleep_after=_as_seconds(runtime.get("gcTimeout")),
    )


def _error(runtime: Mapping[str, Any]) -> str:
    """Return why a Space failed or was paused, with the blocking moderation rule."""
    rule = as_text(as_mapping(runtime.get("abuse")).get("reason"))
    return ": ".join(filter(None, [as_text(runtime.get("errorMessage")), rule]))


def _entry_id(entry: Mapping[str, Any]) -> str:
    id = entry["id"]
    if not isinstance(id, str) or id.count("/") != 1:
        raise TypeError("an entry has no id")
    return id


def _candidate_hosts(
    entry: Mapping[str, Any], runtime: Mapping[str, Any], *, is_static: bool
) -> Iterator[str]:
    """Yield the addresses in the answer, the most reliable first.

    None is derived from the Space's name.
    """
    host = as_text(entry.get("host")) or ""
    if _HOST.fullmatch(host):
        yield host
    yield from _ready_domains(runtime)
    subdomain = as_text(entry.get("subdomain")) or ""
    if _DOMAIN.fullmatch(subdomain):
        yield f"https://{subdomain}{'.static' if is_static else ''}.hf.space"


def _ready_domains(runtime: Mapping[str, Any]) -> Iterator[str]:
    """Yield the addresses of the ready domains, the Hub's before custom ones."""
    domains = runtime.get("domains")
    entries = [as_mapping(entry) for entry in domains] if isinstance(domains, list) else []
    for entry in sorted(entries, key=lambda entry: entry.get("isCustom") is True):
        domain = as_text(entry.get("domain")) or ""
        if entry.get("stage") == "READY" and _DOMAIN.fullmatch(domain):
            yield f"{_scheme(domain)}://{domain}"


def _scheme(domain: str) -> str:
    """Return the scheme of *domain*: only a sandbox reports one on this machine, without TLS."""
    return "http" if _LOCAL_DOMAIN.search(domain) else "https"


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


def as_mapping(value: Any) -> Mapping[str, Any]:
    """Return *value* if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_text(value: Any) -> str | None:
    """Return *value* if it is a text that isn't empty."""
    return value if isinstance(value, str) and value else None


def _as_seconds(value: Any) -> int | None:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return min(value, _MAX_SLEEP_SECONDS) if is_number and value > 0 else None
