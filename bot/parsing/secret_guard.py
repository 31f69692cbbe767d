"""Detection and redaction of secrets' values in the text of requests."""

import re
from collections.abc import Collection, Sequence
from itertools import takewhile

from rapidfuzz import fuzz

from bot.errors import UsageError
from bot.parsing.key_arguments import ROTATION_ADVICE, split_secret_key
from bot.parsing.names import NameIndex
from bot.parsing.resolver import MAX_PATTERNS, TargetResolver, is_pattern
from bot.parsing.text import to_command, tokenize
from bot.parsing.verbs import is_like_verb, match_verb
from bot.parsing.vocabulary import SPAN_WORDS, TIME_WORDS
from bot.redaction import has_secret, redact_secrets

#: The reply to a user who may have typed a secret's value.
VALUE_TYPED_MESSAGE = (
    "Don't put secret values in a command: `secret set team-a KEY` opens a form for it. "
    f"Nothing was done, and I've discarded what you typed. {ROTATION_ADVICE}"
)

#: Replaces the redacted words of a request.
OMITTED = "…"

_SECRET_WORDS = frozenset({"secret", "secrets"})
_MIN_SIMILARITY = 80  # percent
#: Acts on secrets, which people also write in one word: `secret-set`.
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


def mentions_secrets(text: str) -> bool:
    """
    Return whether *text* mentions secrets, even misspelled, or holds a token.

    >>> mentions_secrets("pls set teh secrt KEY"), mentions_secrets("wake team-a")
    (True, False)
    """
    # Tokens omit the label of a link, so the raw words count as well.
    tokens = _tokenize_or_none(text) or ()
    all_words = {*tokens, *text.split()}
    return (
        any(map(_is_about_secrets, all_words)) or has_secret(text) or has_secret(" ".join(tokens))
    )


def is_free_of_secrets(text: str, verbs: Collection[str], names: NameIndex) -> bool:
    """
    Return whether *text* certainly holds no secret's value.

    A value has no recognizable form. So in a text about secrets every word must be known: a
    grammar word, a Space, or a key in capitals that ends the command. One unknown word makes
    the whole text unsafe to store, repeat or offer.

    >>> verbs, names = {"secret set"}, NameIndex.of(["acme/team-a"])
    >>> [is_free_of_secrets(f"secret set team-a {typed}", verbs, names)
    ...     for typed in ("KEY", "swordfish")]
    [True, False]
    """
    if not mentions_secrets(text):
        return True
    typed = _tokenize_or_none(text)
    return typed is not None and _is_safe(typed, verbs, TargetResolver({}, names, acting=True))


def may_contain_secret(text: str, verbs: Collection[str], names: NameIndex) -> bool:
    """
    Return whether *text* may hold a secret's value and must be refused before it runs.

    The `secret` commands are exempt, because they validate their words and repeat none.
    """
    if is_free_of_secrets(text, verbs, names):
        return False
    typed = _tokenize_or_none(text)
    verb, _ = match_verb(typed or (), verbs) or ("", ())
    return not verb.startswith("secret ")


def redact_request(text: str, verbs: Collection[str], names: NameIndex) -> str:
    """
    Return *text* as it may be stored: redacted, or cut after its verb and Spaces.

    >>> redact_request(
    ...     "secret set team-a KEY sk-123", {"secret set"}, NameIndex.of(["acme/team-a"]))
    'secret set team-a …'
    """
    if not mentions_secrets(text):
        return redact_secrets(text, OMITTED)
    if is_free_of_secrets(text, verbs, names):
        # Only the tokens were checked, so what `tokenize` omits is not stored.
        return redact_secrets(to_command(tokenize(text)), OMITTED)
    command_words = {word for verb in verbs for word in verb.split()} | _SECRET_WORDS
    typed = _tokenize_or_none(text) or text.split()
    safe_words = takewhile(lambda word: word.casefold() in command_words or names.find(word), typed)
    return " ".join([*safe_words, OMITTED])


def _tokenize_or_none(text: str) -> tuple[str, ...] | None:
    """Return the words of *text*, or None if it is too long."""
    try:
        return tokenize(text)
    except UsageError:
        return None


def _is_about_secrets(word: str) -> bool:
    lower = word.casefold()
    return "secret" in lower or any(map(_is_like_secret, re.split(r"[^a-z0-9]+", lower)))


def _is_like_secret(part: str) -> bool:
    """Return whether *part* is `secret` or a misspelling of it."""
    has_right_length = 4 <= len(part) <= 9
    return has_right_length and fuzz.ratio(part, "secret") >= _MIN_SIMILARITY


def _is_safe(typed: Sequence[str], verbs: Collection[str], resolver: TargetResolver) -> bool:
    if sum(map(is_pattern, typed)) > MAX_PATTERNS or _has_unknown_token(typed, resolver):
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
    """Return whether the words hold a token that is not the name of a Space."""
    unknown = " ".join(
        word for word in typed if not has_secret(word) or not resolver.recognizes(word)
    )
    return has_secret(unknown)


def _is_targets_and_key(verb: str, rest: Sequence[str], resolver: TargetResolver) -> bool:
    """Return whether *rest* are known targets, followed by at most one key."""
    if verb == "secret list" or _all_known(rest, resolver):
        return _all_known(rest, resolver)
    try:
        return _all_known(split_secret_key(rest, resolver.names).targets, resolver)
    except UsageError:
        return False


def _all_known(typed: Sequence[str], resolver: TargetResolver) -> bool:
    return all(map(resolver.recognizes, typed))


def _is_about_spaces(
    typed: Sequence[str], verbs: Collection[str], resolver: TargetResolver
) -> bool:
    """Return whether words without a known verb are Spaces, perhaps after a misspelled verb."""
    first, *rest = typed
    if not rest and resolver.names.starting_with(first):
        return True
    has_valid_start = first.casefold() in _SECRET_WORDS or is_like_verb(first, verbs)
    return (has_valid_start or resolver.recognizes(first)) and _all_known(rest, resolver)


def _is_about_secret_named_spaces(rest: Sequence[str], resolver: TargetResolver) -> bool:
    """Return whether "secret" is part of a Space's name: `wake secret-santa`."""
    unknown = [word for word in rest if _is_about_secrets(word) and not resolver.recognizes(word)]
    if all(map(_is_space_name, unknown)):
        return True
    others = [word for word in rest if word not in unknown]
    return all(map(_NAME_PATTERN.fullmatch, unknown)) and all(
        resolver.recognizes(word) or _is_option(word) for word in others
    )


def _is_space_name(word: str) -> bool:
    """
    Return whether *word* is likely a Space's name, not a key or act.

    >>> [_is_space_name(word) for word in ("secret-santa", "secrets", "secret-set", "API_SECRET")]
    [True, False, False, False]
    """
    lower = word.casefold()
    if "_" in lower or not _NAME_PATTERN.fullmatch(lower):
        return False
    # Tries both, because `secretset` is `secret` and `set`, not `secrets` and `et`.
    return all(
        _has_other_part(re.split(rf"[-./*]+|{noun}", lower)) for noun in ("secrets", "secret")
    )


def _has_other_part(parts: Sequence[str]) -> bool:
    return any(part and part not in _SECRET_ACTIONS and not _is_like_secret(part) for part in parts)


def _is_option(word: str) -> bool:
    """Return whether *word* is an option: a time, a person, or a command's word."""
    return word.casefold() in _OPTION_WORDS or _OPTION_PATTERN.fullmatch(word) is not None
