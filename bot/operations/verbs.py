"""The verbs of operations, and one table with what sets each verb apart.

A new verb is one entry in `VERB_SPECS` and one call in `bot.service.operations.dispatch`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.model import Condition, Space, condition
from bot.operations import phrases
from bot.operations.phrases import Phrases, regular_phrases
from bot.operations.reasons import (
    UNDONE,
    Args,
    Failure,
    SkipReason,
    create_skip_reason,
    deletion_reason,
    hardware_before,
    hardware_skip_reason,
    has_hardware,
    has_sleep_time,
    pause_skip_reason,
    shown_failure,
    sleep_before,
    sleep_skip_reason,
    start_failure,
    switch_skip_reason,
    visit_skip_reason,
    wake_skip_reason,
)

#: How long a rate limit may hold up a step: two of the Hub's windows of five minutes, because
#: people don't wait longer for a restart. Creating the Spaces of a class takes many windows.
MAX_RATE_LIMIT_WAIT = timedelta(minutes=10)
_MAX_CREATION_WAIT = timedelta(hours=1)


class Verb(StrEnum):
    """What an operation does to each of its Spaces."""

    WAKE = "wake"
    VISIT = "visit"
    RESTART = "restart"
    REBUILD = "rebuild"
    PAUSE = "pause"
    PROVISION = "provision"
    CREATE = "create"
    HARDWARE = "hardware"
    SLEEP = "sleep"
    UPLOAD = "upload"
    SET_VARIABLE = "set_variable"
    DELETE_VARIABLE = "delete_variable"

    @property
    def spec(self) -> "VerbSpec":
        """Return the entry of this verb in `VERB_SPECS`."""
        return VERB_SPECS[self]

    @property
    def command(self) -> str:
        """Return the name of the command that starts it."""
        action, _, kind = self.value.partition("_")
        return f"{kind} {action}".strip()

    def to_command(self, names: Iterable[str], args: Args) -> str:
        """Return the command that a person would type; "" if the verb needs a form."""
        if undone := args.get(UNDONE):
            return f"undo {undone}"
        values = {"term": "", **args, "verb": self.command, "names": " ".join(names)}
        return self.spec.phrases.retry_command.format_map(values)


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
    #: Whether a new Space that is paused is woken, because the copy of a paused template is.
    wakes_copies: bool = False
    #: The arguments that put back what a Space has now; empty if nothing can be, or unknown here.
    remember: Callable[[Space], Args] = lambda _: {}
    #: How long a rate limit may hold up one of its steps before the step fails.
    max_wait: timedelta = MAX_RATE_LIMIT_WAIT


def _is_stage(*stages: str) -> Callable[[str], bool]:
    return lambda stage: stage in stages


def _has_condition(*conditions: Condition) -> Callable[[str], bool]:
    return lambda stage: condition(stage) in conditions


def _always(_: str) -> bool:
    return True


_is_up = _has_condition(Condition.RUNNING)
_is_inactive = _has_condition(Condition.ASLEEP, Condition.PAUSED)
_is_not_starting = _has_condition(*(set(Condition) - {Condition.RUNNING, Condition.STARTING}))


def _variable_spec(words: Phrases) -> VerbSpec:
    """Return what sets and deletes a variable. A Space that isn't running keeps its stage."""
    return VerbSpec(
        words,
        lambda space, _: deletion_reason(space),
        _is_stage("RUNNING"),
        start_failure,
        completes_on_accept=_is_not_starting,
        is_idempotent=True,
        requires_acceptance=True,
        starts_app=True,
        goes_in_waves=True,
    )


VERB_SPECS: Mapping[Verb, VerbSpec] = {
    Verb.WAKE: VerbSpec(
        regular_phrases("Wake", "Waking", "Woke", "ready", "woken", single="{spaces} is ready"),
        wake_skip_reason,
        _is_up,
        start_failure,
        is_idempotent=True,
        starts_app=True,
    ),
    # A request to the app, which needs no permission. It wakes only what sleeps.
    Verb.VISIT: VerbSpec(
        regular_phrases("Visit", "Visiting", "Visited", "ready", single="{spaces} is ready"),
        visit_skip_reason,
        _is_up,
        start_failure,
        is_idempotent=True,
        starts_app=True,
    ),
    Verb.RESTART: VerbSpec(
        regular_phrases("Restart", "Restarting", "Restarted", "ready"),
        switch_skip_reason,
        _is_stage("RUNNING"),
        start_failure,
        starts_app=True,
        goes_in_waves=True,
    ),
    Verb.REBUILD: VerbSpec(
        regular_phrases("Rebuild", "Rebuilding", "Rebuilt", "ready"),
        switch_skip_reason,
        _is_stage("RUNNING"),
        start_failure,
        starts_app=True,
        goes_in_waves=True,
    ),
    Verb.PAUSE: VerbSpec(
        regular_phrases("Pause", "Pausing", "Paused", "paused", ongoing="pausing"),
        pause_skip_reason,
        _is_stage("PAUSED"),
        shown_failure,
        is_idempotent=True,
    ),
    # An existing Space is repaired, and followed only if the repair restarts it.
    Verb.PROVISION: VerbSpec(
        regular_phrases(
            "Provision",
            "Provisioning",
            "Provisioned",
            "ready",
            retry_command="{verb} {names} from {template}",
        ),
        lambda space, _: deletion_reason(space),
        _is_up,
        start_failure,
        completes_on_accept=_is_inactive,
        is_idempotent=True,
        creates=True,
        requires_acceptance=True,
        can_finish_unobserved=True,
        starts_app=True,
        transient_stages=frozenset({"NO_APP_FILE"}),
        wakes_copies=True,
        max_wait=_MAX_CREATION_WAIT,
    ),
    # An empty Space has nothing to run, so it is done once it exists.
    Verb.CREATE: VerbSpec(
        regular_phrases(
            "Create",
            "Creating",
            "Created",
            "created",
            retry_command="{verb} {names} {sdk} {visibility}",
            ongoing="in progress",
        ),
        create_skip_reason,
        _always,
        lambda _: None,
        completes_on_accept=_always,
        is_idempotent=True,
        creates=True,
        max_wait=_MAX_CREATION_WAIT,
    ),
    # A Space that isn't running keeps its stage and uses the new hardware when it is woken.
    Verb.HARDWARE: VerbSpec(
        phrases.HARDWARE,
        hardware_skip_reason,
        _is_stage("RUNNING"),
        start_failure,
        completes_on_accept=_is_not_starting,
        shows_result=has_hardware,
        is_idempotent=True,
        requires_acceptance=True,
        starts_app=True,
        goes_in_waves=True,
        remember=hardware_before,
    ),
    Verb.SLEEP: VerbSpec(
        phrases.SLEEP,
        sleep_skip_reason,
        _always,
        lambda _: None,
        completes_on_accept=_always,
        shows_result=has_sleep_time,
        is_idempotent=True,
        requires_acceptance=True,
        remember=sleep_before,
    ),
    # Its steps start as sent and accepted, because the commit precedes the operation.
    Verb.UPLOAD: VerbSpec(
        phrases.UPLOAD,
        lambda space, _: deletion_reason(space),
        _is_stage("RUNNING"),
        start_failure,
        completes_on_accept=_has_condition(Condition.PAUSED),
        can_finish_unobserved=True,
        starts_app=True,
    ),
    Verb.SET_VARIABLE: _variable_spec(phrases.VARIABLE),
    Verb.DELETE_VARIABLE: _variable_spec(phrases.DELETE_VARIABLE),
}
