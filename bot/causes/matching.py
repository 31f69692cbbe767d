"""The search for known causes in the Hub's words and in logs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from bot.causes.catalog import CATALOG
from bot.causes.cause import CauseId, KnownCause, TextSource
from bot.text_memo import TextMemo

# Characters of a line, and lines of an error, that are searched.
_LINE_LENGTH, _MAX_LINES = 1_000, 60

_BY_ID: Mapping[CauseId, KnownCause] = {cause.id: cause for cause in CATALOG}
# Those that say less than another cause come last.
_ORDERED = sorted(CATALOG, key=lambda cause: cause.is_symptom)
# Clues, with the position of their cause. They are searched first, because a sweep may find 10,000
# errors, and a pattern takes 20 times as long as a clue.
_BY_CLUE = [(clue, rank) for rank, cause in enumerate(_ORDERED) for clue in cause.clues.split("|")]


@dataclass(frozen=True, slots=True)
class FoundCause:
    """A known cause, the line that shows it, and the key in that line."""

    cause: KnownCause
    line: str
    key: str = ""  # the missing secret

    @property
    def text(self) -> str:
        """The fact, then the advice."""
        return self.cause.describe(self.key)

    def is_same(self, other: "FoundCause") -> bool:
        """Return whether *other* is the same cause with the same key."""
        return (self.cause.id, self.key) == (other.cause.id, other.key)


def get(id: CauseId) -> KnownCause:
    """Return the known cause with this id."""
    return _BY_ID[id]


def in_refusal(message: str, *, is_listed: bool = False) -> FoundCause | None:
    """Return the known cause of the Hub's refusal; None if its words aren't known.

    *is_listed*: it refused to act on a Space that the list shows.

    >>> in_refusal("Access to this resource is disabled.").cause.id
    <CauseId.DISABLED: 'disabled'>
    """
    sources = (TextSource.REFUSAL, TextSource.ACT) if is_listed else (TextSource.REFUSAL,)
    return _find([(message, sources)])


def in_error(error: str) -> FoundCause | None:
    """Return the known cause in *error*, the Hub's errorMessage of a Space; "" has none."""
    return _remembered_cause(error) if error else None


def in_failure(log: Sequence[str], error: str) -> FoundCause | None:
    """Return the known cause of a failed Space, from its log and its errorMessage.

    The last line that shows a cause counts, because earlier errors may have been handled.
    """
    error_sources = (TextSource.ERROR, TextSource.LOG)
    texts = [(line, error_sources) for line in reversed(error.splitlines()[:_MAX_LINES])]
    return _find([*((line, (TextSource.LOG,)) for line in reversed(log)), *texts])


# Every sweep asks for each failed Space, several times. The largest fleets have 10,000 Spaces, and
# a smaller memo would be of no use if all their errors differ.
_remembered_cause = TextMemo(partial(in_failure, ()), 10_000_000)


def is_locked(error: str) -> bool:
    """Return whether a Space with this errorMessage is locked: no restart helps.

    >>> is_locked("Flagged as abusive"), is_locked("Memory limit exceeded (16Gi)")
    (True, False)
    """
    found = in_error(error)
    return found is not None and found.cause.is_locked


def _find(texts: Iterable[tuple[str, Sequence[TextSource]]]) -> FoundCause | None:
    lines = [(text[:_LINE_LENGTH], sources) for text, sources in texts]
    for cause in _possible_in("\n".join(line for line, _ in lines)):
        for line, sources in lines:
            for source in sources:
                pattern = cause.patterns.get(source)
                if pattern and (match := pattern.search(line)):
                    key = match[match.lastindex] if match.lastindex else ""
                    return FoundCause(cause, line.strip(), key)
    return None


def _possible_in(text: str) -> list[KnownCause]:
    """Return the causes with a clue in *text*, in the order of the search."""
    folded = text.casefold()
    return [_ORDERED[rank] for rank in sorted({rank for clue, rank in _BY_CLUE if clue in folded})]
