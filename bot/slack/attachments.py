"""The wire into `Attachment`: what Slack says of a file, and whether it holds the file at all."""

from collections.abc import Mapping
from typing import Any

from bot.model import Attachment

# What of a file is in Slack itself. Others are links, deleted, or behind a plan's limit.
_HOSTED_MODES = frozenset({"hosted", "snippet"})
# Refusals of files.info, and words of file_access, for a file that the bot may not see. Slack
# says file_not_found of those as well as of what is gone.
INVISIBLE_CODES = frozenset(
    {
        *("access_denied", "channel_not_found", "file_not_found", "no_permission"),
        *("not_in_channel", "not_visible"),
    }
)
# Pages of Slack that look like files in a message.
_PAGE_KINDS = {"quip": "canvas", "canvas": "canvas", "list": "list"}


def parse_file(id: str, info: Mapping[str, Any]) -> Attachment:
    """Read the answer of files.info. A file is empty only where Slack says so of its own."""
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
    """Return what stands for a file that the bot may not see: not even its name is known."""
    return Attachment(id, name="", size=0, url="", absent="unseen")


def _unavailable_reason(info: Mapping[str, Any], size: object) -> str:
    """Return why Slack holds nothing of the file, in one word, or nothing."""
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
