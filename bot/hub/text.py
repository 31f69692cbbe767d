"""The Hub's words, made fit for a database and for Slack."""

import json
import re
from typing import Any

# PostgreSQL takes no NUL, and no encoding takes half of a surrogate pair.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# How either is spelled in JSON: most answers have none, and are not walked through.
_SPELLED = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])|\x00|\xed[\xa0-\xbf]")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def storable(text: str) -> str:
    r"""
    Return *text* with what no database takes replaced.

    >>> storable("a\0b\ud800") == "a\ufffdb\ufffd"
    True
    """
    return _UNSTORABLE.sub(_REPLACEMENT, text)


def parsed(content: bytes) -> Any:
    """Return the JSON in *content*, each of its words storable."""
    value = json.loads(content)
    return _cleaned(value) if _SPELLED.search(content) else value


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    if isinstance(value, dict):
        return {storable(key): _cleaned(item) for key, item in value.items()}
    return value
