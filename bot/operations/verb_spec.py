"""What sets a verb apart: its words, its conditions, and what proves that it's done."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.model import Space
from bot.operations.phrases import Phrases
from bot.operations.reasons import Args, Failure, SkipReason
from bot.stages import Condition, condition

#: How long a rate limit may hold up a step: two of the Hub's windows of five minutes, because
#: people don't wait longer for a restart. Creating the Spaces of a class takes many windows.
MAX_RATE_LIMIT_WAIT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class VerbSpec:
    """What sets one verb apart. A stage is the Space's; arguments are the operation's."""

    phrases: Phrases
    #: Why nothing has to be done on a Space; None otherwise.
    skip_reason: Callable[[Space, Args], SkipReason | None]
    #: Whether the verb is done once a Space that it changed shows this stage.
    is_done: Callable[[str], bool]
    #: The failure of a Space that changed after the call; None otherwise.
    failure: Callable[[Space], Failure | None]
    #: Whether the verb is done once the Hub accepts it on a Space in this stage.
    completes_on_accept: Callable[[str], bool] = lambda _: False
    #: Whether a Space shows what was asked for, which settles a call without an answer.
    shows_result: Callable[[Space, Args], bool] = lambda *_: False
    #: Whether a second call has no further effect on a Space whose stage hasn't changed.
    is_idempotent: bool = False
    #: Whether it creates Spaces: they need not exist, and they are created one at a time.
    creates: bool = False
    #: Whether only the Hub's acceptance proves that it was done; a stage change doesn't.
    requires_acceptance: bool = False
    #: Whether it may finish without a visible stage change: an upload need not cause a build.
    can_finish_unobserved: bool = False
    #: Stages that a new Space may show for a moment and that mean nothing then.
    transient_stages: frozenset[str] = frozenset()
    #: Whether it starts an app, so that it is done only once the app answers.
    starts_app: bool = False
    #: Whether it goes in waves where it interrupts many Spaces.
    goes_in_waves: bool = False
    #: Whether its calls need a secret's value, which only the memory of one process has.
    needs_value: bool = False
    #: Whether a new Space that is paused is woken, because the copy of a paused template is.
    wakes_copies: bool = False
    #: The arguments that put back what a Space has now; empty if nothing can be, or unknown here.
    remember: Callable[[Space], Args] = lambda _: {}
    #: How long a rate limit may hold up one of its steps before the step fails.
    max_wait: timedelta = MAX_RATE_LIMIT_WAIT


def is_stage(*stages: str) -> Callable[[str], bool]:
    """Return whether a stage is one of *stages*, as a function."""
    return lambda stage: stage in stages


def has_condition(*conditions: Condition) -> Callable[[str], bool]:
    """Return whether a stage has one of *conditions*, as a function."""
    return lambda stage: condition(stage) in conditions


def always(_: str) -> bool:
    """Return True for any stage."""
    return True
