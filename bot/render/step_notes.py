"""The notes about single steps: why one was skipped, failed or waits, or how it went."""

from bot.operations import Operation, SkipReason, Step

# What a Space is. `{stage}` and `{busy_with}` are the step's, other names are arguments.
_PREDICATES = {
    SkipReason.BUSY: "busy: {busy_with} is still running",
    SkipReason.STOPPED: "stopped before it was sent",
    SkipReason.ALREADY_UP: "already up",
    SkipReason.ALREADY_STARTING: "already coming up",
    SkipReason.ALREADY_PAUSED: "already paused",
    SkipReason.UNKNOWN_STAGE: "in the unknown stage {stage}, please look",
    SkipReason.BEING_DELETED: "being deleted",
    SkipReason.STATIC: "static: it is always up and cannot be switched",
    SkipReason.STATIC_HARDWARE: "static: it runs on no hardware",
    SkipReason.STATIC_SLEEP: "static: it never sleeps",
    SkipReason.SAME_HARDWARE: "already on {flavor}",
    SkipReason.SAME_SLEEP_TIME: "already set so",
    # The quotation is that of huggingface_hub.
    SkipReason.FREE_HARDWARE: (
        "on cpu-basic, which sleeps after 48 h: “This value is not configurable”"
    ),
    SkipReason.EXISTS: "there already",
    SkipReason.COMPLETE: "there already, and nothing is missing",
}


def predicate(operation: Operation, step: Step) -> str:
    """Return what the Space of a step is that was skipped: "already up"; not escaped."""
    if step.skip_reason is None:
        return ""
    values = {**operation.args, "stage": step.stage, "busy_with": step.busy_with}
    return _PREDICATES[step.skip_reason].format_map(values)


def note(operation: Operation, step: Step) -> str:
    """Return the note about *step*, "" if there is none; not escaped."""
    subject = "it is " if step.skip_reason is SkipReason.BEING_DELETED else ""
    parts = [f"{subject}{predicate(operation, step)}", step.message]
    return ". ".join(part for part in parts if part)
