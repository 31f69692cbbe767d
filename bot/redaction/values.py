"""Values that are known to be secret, taken out of a text however it spells them.

A server that quotes what it was sent may have encoded it, or cut it off where its own message
had to end.
"""

import html
import json
import re
from base64 import b64encode
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

#: As much of a value as gives it away where a text breaks off.
_SHORTEST_PART = 8
#: Shorter ones are hidden as words of their own only, else no text could be read.
_SHORTEST_ANYWHERE = 4
#: What follows where a message was cut: the end of its line, or a sign that there was more.
_CUT = re.compile(r"[\s\"'”’`)\]}>]*(?:…|\.{3}|\[?\(?truncated\b|$)", re.MULTILINE)


class KnownSecrets:
    """Values to hide, in all the spellings in which they may turn up."""

    def __init__(self, values: Iterable[str], hidden: str) -> None:
        found = {spelled for value in values if value for spelled in spellings(value)}
        self._hidden = hidden
        self._spellings = sorted(found, key=len, reverse=True)  # no tail of the longer one is left

    def redact(self, text: str) -> str:
        """Return *text* without the values, and without the start of one where it breaks off."""
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
    """
    Return *value* as it stands in prose, in a repr, JSON, HTML, an address and in base64.

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
    """Return *text* as JSON has it, also in a string that holds JSON."""
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
    """Return what base64 makes of *text* at each of three places in something longer."""
    raw = text.encode("utf-8", "surrogatepass")
    if len(raw) < _SHORTEST_PART:
        return set()
    found = set()
    for before, first in ((0, 0), (1, 2), (2, 3)):  # the characters that hold other bytes, too
        last = (before + len(raw)) * 8 // 6
        found.add(b64encode(b"\0" * before + raw)[first:last].decode())
    return found | {word.translate(_URL_SAFE) for word in found}


_URL_SAFE = str.maketrans("+/", "-_")


def _same(one: str, other: str) -> int:
    """Return how many characters both begin with alike."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
