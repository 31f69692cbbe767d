"""How the bot's own health is shown: one line for each thing that was looked at."""

from collections.abc import Sequence

from bot.cards import Message
from bot.model import Finding
from bot.render import words
from bot.render.blocks import escape, lines, message, section


def health(findings: Sequence[Finding]) -> Message:
    """Show what is wrong first, with the way out."""
    wrong = [finding for finding in findings if not finding.ok]
    fine = [finding for finding in findings if finding.ok]
    title = (
        f"{len(wrong)} of {words.count(len(findings), 'check')} {_need(len(wrong))} a look"
        if wrong
        else f"All well: {words.count(len(findings), 'check')}"
    )
    shown = [_line(finding) for finding in (*wrong, *fine)]
    return message(title, section(f"*{title}*"), *lines(shown)[:40])


def _need(wrong: int) -> str:
    return "needs" if wrong == 1 else "need"


def _line(finding: Finding) -> str:
    mark = ":white_check_mark:" if finding.ok else ":red_circle:"
    said = escape(finding.wrong or finding.detail, 400)
    return f"{mark} *{escape(finding.what, 100)}* {said}"
