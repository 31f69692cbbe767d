"""The reasons why steps were skipped, in words: of one Space, and counted."""

from bot.operations import Operation, SkipReason, Step

# What a Space is. `{stage}` and `{busy_with}` are the step's, other names are arguments.
_PREDICATES = {
    SkipReason.BUSY: "busy (being {busy_with})",
    SkipReason.STOPPED: "stopped before it was sent",
    SkipReason.HELD: "not sent, because no one continued it within 24 h",
    SkipReason.VALUE_LOST: "not sent, because I don't keep secret values",
    SkipReason.SAME_REFUSAL: "not sent, because Hugging Face would refuse it too",
    SkipReason.ALREADY_UP: "already running",
    SkipReason.NOT_ANSWERING: "running, but not answering: `restart` may help",
    SkipReason.ALREADY_STARTING: "already starting",
    SkipReason.ALREADY_PAUSED: "already paused",
    SkipReason.NOT_ASLEEP: "not asleep (a visit wakes only what sleeps)",
    SkipReason.LEFT_PAUSED: "paused (add “including paused” to include it)",
    SkipReason.UNKNOWN_STAGE: "in an unknown stage (`{stage}`)",
    SkipReason.EMPTY: "empty (upload files first)",
    SkipReason.BEING_DELETED: "being deleted",
    SkipReason.LOCKED: "blocked by Hugging Face, so no restart helps",
    SkipReason.STATIC: "static (always on)",
    SkipReason.STATIC_FAILED: "static (a commit builds it again)",
    SkipReason.STATIC_HARDWARE: "static (runs on no hardware)",
    SkipReason.STATIC_SLEEP: "static (never sleeps)",
    SkipReason.SAME_HARDWARE: "already on {flavor}",
    SkipReason.SAME_SLEEP_TIME: "already set to {time}",
    SkipReason.SAME_VALUE: "already so",
    SkipReason.NO_KEY: "already without {key}",
    SkipReason.CHANGED_SINCE: "changed since then{now}",
    SkipReason.UNREADABLE: "left unchanged (its value can't be read right now)",
    SkipReason.UNKNOWN_BEFORE: "left unchanged (the earlier value is unknown)",
    # The quotation is that of huggingface_hub.
    SkipReason.FREE_HARDWARE: (
        "on free hardware, whose sleep time is fixed: “This value is not configurable”"
    ),
    SkipReason.EXISTS: "already exists",
    SkipReason.COMPLETE: "already complete",
}
#: What a number of skipped Spaces is: 5 "already running". A headline counts the others.
_COUNTED_REASONS = {
    **_PREDICATES,
    SkipReason.CHANGED_SINCE: "changed since then",
    SkipReason.BUSY: "busy",
    SkipReason.EMPTY: "empty",
    SkipReason.HELD: "not sent (no one continued it)",
    SkipReason.SAME_REFUSAL: "not sent after that",
    SkipReason.LEFT_PAUSED: "left paused",
    SkipReason.UNKNOWN_STAGE: "in an unknown stage",
    SkipReason.LOCKED: "blocked by Hugging Face",
    SkipReason.STATIC: "static",
    SkipReason.STATIC_FAILED: "static and failed",
    SkipReason.STATIC_HARDWARE: "static (no hardware)",
    SkipReason.STATIC_SLEEP: "static (never sleep)",
    SkipReason.FREE_HARDWARE: "on free hardware",
}
del _COUNTED_REASONS[SkipReason.STOPPED], _COUNTED_REASONS[SkipReason.VALUE_LOST]


def counts(operation: Operation) -> list[str]:
    """Return the counts of skipped steps by reason, without those of a stop."""
    found = {what: operation.skipped_for(reason) for reason, what in _COUNTED_REASONS.items()}
    return [
        f"{len(steps)} {what.format_map(operation.args)}" for what, steps in found.items() if steps
    ]


def predicate(operation: Operation, step: Step) -> str:
    """Return what the Space of a step is that was skipped: "already running"; not escaped.

    Its backticks are the bot's own.
    """
    if step.skip_reason is None:
        return ""
    busy_with = step.busy_with.spec.phrases.participle if step.busy_with else ""
    now = f" (now {step.args['now']})" if step.args.get("now") else ""
    values = {
        **operation.args_of(step),
        "stage": step.stage,
        "busy_with": busy_with,
        "now": now,
    }
    shown = {name: value.replace("`", "ˋ") for name, value in values.items()}
    return _PREDICATES[step.skip_reason].format_map(shown)
