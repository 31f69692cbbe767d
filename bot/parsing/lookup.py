"""One target → the Spaces it means. What it only nearly means is a guess, kept apart."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import translate

from bot.errors import Misunderstood
from bot.model import Fleet
from bot.parsing.guesses import Guess, closest
from bot.parsing.names import Names
from bot.parsing.ranges import hyphenated, is_range, read_range
from bot.parsing.sentences import echo, listed
from bot.parsing.vocabulary import TARGET_WORDS, UP_TO

#: No id of the Hub is longer, glob stars included.
_LONGEST_NAME = 200
#: Each pattern looks at every Space, and so does each guess.
_MOST_PATTERNS = 20
_MOST_GUESSES = 5
#: How many names a did-you-mean shows.
_MOST_SHOWN = 3

_PAGE = re.compile(r"/spaces/([\w.-]+/[\w.-]+)")
_SCHEME = re.compile(r"^https?://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Lookup:
    """Looks names up for one request: in these Spaces, to look at them or to act on them."""

    fleet: Fleet
    names: Names
    acting: bool

    def find(self, targets: Sequence[str], typed: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """
        Return what each of *targets* means, or say which of them mean nothing.

        *typed* are all the words of the request, for the corrected one that is offered.
        """
        found = {word: self._called(word) for word in targets}
        loose = [word for word, ids in found.items() if not ids]
        patterns = [word for word in loose if is_pattern(word)]
        if len(patterns) > _MOST_PATTERNS:
            raise Misunderstood(
                f"I take at most {_MOST_PATTERNS} patterns, ranges and links at once"
                f"{self.not_done}. Name fewer, or say `all`."
            )
        found |= {word: self._matched(word) for word in patterns}
        if len(loose) - len(patterns) <= _MOST_GUESSES:
            found |= {word: self._hyphenated(word) for word in loose if word not in patterns}
        unknown = [word for word, ids in found.items() if not ids]
        return found | self._guessed(unknown, typed) if unknown else found

    def knows(self, word: str) -> bool:
        """Say whether *word* means a Space, or belongs to what is said of Spaces. No guessing."""
        if word.casefold() in TARGET_WORDS | UP_TO or self.names.find(word):
            return True
        try:
            found = self._called(word) or (is_pattern(word) and self._matched(word))
            return bool(found or self._hyphenated(word))
        except Misunderstood:
            return False

    def _called(self, word: str) -> tuple[str, ...]:
        page = _PAGE.search(word)
        found = self.names.find(page[1] if page else word)
        if len(found) > 1:
            raise Misunderstood(
                f"{echo(word)} is the name of {len(found)} Spaces{self.not_done}. "
                f"Say which: {listed(found)}."
            )
        return found

    def _matched(self, pattern: str) -> tuple[str, ...]:
        if len(pattern) > _LONGEST_NAME:
            return ()
        if "://" in pattern:
            return self._linked(pattern)
        return self._in_range(pattern) if is_range(pattern) else self._globbed(pattern)

    def _hyphenated(self, word: str) -> tuple[str, ...]:
        """Read `team-1-12` as a range where it can be nothing else."""
        ends = hyphenated(word)
        both_exist = ends and all(len(self.names.find(end)) == 1 for end in ends)
        if not ends or not both_exist or self.names.starting(word):
            return ()
        return self._in_range("..".join(ends))

    def _in_range(self, word: str) -> tuple[str, ...]:
        wanted = read_range(word)
        found = self.names.matching(wanted.__contains__, full="/" in wanted.stem)
        if found:
            return found
        siblings = [self.names.short(id) for id in self.names.starting(wanted.stem)]
        there = f"There is {listed(siblings, 'and')}." if siblings and wanted.stem else ""
        raise Misunderstood(
            f"No Space is in the range {echo(word)}{self.not_done}. "
            + (there or "Say `status` to see them all.")
        )

    def _globbed(self, word: str) -> tuple[str, ...]:
        only_stars = re.sub(r"([?\[])", r"[\1]", word.casefold())
        fits = re.compile(translate(only_stars)).match
        return self.names.matching(lambda name: bool(fits(name)), full="/" in word)

    def _linked(self, link: str) -> tuple[str, ...]:
        """Read an address: a Space's own, or a dotted name that Slack made a link of."""
        bare = _SCHEME.sub("", link)
        host = bare.partition("/")[0].casefold()
        hosted = tuple(id for id, s in self.fleet.items() if s.host and _host(s.host) == host)
        return hosted or self._called(bare.rstrip("/"))

    def _guessed(self, unknown: Sequence[str], typed: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Take a unique prefix silently where nothing is done; complain of all the others."""
        few = len(unknown) <= _MOST_GUESSES
        near = {word: self._near(word) if few else () for word in unknown}
        taken = {} if self.acting else {w: n for w in unknown if (n := self._prefixed(w, near[w]))}
        left = [word for word in unknown if word not in taken]
        if not left:
            return taken
        message = self._complaint(left, near)
        if any(len(near[word]) != 1 for word in left):
            raise Misunderstood(message)
        better = {word: near[word][0] for word in left}
        raise Guess(message, [better.get(word, word) for word in typed])

    def _prefixed(self, word: str, near: Sequence[str]) -> tuple[str, ...]:
        found = self.names.starting(word) if near else ()
        return found if len(found) == 1 else ()

    def _near(self, word: str) -> tuple[str, ...]:
        """Return what may have been meant: names that begin so, else the nearest one."""
        if is_pattern(word) or len(word) > _LONGEST_NAME:
            return ()
        if begun := self.names.starting(word):
            return tuple(self.names.short(id) for id in begun)
        if "/" in word:
            nearest = closest(word, self.names.ids)
        else:
            nearest = closest(word, [*map(self.names.short, self.names.ids), *sorted(TARGET_WORDS)])
        return (nearest,) if nearest else ()

    def _complaint(self, unknown: Sequence[str], near: dict[str, tuple[str, ...]]) -> str:
        said = f"I know no Space {listed(unknown)}{self.not_done}."
        one = len(unknown) == 1
        meant = near[unknown[0]] if one else _firsts(near[word] for word in unknown)
        if not meant:
            return f"{said} Say `status` to see them all."
        return f"{said} Did you mean {listed(meant, 'or' if one else 'and')}?"

    @property
    def not_done(self) -> str:
        return ", so nothing was done" if self.acting else ""


def is_pattern(word: str) -> bool:
    """Say whether *word* is no name: what it means is found by looking at every Space."""
    return "*" in word or "://" in word or is_range(word)


def is_target(word: str, names: Names) -> bool:
    """Say whether *word* can be meant for Spaces, going by how it looks and by their names."""
    return word.casefold() in TARGET_WORDS | UP_TO or is_pattern(word) or bool(names.find(word))


def _firsts(near: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names[0] for names in near if names))[:_MOST_SHOWN]


def _host(address: str) -> str:
    return _SCHEME.sub("", address).partition("/")[0].casefold()
