"""The notes about single steps: why one was skipped, failed or waits, or how it went."""

from bot.operations import Operation, SkipReason, Step

# What a Space is. `{stage}` and `{busy_with}` are the step's, other names are arguments.
_PREDICATES = {
    SkipReason.BUSY: "busy (being {busy_with})",
    SkipReason.STOPPED: "stopped before it was sent",
    SkipReason.ALREADY_UP: "already running",
    SkipReason.ALREADY_STARTING: "already starting",
    SkipReason.ALREADY_PAUSED: "already paused",
    SkipReason.LEFT_PAUSED: "paused (add “including paused” to include it)",
    SkipReason.UNKNOWN_STAGE: "in an unknown stage ({stage})",
    SkipReason.EMPTY: "empty (upload files first)",
    SkipReason.BEING_DELETED: "being deleted",
    SkipReason.STATIC: "static (always on)",
    SkipReason.STATIC_HARDWARE: "static (runs on no hardware)",
    SkipReason.STATIC_SLEEP: "static (never sleeps)",
    SkipReason.SAME_HARDWARE: "already on {flavor}",
    SkipReason.SAME_SLEEP_TIME: "already set to {time}",
    # The quotation is that of huggingface_hub.
    SkipReason.FREE_HARDWARE: (
        "on cpu-basic, which sleeps after 48 h: “This value is not configurable”"
    ),
    SkipReason.EXISTS: "already exists",
    SkipReason.COMPLETE: "already complete",
}
#: What a number of skipped Spaces is: 5 "already running". Those of a stop count elsewhere.
COUNTED_REASONS = {
    **_PREDICATES,
    SkipReason.BUSY: "busy",
    SkipReason.EMPTY: "empty",
    SkipReason.LEFT_PAUSED: "left paused",
    SkipReason.UNKNOWN_STAGE: "in an unknown stage",
    SkipReason.STATIC: "static",
    SkipReason.STATIC_HARDWARE: "static (no hardware)",
    SkipReason.STATIC_SLEEP: "static (never sleep)",
    SkipReason.FREE_HARDWARE: "on free hardware",
}
del COUNTED_REASONS[SkipReason.STOPPED]


def predicate(operation: Operation, step: Step) -> str:
    """Return what the Space of a step is that was skipped: "already running"; not escaped."""
    if step.skip_reason is None:
        return ""
    busy_with = step.busy_with.spec.phrases.participle if step.busy_with else ""
    values = {**operation.args, "stage": step.stage, "busy_with": busy_with}
    return _PREDICATES[step.skip_reason].format_map(values)


def note(operation: Operation, step: Step) -> str:
    """Return the note about *step*, "" if there is none; not escaped."""
    subject = "it's " if step.skip_reason is SkipReason.BEING_DELETED else ""
    parts = [f"{subject}{predicate(operation, step)}", step.message]
    return ". ".join(part for part in parts if part)
