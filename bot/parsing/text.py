"""Text → words: everything that phones and Slack do to a command is undone here, once."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from bot.errors import Misunderstood

#: Longer is a paste gone wrong; reading a part of it could act on what nobody meant.
LONGEST = 8_000

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SLACK_TOKEN = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
#: A person or a group as `words` gives them: the id, and the name that Slack shows for it.
_LABELLED = re.compile(r"@[A-Z0-9]+\|@?([^|]+)")
_ONE_WORD = re.compile(r"[^\s,;|]+")
_ENTITY = re.compile(r"&(amp|lt|gt);")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">"}

#: Quoted words stay together and as they are: `variable set team-a MOTTO "Rock, and roll."`
_QUOTE = '"“”„‟«»'
_QUOTED = re.compile(rf"(?<![^\s=])[{_QUOTE}]([^{_QUOTE}]*)[{_QUOTE}](?=[\s,;.!?]|$)")
_BOLD_TEXT = re.compile(r"\s*([*_~])(\w[^*~]*\w)\1[\s.!?]*")

_AS_TYPED = str.maketrans(
    dict.fromkeys("‘’‚‛′", "'")
    | dict.fromkeys("“”„‟″", '"')
    | dict.fromkeys("‐\u2011−", "-")
    | dict.fromkeys("‒—―", "–")
    | {"`": " "}
)
#: A dash or dots between two numbers, and dots before what can end a range.
_RANGES = (
    re.compile(r"(?<=[0-9])\s*–\s*(?=[0-9])"),
    re.compile(r"(?<=[0-9])\s+-+\s+(?=[0-9])"),
    re.compile(r"(?<=\w)\s*\.{2,}\s*(?=[0-9]|\w(?![\w-])|\w+-\w)"),
)
#: iOS makes one dash of the two that begin an option; elsewhere it is a hyphen gone long.
_OPTION = re.compile(r"(?<!\S)–+(?=[A-Za-z])")
_GAP = re.compile(r"[\s,;،、]+")
_FILLERS = frozenset({"and", "&", "+", "•", "/", "|"})
_MARKERS = "*_~'\""
_ENDING = ".!?:"


def words(text: str) -> tuple[str, ...]:
    """
    Split a request into its words, forgiving what phones and Slack do to it.

    >>> words("Wake  team‑a, “team-b” and `team-1` – 12…")
    ('Wake', 'team-a', 'team-b', 'team-1..12')
    >>> words("variable set all MOTTO “Rock, and roll.”")
    ('variable', 'set', 'all', 'MOTTO', 'Rock, and roll.')
    """
    _check_length(text)
    plain = _SLACK_TOKEN.sub(_token, storable(text))
    parts = _QUOTED.split(_unbold(plain))  # bare, quoted, bare, …
    if len(parts) == 3 and not (parts[0] + parts[2]).strip():
        parts = [parts[1]]  # quotes around everything are not meant to keep it together
    return tuple(_woven(parts))


def spell(words_: Iterable[str]) -> str:
    """
    Write words so that `words` reads them back: the value of a button.

    >>> spell(["wake", "team-a", "Rock, and roll."])
    'wake team-a "Rock, and roll."'
    """
    return " ".join(w if words(w) == (w,) else f'"{w}"' for w in words_)


def apart(word: str) -> list[str]:
    """
    Take apart a list that was written without spaces: no name has `&` or `+` in it.

    >>> apart("team-1&team-2+team-3"), apart("https://a.org/?b&c")
    (['team-1', 'team-2', 'team-3'], ['https://a.org/?b&c'])
    """
    return [word] if "://" in word else [part for part in re.split(r"[&+]", word) if part]


def named(word: str) -> str:
    """
    Return the name that Slack put behind somebody's id, where a name is wanted.

    >>> named("@U1|team-a"), named("@U1"), named("team-a")
    ('team-a', '@U1', 'team-a')
    """
    labelled = _LABELLED.fullmatch(word)
    return labelled[1] if labelled else word


def storable(text: str) -> str:
    """Drop what no database and no terminal takes: lone surrogates and control characters."""
    return _CONTROL.sub(" ", text.encode("utf-8", "ignore").decode())


def _check_length(text: str) -> None:
    if len(text) > LONGEST:
        raise Misunderstood(
            f"That is longer than the {LONGEST:,} characters I read at once, so nothing was done. "
            "Name fewer Spaces, or use a range such as `team-1..12`."
        )


def _token(token: re.Match[str]) -> str:
    """Replace `<@U1|ana>`, `<#C1|ops>`, `<!here>`, `<https://…|x>` by what they stand for.

    A channel is its name. A person keeps both: which one is wanted, the command knows.
    """
    kind, target, label = token[1], token[2], token[3] or ""
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


def _woven(parts: Sequence[str]) -> Iterator[str]:
    """Give the words of bare and quoted parts in order; `KEY="two words"` is one."""
    key = ""
    for i, part in enumerate(parts):
        if i % 2:
            quoted = key + _ENTITY.sub(_entity, part).strip()
            yield from (quoted,) if quoted else ()
            continue
        bare = _bare(part)
        last = i + 1 == len(parts)
        while last and bare and not bare[-1].strip(_ENDING):  # "wake all !"
            bare.pop()
        key = bare.pop() if bare and not last and part.endswith("=") else ""
        yield from bare


def _bare(part: str) -> list[str]:
    typed = unicodedata.normalize("NFKC", _visible(part)).translate(_AS_TYPED)
    _check_length(typed)  # one character can become eighteen
    for written in _RANGES:
        typed = written.sub("..", typed)
    typed = _OPTION.sub("--", typed).replace("–", "-")
    found = (_clean(word) for word in _GAP.split(_ENTITY.sub(_entity, typed)))
    return [word for word in found if word and word.casefold() not in _FILLERS]


def _visible(text: str) -> str:
    """Drop zero-width and bidi characters, and all but a few marks stacked on one letter."""
    if text.isascii():
        return text
    kept: list[str] = []
    marks = 0  # normalising takes the square of their number
    for char in text:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= 4 and char != "\ufe0f" and unicodedata.category(char) != "Cf":
            kept.append(char)
    return "".join(kept)


def _entity(entity: re.Match[str]) -> str:
    return _ENTITIES[entity[1]]


def _clean(word: str) -> str:
    """Take marks off a word: `*wake*`, `_team-a_.`, `'all'`, `<space>`."""
    for _ in range(4):  # marks nest, but nobody nests them deeper
        bared = _unmarked(word.rstrip(_ENDING) or word)
        if bared == word:
            break
        word = bared
    return word


def _unmarked(word: str) -> str:
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
