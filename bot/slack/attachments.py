"""Parsers of Slack's file objects into `Attachment`."""

from collections.abc import Mapping
from typing import Any

from bot.model import Attachment

# Modes of files whose content Slack stores. Others are links, deleted, or hidden by the plan.
_HOSTED_MODES = frozenset({"hosted", "snippet"})
# Error codes of files.info, and values of file_access, for a file that the bot may not see.
# file_not_found can mean that as well as a deleted file.
INVISIBLE_CODES = frozenset(
    {
        *("access_denied", "channel_not_found", "file_not_found", "no_permission"),
        *("not_in_channel", "not_visible"),
    }
)
# Modes of Slack's own pages, which messages contain as files.
_PAGE_KINDS = {"quip": "canvas", "canvas": "canvas", "list": "list"}


def parse_file(id: str, info: Mapping[str, Any]) -> Attachment:
    """Return the attachment in an answer of files.info."""
    size = info.get("size")
    return Attachment(
        id=id,
        name=info.get("name") or id,
        size=size if isinstance(size, int) else 0,
        url=info.get("url_private_download") or info.get("url_private") or "",
        kind=info.get("mimetype") or "",
        absent=_unavailable_reason(info, size),
    )


def invisible_file(id: str) -> Attachment:
    """Return the attachment for a file that the bot may not see, without a name."""
    return Attachment(id, name="", size=0, url="", absent="unseen")


def _unavailable_reason(info: Mapping[str, Any], size: object) -> str:
    """Return why Slack has no content of the file, empty if it has.

    A file of size 0 is empty only if Slack itself stores it.
    """
    mode, access = str(info.get("mode") or ""), info.get("file_access")
    if info.get("is_external") or mode == "external":
        return "external"
    if mode in _PAGE_KINDS:
        return _PAGE_KINDS[mode]
    if access in INVISIBLE_CODES:
        return "unseen"
    if mode in ("tombstone", "hidden_by_limit"):
        return mode
    is_hosted = isinstance(size, int) and (size > 0 or mode in _HOSTED_MODES)
    return "" if is_hosted else "unknown"
