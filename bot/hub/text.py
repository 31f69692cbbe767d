"""Text and JSON of the Hub without characters that the database can't store."""

import json
import re
from typing import Any

# PostgreSQL rejects NUL, and UTF-8 can't encode half of a surrogate pair.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# The same in JSON. Most answers have none, so their values needn't be visited.
_ESCAPED_UNSTORABLE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])|\x00|\xed[\xa0-\xbf]")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def replace_unstorable(text: str) -> str:
    r"""
    Return *text* with unstorable characters replaced.

    >>> replace_unstorable("a\0b\ud800") == "a\ufffdb\ufffd"
    True
    """
    return _UNSTORABLE.sub(_REPLACEMENT, text)


def parse_json(content: bytes) -> Any:
    """Return the value of the JSON *content*, with storable strings."""
    value = json.loads(content)
    return _replace_in_values(value) if _ESCAPED_UNSTORABLE.search(content) else value


def _replace_in_values(value: Any) -> Any:
    if isinstance(value, str):
        return replace_unstorable(value)
    if isinstance(value, list):
        return [_replace_in_values(item) for item in value]
    if isinstance(value, dict):
        return {replace_unstorable(key): _replace_in_values(item) for key, item in value.items()}
    return value
