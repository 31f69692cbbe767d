"""Stages, times, counts and lists in words. An emoji always has a word next to it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import accumulate

from bot import error_summary, stages
from bot.alerts.problems import ProblemKind
from bot.health.verdict import Verdict, describe_problem
from bot.model import Space
from bot.parsing import NameIndex
from bot.render.blocks import code, escape, link
from bot.stages import Condition

#: The stage of a Space that the Hub paused for a reason, in words.
PAUSED_BY_HUB = "paused by Hugging Face"
#: Up to three Spaces are named, more are counted.
MAX_NAMES = 3

_EMOJI = {
    Condition.FAILED: ":red_circle:",
    Condition.UNKNOWN: ":grey_question:",
    Condition.DELETING: ":wastebasket:",
    Condition.ASLEEP: ":zzz:",
    Condition.PAUSED: ":double_vertical_bar:",
    Condition.EMPTY: ":package:",
    Condition.STARTING: ":hourglass_flowing_sand:",
    Condition.RUNNING: ":large_green_circle:",
}

_CONDITION_PHRASES = {
    Condition.FAILED: "failed",
    Condition.UNKNOWN: "unknown",
    Condition.DELETING: "being deleted",
    Condition.ASLEEP: "asleep",
    Condition.PAUSED: "paused",
    Condition.EMPTY: "empty",
    Condition.STARTING: "starting",
    Condition.RUNNING: "running",
}

_BAR_LENGTH = 10


def emoji(what: Condition) -> str:
    """Return the emoji of a condition."""
    return _EMOJI[what]


def describe_stage(name: str) -> str:
    """Return the stage *name* in plain words, as markup.

    >>> describe_stage("RUNTIME_ERROR"), describe_stage("DREAMING")
    ('crashed', 'in an unknown stage (`DREAMING`)')
    """
    return (
        stages.describe_stage(name)
        if name in stages.STAGES
        else f"in an unknown stage ({code(name, 40)})"
    )


def problem_phrase(word: str) -> str:
    """Return the kind of problem *word* as a state of Spaces.

    >>> problem_phrase("failed"), problem_phrase("unresponsive")
    ('failed', 'not answering')
    """
    return "not answering" if word == ProblemKind.UNRESPONSIVE else word


def describe_space(space: Space) -> str:
    """Return the stage of *space* in plain words, or that the Hub paused it."""
    return PAUSED_BY_HUB if space.is_paused_by_hub else describe_stage(space.stage)


def space_link(id: str, names: NameIndex) -> str:
    """Return the short name of a Space as a link to its Hub page."""
    return link(names.page(id), escape(names.short_name(id), 150))


def describe_health(space: Space, verdict: Verdict | None) -> tuple[str, str]:
    """Return the emoji and state of a Space, by its probe or stage, as markup."""
    stage = describe_space(space)
    if verdict is None or space.condition is not Condition.RUNNING:
        return emoji(space.condition), stage
    if verdict.is_ready:
        return emoji(space.condition), "ready" if space.stage == "RUNNING" else stage
    return (
        ":large_orange_circle:",
        f"{stage}, but not answering ({code(describe_problem(verdict))})",
    )


def space_line(space: Space, names: NameIndex, verdict: Verdict | None = None) -> str:
    """Return the line of one Space in a list: emoji, name, stage, error.

    *verdict* is about its app, if it was probed.
    """
    linked = f"*{space_link(space.id, names)}*"
    mark, state = describe_health(space, verdict)
    text = f"{mark} {linked} {state}"
    error = error_summary.summarize(space.error) if space.condition is Condition.FAILED else ""
    return f"{text} · {code(error)}" if error else text


def count(number: int, noun: str, plural: str = "") -> str:
    """Return *number* with its noun.

    >>> count(1, "Space"), count(14, "Space")
    ('1 Space', '14 Spaces')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {plural or noun + 's'}"


def join_names(names: Sequence[str], limit: int = 5) -> str:
    """Return *names* as a list in words; after *limit* names, the rest is counted.

    >>> join_names(["a", "b", "c"]), join_names(list("abcdefg"))
    ('a, b and c', 'a, b, c, d, e and 2 more')
    """
    if len(names) > limit:
        return f"{', '.join(names[:limit])} and {len(names) - limit} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def label_spaces(names: Sequence[str]) -> str:
    """Return up to three names as a list in words, or the number of more.

    >>> label_spaces(["a", "b"]), label_spaces(list("abcd"))
    ('a and b', '4 Spaces')
    """
    return join_names(names) if len(names) <= MAX_NAMES else count(len(names), "Space")


def join_fitting(names: Sequence[str], max_length: int) -> str:
    """Return *names* as a list in words of about *max_length* characters.

    >>> join_fitting(["a", "b", "c"], 100), join_fitting(["team-1", "team-2", "team-3"], 16)
    ('a, b and c', 'team-1, team-2 and 1 more')
    """
    ends = accumulate(len(name) + 2 for name in names)
    return join_names(names, max(1, sum(end <= max_length for end in ends)))


def duration(length: timedelta) -> str:
    """Return *length* in its one or two largest units.

    >>> (duration(timedelta(seconds=42)), duration(timedelta(minutes=18)),
    ...     duration(timedelta(hours=25)))
    ('42 s', '18 min', '1 day 1 h')
    """
    seconds = int(length.total_seconds())
    if seconds < 1:
        return "less than a second"
    if seconds < 120:
        return f"{seconds} s"
    minutes = seconds // 60
    if minutes < 120:
        return f"{minutes} min"
    days, hours = divmod(minutes // 60, 24)
    if not days:
        return f"{hours} h {minutes % 60} min" if minutes % 60 else f"{hours} h"
    return " ".join([count(days, "day"), *([f"{hours} h"] if hours else [])])


def time_of_day(at: datetime) -> str:
    """Return a time of day that Slack shows in each reader's time zone, as markup."""
    return f"<!date^{int(at.timestamp())}^{{time}}|{plain_time_of_day(at)}>"


def plain_time_of_day(at: datetime) -> str:
    """Return a time of day for a notification text, which has no markup: `13:50 UTC`."""
    return f"{at:%H:%M} UTC"


def progress_bar(ended: int, failed: int, work: int) -> str:
    """Return a bar of what ended, in which even one failure among hundreds is visible.

    >>> progress_bar(30, 1, 60), progress_bar(1, 1, 60)
    ('🟩🟩🟩🟩🟥⬜⬜⬜⬜⬜', '🟥⬜⬜⬜⬜⬜⬜⬜⬜⬜')
    """
    failed_cells = -(-_BAR_LENGTH * failed // work)
    filled = max(_BAR_LENGTH * ended // work, failed_cells)
    return f"{'🟩' * (filled - failed_cells)}{'🟥' * failed_cells}{'⬜' * (_BAR_LENGTH - filled)}"


def timestamp(at: datetime) -> str:
    """Return a date and time that Slack shows in each reader's time zone, as markup."""
    shown = "{date_short_pretty} {time}"
    return f"<!date^{int(at.timestamp())}^{shown}|{plain_timestamp(at)}>"


def plain_timestamp(at: datetime) -> str:
    """Return a date and time for a notification text: `27 Nov 13:50 UTC`."""
    return f"{at:%d %b %H:%M} UTC"


def count_by_condition(spaces: Sequence[Space]) -> str:
    """Return the number of Spaces by condition, worst first: `2 failed · 9 running`."""
    return describe_counts(Counter(space.condition for space in spaces))


def unready_note(number: int) -> str:
    """Return how many of the running Spaces, which the words before count, don't answer."""
    return f", {number} of them not answering" if number else ""


def describe_counts(counts: Mapping[Condition, int]) -> str:
    """Return numbers of Spaces by condition in words, worst first.

    >>> describe_counts({Condition.RUNNING: 9, Condition.PAUSED: 1, Condition.FAILED: 0})
    '1 paused · 9 running'
    """
    known = [(counts.get(what, 0), _CONDITION_PHRASES[what]) for what in Condition]
    return " · ".join(f"{number} {phrase}" for number, phrase in known if number)


def sort_worst_first(spaces: Sequence[Space]) -> list[Space]:
    """Return *spaces* sorted by condition, worst first. The sort is stable."""
    order = list(Condition)
    return sorted(spaces, key=lambda space: order.index(space.condition))
