"""How the audit is shown: the newest lines for the eye, all of them as a table in a file."""

import csv
from collections.abc import Mapping, Sequence
from datetime import timedelta
from io import StringIO

from bot import reasons
from bot.cards import Block, Message
from bot.model import Audited, Entry
from bot.operations import Progress, Verb
from bot.questions import Audit
from bot.render import words
from bot.render.blocks import (
    actions,
    button,
    code,
    context,
    escape,
    fitting,
    lines,
    message,
    person,
    section,
)
from bot.slack_limits import COMMAND_LENGTH

#: More lines than this nobody reads in Slack.
LINES = 30
_MARKS = {
    "acted": ":white_check_mark:",
    "partly": ":warning:",
    "asked": ":grey_question:",
    "answered": ":eyes:",
    "refused": ":no_entry_sign:",
    "failed": ":boom:",
}
_UNDER_WAY = ":hourglass_flowing_sand:"
_HEAD = ("when (UTC)", "who", "what", "from", "channel", "outcome", "result", "seconds")
# A spreadsheet takes a cell that begins so for a formula, and runs it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def audit(found: Audited, question: Audit, again: str = "") -> Message:
    """Show the newest entries of what was *found*; *again* is the command for all of them."""
    many = words.count(len(found.entries), "entry", "entries")
    shown = [_line(entry) for entry in found.entries[:LINES]]
    shown = shown[: fitting(shown)]
    more = len(found.entries) - len(shown)
    rest = [context(f"… and {more} older ones, which the file has.")] if more else []
    title = section(f"*{many}* {_asked(question)}")
    rest += [*_cut(found, question), *_file(again)]
    return message(f"Audit: {many}", title, *lines(shown), *rest)


def _file(again: str) -> list[Block]:
    """Offer the file, unless that takes more words than a button does."""
    return [actions(button("All as a CSV file", again))] if 0 < len(again) <= COMMAND_LENGTH else []


def nothing(found: Audited, question: Audit, slash: str) -> Message:
    """Say that there is nothing, and how to see more."""
    hint = f"Acts and refusals are shown; `{slash} audit all 7d` shows looks, too, and more days."
    if question.target:
        hint += " Times are `7d`, `today`, `yesterday`, `since 10:00` or `since monday`."
    told = section(f"Nothing {_asked(question)}.")
    return message("Audit: nothing", told, *_cut(found, question), context(hint))


def _cut(found: Audited, question: Audit) -> list[Block]:
    text = f"Only the newest {question.limit:,} were read. Ask for a shorter time."
    return [context(f":warning: {text}")] if found.is_cut else []


def table(entries: Sequence[Entry]) -> str:
    """Return all of *entries* as comma-separated values."""
    written = StringIO()
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow(_HEAD)
    rows.writerows([_cell(value) for value in _values(entry)] for entry in entries)
    return written.getvalue()


def outcome(
    verb: Verb,
    args: Mapping[str, str],
    counts: Mapping[Progress, int],
    trouble: str = "",
    unsent: int = 0,
) -> str:
    """Say what has become of an operation: `12 of 14 up, 2 problems`, and the first *trouble*.

    Of what was skipped, *unsent* were stopped before they were sent.
    """
    number = {progress: counts.get(progress, 0) for progress in Progress}
    needless = number[Progress.SKIPPED] - unsent
    asked = sum(number.values()) - needless
    left = number[Progress.WAITING] + number[Progress.SENT]
    done = verb.rule.words.done.format_map(args)
    said = [f"{number[Progress.DONE]} of {asked} {done}" if asked else "nothing was done"]
    said += [words.count(number[Progress.FAILED], "problem")] if number[Progress.FAILED] else []
    said += [f"{needless} left alone"] if needless else []
    said += [f"{unsent} not sent"] if unsent else []
    said += [f"{left} under way"] if left else []
    return ", ".join(said) + (f": {trouble}" if trouble else "")


def _asked(question: Audit) -> str:
    """Say in words what was asked for."""
    said = [f"of {person(question.who)}"] if question.who else []
    said += [f"about {code(question.target, 100)}"] if question.target else []
    return " ".join([*said, _period(question)])


def _period(question: Audit) -> str:
    if question.since and question.until:
        return f"from {words.moment(question.since)} to {words.moment(question.until)}"
    if question.since:
        return f"since {words.moment(question.since)}"
    length = words.span(timedelta(hours=question.hours))
    return f"in the last {'day' if length == '1 day' else length}"


def _line(entry: Entry) -> str:
    mark = _MARKS.get(entry.state, _UNDER_WAY)
    what = code(entry.text or "status", 100)
    said = [f"{mark} {words.moment(entry.at)} {person(entry.user)} {what}"]
    said += [escape(reasons.first_line(entry.result), 120)] if entry.result else []
    said.append(f"{_place(entry)}, {_took(entry.took)}")
    return " · ".join(said)


def _place(entry: Entry) -> str:
    is_channel = entry.channel[:1] in ("C", "G") and entry.source != "direct message"
    return f"{entry.source} in <#{entry.channel}>" if is_channel else entry.source


def _took(took: timedelta | None) -> str:
    return "not over" if took is None else words.span(took)


def _values(entry: Entry) -> tuple[str, ...]:
    return (
        f"{entry.at:%Y-%m-%d %H:%M:%S}",
        entry.user,
        entry.text or "status",
        entry.source,
        entry.channel,
        entry.state,
        entry.result,
        "" if entry.took is None else f"{entry.took.total_seconds():.1f}",
    )


def _cell(value: str) -> str:
    """Guard a cell against being run."""
    return f"'{value}" if value.startswith(_FORMULA) else value
