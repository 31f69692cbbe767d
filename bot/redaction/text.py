"""Redaction of secrets that are recognized by their shape or their name.

Every pattern is bounded, or can't begin inside another match of itself, so that the time is
linear in the length of the text.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.redaction.shapes import TOKEN_SHAPES, token_kind

MASK = "***"


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A pattern of secrets. Each match contains a clue, and searching that first is faster."""

    clues: tuple[str, ...]
    pattern: re.Pattern[str]
    kept: str = ""  # template of the part of a match that stays, before the mask
    kept_behind: str = ""  # and after it
    kind: str = ""  # what its matches are; "": not a token alone

    def redact(self, text: str, hidden: str) -> str:
        return self.pattern.sub(f"{self.kept}{hidden}{self.kept_behind}", text)


_KEY_MARK = r"-{{2,5}}{} [A-Z0-9 ]{{0,40}}PRIVATE KEY(?: BLOCK)?-{{2,5}}"
_SPACE = r"(?:\s|\\[nr])*+"
#: A private key. Its BEGIN line alone isn't one, because an app may complain that it is missing.
_PRIVATE_KEY = re.compile(
    rf"{_KEY_MARK.format('BEGIN')}"
    rf"(?:{_SPACE}(?:[A-Za-z-]{{2,20}}: [^\n]{{1,80}}|[A-Za-z0-9+/=]{{20,}}+))+"
    rf"(?:{_SPACE}[A-Za-z0-9+/=]{{0,76}}{_SPACE}{_KEY_MARK.format('END')})?"
)

#: Secrets that their shape alone proves.
_CERTAIN = (
    _Pattern(("PRIVATE KEY",), _PRIVATE_KEY, kind="private key"),
    *(_Pattern(shape.prefixes, shape.pattern, kind=shape.kind) for shape in TOKEN_SHAPES),
    # A JSON web token.
    _Pattern(("eyJ",), re.compile(r"(?<![\w-])eyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?")),
    # The token of a Telegram bot.
    _Pattern((":AA",), re.compile(r"(?<![\w:])[0-9]{8,10}:AA[\w-]{30,}")),
    # Credentials in a URL. The user's name may be the token. The password of a database URL may
    # contain an unquoted slash.
    _Pattern(("://",), re.compile(r"(://)[^\s:/@]*:[^\s/]+@"), r"\1", "@"),
    _Pattern(
        ("://",),
        re.compile(
            r"(\b(?:mongodb|postgres|mysql|redis|amqp)[\w+]{0,20}://)[^\s:/@]{0,400}:[^\s@]{1,400}@"
        ),
        r"\1",
        "@",
    ),
    # Incoming webhooks: anyone who has the URL can post.
    _Pattern(("://",), re.compile(r"(://hooks\.slack\.com/)[^\s\"'<>]+"), r"\1"),
)
#: Values of headers. The clues are lowercase.
_IN_HEADERS = (
    _Pattern(
        ("bearer",),
        re.compile(r"(?i)(\bbearer )(?!auth|token|realm)[\w.~+/=-]{8,}"),
        r"\1",
    ),
    _Pattern(
        ("authorization",),
        re.compile(r"(?i)(\bauthorization\W{1,4}(?:basic|token|digest) )[\w.~+/=-]{6,}"),
        r"\1",
    ),
    _Pattern(("basic",), re.compile(r"(?i)(\bbasic )(?=[a-z+/]{0,99}[\d=])[\w+/=-]{8,}"), r"\1"),
)

_WORD = (
    r"(?:secret|token(?!i[sz])|passwor[dt]|passwd|(?:api|access|private|auth)[_ -]?key|signature)"
)
#: Each match of _WORD contains one of these.
_KEYWORDS = ("secret", "token", "passw", "key", "signature")
_QUOTED = r"\"[^\"]{4,400}\"|'[^']{4,400}'"
_QUOTED_WORD = r"\"[^\"\s]{4,400}\"|'[^'\s]{4,400}'"
# Words that may stand in place of a value, and that a reader needs to see.
_NO_VALUE = (
    r"(?!(?:missing|required|optional|invalid|incorrect|malformed|undefined|expired|revoked"
    r"|rejected|unauthorized)(?:[\s.,;)]|$)|os\.(?:environ|getenv)\b)"
)
_A_NAME = r"(?![\"'][A-Z][A-Z0-9]{0,30}(?:_[A-Z0-9]{1,30}){1,6}[\"'])"
_NAMED = (
    # With "=" or ":" between name and value, and maybe a word: an API key "provided: …".
    re.compile(
        rf"(?i)({_WORD}[\w.-]{{0,40}}(?:[ ](?:provided|given|used|supplied))?"
        rf"[\"']?\s{{0,3}}[=:]\s{{0,3}}){_NO_VALUE}({_QUOTED}|[^\s,;&'\"]{{6,}})"
    ),
    # Without one: in quotes, or long and with a digit, which words don't have.
    re.compile(
        rf"((?i:{_WORD})[A-Z0-9_]{{0,40}}\s{{1,3}})(?<!(?i:token) ){_A_NAME}({_QUOTED_WORD})"
    ),
    re.compile(
        rf"((?i:{_WORD})[A-Z0-9_]{{0,40}}\s{{1,3}}[\"']?)"
        r"(?=[\w/+=.-]{0,60}\d)(?=[\w/+=.-]{0,60}[A-Za-z])([\w/+=.-]{12,})"
    ),
)

#: Segments of generated strings: alternating letters and digits, or 20 characters with a digit.
_ALTERNATING = re.compile(r"(?=.{8})(?:[^_]*[0-9](?=[A-Za-z])){2}")
_TOO_LONG = re.compile(r"(?=[^_]*[0-9])[^_]{20}|[^_]{33}")


#: The clues with the position of their pattern, by the first of these characters that they
#: contain: a text without the character needs no search for them.
_CLUES_BY_MARK = {
    mark: [
        (clue, rank)
        for rank, known in enumerate(_CERTAIN)
        for clue in known.clues
        if next((one for one in "_-:" if one in clue), "") == mark
    ]
    for mark in ("", "_", "-", ":")
}
_HEADERS_BY_CLUE = tuple((clue, known) for known in _IN_HEADERS for clue in known.clues)


def has_secret(text: str) -> bool:
    """Return whether *text* contains a secret for certain: no name of a Space matches.

    >>> has_secret("say npm_AbCdEf1234567890ghij"), has_secret("sk-learn-classifier-demo-2026")
    (True, False)
    """
    return any(known.pattern.search(text) for known in _possible_in(text))


def token_kinds(text: str) -> tuple[str, ...]:
    """Return the kinds of the tokens and private keys in *text*, without their values.

    >>> token_kinds("say npm_AbCdEf1234567890ghij")
    ('npm token',)
    """
    found = [p.kind for p in _possible_in(text) if p.kind and p.pattern.search(text)]
    return tuple(dict.fromkeys(found))


def redact_secrets(text: str, hidden: str = MASK) -> str:
    """Return *text* without the secrets that their shape proves.

    >>> redact_secrets("postgresql://me:pw@host/db refused hf_abcdefghijklmnop1")
    'postgresql://***@host/db refused ***'
    """
    for known in _possible_in(text):
        text = known.redact(text, hidden)
    lower = text.casefold()
    for known in [known for clue, known in _HEADERS_BY_CLUE if clue in lower]:
        text = known.redact(text, hidden)
    return text


def _possible_in(text: str) -> list[_Pattern]:
    """Return the patterns with a clue in *text*; for most texts there are none.

    Flat pairs instead of a method call per pattern, because every line of a log comes here.
    """
    found = {
        rank
        for mark, clues in _CLUES_BY_MARK.items()
        if mark in text
        for clue, rank in clues
        if clue in text
    }
    return [_CERTAIN[rank] for rank in sorted(found)]


def redact(text: str) -> str:
    """Return *text* without secrets and without values whose name suggests one.

    >>> redact("OPENAI_API_KEY=abcdef12 is wrong"), redact("KeyError: 'API_KEY'")
    ('OPENAI_API_KEY=*** is wrong', "KeyError: 'API_KEY'")
    """
    text = redact_secrets(text)
    lower = text.casefold()
    if not any(clue in lower for clue in _KEYWORDS):
        return text
    for pattern in _NAMED:
        text = pattern.sub(rf"\1{MASK}", text)
    return text


def redact_lines(lines: Iterable[str]) -> list[str]:
    """Return *lines* with "***" in place of each private key, which spans several lines."""
    return _PRIVATE_KEY.sub(MASK, "\n".join(lines)).split("\n")


def is_like_token(word: str) -> bool:
    """Return whether *word* begins like a token and has a digit.

    >>> is_like_token("hf_swordfish1234"), is_like_token("HF_TOKEN"), is_like_token("hf_home")
    (True, False, False)
    """
    return len(word) >= 10 and token_kind(word) is not None and any(map(str.isdigit, word))


def is_generated(key: str) -> bool:
    """Return whether *key*, written like a name, looks generated and so may be a value.

    >>> is_generated("AKIAIOSFODNN7EXAMPLE"), is_generated("S3_KEY_V2")
    (True, False)
    """
    parts = key.split("_")
    return any(_ALTERNATING.match(part) or _TOO_LONG.match(part) for part in parts)
