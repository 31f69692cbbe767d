"""Whether a secret's value may be among the words that somebody typed, and what is kept of them.

A value looks like anything, so nobody can look for it. It is the other way round: in words about
secrets each one has to be known, as a word of the grammar, as a Space, or as a name in capitals
that ends the command. Where one is not, nothing is kept, repeated or offered.
"""

import re
from collections.abc import Collection, Sequence
from difflib import SequenceMatcher
from itertools import takewhile

from bot.errors import Misunderstood
from bot.parsing.keys import ROTATE, secret_key
from bot.parsing.lookup import Lookup, is_pattern
from bot.parsing.names import Names
from bot.parsing.text import spell, words
from bot.parsing.verbs import begun_with, sounds_like_a_verb
from bot.parsing.vocabulary import SPAN, WHEN
from bot.redaction import has_secret, redact_secrets

#: What is said to whoever may have typed a value.
TYPED = (
    "A secret's value is never typed in a command: `secret set team-a KEY` opens a form for it. "
    f"Nothing was done, and I have kept nothing of what you typed. {ROTATE}"
)

#: Stands for what is not kept.
LEFT_OUT = "…"

_SAID = frozenset({"secret", "secrets"})
_ALIKE = 0.8
#: What is done to secrets, where people write it in one word: `secret-set`.
_DONE = frozenset({"set", "get", "add", "put", "new", "list", "show", "make", "update", "change"})
_DONE |= {"create", "delete", "remove", "key", "keys", "value", "values"}
_IN_HELP = _SAID | {"set", "list", "delete"}
_NAME = re.compile(r"(https?://)?[\w./*-]+")
_OTHERS = WHEN | SPAN | {"from", "last", "since", "yesterday", "csv", "build"}
_OTHERS |= {"docker", "gradio", "static", "private", "public"}
_OTHER = re.compile(r"@[UW][A-Z0-9]+|\d{0,4}([smhdw]|min|hours?|days?|weeks?)?|\d{1,2}:\d\d")
# Each pattern looks at every Space.
_MOST_PATTERNS = 20


def concerns(text: str) -> bool:
    """
    Say whether *text* is about secrets, however it spells them, or holds somebody's token.

    >>> concerns("pls set teh secrt KEY"), concerns("wake team-a")
    (True, False)
    """
    # The label of a link is none of the words that are read.
    read = _read(text) or ()
    said = {*read, *text.split()}
    return any(map(_is_about, said)) or has_secret(text) or has_secret(" ".join(read))


def harmless(text: str, verbs: Collection[str], names: Names) -> bool:
    """
    Say whether no secret's value can be in *text*.

    >>> verbs, names = {"secret set"}, Names.of(["acme/team-a"])
    >>> [harmless(f"secret set team-a {said}", verbs, names) for said in ("KEY", "swordfish")]
    [True, False]
    """
    if not concerns(text):
        return True
    said = _read(text)
    return said is not None and _is_harmless(said, verbs, Lookup({}, names, acting=True))


def spilt(text: str, verbs: Collection[str], names: Names) -> bool:
    """
    Say whether *text* has to be refused before anybody reads it: a value may be in it.

    The commands about secrets themselves read what is meant for them, and repeat none of it.
    """
    if harmless(text, verbs, names):
        return False
    said = _read(text)
    verb, _ = begun_with(said or (), verbs) or ("", ())
    return not verb.startswith("secret ")


def scrub(text: str, verbs: Collection[str], names: Names) -> str:
    """
    Return what may be kept of *text*: all of it, or its verb and the Spaces behind that.

    >>> scrub("secret set team-a KEY sk-123", {"secret set"}, Names.of(["acme/team-a"]))
    'secret set team-a …'
    """
    if not concerns(text):
        return redact_secrets(text, LEFT_OUT)
    if harmless(text, verbs, names):
        # What `words` leaves out nobody has looked at.
        return redact_secrets(spell(words(text)), LEFT_OUT)
    ours = {word for verb in verbs for word in verb.split()} | _SAID
    said = _read(text) or text.split()
    kept = takewhile(lambda word: word.casefold() in ours or names.find(word), said)
    return " ".join([*kept, LEFT_OUT])


def _read(text: str) -> tuple[str, ...] | None:
    """Return the words of *text*, None when it is too long to be read."""
    try:
        return words(text)
    except Misunderstood:
        return None


def _is_about(word: str) -> bool:
    said = word.casefold()
    return "secret" in said or any(map(_is_like, re.split(r"[^a-z0-9]+", said)))


def _is_like(part: str) -> bool:
    """Say whether somebody meant `secret`, also where it is spelled wrong."""
    right_size = 4 <= len(part) <= 9
    return right_size and SequenceMatcher(None, part, "secret").ratio() >= _ALIKE


def _is_harmless(said: Sequence[str], verbs: Collection[str], lookup: Lookup) -> bool:
    if sum(map(is_pattern, said)) > _MOST_PATTERNS or _gives_a_token(said, lookup):
        return False
    verb, rest = begun_with(said, verbs) or ("", tuple(said))
    family = verb.split(" ")[0]
    if family == "variable":
        return True
    match family:
        case "secret":
            return _names_a_key(verb, rest, lookup)
        case "help":
            return all(word.casefold() in _IN_HELP for word in rest)
    return _asks_of_spaces(rest, lookup) if verb else _is_about_spaces(rest, verbs, lookup)


def _gives_a_token(said: Sequence[str], lookup: Lookup) -> bool:
    """Say whether a token is among the words, a Space that is called so aside."""
    unknown = " ".join(word for word in said if not has_secret(word) or not lookup.knows(word))
    return has_secret(unknown)


def _names_a_key(verb: str, rest: Sequence[str], lookup: Lookup) -> bool:
    """Say whether these are Spaces, and at the most one name of a secret behind them."""
    if verb == "secret list" or _all_known(rest, lookup):
        return _all_known(rest, lookup)
    try:
        return _all_known(secret_key(rest, lookup.names).targets, lookup)
    except Misunderstood:
        return False


def _all_known(said: Sequence[str], lookup: Lookup) -> bool:
    return all(map(lookup.knows, said))


def _is_about_spaces(said: Sequence[str], verbs: Collection[str], lookup: Lookup) -> bool:
    """Say whether words without a verb are Spaces, or have one that is only misspelt."""
    first, *rest = said
    if not rest and lookup.names.starting(first):
        return True
    begins_well = first.casefold() in _SAID or sounds_like_a_verb(first, verbs)
    return (begins_well or lookup.knows(first)) and _all_known(rest, lookup)


def _asks_of_spaces(rest: Sequence[str], lookup: Lookup) -> bool:
    """Say whether "secret" is a Space here: `wake secret-santa`, or `audit secret 7d`."""
    strange = [word for word in rest if _is_about(word) and not lookup.knows(word)]
    if all(map(_is_called_so, strange)):
        return True
    others = [word for word in rest if word not in strange]
    return all(map(_NAME.fullmatch, strange)) and all(
        lookup.knows(word) or _is_other(word) for word in others
    )


def _is_called_so(word: str) -> bool:
    """
    Say whether *word* is rather a Space's name than a secret, or something done to one.

    >>> [_is_called_so(word) for word in ("secret-santa", "secrets", "secret-set", "API_SECRET")]
    [True, False, False, False]
    """
    said = word.casefold()
    if "_" in said or not _NAME.fullmatch(said):
        return False
    # `secretset` is `secret` and `set`, not `secrets` and `et`.
    return all(_tells_more(re.split(rf"[-./*]+|{it}", said)) for it in ("secrets", "secret"))


def _tells_more(parts: Sequence[str]) -> bool:
    return any(part and part not in _DONE and not _is_like(part) for part in parts)


def _is_other(word: str) -> bool:
    """Say whether the grammar knows *word*: a time, a person, or what a command offers."""
    return word.casefold() in _OTHERS or _OTHER.fullmatch(word) is not None
