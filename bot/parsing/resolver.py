"""Resolution of one target to Spaces, and suggestions for one that names none."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import translate

from bot.errors import UsageError
from bot.model import Fleet
from bot.parsing.names import NameIndex
from bot.parsing.ranges import is_range, parse_range, split_hyphenated_range
from bot.parsing.suggestions import SuggestedTargets, closest_match
from bot.parsing.text import join_quoted, quote
from bot.parsing.vocabulary import RANGE_WORDS, TARGET_WORDS

#: Characters. No id of the Hub is longer, glob stars included.
_MAX_NAME_LENGTH = 200
#: Bounded, because each pattern and each suggestion compares every Space.
MAX_PATTERNS = 20
_MAX_SUGGESTED_WORDS = 5
#: The most names that "Did you mean" shows.
_MAX_NAMES_SHOWN = 3

_SPACE_PAGE = re.compile(r"/spaces/([\w.-]+/[\w.-]+)")
_SCHEME = re.compile(r"^https?://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TargetResolver:
    """The resolver of one request's targets; *acting* disables silent guesses."""

    fleet: Fleet
    names: NameIndex
    acting: bool

    def resolve(self, targets: Sequence[str], typed: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """
        Return the ids of the Spaces that each of *targets* selects.

        *typed* are all words of the request; the suggested correction is built from them.

        Raises:
            UsageError: A target selects no Space, or is ambiguous.
            SuggestedTargets: Each unknown target has exactly one suggestion.

        """
        found = {word: self._find_exact(word) for word in targets}
        unresolved = [word for word, ids in found.items() if not ids]
        patterns = [word for word in unresolved if is_pattern(word)]
        if len(patterns) > MAX_PATTERNS:
            raise UsageError(
                f"I take at most {MAX_PATTERNS} patterns, ranges and links at once. Name "
                "fewer, or use `all`."
            )
        found |= {word: self._match_pattern(word) for word in patterns}
        if len(unresolved) - len(patterns) <= _MAX_SUGGESTED_WORDS:
            found |= {
                word: self._expand_hyphenated(word) for word in unresolved if word not in patterns
            }
        unknown = [word for word, ids in found.items() if not ids]
        return found | self._resolve_or_suggest(unknown, typed) if unknown else found

    def recognizes(self, word: str) -> bool:
        """Return whether *word* selects a Space or is a grammar word, without guessing."""
        if word.casefold() in TARGET_WORDS | RANGE_WORDS or self.names.find(word):
            return True
        try:
            found = self._find_exact(word) or (is_pattern(word) and self._match_pattern(word))
            return bool(found or self._expand_hyphenated(word))
        except UsageError:
            return False

    def _find_exact(self, word: str) -> tuple[str, ...]:
        page = _SPACE_PAGE.search(word)
        found = self.names.find(page[1] if page else word)
        if len(found) > 1:
            raise UsageError(
                f"{quote(word)} is the name of {len(found)} Spaces. Which one: "
                f"{join_quoted(found)}?"
            )
        return found

    def _match_pattern(self, pattern: str) -> tuple[str, ...]:
        if len(pattern) > _MAX_NAME_LENGTH:
            return ()
        if "://" in pattern:
            return self._match_link(pattern)
        return self._expand_range(pattern) if is_range(pattern) else self._match_glob(pattern)

    def _expand_hyphenated(self, word: str) -> tuple[str, ...]:
        """Return the ids of the range `team-1-12`, or `()`.

        Both ends must exist, and no name may start with *word*, because a name takes precedence.
        """
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
        hint = f"You have {join_quoted(siblings, 'and')}." if siblings and name_range.stem else ""
        raise UsageError(
            f"No Space matches {quote(word)}. " + (hint or "Try `status` to see them all.")
        )

    def _match_glob(self, word: str) -> tuple[str, ...]:
        only_stars = re.sub(r"([?\[])", r"[\1]", word.casefold())
        matches = re.compile(translate(only_stars)).match
        return self.names.matching(lambda name: bool(matches(name)), full="/" in word)

    def _match_link(self, link: str) -> tuple[str, ...]:
        """Return the Space of a link: its address, or a dotted name that Slack linked."""
        bare = _SCHEME.sub("", link)
        host = bare.partition("/")[0].casefold()
        hosted = tuple(id for id, s in self.fleet.items() if s.host and _host_of(s.host) == host)
        return hosted or self._find_exact(bare.rstrip("/"))

    def _resolve_or_suggest(
        self, unknown: Sequence[str], typed: Sequence[str]
    ) -> dict[str, tuple[str, ...]]:
        """Return the Spaces of unique prefixes, and refuse the other unknown words.

        An act accepts no prefix, because a guess must not change a Space.
        """
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
            raise UsageError(message)
        corrections = {word: suggestions[word][0] for word in remaining}
        raise SuggestedTargets(message, [corrections.get(word, word) for word in typed])

    def _unique_prefix_match(self, word: str, suggestions: Sequence[str]) -> tuple[str, ...]:
        found = self.names.starting_with(word) if suggestions else ()
        return found if len(found) == 1 else ()

    def _suggest(self, word: str) -> tuple[str, ...]:
        """Return the names with the same number or beginning as *word*, or else the closest."""
        if is_pattern(word) or len(word) > _MAX_NAME_LENGTH:
            return ()
        if same := self._same_number(word):
            return same
        if begun := self.names.starting_with(word):
            return tuple(self.names.short_name(id) for id in begun)
        if "/" in word:
            match = closest_match(word, self.names.ids)
        else:
            match = closest_match(
                word, [*map(self.names.short_name, self.names.ids), *sorted(TARGET_WORDS)]
            )
        return (match,) if match else ()

    def _same_number(self, word: str) -> tuple[str, ...]:
        """Return the names that differ from *word* by leading zeros: `lab-02` for `lab-2`."""
        if not word[-1:].isdecimal() or not word.isascii():
            return ()
        found = self.names.matching(parse_range(f"{word}..{word}").__contains__, full="/" in word)
        return tuple(self.names.short_name(id) for id in found)

    def _unknown_message(
        self, unknown: Sequence[str], suggestions: dict[str, tuple[str, ...]]
    ) -> str:
        message = f"There's no Space called {join_quoted(unknown)}."
        is_single = len(unknown) == 1
        suggested = (
            suggestions[unknown[0]]
            if is_single
            else _first_of_each(suggestions[word] for word in unknown)
        )
        if not suggested:
            return f"{message} Try `status` to see them all."
        return f"{message} Did you mean {join_quoted(suggested, 'or' if is_single else 'and')}?"


def is_pattern(word: str) -> bool:
    """Return whether *word* is a glob, link or range, which is compared with every Space."""
    return "*" in word or "://" in word or is_range(word)


def is_target(word: str, names: NameIndex) -> bool:
    """Return whether *word* can be a target: a grammar word, a pattern or a name."""
    return (
        word.casefold() in TARGET_WORDS | RANGE_WORDS or is_pattern(word) or bool(names.find(word))
    )


def _first_of_each(suggestions: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names[0] for names in suggestions if names))[:_MAX_NAMES_SHOWN]


def _host_of(address: str) -> str:
    return _SCHEME.sub("", address).partition("/")[0].casefold()
