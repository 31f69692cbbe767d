"""The wire into `Attachment`: what Slack says of a file, and whether it holds the file at all."""

from collections.abc import Mapping
from typing import Any

from bot.model import Attachment

# What of a file is in Slack itself. Others are links, deleted, or behind a plan's limit.
_HELD = frozenset({"hosted", "snippet"})
# Refusals of files.info, and words of file_access, for a file that the bot may not see. Slack
# says file_not_found of those as well as of what is gone.
UNSEEN = frozenset(
    {
        *("access_denied", "channel_not_found", "file_not_found", "no_permission"),
        *("not_in_channel", "not_visible"),
    }
)
# Pages of Slack that look like files in a message.
_PAGES = {"quip": "canvas", "canvas": "canvas", "list": "list"}


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


def unseen(id: str) -> Attachment:
    """Return what stands for a file that the bot may not see: not even its name is known."""
    return Attachment(id, name="", size=0, url="", absent="unseen")


def _absent(said: Mapping[str, Any], size: object) -> str:
    """Return why Slack holds nothing of the file, in one word, or nothing."""
    mode, access = str(said.get("mode") or ""), said.get("file_access")
    if said.get("is_external") or mode == "external":
        return "external"
    if mode in _PAGES:
        return _PAGES[mode]
    if access in UNSEEN:
        return "unseen"
    if mode in ("tombstone", "hidden_by_limit"):
        return mode
    known = isinstance(size, int) and (size > 0 or mode in _HELD)
    return "" if known else "unknown"
