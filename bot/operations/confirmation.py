"""Whether an act needs a confirmation: it interrupts people, or it may, or it costs money."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.model import Condition, Flavor, Space
from bot.operations.verbs import Verb

# A wake changes nothing about a Space that runs.
_HARMLESS = (Verb.WAKE,)
_MAY_INTERRUPT = (Verb.RESTART, Verb.REBUILD)


@dataclass(frozen=True, slots=True)
class Risk:
    """What a person should know before an act on *spaces*."""

    verb: Verb
    spaces: tuple[Space, ...]
    is_interruption: bool = False
    unknown: tuple[Space, ...] = ()  # in a stage that doesn't say whether people use them
    paid: tuple[Space, ...] = ()  # whose paid hardware starts

    @property
    def running(self) -> tuple[Space, ...]:
        return _running(self.spaces)


def assess(verb: Verb, spaces: Sequence[Space]) -> Risk | None:
    """Return the risk of *verb* on *spaces*; None if it needs no confirmation."""
    running = _running(spaces)
    is_interruption = verb is Verb.PAUSE or (verb not in _HARMLESS and bool(running))
    unknown = [space for space in spaces if space.condition is Condition.UNKNOWN]
    paid = [space for space in spaces if space.is_paid and verb is not Verb.PAUSE]
    risk = Risk(
        verb,
        tuple(spaces),
        is_interruption,
        tuple(unknown) if verb in _MAY_INTERRUPT else (),
        tuple(paid),
    )
    return risk if risk.is_interruption or risk.unknown or risk.paid else None


def needs_confirmation(flavor: Flavor, spaces: Sequence[Space]) -> bool:
    """Return whether a move of *spaces* to *flavor* interrupts people or costs money."""
    return bool(_running(spaces)) or flavor.dollars_per_hour > 0


def _running(spaces: Sequence[Space]) -> tuple[Space, ...]:
    return tuple(space for space in spaces if space.condition is Condition.RUNNING)
