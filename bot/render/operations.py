"""The card of an operation, and the reply at its end."""

from collections.abc import Sequence
from datetime import datetime

from bot.cards import Block, Message
from bot.operations import Operation, SkipReason, Step, StepState, Verb, is_held
from bot.parsing import NameIndex
from bot.render import deadlines, formatting, loans, rollouts, undo, uploads
from bot.render import operation_summary as counts
from bot.render.blocks import (
    actions,
    button,
    context,
    escape,
    line_sections,
    link,
    message,
    section,
    user_mention,
)
from bot.slack_limits import COMMAND_LENGTH
from bot.stages import Condition, condition

# Up to ten steps all get a line; of more, only failures and one wait reason do.
_MAX_LISTED_STEPS = 10
_MAX_FAILURE_LINES = 15
# The key of the wait reasons that differ only by their time.
_RATE_LIMIT = "rate limit"
# Characters of a step's message: the Hub's error and the next step.
_NOTE_LENGTH = 300
_COMMIT_LINK_UNKNOWN = (
    "Hugging Face's answer to the commit was lost, but the files have changed. I'm following the "
    "build, without a link to the commit."
)
_EMOJI = {
    StepState.WAITING: ":white_circle:",
    StepState.SENT: ":hourglass_flowing_sand:",
    StepState.DONE: ":white_check_mark:",
    StepState.SKIPPED: ":fast_forward:",
    StepState.FAILED: ":red_circle:",
}


def card(operation: Operation, names: NameIndex, now: datetime, wait_reason: str = "") -> Message:
    """Return the card of *operation*.

    *wait_reason* is what it waits for other than its Spaces, such as the rate limit.
    """
    text = (
        counts.ended_head(operation, names, now)
        if operation.is_finished
        else counts.running_head(operation, names)
    )
    head = f"*{escape(text)}*\n{_origin(operation, names)}"
    parts: list[Block] = [section(head)]
    if not operation.is_finished:
        parts.append(section(f"{_bar(operation)}  {counts.count_steps(operation)}"))
    if operation.deadline and not operation.is_finished:
        parts += [context(line) for line in deadlines.notes(operation, names, now)]
    parts += line_sections(_step_lines(operation, names))
    if (commit := operation.args.get("commit")) is not None:
        parts.append(context(link(commit, "View commit") if commit else _COMMIT_LINK_UNKNOWN))
    if clashing := operation.args.get("clashing"):
        parts.append(context(uploads.clashing_secrets_note(clashing.split())))
    if lent := operation.args.get("lent"):
        parts.append(context(loans.returned_note(lent, operation.args["spent"])))
    parts += [*_next_step(operation, names), *_retry_button(operation, names)]
    parts += undo.card_note(operation)
    parts += [*rollouts.card_blocks(operation, names), *_stop_button(operation)]
    if wait_reason and not operation.is_finished:
        parts.append(context(f":warning: {escape(wait_reason)}"))
    return message(f"{text} · {counts.requester(operation)}", *parts)


def final_reply(operation: Operation, names: NameIndex, now: datetime) -> Message:
    """Return the reply about the end of *operation*, the only ping that it causes."""
    text = counts.ended_head(operation, names, now)
    sentences = (
        []
        if operation.undone_by
        else [
            _check_advice(operation, names),
            _unready_advice(operation, names),
            _unknown_advice(operation, names),
        ]
    )
    if busy := counts.busy_steps(operation):
        was = "was" if len(busy) == 1 else "were"
        sentences.append(f"{counts.named_steps(busy, names)} {was} busy: try again later.")
    advice = "".join(f" {sentence}" for sentence in sentences if sentence)
    by = f" ({counts.stopped_by(operation)})" if operation.stopped_by else ""
    reply = f"{user_mention(operation.requested_by)} {escape(text)}{by}.{escape(advice, 1500)}"
    return message(f"{text}.{advice}", section(reply))


def _check_advice(operation: Operation, names: NameIndex) -> str:
    """Return which Spaces failed, and where the reason is."""
    failed = operation.failed
    if not failed:
        return ""
    stages = {step.stage for step in failed}
    is_build, is_run = stages == {"BUILD_ERROR"}, stages == {"RUNTIME_ERROR"}
    log = "build log" if is_build else "log" if is_run else ""
    one = len(failed) == 1
    still = "still " if all(step.stage == step.stage_before for step in failed) and log else ""
    what = f"{'is' if one else 'are'} {still}failing" if log else "failed"
    where = (
        f"check {'its' if one else 'their'} {log}{'' if one else 's'}" if log else "see the card"
    )
    return f"{counts.label_steps(failed, names)} {what}: {where}."


def _unready_advice(operation: Operation, names: NameIndex) -> str:
    """Return which apps don't answer, and what may help."""
    unready = operation.unready
    if not unready:
        return ""
    one = len(unready) == 1
    are, it, its = ("is", "it", "its log") if one else ("are", "them", "their logs")
    what = f"{are} running, but not answering: restart {it}, or check {its}"
    return f"{counts.label_steps(unready, names)} {what}."


def _unknown_advice(operation: Operation, names: NameIndex) -> str:
    """Return which Spaces were left alone because of an unknown stage."""
    unknown = counts.unknown_steps(operation)
    if not unknown:
        return ""
    it = "it" if len(unknown) == 1 else "them"
    return f"Check {counts.label_steps(unknown, names)}: I don't know what {it} needs."


def _origin(operation: Operation, names: NameIndex) -> str:
    """Return who requested *operation*, who stopped it, and its id; also what, while it's held."""
    parts = counts.origin(operation)
    if is_held(operation):
        parts = [escape(counts.doing(operation, names)), f"{parts[0][:1].lower()}{parts[0][1:]}"]
    parts += [counts.stopped_by(operation)] if operation.stopped_by else []
    return " · ".join([*parts, f"operation {operation.id}"])


def _bar(operation: Operation) -> str:
    """Return the progress bar.

    Steps that needed nothing don't count; steps not sent because of a stop count as not done.
    """
    failed = operation.in_state(StepState.FAILED)
    ended = len(operation.in_state(StepState.DONE)) + len(failed)
    unsent = operation.in_state(StepState.SENT, StepState.WAITING)
    work = ended + len(unsent) + len(operation.skipped_for(SkipReason.STOPPED))
    return formatting.progress_bar(ended, len(failed), work)


def _step_lines(operation: Operation, names: NameIndex) -> list[str]:
    """Return a line for each step; for many steps, failures and wait reason only."""
    if len(operation.steps) <= _MAX_LISTED_STEPS:
        return [_step_line(operation, step, names) for step in operation.steps]
    shown = _failure_lines(operation, names)
    rest = len(operation.in_state(StepState.FAILED)) - sum(len(steps) for steps, _ in shown)
    more = [f"{rest} more failed."] if rest else []
    return [line for _, line in shown] + more + _wait_lines(operation)


def _failure_lines(operation: Operation, names: NameIndex) -> list[tuple[Sequence[Step], str]]:
    """Return the steps and the line of each failure reason.

    Steps with one reason share a line, because one limit can fail hundreds of them.
    """
    reasons: dict[str, list[Step]] = {}
    for step in operation.in_state(StepState.FAILED):
        reason = counts.describe_failure(operation, step, _NOTE_LENGTH)
        reasons.setdefault(reason, []).append(step)
    emoji = _EMOJI[StepState.FAILED]
    return [
        (
            steps,
            _step_line(operation, steps[0], names)
            if len(steps) == 1
            else f"{emoji} *{escape(counts.named_steps(steps, names), 300)}* {reason}",
        )
        for reason, steps in list(reasons.items())[:_MAX_FAILURE_LINES]
    ]


def _wait_lines(operation: Operation) -> list[str]:
    """Return the most frequent wait reason as a line, or nothing if none is known.

    The rate limit is one reason, although each message has its own seconds left.
    """
    reasons: dict[str, list[str]] = {}
    waiting = operation.in_state(StepState.WAITING)
    for step in waiting:
        if step.message:
            key = _RATE_LIMIT if step.limited_since else step.message
            reasons.setdefault(key, []).append(step.message)
    if not reasons:
        return []
    notes = max(reasons.values(), key=len)
    # Spaces are created one at a time, so all wait for the one with a reason.
    number = len(waiting) if operation.verb.spec.creates else len(notes)
    return [f"{_EMOJI[StepState.WAITING]} {number} waiting: {escape(notes[-1], _NOTE_LENGTH)}"]


def _step_line(operation: Operation, step: Step, names: NameIndex) -> str:
    progress = "created, waiting for Hugging Face" if step.accepted else step.state
    stage = formatting.describe_stage(step.stage) if step.stage else progress
    if step.is_early(operation.requested_at):
        what = "checked" if condition(step.stage) is Condition.RUNNING else "wakes"
        at = formatting.timestamp(step.not_before or operation.requested_at)
        stage = f"{stage}, {what} {at}"
    is_failed = step.state is StepState.FAILED
    describe = counts.describe_failure if is_failed else counts.describe_note
    note = describe(operation, step, _NOTE_LENGTH)
    text = note or (escape(counts.done_word(operation)) if step.state is StepState.DONE else stage)
    return f"{_EMOJI[step.state]} *{escape(names.short_name(step.space), 100)}* {text}"


def _next_step(operation: Operation, names: NameIndex) -> list[Block]:
    """Return what follows a creation: files, without which the new Space stays empty."""
    created = operation.in_state(StepState.DONE) if operation.verb is Verb.CREATE else ()
    if not created:
        return []
    upload = button("Upload files", f"upload {names.short_name(created[0].space)}", style="primary")
    page = link(names.page(created[0].space), "Open on Hugging Face")
    return [section(f"Next: upload files. {page}"), actions(upload)]


def _stop_button(operation: Operation) -> list[Block]:
    """Return the stop button while steps are waiting. A rollout has its own."""
    if operation.stopped_by or operation.rollout or not operation.in_state(StepState.WAITING):
        return []
    return [actions(button("Stop", f"stop {operation.id}"))]


def _retry_button(operation: Operation, names: NameIndex) -> list[Block]:
    """Return a button that repeats what failed, and one that restarts what doesn't answer."""
    if not operation.is_finished or operation.undone_by:
        return []
    buttons = [
        button(label if len(steps) == 1 else f"{label} {len(steps)}", command)
        for label, verb, steps in (
            ("Retry", operation.verb, operation.failed),
            ("Restart", Verb.RESTART, operation.unready),
            ("Wake by a visit", Verb.VISIT, _visitable(operation)),
        )
        if steps and (command := _command_for(verb, steps, operation, names))
    ]
    return [actions(*buttons)] if buttons else []


def _visitable(operation: Operation) -> Sequence[Step]:
    """Return the steps of a wake that a visit may do, which needs no permission."""
    if operation.verb is not Verb.WAKE:
        return ()
    refused = [step for step in operation.failed if step.is_forbidden]
    return [step for step in refused if condition(step.stage_before) is Condition.ASLEEP]


def _command_for(verb: Verb, steps: Sequence[Step], operation: Operation, names: NameIndex) -> str:
    """Return the typed command for *steps*; "" if a button can't hold it."""
    args = operation.args if verb is operation.verb else {}
    command = verb.to_command([names.short_name(step.space) for step in steps], args)
    return command if len(command) <= COMMAND_LENGTH else ""
