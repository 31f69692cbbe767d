"""The wire into `Attachment`: what Slack says of a file, and whether it holds the file at all."""

from collections.abc import Mapping
from typing import Any

from bot.model import Attachment

# What of a file is in Slack itself. Others are links, deleted, or behind a plan's limit.
_HELD = frozenset({"hosted", "snippet"})
_UNSEEN = frozenset({"access_denied", "file_not_found"})


def read(id: str, said: Mapping[str, Any]) -> Attachment:
    """Read the answer of files.info. A file is empty only where Slack says so of its own."""
    size = said.get("size")
    return Attachment(
        id=id,
        name=said.get("name") or id,
        size=size if isinstance(size, int) else 0,
        url=said.get("url_private_download") or said.get("url_private") or "",
        kind=said.get("mimetype") or "",
        absent=_absent(said, size),
    )


def _absent(said: Mapping[str, Any], size: object) -> str:
    """Return why Slack holds nothing of the file, in one word, or nothing."""
    mode, access = str(said.get("mode") or ""), said.get("file_access")
    if said.get("is_external") or mode == "external":
        return "external"
    if access in _UNSEEN:
        return str(access)
    if mode in ("tombstone", "hidden_by_limit"):
        return mode
    known = isinstance(size, int) and (size > 0 or mode in _HELD)
    return "" if known else "unknown"
