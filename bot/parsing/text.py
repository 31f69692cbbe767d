"""The text of requests: tokens without changes of phones and Slack, and quotes."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from bot.errors import UsageError

_MAX_QUOTE_LENGTH = 60
_MAX_QUOTES = 3

#: Longer text is an accidental paste. It is refused, because running a part could be wrong.
MAX_TEXT_LENGTH = 8_000

_CONTROL_CHARS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SLACK_TOKEN = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
#: A user or a group as `tokenize` returns them: the id, and the name that Slack shows.
_LABELED_ID = re.compile(r"@[A-Z0-9]+\|@?([^|]+)")
_ONE_WORD = re.compile(r"[^\s,;|]+")
_ENTITY = re.compile(r"&(amp|lt|gt);")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">"}

#: Quoted words stay one word, unchanged: `variable set team-a MOTTO "Rock, and roll."`
_QUOTE_CHARS = '"“”„‟«»'
_QUOTED_TEXT = re.compile(
    rf"(?<![^\s=])[{_QUOTE_CHARS}]([^{_QUOTE_CHARS}]*)[{_QUOTE_CHARS}](?=[\s,;.!?]|$)"
)
_BOLD_TEXT = re.compile(r"\s*([*_~])(\w[^*~]*\w)\1[\s.!?]*")

_ASCII_EQUIVALENTS = str.maketrans(
    dict.fromkeys("‘’‚‛′", "'")
    | dict.fromkeys("“”„‟″", '"')
    | dict.fromkeys("‐\u2011−", "-")
    | dict.fromkeys("‒—―", "–")
    | {"`": " "}
)
#: A dash or dots between two numbers, and dots before a word that can end a range.
_RANGE_PATTERNS = (
    re.compile(r"(?<=[0-9])\s*–\s*(?=[0-9])"),
    re.compile(r"(?<=[0-9])\s+-+\s+(?=[0-9])"),
    re.compile(r"(?<=\w)\s*\.{2,}\s*(?=[0-9]|\w(?![\w-])|\w+-\w)"),
)
#: iOS turns the two hyphens of an option into one dash; other dashes were single hyphens.
_LONG_DASH_OPTION = re.compile(r"(?<!\S)–+(?=[A-Za-z])")
_SEPARATOR = re.compile(r"[\s,;،、]+")
_CONNECTIVES = frozenset({"and", "&", "+", "•", "/", "|"})
_MARKERS = "*_~'\""
_END_PUNCTUATION = ".!?:"


def tokenize(text: str) -> tuple[str, ...]:
    """
    Return the words of a request, without the changes that phones and Slack make.

    >>> tokenize("Wake  team‑a, “team-b” and `team-1` – 12…")
    ('Wake', 'team-a', 'team-b', 'team-1..12')
    >>> tokenize("variable set all MOTTO “Rock, and roll.”")
    ('variable', 'set', 'all', 'MOTTO', 'Rock, and roll.')

    Raises:
        UsageError: *text* exceeds `MAX_TEXT_LENGTH` characters.

    """
    _check_length(text)
    plain = _SLACK_TOKEN.sub(_replace_slack_token, strip_control_chars(text))
    parts = _QUOTED_TEXT.split(_unbold(plain))  # bare, quoted, bare, …
    if len(parts) == 3 and not (parts[0] + parts[2]).strip():
        parts = [parts[1]]  # quotes around the whole text don't group words
    return tuple(_interleave(parts))


def to_command(words: Iterable[str]) -> str:
    """
    Return text that `tokenize` turns back into *words*, for the value of a button.

    >>> to_command(["wake", "team-a", "Rock, and roll."])
    'wake team-a "Rock, and roll."'
    """
    return " ".join(w if tokenize(w) == (w,) else f'"{w}"' for w in words)


def split_joined(word: str) -> list[str]:
    """
    Return the parts of a list without spaces, because no name holds `&` or `+`.

    >>> split_joined("team-1&team-2+team-3"), split_joined("https://a.org/?b&c")
    (['team-1', 'team-2', 'team-3'], ['https://a.org/?b&c'])
    """
    return [word] if "://" in word else [part for part in re.split(r"[&+]", word) if part]


def label_or_id(word: str) -> str:
    """
    Return the name that Slack added to a user's id, or else *word*.

    >>> label_or_id("@U1|team-a"), label_or_id("@U1"), label_or_id("team-a")
    ('team-a', '@U1', 'team-a')
    """
    labeled = _LABELED_ID.fullmatch(word)
    return labeled[1] if labeled else word


def strip_control_chars(text: str) -> str:
    """Return *text* without lone surrogates and control characters, for databases and logs."""
    return _CONTROL_CHARS.sub(" ", text.encode("utf-8", "ignore").decode())


def _check_length(text: str) -> None:
    if len(text) > MAX_TEXT_LENGTH:
        raise UsageError(
            f"That's longer than the {MAX_TEXT_LENGTH:,} characters I can read at once. Name "
            "fewer Spaces, or use a range like `team-1..12`."
        )


def _replace_slack_token(match: re.Match[str]) -> str:
    """Return the plain text for `<@U1|ana>`, `<#C1|ops>`, `<!here>` or `<https://…|x>`.

    A channel becomes its name. A user keeps id and name, because the command knows which it needs.
    See https://docs.slack.dev/messaging/formatting-message-text.
    """
    kind, target, label = match[1], match[2], match[3] or ""
    shown = label if _ONE_WORD.fullmatch(label) else ""
    if kind == "#" and shown:
        return shown
    if kind == "@" and shown:
        return f"@{target}|{shown}"
    if kind != "!":
        return kind + target.removeprefix("mailto:").removeprefix("tel:")
    command, _, argument = target.partition("^")
    if command == "subteam":
        return f"@{argument}|{shown}" if shown else f"@{argument}"
    return label if argument else f"@{command}"


def _unbold(text: str) -> str:
    """Return *text* without marks around all of it: `*wake all*`, but not `_a_ _b_`."""
    bold = _BOLD_TEXT.fullmatch(text)
    if bold and f"{bold[1]} " not in bold[2] and f" {bold[1]}" not in bold[2]:
        return bold[2]
    return text


def _interleave(parts: Sequence[str]) -> Iterator[str]:
    """Yield the words of bare and quoted parts in order; `KEY="two words"` is one word."""
    key = ""
    for i, part in enumerate(parts):
        if i % 2:
            quoted = key + _ENTITY.sub(_unescape_entity, part).strip()
            yield from (quoted,) if quoted else ()
            continue
        bare = _tokenize_bare(part)
        last = i + 1 == len(parts)
        while last and bare and not bare[-1].strip(_END_PUNCTUATION):  # "wake all !"
            bare.pop()
        key = bare.pop() if bare and not last and part.endswith("=") else ""
        yield from bare


def _tokenize_bare(part: str) -> list[str]:
    normalized = unicodedata.normalize("NFKC", _strip_invisible(part)).translate(_ASCII_EQUIVALENTS)
    _check_length(normalized)  # NFKC can turn one character into eighteen
    for pattern in _RANGE_PATTERNS:
        normalized = pattern.sub("..", normalized)
    normalized = _LONG_DASH_OPTION.sub("--", normalized).replace("–", "-")
    found = (
        _strip_marks(word) for word in _SEPARATOR.split(_ENTITY.sub(_unescape_entity, normalized))
    )
    return [word for word in found if word and word.casefold() not in _CONNECTIVES]


def _strip_invisible(text: str) -> str:
    """Return *text* without invisible characters and with at most four marks per letter."""
    if text.isascii():
        return text
    visible: list[str] = []
    marks = 0  # bounded, because normalizing takes quadratic time in their number
    for char in text:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= 4 and char != "\ufe0f" and unicodedata.category(char) != "Cf":
            visible.append(char)
    return "".join(visible)


def _unescape_entity(match: re.Match[str]) -> str:
    return _ENTITIES[match[1]]


def _strip_marks(word: str) -> str:
    """Return *word* without marks around it: `*wake*`, `_team-a_.`, `'all'`, `<space>`."""
    for _ in range(4):  # nested marks, at most four deep
        stripped = _strip_mark_pair(word.rstrip(_END_PUNCTUATION) or word)
        if stripped == word:
            break
        word = stripped
    return word


def _strip_mark_pair(word: str) -> str:
    """Return *word* without its outermost pair of marks."""
    if word.startswith("<") and word.endswith(">"):
        return word[1:-1]
    marker = word[:1]
    core = word.strip(marker) if marker and marker in _MARKERS else ""
    width = (len(word) - len(core)) // 2
    around = marker * width
    # With a marker inside, the outer ones are text: `*a*b*` is a glob, `_my_name_` a name.
    if core and width and marker not in core and word == around + core + around:
        return core
    return word


def quote(typed: str) -> str:
    """
    Return *typed* in code marks: at most 60 printable characters, no backticks.

    >>> quote("team`a"), len(quote("x" * 8000))
    ('`teama`', 62)
    """
    visible = "".join(
        c for c in typed[: 4 * _MAX_QUOTE_LENGTH] if c.isprintable() and c != "`"
    ).strip()
    if len(visible) > _MAX_QUOTE_LENGTH:
        visible = visible[: _MAX_QUOTE_LENGTH - 1] + "…"
    return f"`{visible or '…'}`"


def join_quoted(typed: Sequence[str], conjunction: str = "or") -> str:
    """
    Return the quoted words as an enumeration that names three and counts the others.

    >>> join_quoted(["a", "b"]), join_quoted(["a", "b", "c", "d", "e"], "and")
    ('`a` or `b`', '`a`, `b`, `c` and 2 more')
    """
    shown = [quote(word) for word in typed[:_MAX_QUOTES]]
    if len(typed) > _MAX_QUOTES:
        shown.append(f"{len(typed) - _MAX_QUOTES:,} more")
    if len(shown) == 1:
        return shown[0]
    return f"{', '.join(shown[:-1])} {conjunction} {shown[-1]}"
