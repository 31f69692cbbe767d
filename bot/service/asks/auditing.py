"""Reading the audit: what was asked, with what became of it since."""

import re
from datetime import datetime, timedelta

from bot.model import Audited, Entry
from bot.parsing import Names
from bot.parsing.names import same
from bot.questions import Audit
from bot.render import audit as render
from bot.render import endings
from bot.service.operations import starting
from bot.service.parts import Parts
from bot.store import audit, spaces
from bot.store.audit import Asked, Began

_WORD = re.compile(r"[^\s,;:()“”]+")
# The answer to a question, which names it by a number alone.
_ANSWER = re.compile(r"\s*(?:confirm|cancel)\s+([0-9]{1,9})\s*", re.IGNORECASE)
_STOP = re.compile(r"\s*stop\s+(?:operation\s+)?#?([0-9]{1,9})\s*", re.IGNORECASE)


def entries(parts: Parts, question: Audit) -> Audited:
    """Return the entries that *question* asks for, newest first."""
    since = question.since or parts.now() - timedelta(hours=question.hours)
    prefix = parts.settings.prefix
    with parts.transaction() as tx:
        asked = audit.asked(tx, since, question, prefix)
        found = [row for row in asked[: question.limit] if _is_about(row, question.target, prefix)]
        numbers = {row.id: number for row in found if (number := _number(row)) is not None}
        began = audit.began(tx, numbers.values())
        # What is gone by now has a name, too.
        known = {*spaces.fleet(tx), *(space for each in began.values() for space in each.spaces)}
    names = Names.of(known, prefix)
    told = (_entry(row, began.get(numbers.get(row.id, 0)), names) for row in found)
    return Audited(tuple(told), is_cut=len(asked) > question.limit)


def _number(row: Asked) -> int | None:
    """Return the number of the operation that it is about."""
    if named := _named(row):
        return int(named[1])
    return starting.number(row.result) if row.state in ("acted", "asked") else None


def _named(row: Asked) -> re.Match[str] | None:
    """Return where an ask names an operation by its number alone."""
    return _ANSWER.fullmatch(row.text) or _STOP.fullmatch(row.text)


def _is_about(row: Asked, target: str | None, prefix: str) -> bool:
    """Say whether an ask touched the Space, or named it."""
    if target is None or row.touches:
        return True
    said = (word.rstrip(".!?") for word in _WORD.findall(f"{row.text} {row.result}"))
    return any(same(word, target, prefix) for word in said)


def _entry(row: Asked, began: Began | None, names: Names) -> Entry:
    state, result, ended = _ending(row, began)
    return Entry(
        at=row.at,
        user=row.user,
        text=_what(row, began, names),
        source=row.source,
        channel=row.channel,
        state=state,
        result=result,
        took=ended - row.at if ended else None,
    )


def _what(row: Asked, began: Began | None, names: Names) -> str:
    """Return what was asked; a number together with the operation that it stands for."""
    if began is None or not _named(row):
        return row.text
    spaces = map(names.short, began.spaces)
    return f"{row.text.strip()}: {began.verb.typed(spaces, began.args)}"


def _ending(row: Asked, began: Began | None) -> tuple[str, str, datetime | None]:
    """Return how it ended, with what, and when: of an operation, as it is by now."""
    is_stop = _STOP.fullmatch(row.text)
    if began is None or is_stop or row.state not in ("acted", "asked"):
        return row.state, row.result, row.settled_at
    if row.state == "asked":
        return row.state, endings.question(began.state), row.settled_at
    result = render.outcome(began.verb, began.args, began.counts, began.trouble, began.unsent)
    return endings.operation(began.counts), result, began.finished_at
