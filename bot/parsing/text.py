"""Text → words: everything that phones and Slack do to a command is undone here, once."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from bot.errors import Misunderstood

#: Longer is a paste gone wrong; reading a part of it could act on what nobody meant.
MAX_TEXT_LENGTH = 8_000

_CONTROL_CHARS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SLACK_TOKEN = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
#: A person or a group as `words` gives them: the id, and the name that Slack shows for it.
_LABELED_ID = re.compile(r"@[A-Z0-9]+\|@?([^|]+)")
_ONE_WORD = re.compile(r"[^\s,;|]+")
_ENTITY = re.compile(r"&(amp|lt|gt);")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">"}

#: Quoted words stay together and as they are: `variable set team-a MOTTO "Rock, and roll."`
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
#: A dash or dots between two numbers, and dots before what can end a range.
_RANGE_PATTERNS = (
    re.compile(r"(?<=[0-9])\s*–\s*(?=[0-9])"),
    re.compile(r"(?<=[0-9])\s+-+\s+(?=[0-9])"),
    re.compile(r"(?<=\w)\s*\.{2,}\s*(?=[0-9]|\w(?![\w-])|\w+-\w)"),
)
#: iOS makes one dash of the two that begin an option; elsewhere it is a hyphen gone long.
_LONG_DASH_OPTION = re.compile(r"(?<!\S)–+(?=[A-Za-z])")
_SEPARATOR = re.compile(r"[\s,;،、]+")
_CONNECTIVES = frozenset({"and", "&", "+", "•", "/", "|"})
_MARKERS = "*_~'\""
_END_PUNCTUATION = ".!?:"


def tokenize(text: str) -> tuple[str, ...]:
    """
    Split a request into its words, forgiving what phones and Slack do to it.

    >>> tokenize("Wake  team‑a, “team-b” and `team-1` – 12…")
    ('Wake', 'team-a', 'team-b', 'team-1..12')
    >>> tokenize("variable set all MOTTO “Rock, and roll.”")
    ('variable', 'set', 'all', 'MOTTO', 'Rock, and roll.')
    """
    _check_length(text)
    plain = _SLACK_TOKEN.sub(_replace_slack_token, strip_control_chars(text))
    parts = _QUOTED_TEXT.split(_unbold(plain))  # bare, quoted, bare, …
    if len(parts) == 3 and not (parts[0] + parts[2]).strip():
        parts = [parts[1]]  # quotes around everything are not meant to keep it together
    return tuple(_interleave(parts))


def to_command(words: Iterable[str]) -> str:
    """
    Write words so that `words` reads them back: the value of a button.

    >>> to_command(["wake", "team-a", "Rock, and roll."])
    'wake team-a "Rock, and roll."'
    """
    return " ".join(w if tokenize(w) == (w,) else f'"{w}"' for w in words)


def split_joined(word: str) -> list[str]:
    """
    Take apart a list that was written without spaces: no name has `&` or `+` in it.

    >>> split_joined("team-1&team-2+team-3"), split_joined("https://a.org/?b&c")
    (['team-1', 'team-2', 'team-3'], ['https://a.org/?b&c'])
    """
    return [word] if "://" in word else [part for part in re.split(r"[&+]", word) if part]


def label_or_id(word: str) -> str:
    """
    Return the name that Slack put behind somebody's id, where a name is wanted.

    >>> label_or_id("@U1|team-a"), label_or_id("@U1"), label_or_id("team-a")
    ('team-a', '@U1', 'team-a')
    """
    labeled = _LABELED_ID.fullmatch(word)
    return labeled[1] if labeled else word


def strip_control_chars(text: str) -> str:
    """Drop what no database and no terminal takes: lone surrogates and control characters."""
    return _CONTROL_CHARS.sub(" ", text.encode("utf-8", "ignore").decode())


def _check_length(text: str) -> None:
    if len(text) > MAX_TEXT_LENGTH:
        raise Misunderstood(
            f"That is longer than the {MAX_TEXT_LENGTH:,} characters I read at once, so "
            "nothing was done. "
            "Name fewer Spaces, or use a range such as `team-1..12`."
        )


def _replace_slack_token(match: re.Match[str]) -> str:
    """Replace `<@U1|ana>`, `<#C1|ops>`, `<!here>`, `<https://…|x>` by what they stand for.

    A channel is its name. A person keeps both: which one is wanted, the command knows.
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
    """Take marks off that stand around everything: `*wake all*`, but not `_a_ _b_`."""
    bold = _BOLD_TEXT.fullmatch(text)
    if bold and f"{bold[1]} " not in bold[2] and f" {bold[1]}" not in bold[2]:
        return bold[2]
    return text


def _interleave(parts: Sequence[str]) -> Iterator[str]:
    """Give the words of bare and quoted parts in order; `KEY="two words"` is one."""
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
    _check_length(normalized)  # one character can become eighteen
    for pattern in _RANGE_PATTERNS:
        normalized = pattern.sub("..", normalized)
    normalized = _LONG_DASH_OPTION.sub("--", normalized).replace("–", "-")
    found = (
        _strip_marks(word) for word in _SEPARATOR.split(_ENTITY.sub(_unescape_entity, normalized))
    )
    return [word for word in found if word and word.casefold() not in _CONNECTIVES]


def _strip_invisible(text: str) -> str:
    """Drop zero-width and bidi characters, and all but a few marks stacked on one letter."""
    if text.isascii():
        return text
    visible: list[str] = []
    marks = 0  # normalising takes the square of their number
    for char in text:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= 4 and char != "\ufe0f" and unicodedata.category(char) != "Cf":
            visible.append(char)
    return "".join(visible)


def _unescape_entity(match: re.Match[str]) -> str:
    return _ENTITIES[match[1]]


def _strip_marks(word: str) -> str:
    """Take marks off a word: `*wake*`, `_team-a_.`, `'all'`, `<space>`."""
    for _ in range(4):  # marks nest, but nobody nests them deeper
        stripped = _strip_mark_pair(word.rstrip(_END_PUNCTUATION) or word)
        if stripped == word:
            break
        word = stripped
    return word


def _strip_mark_pair(word: str) -> str:
    if word.startswith("<") and word.endswith(">"):
        return word[1:-1]
    marker = word[:1]
    core = word.strip(marker) if marker and marker in _MARKERS else ""
    width = (len(word) - len(core)) // 2
    around = marker * width
    # A marker left inside means that it is no marker: `*a*b*` is a glob, `_my_name_` a name.
    if core and width and marker not in core and word == around + core + around:
        return core
    return word
