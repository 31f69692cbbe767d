"""The audit: its report as a message and as CSV, and the results of entries."""

import csv
from collections.abc import Mapping, Sequence
from datetime import timedelta
from io import StringIO

from bot import error_summary
from bot.audit import AskState, AuditEntry, AuditResult
from bot.cards import Block, Message
from bot.model import Source
from bot.operations import OperationState, StepState, Verb
from bot.queries import AuditQuery
from bot.render import formatting
from bot.render.blocks import (
    actions,
    button,
    code,
    context,
    count_fitting,
    escape,
    line_sections,
    message,
    section,
    user_mention,
)
from bot.slack_limits import COMMAND_LENGTH

#: Audit entries in one message; the CSV file has them all.
MAX_LINES = 30
_EMOJI = {
    AskState.ACTED: ":white_check_mark:",
    AskState.UNCHANGED: ":heavy_minus_sign:",
    AskState.PARTLY: ":warning:",
    AskState.ASKED: ":grey_question:",
    AskState.ANSWERED: ":eyes:",
    AskState.STOPPED: ":black_square_for_stop:",
    AskState.REFUSED: ":no_entry_sign:",
    AskState.FAILED: ":boom:",
}
_STATE_PHRASES = {state: state.value for state in AskState} | {
    AskState.CLAIMED: "started",
    AskState.UNDER_WAY: "running",
}
_SOURCE_PHRASES = {source: source.value for source in Source} | {
    Source.DIRECT: "direct message",
    Source.MODAL: "form",
}
_IN_PROGRESS_EMOJI = ":hourglass_flowing_sand:"
_CSV_HEADER = (
    "when (UTC)",
    "who",
    "name",
    "what",
    "from",
    "channel",
    "channel name",
    "outcome",
    "result",
    "seconds",
)
# A spreadsheet evaluates a cell with one of these prefixes as a formula.
# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA_PREFIXES = ("=", "+", "-", "@", "\t", "\r")


def report(result: AuditResult, query: AuditQuery, csv_command: str = "") -> Message:
    """Return a message with the newest audit entries of *result*.

    A button offers *csv_command*, which sends all of them as a file.
    """
    total = formatting.count(len(result.entries), "entry", "entries")
    shown = [_entry_line(entry) for entry in result.entries[:MAX_LINES]]
    shown = shown[: count_fitting(shown)]
    more = len(result.entries) - len(shown)
    rest = [context(f"{more} more in the CSV.")] if more else []
    title = section(f"*{total}* {_describe_query(query)}")
    rest += [*_truncation_note(result, query), *_csv_button(csv_command)]
    return message(f"Audit: {total}", title, *line_sections(shown), *rest)


def _csv_button(csv_command: str) -> list[Block]:
    """Return the button for the file, unless its command is too long for a button."""
    return (
        [actions(button("Download CSV", csv_command))]
        if 0 < len(csv_command) <= COMMAND_LENGTH
        else []
    )


def empty_report(result: AuditResult, query: AuditQuery, slash: str) -> Message:
    """Return the message for a query without entries, with a hint how to widen it."""
    hint = f"This leaves out reads. `{slash} audit all 7d` includes them, for 7 days."
    if query.target:
        hint += " Other times: `today`, `yesterday`, `since 10:00`, `since monday`."
    headline = section(f"No entries {_describe_query(query)}.")
    return message("Audit: no entries", headline, *_truncation_note(result, query), context(hint))


def _truncation_note(result: AuditResult, query: AuditQuery) -> list[Block]:
    """Return a warning if the query hit its limit, else nothing."""
    text = f"These are the newest {query.limit:,}. For others, name a shorter time."
    return [context(f":warning: {text}")] if result.is_truncated else []


def to_csv(entries: Sequence[AuditEntry]) -> str:
    """Return *entries* as CSV text, with a header line."""
    buffer = StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(_CSV_HEADER)
    writer.writerows([_guard_cell(value) for value in _values(entry)] for entry in entries)
    return buffer.getvalue()


def _describe_query(query: AuditQuery) -> str:
    """Return the filters and the period of *query* in words."""
    parts = [f"of {user_mention(query.who)}"] if query.who else []
    parts += [f"about {code(query.target, 100)}"] if query.target else []
    return " ".join([*parts, _period(query)])


def _period(query: AuditQuery) -> str:
    if query.since and query.until:
        return f"from {formatting.timestamp(query.since)} to {formatting.timestamp(query.until)}"
    if query.since:
        return f"since {formatting.timestamp(query.since)}"
    length = formatting.duration(timedelta(hours=query.hours))
    return f"in the last {'day' if length == '1 day' else length}"


def _entry_line(entry: AuditEntry) -> str:
    emoji = _EMOJI.get(entry.state, _IN_PROGRESS_EMOJI)
    what = code(entry.text or "status", 100)
    parts = [f"{emoji} {formatting.timestamp(entry.at)} {user_mention(entry.user)} {what}"]
    parts += [escape(error_summary.summarize(entry.result), 120)] if entry.result else []
    parts.append(f"{_origin(entry)}{_duration_note(entry.duration)}")
    return " · ".join(parts)


def _origin(entry: AuditEntry) -> str:
    is_channel = entry.channel[:1] in ("C", "G") and entry.source is not Source.DIRECT
    source = _SOURCE_PHRASES[entry.source]
    return f"{source} in <#{entry.channel}>" if is_channel else source


def _duration_note(duration: timedelta | None) -> str:
    """Return how long a request took, unless it was answered at once."""
    if duration is None:
        return ", running"
    return f", {formatting.duration(duration)}" if duration >= timedelta(seconds=1) else ""


def _values(entry: AuditEntry) -> tuple[str, ...]:
    return (
        f"{entry.at:%Y-%m-%d %H:%M:%S}",
        entry.user,
        entry.name,
        entry.text or "status",
        _SOURCE_PHRASES[entry.source],
        entry.channel,
        entry.channel_name,
        _STATE_PHRASES[entry.state],
        entry.result,
        "" if entry.duration is None else f"{entry.duration.total_seconds():.1f}",
    )


def _guard_cell(value: str) -> str:
    """Return *value* with a quote before it if a spreadsheet would evaluate it."""
    return f"'{value}" if value.startswith(_FORMULA_PREFIXES) else value


def bulk_action_result(summary: str, outcomes: Mapping[str, str]) -> str:
    """Return the result of a bulk action for its audit entry.

    *outcomes* maps each Space to its error, which is empty on success.
    """
    failed = [(space, error) for space, error in outcomes.items() if error]
    if not failed:
        return summary
    space, reason = failed[0]
    if len(outcomes) == 1:
        return f"{summary}: {reason}"
    return f"{summary}, {len(failed)} failed, first {space}: {reason}"


def operation_result(
    verb: Verb,
    args: Mapping[str, str],
    counts: Mapping[StepState, int],
    first_problem: str = "",
    unsent: int = 0,
) -> str:
    """Return the result of an operation: `12 of 14 ready, 2 failed: <first_problem>`.

    Of the skipped steps, *unsent* were stopped before they were sent; the others are skipped.
    """
    number = {progress: counts.get(progress, 0) for progress in StepState}
    needless = number[StepState.SKIPPED] - unsent
    requested_count = sum(number.values()) - needless
    pending_count = number[StepState.WAITING] + number[StepState.SENT]
    done = verb.spec.phrases.completed.format_map(args)
    if unsent and unsent == requested_count:
        parts, unsent = ["stopped before anything was sent"], 0
    elif requested_count:
        parts = [f"{number[StepState.DONE]} of {requested_count} {done}"]
    else:
        parts = ["nothing to do"]
    parts += [f"{needless} skipped"] if needless else []
    parts += [f"{unsent} not sent"] if unsent else []
    parts += [f"{pending_count} in progress"] if pending_count else []
    # Last, because the first problem follows.
    parts += [f"{number[StepState.FAILED]} failed"] if number[StepState.FAILED] else []
    return ", ".join(parts) + (f": {first_problem}" if first_problem else "")


def confirmation_result(state: OperationState) -> str:
    """Return the audit line of a confirmation whose operation is in *state*."""
    if state is OperationState.PROPOSED:
        return "asked for confirmation: no answer"
    answer = "declined" if state is OperationState.DROPPED else "confirmed"
    return f"asked for confirmation: {answer}"
