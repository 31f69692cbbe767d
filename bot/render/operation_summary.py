"""An operation in words: headlines, counts, and the notes about its steps."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.operations import Operation, SkipReason, Step, StepState, Verb, is_held
from bot.parsing import NameIndex
from bot.render import formatting, rollouts, skip_reasons
from bot.render.blocks import code, escape, escape_keeping_code, user_mention

_SECOND = timedelta(seconds=1)
# For a deadline, of which some were running already, so that not all were woken.
_READY = "{spaces} are ready"


def stopped_by(operation: Operation) -> str:
    """Return the note that names the person who stopped *operation*, or put it back."""
    person = user_mention(operation.stopped_by or "")
    if operation.undone_by:
        return f"put back by {person} in operation {operation.undone_by}"
    return f"stopped by {person}"


def stopped_head(operation: Operation) -> str:
    """Return the headline of a stopped operation."""
    act = operation.verb.spec.phrases.name_act(operation.args)
    return f"{act} stopped: {stop_counts(operation)}"


def stop_counts(operation: Operation) -> str:
    """Return the counts after a stop: `12 ready, 3 starting, 15 not sent`."""
    counts = [
        (len(operation.in_state(StepState.SENT)), operation.verb.spec.phrases.ongoing),
        (len(operation.in_state(StepState.FAILED)), "failed"),
        (len(operation.skipped_for(SkipReason.STOPPED)), "not sent"),
    ]
    done = f"{len(operation.in_state(StepState.DONE))} {done_word(operation)}"
    return ", ".join([done, *(f"{number} {what}" for number, what in counts if number)])


def proposed_head(operation: Operation, names: NameIndex) -> str:
    """Return what a proposed operation would do: `Wake team-a and team-b`."""
    return _fill(operation.verb.spec.phrases.imperative, operation, _label(operation, names))


def counted_head(operation: Operation) -> str:
    """Return what a proposed operation would do to how many Spaces: `Wake 2 Spaces`."""
    counted = formatting.count(len(_requested_steps(operation)), "Space")
    return _fill(operation.verb.spec.phrases.imperative, operation, counted)


def running_head(operation: Operation, names: NameIndex) -> str:
    """Return the headline of an operation in progress."""
    if operation.stopped_by:
        return stopped_head(operation)
    if is_held(operation) or rollouts.has_lost_value(operation):
        return rollouts.held_head(operation)
    what = doing(operation, names)
    if operation.deadline:
        return f"{what} by {operation.deadline:%H:%M}"
    paused = len(_paused_steps(operation))
    return f"{what} · {paused} paused before" if paused else what


def doing(operation: Operation, names: NameIndex) -> str:
    """Return what *operation* does to which Spaces: `Restarting 60 Spaces`."""
    return _fill(operation.verb.spec.phrases.progressive, operation, _label(operation, names))


def single_progress(operation: Operation) -> str:
    """Return what is being done where the Space is known: `Restarting`."""
    return " ".join(_fill(operation.verb.spec.phrases.progressive, operation).split())


def ended_head(operation: Operation, names: NameIndex, now: datetime) -> str:
    """Return the headline of a finished operation, with its counts and duration."""
    failed, unready = len(operation.failed), len(operation.unready)
    is_partial = operation.in_state(StepState.DONE) or (failed and unready)
    paused = len(_paused_steps(operation))
    if operation.stopped_by or rollouts.has_lost_value(operation):
        return " · ".join([running_head(operation, names), *skip_reasons.counts(operation)])
    parts = [_result(operation, names, now)]
    parts += [f"{failed} failed"] if is_partial and failed else []
    parts += [f"{unready} not answering"] if is_partial and unready else []
    parts += [f"{paused} {'was' if paused == 1 else 'were'} paused before"] if paused else []
    return " · ".join([*parts, *skip_reasons.counts(operation)])


def requester(operation: Operation) -> str:
    """Return who requested or scheduled *operation*: `scheduled by @ana`."""
    how = "scheduled" if operation.schedule else "requested"
    return f"{how} by {user_mention(operation.requested_by)}"


def origin(operation: Operation) -> list[str]:
    """Return who requested *operation*, and its schedule: `schedule 7 (every day at 9)`."""
    by = requester(operation)
    parts = [f"{by[:1].upper()}{by[1:]}"]
    if schedule := operation.schedule:
        parts.append(
            f"schedule {schedule.id}" + (f" ({escape(schedule.timing)})" if schedule.timing else "")
        )
    return parts


def done_word(operation: Operation) -> str:
    """Return what a Space is after a done step: "running", "on t4-small"."""
    return _fill(operation.verb.spec.phrases.completed, operation)


def count_steps(operation: Operation) -> str:
    """Return the counts of steps by state: `3 running · 1 failed`."""
    counts = [
        (len(operation.in_state(StepState.DONE)), done_word(operation)),
        (len(operation.in_state(StepState.SENT)), operation.verb.spec.phrases.ongoing),
        (len(operation.in_state(StepState.WAITING)), "waiting"),
        (len(operation.failed), "failed"),
        (len(operation.unready), "not answering"),
    ]
    parts = [f"{number} {what}" for number, what in counts if number]
    return " · ".join([*parts, *skip_reasons.counts(operation)])


def busy_steps(operation: Operation) -> tuple[Step, ...]:
    """Return the steps skipped because another operation was working on their Space."""
    return operation.skipped_for(SkipReason.BUSY)


def unknown_steps(operation: Operation) -> tuple[Step, ...]:
    """Return the steps of a wake skipped because of an unknown stage.

    A person must look at these Spaces, because the bot can't tell what they need.
    """
    return operation.skipped_for(SkipReason.UNKNOWN_STAGE)


def named_steps(steps: Sequence[Step], names: NameIndex) -> str:
    """Return the short names of the Spaces of *steps* as a list in words."""
    return formatting.join_names([names.short_name(step.space) for step in steps])


def label_steps(steps: Sequence[Step], names: NameIndex) -> str:
    """Return the names of up to three Spaces, or the number of more: `12 Spaces`."""
    return formatting.label_spaces([names.short_name(step.space) for step in steps])


def _result(operation: Operation, names: NameIndex, now: datetime) -> str:
    """Return what became of the steps that needed work."""
    phrases, requested = operation.verb.spec.phrases, _requested_steps(operation)
    done, label = len(operation.in_state(StepState.DONE)), _label(operation, names)
    if not requested:
        return phrases.nothing_to_do
    if not done and len(operation.unready) == len(requested):
        return f"{label} {'is' if len(requested) == 1 else 'are'} running, but not answering"
    if not done:
        couldnt = f"Couldn't {phrases.imperative[0].lower()}{phrases.imperative[1:]}"
        return _fill(phrases.failure or couldnt, operation, label)
    elapsed = now - operation.requested_at if not operation.deadline else timedelta()
    after = formatting.duration(elapsed) if elapsed >= _SECOND else ""
    if len(requested) == 1:
        text = _fill(phrases.single or phrases.past, operation, label)
        return f"{text} ({after})" if after else text
    of_all = label if done == len(requested) else f"{done} of {len(requested)}"
    text = _fill(_READY if operation.deadline else phrases.past, operation, of_all)
    if not after:
        return text
    return f"{text} in {after}" if phrases.past.endswith("{spaces}") else f"{text} ({after})"


def _requested_steps(operation: Operation) -> Sequence[Step]:
    """Return the steps that needed work."""
    return [step for step in operation.steps if step.state is not StepState.SKIPPED]


def _label(operation: Operation, names: NameIndex) -> str:
    return label_steps(_requested_steps(operation), names)


def _paused_steps(operation: Operation) -> Sequence[Step]:
    """Return the steps of a wake whose Spaces were paused."""
    if operation.verb is not Verb.WAKE:
        return ()
    found = _requested_steps(operation)
    return [s for s in found if "PAUSED" in (s.stage_before, s.sent_at is None and s.stage)]


def _fill(phrase: str, operation: Operation, spaces: str = "") -> str:
    """Return *phrase* with the operation's arguments and *spaces* filled in."""
    number = operation.args.get("files")
    files = formatting.count(int(number), "file") if number else "files"
    values: Mapping[str, str] = {**operation.args, "files": files, "spaces": spaces}
    return phrase.format_map(values)


def describe_failure(operation: Operation, step: Step, max_length: int) -> str:
    """Return why *step* failed, as markup: "build failed · `torch==9.9`"; "" if unknown.

    The stage is in the words of the list of Spaces, and the reason in code font.
    """
    shown = formatting.describe_stage(step.failed_stage) if step.failed_stage else ""
    reason = note(operation, replace(step, failed_stage=""))
    return " · ".join(filter(None, [shown, code(reason, max_length) if reason else ""]))


def describe_note(operation: Operation, step: Step, max_length: int) -> str:
    """Return the note about *step*, as markup."""
    return escape_keeping_code(note(operation, step), max_length)


def note(operation: Operation, step: Step) -> str:
    """Return the note about *step*, "" if there is none; not escaped."""
    if step.running_since and not step.is_finished:
        return "running, waiting for its app to answer"
    subject = "it's " if step.skip_reason is SkipReason.BEING_DELETED else ""
    parts = [f"{subject}{skip_reasons.predicate(operation, step)}", step.note]
    return ". ".join(part for part in parts if part)
