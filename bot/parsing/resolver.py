"""One target → the Spaces it means. What it only nearly means is a guess, kept apart."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import translate

from bot.errors import Misunderstood
from bot.model import Fleet
from bot.parsing.names import NameIndex
from bot.parsing.quoting import join_quoted, quote
from bot.parsing.ranges import is_range, parse_range, split_hyphenated_range
from bot.parsing.suggestions import SuggestedTargets, closest_match
from bot.parsing.vocabulary import RANGE_WORDS, TARGET_WORDS

#: No id of the Hub is longer, glob stars included.
_MAX_NAME_LENGTH = 200
#: Each pattern looks at every Space, and so does each guess.
_MAX_PATTERNS = 20
_MAX_SUGGESTED_WORDS = 5
#: How many names a did-you-mean shows.
_MAX_NAMES_SHOWN = 3

_SPACE_PAGE = re.compile(r"/spaces/([\w.-]+/[\w.-]+)")
_SCHEME = re.compile(r"^https?://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TargetResolver:
    """Looks names up for one request: in these Spaces, to look at them or to act on them."""

    fleet: Fleet
    names: NameIndex
    acting: bool

    def resolve(self, targets: Sequence[str], typed: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """
        Return what each of *targets* means, or say which of them mean nothing.

        *typed* are all the words of the request, for the corrected one that is offered.
        """
        found = {word: self._find_exact(word) for word in targets}
        unresolved = [word for word, ids in found.items() if not ids]
        patterns = [word for word in unresolved if is_pattern(word)]
        if len(patterns) > _MAX_PATTERNS:
            raise Misunderstood(
                f"I take at most {_MAX_PATTERNS} patterns, ranges and links at once"
                f"{self.nothing_done_note}. Name fewer, or say `all`."
            )
        found |= {word: self._match_pattern(word) for word in patterns}
        if len(unresolved) - len(patterns) <= _MAX_SUGGESTED_WORDS:
            found |= {
                word: self._expand_hyphenated(word) for word in unresolved if word not in patterns
            }
        unknown = [word for word, ids in found.items() if not ids]
        return found | self._resolve_or_suggest(unknown, typed) if unknown else found

    def recognizes(self, word: str) -> bool:
        """Say whether *word* means a Space, or belongs to what is said of Spaces. No guessing."""
        if word.casefold() in TARGET_WORDS | RANGE_WORDS or self.names.find(word):
            return True
        try:
            found = self._find_exact(word) or (is_pattern(word) and self._match_pattern(word))
            return bool(found or self._expand_hyphenated(word))
        except Misunderstood:
            return False

    def _find_exact(self, word: str) -> tuple[str, ...]:
        page = _SPACE_PAGE.search(word)
        found = self.names.find(page[1] if page else word)
        if len(found) > 1:
            raise Misunderstood(
                f"{quote(word)} is the name of {len(found)} Spaces{self.nothing_done_note}. "
                f"Say which: {join_quoted(found)}."
            )
        return found

    def _match_pattern(self, pattern: str) -> tuple[str, ...]:
        if len(pattern) > _MAX_NAME_LENGTH:
            return ()
        if "://" in pattern:
            return self._match_link(pattern)
        return self._expand_range(pattern) if is_range(pattern) else self._match_glob(pattern)

    def _expand_hyphenated(self, word: str) -> tuple[str, ...]:
        """Read `team-1-12` as a range where it can be nothing else."""
        ends = split_hyphenated_range(word)
        both_exist = ends and all(len(self.names.find(end)) == 1 for end in ends)
        if not ends or not both_exist or self.names.starting_with(word):
            return ()
        return self._expand_range("..".join(ends))

    def _expand_range(self, word: str) -> tuple[str, ...]:
        name_range = parse_range(word)
        found = self.names.matching(name_range.__contains__, full="/" in name_range.stem)
        if found:
            return found
        siblings = [self.names.short_name(id) for id in self.names.starting_with(name_range.stem)]
        hint = f"There is {join_quoted(siblings, 'and')}." if siblings and name_range.stem else ""
        raise Misunderstood(
            f"No Space is in the range {quote(word)}{self.nothing_done_note}. "
            + (hint or "Say `status` to see them all.")
        )

    def _match_glob(self, word: str) -> tuple[str, ...]:
        only_stars = re.sub(r"([?\[])", r"[\1]", word.casefold())
        matches = re.compile(translate(only_stars)).match
        return self.names.matching(lambda name: bool(matches(name)), full="/" in word)

    def _match_link(self, link: str) -> tuple[str, ...]:
        """Read an address: a Space's own, or a dotted name that Slack made a link of."""
        bare = _SCHEME.sub("", link)
        host = bare.partition("/")[0].casefold()
        hosted = tuple(id for id, s in self.fleet.items() if s.host and _host_of(s.host) == host)
        return hosted or self._find_exact(bare.rstrip("/"))

    def _resolve_or_suggest(
        self, unknown: Sequence[str], typed: Sequence[str]
    ) -> dict[str, tuple[str, ...]]:
        """Take a unique prefix silently where nothing is done; complain of all the others."""
        can_suggest = len(unknown) <= _MAX_SUGGESTED_WORDS
        suggestions = {word: self._suggest(word) if can_suggest else () for word in unknown}
        resolved = (
            {}
            if self.acting
            else {w: n for w in unknown if (n := self._unique_prefix_match(w, suggestions[w]))}
        )
        remaining = [word for word in unknown if word not in resolved]
        if not remaining:
            return resolved
        message = self._unknown_message(remaining, suggestions)
        if any(len(suggestions[word]) != 1 for word in remaining):
            raise Misunderstood(message)
        corrections = {word: suggestions[word][0] for word in remaining}
        raise SuggestedTargets(message, [corrections.get(word, word) for word in typed])

    def _unique_prefix_match(self, word: str, suggestions: Sequence[str]) -> tuple[str, ...]:
        found = self.names.starting_with(word) if suggestions else ()
        return found if len(found) == 1 else ()

    def _suggest(self, word: str) -> tuple[str, ...]:
        """Return what may have been meant: names that begin so, else the nearest one."""
        if is_pattern(word) or len(word) > _MAX_NAME_LENGTH:
            return ()
        if begun := self.names.starting_with(word):
            return tuple(self.names.short_name(id) for id in begun)
        if "/" in word:
            match = closest_match(word, self.names.ids)
        else:
            match = closest_match(
                word, [*map(self.names.short_name, self.names.ids), *sorted(TARGET_WORDS)]
            )
        return (match,) if match else ()

    def _unknown_message(
        self, unknown: Sequence[str], suggestions: dict[str, tuple[str, ...]]
    ) -> str:
        message = f"I know no Space {join_quoted(unknown)}{self.nothing_done_note}."
        is_single = len(unknown) == 1
        suggested = (
            suggestions[unknown[0]]
            if is_single
            else _first_of_each(suggestions[word] for word in unknown)
        )
        if not suggested:
            return f"{message} Say `status` to see them all."
        return f"{message} Did you mean {join_quoted(suggested, 'or' if is_single else 'and')}?"

    @property
    def nothing_done_note(self) -> str:
        return ", so nothing was done" if self.acting else ""


def is_pattern(word: str) -> bool:
    """Say whether *word* is no name: what it means is found by looking at every Space."""
    return "*" in word or "://" in word or is_range(word)


def is_target(word: str, names: NameIndex) -> bool:
    """Say whether *word* can be meant for Spaces, going by how it looks and by their names."""
    return (
        word.casefold() in TARGET_WORDS | RANGE_WORDS or is_pattern(word) or bool(names.find(word))
    )


def _first_of_each(suggestions: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names[0] for names in suggestions if names))[:_MAX_NAMES_SHOWN]


def _host_of(address: str) -> str:
    return _SCHEME.sub("", address).partition("/")[0].casefold()
