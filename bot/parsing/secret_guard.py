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
from bot.parsing.key_arguments import ROTATION_ADVICE, split_secret_key
from bot.parsing.names import NameIndex
from bot.parsing.resolver import TargetResolver, is_pattern
from bot.parsing.text import to_command, tokenize
from bot.parsing.verbs import is_like_verb, match_verb
from bot.parsing.vocabulary import SPAN_WORDS, TIME_WORDS
from bot.redaction import has_secret, redact_secrets

#: What is said to whoever may have typed a value.
VALUE_TYPED_MESSAGE = (
    "A secret's value is never typed in a command: `secret set team-a KEY` opens a form for it. "
    f"Nothing was done, and I have kept nothing of what you typed. {ROTATION_ADVICE}"
)

#: Stands for what is not kept.
OMITTED = "…"

_SECRET_WORDS = frozenset({"secret", "secrets"})
_MIN_SIMILARITY = 0.8
#: What is done to secrets, where people write it in one word: `secret-set`.
_SECRET_ACTIONS = frozenset(
    {"set", "get", "add", "put", "new", "list", "show", "make", "update", "change"}
)
_SECRET_ACTIONS |= {"create", "delete", "remove", "key", "keys", "value", "values"}
_HELP_WORDS = _SECRET_WORDS | {"set", "list", "delete"}
_NAME_PATTERN = re.compile(r"(https?://)?[\w./*-]+")
_OPTION_WORDS = TIME_WORDS | SPAN_WORDS | {"from", "last", "since", "yesterday", "csv", "build"}
_OPTION_WORDS |= {"docker", "gradio", "static", "private", "public"}
_OPTION_PATTERN = re.compile(
    r"@[UW][A-Z0-9]+|\d{0,4}([smhdw]|min|hours?|days?|weeks?)?|\d{1,2}:\d\d"
)
# Each pattern looks at every Space.
_MAX_PATTERNS = 20


def mentions_secrets(text: str) -> bool:
    """
    Say whether *text* is about secrets, however it spells them, or holds somebody's token.

    >>> mentions_secrets("pls set teh secrt KEY"), mentions_secrets("wake team-a")
    (True, False)
    """
    # The label of a link is none of the words that are read.
    tokens = _tokenize_or_none(text) or ()
    all_words = {*tokens, *text.split()}
    return (
        any(map(_is_about_secrets, all_words)) or has_secret(text) or has_secret(" ".join(tokens))
    )


def is_free_of_secrets(text: str, verbs: Collection[str], names: NameIndex) -> bool:
    """
    Say whether no secret's value can be in *text*.

    >>> verbs, names = {"secret set"}, NameIndex.of(["acme/team-a"])
    >>> [is_free_of_secrets(f"secret set team-a {said}", verbs, names)
    ...     for said in ("KEY", "swordfish")]
    [True, False]
    """
    if not mentions_secrets(text):
        return True
    typed = _tokenize_or_none(text)
    return typed is not None and _is_safe(typed, verbs, TargetResolver({}, names, acting=True))


def may_contain_secret(text: str, verbs: Collection[str], names: NameIndex) -> bool:
    """
    Say whether *text* has to be refused before anybody reads it: a value may be in it.

    The commands about secrets themselves read what is meant for them, and repeat none of it.
    """
    if is_free_of_secrets(text, verbs, names):
        return False
    typed = _tokenize_or_none(text)
    verb, _ = match_verb(typed or (), verbs) or ("", ())
    return not verb.startswith("secret ")


def redact_request(text: str, verbs: Collection[str], names: NameIndex) -> str:
    """
    Return what may be kept of *text*: all of it, or its verb and the Spaces behind that.

    >>> redact_request(
    ...     "secret set team-a KEY sk-123", {"secret set"}, NameIndex.of(["acme/team-a"]))
    'secret set team-a …'
    """
    if not mentions_secrets(text):
        return redact_secrets(text, OMITTED)
    if is_free_of_secrets(text, verbs, names):
        # What `words` leaves out nobody has looked at.
        return redact_secrets(to_command(tokenize(text)), OMITTED)
    command_words = {word for verb in verbs for word in verb.split()} | _SECRET_WORDS
    typed = _tokenize_or_none(text) or text.split()
    safe_words = takewhile(lambda word: word.casefold() in command_words or names.find(word), typed)
    return " ".join([*safe_words, OMITTED])


def _tokenize_or_none(text: str) -> tuple[str, ...] | None:
    """Return the words of *text*, None when it is too long to be read."""
    try:
        return tokenize(text)
    except Misunderstood:
        return None


def _is_about_secrets(word: str) -> bool:
    lower = word.casefold()
    return "secret" in lower or any(map(_is_like_secret, re.split(r"[^a-z0-9]+", lower)))


def _is_like_secret(part: str) -> bool:
    """Say whether somebody meant `secret`, also where it is spelled wrong."""
    has_right_length = 4 <= len(part) <= 9
    return has_right_length and SequenceMatcher(None, part, "secret").ratio() >= _MIN_SIMILARITY


def _is_safe(typed: Sequence[str], verbs: Collection[str], resolver: TargetResolver) -> bool:
    if sum(map(is_pattern, typed)) > _MAX_PATTERNS or _has_unknown_token(typed, resolver):
        return False
    verb, rest = match_verb(typed, verbs) or ("", tuple(typed))
    family = verb.split(" ")[0]
    if family == "variable":
        return True
    match family:
        case "secret":
            return _is_targets_and_key(verb, rest, resolver)
        case "help":
            return all(word.casefold() in _HELP_WORDS for word in rest)
    return (
        _is_about_secret_named_spaces(rest, resolver)
        if verb
        else _is_about_spaces(rest, verbs, resolver)
    )


def _has_unknown_token(typed: Sequence[str], resolver: TargetResolver) -> bool:
    """Say whether a token is among the words, a Space that is called so aside."""
    unknown = " ".join(
        word for word in typed if not has_secret(word) or not resolver.recognizes(word)
    )
    return has_secret(unknown)


def _is_targets_and_key(verb: str, rest: Sequence[str], resolver: TargetResolver) -> bool:
    """Say whether these are Spaces, and at the most one name of a secret behind them."""
    if verb == "secret list" or _all_known(rest, resolver):
        return _all_known(rest, resolver)
    try:
        return _all_known(split_secret_key(rest, resolver.names).targets, resolver)
    except Misunderstood:
        return False


def _all_known(typed: Sequence[str], resolver: TargetResolver) -> bool:
    return all(map(resolver.recognizes, typed))


def _is_about_spaces(
    typed: Sequence[str], verbs: Collection[str], resolver: TargetResolver
) -> bool:
    """Say whether words without a verb are Spaces, or have one that is only misspelt."""
    first, *rest = typed
    if not rest and resolver.names.starting_with(first):
        return True
    has_valid_start = first.casefold() in _SECRET_WORDS or is_like_verb(first, verbs)
    return (has_valid_start or resolver.recognizes(first)) and _all_known(rest, resolver)


def _is_about_secret_named_spaces(rest: Sequence[str], resolver: TargetResolver) -> bool:
    """Say whether "secret" is a Space here: `wake secret-santa`, or `audit secret 7d`."""
    unknown = [word for word in rest if _is_about_secrets(word) and not resolver.recognizes(word)]
    if all(map(_is_space_name, unknown)):
        return True
    others = [word for word in rest if word not in unknown]
    return all(map(_NAME_PATTERN.fullmatch, unknown)) and all(
        resolver.recognizes(word) or _is_option(word) for word in others
    )


def _is_space_name(word: str) -> bool:
    """
    Say whether *word* is rather a Space's name than a secret, or something done to one.

    >>> [_is_space_name(word) for word in ("secret-santa", "secrets", "secret-set", "API_SECRET")]
    [True, False, False, False]
    """
    lower = word.casefold()
    if "_" in lower or not _NAME_PATTERN.fullmatch(lower):
        return False
    # `secretset` is `secret` and `set`, not `secrets` and `et`.
    return all(_has_other_part(re.split(rf"[-./*]+|{it}", lower)) for it in ("secrets", "secret"))


def _has_other_part(parts: Sequence[str]) -> bool:
    return any(part and part not in _SECRET_ACTIONS and not _is_like_secret(part) for part in parts)


def _is_option(word: str) -> bool:
    """Say whether the grammar knows *word*: a time, a person, or what a command offers."""
    return word.casefold() in _OPTION_WORDS or _OPTION_PATTERN.fullmatch(word) is not None
