"""Parser of the `health` command: targets, path, status, time, and watch or rest."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.errors import UsageError
from bot.health.check import PROBE_SECONDS, HealthCheck, path_problem
from bot.parsing.text import quote

_EXAMPLE = "For example `health team-a /docs status 200 under 2s`."
_SECONDS = re.compile(r"(\d+(?:[.,]\d+)?)(?:s|sec|secs|seconds?)?")
_UNITS = ("s", "sec", "secs", "second", "seconds")
_CONTINUOUS = {"watch": True, "rest": False}
#: The words that remove a check, and that confirm a watch.
_DEFAULT_WORDS, _YES = ("default", "off", "reset"), "yes"


@dataclass(frozen=True, slots=True)
class HealthArguments:
    """What a person typed behind `health`."""

    targets: tuple[str, ...] = ()
    check: HealthCheck = field(default_factory=HealthCheck)
    is_default: bool = False  # remove what is set
    is_confirmed: bool = False  # the confirmation of watching was answered with yes


def parse_health_arguments(words: Sequence[str]) -> HealthArguments:
    """Return the arguments in *words*; the targets come first.

    Raises:
        UsageError: A path, a status or a time isn't one.

    """
    found, rest = HealthArguments(), list(words)
    while rest:
        word = rest.pop(0)
        lower = word.casefold()
        check = found.check
        if lower == "status":
            found = replace(found, check=replace(check, status=_parse_status(rest)))
        elif lower == "under":
            found = replace(found, check=replace(check, max_seconds=_parse_seconds(rest)))
        elif lower in _CONTINUOUS:
            found = replace(found, check=replace(check, is_continuous=_CONTINUOUS[lower]))
        elif lower in _DEFAULT_WORDS:
            found = replace(found, is_default=True)
        elif lower == _YES:
            found = replace(found, is_confirmed=True)
        elif _looks_like_path(word):
            found = replace(found, check=replace(check, path=_parse_path(word)))
        else:
            found = replace(found, targets=(*found.targets, word))
    return found


def _looks_like_path(word: str) -> bool:
    return word.startswith(("/", "\\")) or "://" in word


def _parse_path(word: str) -> str:
    if problem := path_problem(word):
        raise UsageError(f"{quote(word)} can't be requested. {problem} {_EXAMPLE}")
    return word


def _parse_status(rest: list[str]) -> int:
    word = rest.pop(0) if rest else ""
    if not word.isdecimal() or not 100 <= int(word) <= 599:
        raise UsageError(f"A status is a number from 100 to 599. {_EXAMPLE}")
    return int(word)


def _parse_seconds(rest: list[str]) -> float:
    word = rest.pop(0).casefold() if rest else ""
    match = _SECONDS.fullmatch(word)
    seconds = float(match[1].replace(",", ".")) if match else 0.0
    if not 0 < seconds <= PROBE_SECONDS:
        raise UsageError(f"A time is up to {PROBE_SECONDS:.0f} seconds. {_EXAMPLE}")
    if rest and rest[0].casefold() in _UNITS:
        rest.pop(0)
    return seconds
