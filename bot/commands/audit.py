"""The command that tells who did what."""

import re
from dataclasses import dataclass, replace

from bot.cards import Message
from bot.command import Answer, Context, File, Look, Looks, command
from bot.errors import Misunderstood
from bot.model import Audited, Role
from bot.parsing import Past, echo, past, spell
from bot.questions import Audit
from bot.render import audit as render

# A mention, or an id copied from a profile: those hold a digit, and no Space is called so.
_PERSON = re.compile(
    r"@(?P<said>[UW][A-Z0-9]+)(?:\|.*)?|(?P<id>[UW](?=[A-Z0-9]*[0-9])[A-Z0-9]{7,})"
)
_FILLERS = frozenset({"for", "in", "last", "the", "of", "by", "about", "as", "at", "on"})
_CSV = "csv"


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The words, sorted."""

    who: tuple[str, ...]
    targets: tuple[str, ...]
    time: Past | None
    everything: bool
    csv: bool


@command(
    "audit [who·target] [time] [csv]",
    needs=Role.ADMIN,
    looks=Looks.NOWHERE,
    example="audit 7d",
    is_read=True,
)
def audit(context: Context) -> Answer:
    """Who did what, when, with what result; `@person`, a Space, `7d`; `all` has looks; `csv`."""
    wanted = _sorted(context)
    if len(wanted.who) > 1 or len(wanted.targets) > 1:
        raise Misunderstood(
            f"I look for one person and one Space at a time, and you named "
            f"{echo(' '.join((*wanted.who, *wanted.targets)))}. Name one of each."
        )
    question = _question(wanted)
    again = spell(("audit", *map(_unlabelled, context.words), _CSV))

    def shown(found: Audited) -> Message | File:
        if not found.entries:
            return render.nothing(found, question, context.slash)
        if not wanted.csv:
            return render.audit(found, question, again)
        return File(render.audit(found, question), "audit.csv", render.table(found.entries))

    return Look(question, shown)


def _unlabelled(word: str) -> str:
    """Leave the name out that Slack put behind a person's id: it may be another one tomorrow."""
    return word.partition("|")[0] if _PERSON.fullmatch(word) else word


def _sorted(context: Context) -> _Wanted:
    people = [found for word in context.words if (found := _PERSON.fullmatch(word))]
    others = [word for word in context.words if not _PERSON.fullmatch(word)]
    rest, time = past(others, context.now, context.zone)
    named = [word for word in rest if word.casefold() not in (*_FILLERS, "all", _CSV)]
    return _Wanted(
        who=tuple(found["said"] or found["id"] for found in people),
        targets=tuple(named),
        time=time,
        everything=any(word.casefold() == "all" for word in rest),
        csv=any(word.casefold() == _CSV for word in rest),
    )


def _question(wanted: _Wanted) -> Audit:
    question = Audit(
        wanted.who[0] if wanted.who else None,
        wanted.targets[0] if wanted.targets else None,
        everything=wanted.everything,
    )
    if not wanted.time:
        return question
    if wanted.time.length:
        return replace(question, hours=wanted.time.length.total_seconds() / 3600)
    return replace(question, since=wanted.time.since, until=wanted.time.until)
