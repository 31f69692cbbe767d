"""The reply of `doctor`: one line for each check."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.alerts.polling import PollInterval, PollReason
from bot.cards import Message
from bot.model import CheckResult
from bot.render import formatting
from bot.render.blocks import channel_mention, escape, line_sections, message, section

_POLL_REASONS = {
    PollReason.FIXED: ", as SPACEBOT_POLL_SECONDS says",
    PollReason.SHARE: ", within a tenth of Hugging Face's rate limit",
    PollReason.LOW: ", because little of Hugging Face's rate limit is left",
    PollReason.EMPTY: ", now that Hugging Face's rate limit starts again",
    PollReason.FAILED: " until Hugging Face lists all Spaces",
    PollReason.UNKNOWN: ", because Hugging Face reports no rate limit",
}


def report(results: Sequence[CheckResult]) -> Message:
    """Return the check results as a message, failed checks first, then unknown ones."""
    failed = [result for result in results if not result.ok]
    passed = sorted((f for f in results if f.ok), key=lambda f: not f.unknown)
    title = _title(results, len(failed))
    shown = [_check_line(result) for result in (*failed, *passed)]
    return message(title, section(f"*{title}*"), *line_sections(shown)[:40])


def describe_poll(interval: PollInterval, now: datetime, zone: ZoneInfo) -> str:
    """Return the interval of sweeps and its reason, as sentences."""
    if interval.until and now < interval.until:
        until = f"{interval.until.astimezone(zone):%H:%M:%S %Z}"
        return f"Sweeps pause until {until}, because Hugging Face's rate limit is used up."
    period = round(interval.seconds, 1)
    return f"Sweeps run every {period:g} s{_POLL_REASONS[interval.reason]}."


def _title(results: Sequence[CheckResult], failed: int) -> str:
    unknown = sum(result.unknown for result in results)
    if failed:
        return f"{failed} of {formatting.count(len(results), 'check')} failed"
    if unknown:
        return f"No check failed, {unknown} of {len(results)} unknown"
    return f"All {formatting.count(len(results), 'check')} passed"


def _check_line(result: CheckResult) -> str:
    where = f" ({channel_mention(result.channel)})" if result.channel else ""
    text = escape(result.problem or result.detail, 400)
    return f"{_emoji(result)} *{escape(result.name, 100)}*{where} {text}"


def _emoji(result: CheckResult) -> str:
    if result.unknown:
        return ":grey_question:"
    return ":white_check_mark:" if result.ok else ":red_circle:"
