"""The verbs of operations, and one table with what sets each verb apart.

A new verb is one entry in `VERB_SPECS` and one call in `bot.service.operations.dispatch`.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import StrEnum

from bot.operations import phrases
from bot.operations.phrases import Phrases, regular_phrases
from bot.operations.reasons import (
    UNDONE,
    Args,
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
from bot.operations.verb_spec import (
    VerbSpec,
    always,
    has_condition,
    is_stage,
)
from bot.stages import Condition

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
    SET_SECRET = "set_secret"  # noqa: S105 - a verb, not a password
    DELETE_SECRET = "delete_secret"  # noqa: S105 - a verb, not a password

    #: Changes alerts, nothing on the Hub. It's stored as finished, so that an undo finds it.
    MUTE = "mute"

    @property
    def spec(self) -> VerbSpec:
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


#: The verbs that change a variable, and those that change a secret.
VARIABLE_VERBS = frozenset({Verb.SET_VARIABLE, Verb.DELETE_VARIABLE})
SECRET_VERBS = frozenset({Verb.SET_SECRET, Verb.DELETE_SECRET})


_is_up = has_condition(Condition.RUNNING)
_is_inactive = has_condition(Condition.ASLEEP, Condition.PAUSED)
_is_not_starting = has_condition(*(set(Condition) - {Condition.RUNNING, Condition.STARTING}))


def _key_spec(words: Phrases, *, needs_value: bool = False) -> VerbSpec:
    """Return what changes a variable or a secret. A Space that isn't running keeps its stage."""
    return VerbSpec(
        words,
        lambda space, _: deletion_reason(space),
        is_stage("RUNNING"),
        start_failure,
        completes_on_accept=_is_not_starting,
        is_idempotent=True,
        requires_acceptance=True,
        starts_app=True,
        goes_in_waves=True,
        needs_value=needs_value,
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
        is_stage("RUNNING"),
        start_failure,
        starts_app=True,
        goes_in_waves=True,
    ),
    Verb.REBUILD: VerbSpec(
        regular_phrases("Rebuild", "Rebuilding", "Rebuilt", "ready"),
        switch_skip_reason,
        is_stage("RUNNING"),
        start_failure,
        starts_app=True,
        goes_in_waves=True,
    ),
    Verb.PAUSE: VerbSpec(
        regular_phrases("Pause", "Pausing", "Paused", "paused", ongoing="pausing"),
        pause_skip_reason,
        is_stage("PAUSED"),
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
        always,
        lambda _: None,
        completes_on_accept=always,
        is_idempotent=True,
        creates=True,
        max_wait=_MAX_CREATION_WAIT,
    ),
    # A Space that isn't running keeps its stage and uses the new hardware when it is woken.
    Verb.HARDWARE: VerbSpec(
        phrases.HARDWARE,
        hardware_skip_reason,
        is_stage("RUNNING"),
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
        always,
        lambda _: None,
        completes_on_accept=always,
        shows_result=has_sleep_time,
        is_idempotent=True,
        requires_acceptance=True,
        remember=sleep_before,
    ),
    # Its steps start as sent and accepted, because the commit precedes the operation.
    Verb.UPLOAD: VerbSpec(
        phrases.UPLOAD,
        lambda space, _: deletion_reason(space),
        is_stage("RUNNING"),
        start_failure,
        completes_on_accept=has_condition(Condition.PAUSED),
        can_finish_unobserved=True,
        starts_app=True,
    ),
    Verb.SET_VARIABLE: _key_spec(phrases.VARIABLE),
    Verb.DELETE_VARIABLE: _key_spec(phrases.DELETE_VARIABLE),
    # Only for many Spaces: a few are done at once, in the answer to the request.
    Verb.SET_SECRET: _key_spec(phrases.SECRET, needs_value=True),
    Verb.DELETE_SECRET: _key_spec(phrases.DELETE_SECRET),
    Verb.MUTE: VerbSpec(
        regular_phrases("Mute", "Muting", "Muted", "muted"),
        lambda *_: None,
        always,
        lambda _: None,
    ),
}
