"""Redaction of known secret values in all their encodings.

A server that quotes a request may encode a value, or truncate it at the end of its message.
"""

import html
import json
import re
from base64 import b64encode
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

#: The length of a truncated value that is still redacted.
_SHORTEST_PART = 8
#: Shorter values are redacted as whole words only, because they occur inside other words.
_SHORTEST_ANYWHERE = 4
#: What follows a truncated value: the end of the line or an ellipsis.
_CUT = re.compile(r"[\s\"'”’`)\]}>]*(?:…|\.{3}|\[?\(?truncated\b|$)", re.MULTILINE)


class KnownSecrets:
    """Secret values to redact, in all the encodings that may occur in a text."""

    def __init__(self, values: Iterable[str], hidden: str) -> None:
        found = {spelled for value in values if value for spelled in spellings(value)}
        self._hidden = hidden
        self._spellings = sorted(found, key=len, reverse=True)  # else a longer one's tail stays

    def redact(self, text: str) -> str:
        """Return *text* without the values and without a truncated start of one."""
        for spelled in self._spellings:
            if spelled in text:
                text = self._without(text, spelled)
        for spelled in self._spellings:
            if len(spelled) > _SHORTEST_PART and spelled[:_SHORTEST_PART] in text:
                text = self._without_start(text, spelled)
        return text

    def _without(self, text: str, spelled: str) -> str:
        if len(spelled) >= _SHORTEST_ANYWHERE:
            return text.replace(spelled, self._hidden)
        return re.sub(rf"(?<!\w){re.escape(spelled)}(?!\w)", lambda _: self._hidden, text)

    def _without_start(self, text: str, spelled: str) -> str:
        at = text.find(spelled[:_SHORTEST_PART])
        while at >= 0:
            end = at + _same(text[at : at + len(spelled)], spelled)
            if _CUT.match(text, end):
                text = f"{text[:at]}{self._hidden}{text[end:]}"
            at = text.find(spelled[:_SHORTEST_PART], at + 1)
        return text


def spellings(value: str) -> set[str]:
    """Return *value* as written in prose, a repr, JSON, HTML, a URL and base64.

    >>> sorted(spellings("a&b"))
    ['a%26b', 'a&amp;b', 'a&b']
    """
    plain = {value, value.strip() or value, " ".join(value.split()) or value}
    spelled = set(plain)
    for text in plain:
        spelled |= {repr(text)[1:-1]} | _in_json(text)
        spelled |= _in_address(text) | _in_html(text) | _in_base64(text)
    return spelled


def _in_json(text: str) -> set[str]:
    """Return the JSON encodings of *text*, once and twice encoded."""
    once = {json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]}
    return once | {json.dumps(word)[1:-1] for word in once}


def _in_address(text: str) -> set[str]:
    raw = text.encode("utf-8", "surrogatepass")
    quoted = {quote(raw, safe=""), quote(raw), quote_plus(raw)}
    lower = {re.sub(r"%..", lambda code: code[0].lower(), word) for word in quoted}
    return quoted | lower


def _in_html(text: str) -> set[str]:
    quoted = html.escape(text)
    return {
        quoted,
        html.escape(text, quote=False),
        quoted.replace("&#x27;", "&#39;"),
        quoted.replace("&quot;", "&#34;").replace("&#x27;", "&#39;"),
    }


def _in_base64(text: str) -> set[str]:
    """Return the base64 of *text* at each of the three offsets inside a longer value."""
    raw = text.encode("utf-8", "surrogatepass")
    if len(raw) < _SHORTEST_PART:
        return set()
    found = set()
    for before, first in ((0, 0), (1, 2), (2, 3)):  # skips characters that encode other bytes
        last = (before + len(raw)) * 8 // 6
        found.add(b64encode(b"\0" * before + raw)[first:last].decode())
    return found | {word.translate(_URL_SAFE) for word in found}


_URL_SAFE = str.maketrans("+/", "-_")


def _same(one: str, other: str) -> int:
    """Return the length of the common prefix of both."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
