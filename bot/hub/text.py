"""The Hub's words, made fit for a database and for Slack."""

import json
import re
from typing import Any

# PostgreSQL takes no NUL, and no encoding takes half of a surrogate pair.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# How either is spelled in JSON: most answers have none, and are not walked through.
_ESCAPED_UNSTORABLE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])|\x00|\xed[\xa0-\xbf]")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def replace_unstorable(text: str) -> str:
    r"""
    Return *text* with what no database takes replaced.

    >>> replace_unstorable("a\0b\ud800") == "a\ufffdb\ufffd"
    True
    """
    return _UNSTORABLE.sub(_REPLACEMENT, text)


def parse_json(content: bytes) -> Any:
    """Return the JSON in *content*, each of its words storable."""
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
