"""Reading the audit: what was asked, with what became of it since."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from bot.model import Entry
from bot.parsing import Names
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


def entries(parts: Parts, question: Audit) -> tuple[Entry, ...]:
    """Return the entries that *question* asks for, newest first."""
    since = parts.now() - timedelta(hours=question.hours)
    with parts.transaction() as tx:
        asked = audit.asked(
            tx, since, who=question.who, everything=question.everything, limit=question.limit
        )
        numbers = {row: number for row in asked if (number := _number(row)) is not None}
        began = audit.began(tx, numbers.values())
        # What is gone by now has a name, too.
        known = {*spaces.fleet(tx), *(space for each in began.values() for space in each.spaces)}
    names = Names.of(known, parts.settings.prefix)
    found = {row: began.get(numbers.get(row, 0)) for row in asked}
    if question.target:
        found = _about(question.target, found, names)
    return tuple(_entry(row, outcome, names) for row, outcome in found.items())


def _number(row: Asked) -> int | None:
    """Return the number of the operation that it is about."""
    if answer := _ANSWER.fullmatch(row.text):
        return int(answer[1])
    return starting.number(row.result) if row.state in ("acted", "asked") else None


def _about(
    target: str, found: Mapping[Asked, Began | None], names: Names
) -> dict[Asked, Began | None]:
    """Keep what names the Space, and the operations that had a step on it."""
    ids = names.find(target)
    wanted = {word.casefold() for word in (target, *ids, *map(names.short, ids))}
    return {row: began for row, began in found.items() if _names(row, began, wanted)}


def _names(row: Asked, began: Began | None, wanted: Collection[str]) -> bool:
    said = (word.rstrip(".!?") for word in _WORD.findall(f"{row.text} {row.result}"))
    touched = began.spaces if began else ()
    return any(word.casefold() in wanted for word in (*said, *touched))


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
    """Return what was asked; an answer together with what the question was about."""
    if began is None or not _ANSWER.fullmatch(row.text):
        return row.text
    spaces = map(names.short, began.spaces)
    return f"{row.text.strip()}: {began.verb.typed(spaces, began.args)}"


def _ending(row: Asked, began: Began | None) -> tuple[str, str, datetime | None]:
    """Return how it ended, with what, and when: of an operation, as it is by now."""
    if began is None or row.state not in ("acted", "asked"):
        return row.state, row.result, row.settled_at
    if row.state == "asked":
        return row.state, endings.question(began.state), row.settled_at
    result = render.outcome(began.verb, began.args, began.counts, began.trouble)
    return endings.operation(began.counts), result, began.finished_at
