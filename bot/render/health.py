"""The replies about the health of apps: their checks, and the cost of watching."""

from collections.abc import Mapping, Sequence

from bot.cards import Message
from bot.health.check import HealthCheck, StoredCheck
from bot.health.verdict import Verdict, describe_problem
from bot.model import Space
from bot.parsing import NameIndex
from bot.render import formatting
from bot.render.blocks import actions, button, code, escape, line_sections, message, section

#: Hours of a month, by which an hourly price becomes a monthly one.
_HOURS_PER_MONTH = 730
_MAX_LINES = 40


def check_list(stored: Sequence[StoredCheck], slash: str) -> Message:
    """Return the checks that people set, oldest first; a later one wins."""
    if not stored:
        text = "No health check is set: apps are requested at their usual path."
        return message(text, section(f"{text} For example `{slash} health team-a /docs`."))
    text = formatting.count(len(stored), "health check")
    text += "; the later one wins" if len(stored) > 1 else ""
    lines = [f"{code(' '.join(one.targets), 200)} {describe(one.check)}" for one in stored]
    return message(text, *line_sections([f"*{text}*", *lines[-_MAX_LINES:]]))


def space_checks(
    spaces: Sequence[Space],
    checks: Mapping[str, HealthCheck],
    verdicts: Mapping[str, Verdict],
    names: NameIndex,
) -> Message:
    """Return the check of each of *spaces* and its last verdict."""
    lines = [
        f"*{formatting.space_link(space.id, names)}* "
        f"{describe(checks.get(space.id, HealthCheck()))}{_last(verdicts.get(space.id))}"
        for space in spaces[:_MAX_LINES]
    ]
    text = f"Health of {formatting.label_spaces([names.short_name(one.id) for one in spaces])}"
    return message(text, *line_sections([f"*{escape(text)}*", *lines]))


def saved(targets: Sequence[str], check: HealthCheck) -> Message:
    """Return the reply after a check was set."""
    text = f"Set for {escape(' '.join(targets), 200)}: {describe(check)}"
    return message(text, section(f":white_check_mark: {text}."))


def removed(targets: Sequence[str], *, existed: bool) -> Message:
    """Return the reply after the check of *targets* was removed."""
    what = "The usual check applies again" if existed else "There was no check of exactly these"
    text = f"{what}: {' '.join(targets)}"
    return message(text, section(f"{escape(text, 500)}."))


def watch_confirmation(
    spaces: Sequence[Space], prices: Mapping[str, float], names: NameIndex, command: str
) -> Message:
    """Return the confirmation of probing *spaces* all the time."""
    label = formatting.label_spaces([names.short_name(space.id) for space in spaces])
    title = f"Visit {label} every 5 minutes?"
    stays = "A visit resets the sleep timer, so running Spaces stay awake."
    lines = [f"*{escape(title)}*", f"{stays} Sleeping ones aren't woken."]
    lines += _cost_lines(spaces, prices)
    return message(title, *line_sections(lines), actions(button("Watch", command)))


def describe(check: HealthCheck) -> str:
    """Return *check* in words: `/docs`, status 200, under 2 s, watched; as markup."""
    parts = [
        code(check.path) if check.path else "",
        f"status {check.status}" if check.status else "",
        f"under {check.max_seconds:g} s" if check.max_seconds else "",
        {True: "visited every 5 minutes", False: "visited only when it matters", None: ""}[
            check.is_continuous
        ],
    ]
    return ", ".join(part for part in parts if part) or "the usual check"


def _last(verdict: Verdict | None) -> str:
    if verdict is None:
        return ""
    problem = describe_problem(verdict)
    return f" · {code(problem)}" if problem else f" · answered in {verdict.seconds:.1f} s"


def _cost_lines(spaces: Sequence[Space], prices: Mapping[str, float]) -> list[str]:
    """Return what staying awake costs a month on paid hardware."""
    paid = [space for space in spaces if space.is_paid]
    if not paid:
        return ["No paid hardware is involved."]
    hourly = [prices.get(space.hardware or "") for space in paid]
    known = [price for price in hourly if price]
    run = "runs" if len(paid) == 1 else "run"
    subject = f"{'It' if len(spaces) == 1 else f'{len(paid)} of them'} {run} on paid hardware"
    if len(known) < len(paid):
        return [f":warning: {subject}; the price isn't known."]
    monthly = sum(known) * _HOURS_PER_MONTH
    return [f":warning: {subject}: awake all the time, ${monthly:,.0f} a month."]
