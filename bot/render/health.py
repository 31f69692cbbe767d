"""How the bot's own health is shown: one line for each thing that was looked at."""

from collections.abc import Sequence

from bot.cards import Message
from bot.model import Finding
from bot.render import words
from bot.render.blocks import escape, lines, message, section


def health(findings: Sequence[Finding]) -> Message:
    """Show what is wrong first, with the way out."""
    wrong = [finding for finding in findings if not finding.ok]
    fine = sorted((f for f in findings if f.ok), key=lambda f: not f.unknown)
    title = _title(findings, len(wrong))
    shown = [_line(finding) for finding in (*wrong, *fine)]
    return message(title, section(f"*{title}*"), *lines(shown)[:40])


def _title(findings: Sequence[Finding], wrong: int) -> str:
    unknown = sum(finding.unknown for finding in findings)
    if wrong:
        return f"{wrong} of {words.count(len(findings), 'check')} {_need(wrong)} a look"
    if unknown:
        return f"Nothing wrong, {unknown} of {words.count(len(findings), 'check')} unknown"
    return f"All well: {words.count(len(findings), 'check')}"


def _need(wrong: int) -> str:
    return "needs" if wrong == 1 else "need"


def _line(finding: Finding) -> str:
    said = escape(finding.wrong or finding.detail, 400)
    return f"{_mark(finding)} *{escape(finding.what, 100)}* {said}"


def _mark(finding: Finding) -> str:
    if finding.unknown:
        return ":grey_question:"
    return ":white_check_mark:" if finding.ok else ":red_circle:"
