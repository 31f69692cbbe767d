"""Deadlines in words: who is ready, who is still starting, and who needs a person."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.alerts.problems import ProblemKind
from bot.alerts.repair import (
    BulkRepair,
    Remedy,
    bulk_repairs,
    is_failed_build,
    remedy_by_stage,
)
from bot.cards import Block, Message
from bot.operations import Operation, Step, StepState
from bot.operations.deadline import DeadlineReport, Starting, first_start, late_steps
from bot.parsing import NameIndex
from bot.render import formatting
from bot.render import operation_summary as counts
from bot.render.alerts.buttons import REMEDY_LABELS, bulk_label
from bot.render.blocks import (
    actions,
    button,
    escape,
    escape_keeping_code,
    line_sections,
    menu,
    message,
    section,
    user_mention,
)
from bot.slack_limits import COMMAND_LENGTH, OPTION_VALUE_LENGTH
from bot.stages import Condition, condition, describe_stage

_MAX_LINES = 15
_REASON_LENGTH = 300
_LAST_SEEN = "I can't list the Spaces now, so this is by the last sweep. Check with `status`."
# A time is expected by the end of its minute.
_ALMOST_A_MINUTE = timedelta(seconds=59)


def report(operation: Operation, found: DeadlineReport, names: NameIndex) -> Message:
    """Return who is ready for a deadline, and what the others need."""
    head = _headline(found)
    is_sure = found.are_all_ready and not found.is_last_seen
    emoji = ":white_check_mark:" if is_sure else ":warning:"
    if not found.in_need and not found.are_all_ready:
        emoji = ":hourglass_flowing_sand:"
    text = f"{emoji} {user_mention(operation.requested_by)} *{escape(head)}*"
    in_need = [_reason_line(operation, step, names) for step in found.in_need]
    starting = [_starting_line(one, found.deadline, names) for one in found.starting]
    lines = [*_first(in_need, "need you"), *_first(starting, "are still starting")]
    lines += [_LAST_SEEN] if found.is_last_seen else []
    return message(head, section(text), *line_sections(lines), *_buttons(found, names))


def _first(lines: Sequence[str], others: str) -> list[str]:
    """Return the first *lines* and the number of the others, which *others* describes."""
    more = len(lines) - _MAX_LINES
    return [*lines[:_MAX_LINES], *([f"… and {more} more {others}."] if more > 0 else [])]


def _headline(found: DeadlineReport) -> str:
    """Return the counts: `58 of 60 ready for 14:00; 2 need you`."""
    time = f"{found.deadline:%H:%M}"
    when = f"at {time}" if found.is_final else f"for {time}"
    when = f"{when}, as last seen" if found.is_last_seen else when
    if found.are_all_ready:
        return f"{_all(found.total)} ready {when}"
    parts = [f"{len(found.ready)} of {found.total} ready {when}"]
    if needing := len(found.in_need):
        parts.append(f"{needing} {'needs' if needing == 1 else 'need'} you")
    if found.starting:
        parts.append(f"{len(found.starting)} still starting")
    return "; ".join(parts)


def _all(total: int) -> str:
    return "1 Space" if total == 1 else f"All {total} Spaces"


def _reason_line(operation: Operation, step: Step, names: NameIndex) -> str:
    """Return why a Space needs a person: `team-a needs you: crashed (KeyError)`."""
    name = escape(names.short_name(step.space), 100)
    reason = escape_keeping_code(_reason(operation, step), _REASON_LENGTH)
    return f":red_circle: *{name}* needs you: {reason}"


def _reason(operation: Operation, step: Step) -> str:
    """Return what keeps the Space of *step* from being ready; not escaped."""
    is_explained = step.state in (StepState.FAILED, StepState.SKIPPED)
    note = counts.note(operation, step) if is_explained else ""
    return note or f"{describe_stage(step.stage)} again"


def _starting_line(one: Starting, deadline: datetime, names: NameIndex) -> str:
    """Return how far a Space is that needs no person: `team-x starting, expected 13:52`."""
    name = escape(names.short_name(one.step.space), 100)
    return f":hourglass_flowing_sand: *{name}* {_progress(one, deadline)}"


def _progress(one: Starting, deadline: datetime) -> str:
    """Return how far a start is, with times in the zone of the class."""
    stage, expected = condition(one.step.stage), ""
    if one.expected_at:
        minute = one.expected_at.astimezone(deadline.tzinfo) + _ALMOST_A_MINUTE
        expected = f", expected {minute:%H:%M}"
    if stage is Condition.RUNNING:
        return f"running, its app doesn't answer yet{expected}"
    if one.slow_since:
        since = one.slow_since.astimezone(deadline.tzinfo)
        return f"starting since {since:%H:%M}, longer than usual"
    is_begun = one.step.state is StepState.SENT or stage is Condition.STARTING
    return f"starting{expected}" if is_begun else "not started yet"


def _buttons(found: DeadlineReport, names: NameIndex) -> list[Block]:
    """Return two buttons and a menu, with an act for each remedy.

    If only one Space needs a person, its log follows.
    """
    sent = [step for step in found.in_need if step.state is not StepState.SKIPPED]
    repairs = bulk_repairs((step.space, *_remedy(step), "") for step in sent)
    acts = [(bulk_label(one), _command(one, names)) for one in repairs]
    if len(found.in_need) == 1:
        acts = [(REMEDY_LABELS[one.remedy], _command(one, names)) for one in repairs]
        acts.append(_log(found.in_need[0], names))
    acts = [act for act in acts if len(act[1]) <= COMMAND_LENGTH]
    # The value of a button may be longer than that of an option.
    acts.sort(key=_fits_into_menu)
    options = [act for act in acts[2:] if _fits_into_menu(act)]
    shown = [*(button(*act) for act in acts[:2]), *([menu(options)] if options else [])]
    return [actions(*shown)] if shown else []


def _fits_into_menu(act: tuple[str, str]) -> bool:
    return len(act[1]) <= OPTION_VALUE_LENGTH


def _remedy(step: Step) -> tuple[Remedy, str]:
    """Return what may help the Space of *step*, and its problem in a word."""
    if step.is_unready:
        return Remedy.RESTART, ProblemKind.UNRESPONSIVE
    return remedy_by_stage(step.stage) or (Remedy.WAKE, "not ready")


def _command(one: BulkRepair, names: NameIndex) -> str:
    return one.remedy.format(" ".join(names.short_name(space) for space in one.spaces))


def _log(step: Step, names: NameIndex) -> tuple[str, str]:
    name = names.short_name(step.space)
    return (
        ("Build log", f"logs {name} build")
        if is_failed_build(step.stage)
        else ("Logs", f"logs {name}")
    )


def notes(operation: Operation, names: NameIndex, now: datetime) -> list[str]:
    """Return what the card of *operation* says about its deadline while steps wait for it."""
    start, lines = first_start(operation), []
    if start and start > now:
        lines.append(
            f"The first one wakes {formatting.timestamp(start)}. Each one is usually ready 15 "
            "minutes before."
        )
    if late := late_steps(operation):
        who = escape(counts.label_steps(late, names))
        need = "usually needs" if len(late) == 1 else "usually need"
        lines.append(f":warning: {who} {need} longer, and might not be ready in time.")
    return lines
