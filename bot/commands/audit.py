"""`audit`: the audit entries, as a message or a CSV file."""

import re
from dataclasses import dataclass, replace

from bot.audit import AuditResult
from bot.cards import Message
from bot.command import Context, Freshness, command
from bot.errors import UsageError
from bot.model import Role
from bot.parsing import TimeRange, quote, split_time_range, to_command
from bot.queries import AuditQuery
from bot.render import audit as render
from bot.results import Answer, Fetch, File

#: A mention, or an id copied from a profile. Such an id holds a digit; no Space has such a name.
_USER = re.compile(
    r"@(?P<mention>[UW][A-Z0-9]+)(?:\|.*)?|(?P<id>[UW](?=[A-Z0-9]*[0-9])[A-Z0-9]{7,})"
)
_FILLER_WORDS = frozenset({"for", "in", "last", "the", "of", "by", "about", "as", "at", "on"})
_CSV = "csv"


@dataclass(frozen=True, slots=True)
class _Filters:
    """The filters in the words of one `audit`."""

    users: tuple[str, ...]
    targets: tuple[str, ...]
    time_range: TimeRange | None
    include_reads: bool
    csv: bool


@command(
    "audit [who|target] [time] [csv]",
    role=Role.ADMIN,
    freshness=Freshness.NONE,
    example="audit 7d",
    is_read=True,
    reads_times=True,
)
def audit(context: Context) -> Answer:
    """Who did what, when and with which result.

    Refusals are listed too. Name a person, a Space or a time: `audit @ana team-a 7d`, `audit
    yesterday`, `audit since 10:00`. `audit all` includes reads. `csv`, or the button below the
    list, sends everything as a file to your direct messages.
    """
    filters = _parse_filters(context)
    if len(filters.users) > 1 or len(filters.targets) > 1:
        raise UsageError(
            "Name one person and one Space at most. You named "
            f"{quote(' '.join((*filters.users, *filters.targets)))}."
        )
    query = _to_query(filters)
    csv_command = to_command(("audit", *map(_without_label, context.words), _CSV))

    def to_reply(page: AuditResult) -> Message | File:
        if not page.entries:
            return render.empty_report(page, query, context.slash)
        if not filters.csv:
            return render.report(page, query, csv_command)
        return File(render.report(page, query), "audit.csv", render.to_csv(page.entries))

    return Fetch(query, to_reply)


def _without_label(word: str) -> str:
    """Return *word* without the name that Slack added to a user's id, because names change."""
    return word.partition("|")[0] if _USER.fullmatch(word) else word


def _parse_filters(context: Context) -> _Filters:
    mentions = [found for word in context.words if (found := _USER.fullmatch(word))]
    others = [word for word in context.words if not _USER.fullmatch(word)]
    rest, time_range = split_time_range(others, context.now, context.zone)
    named = [word for word in rest if word.casefold() not in (*_FILLER_WORDS, "all", _CSV)]
    return _Filters(
        users=tuple(found["mention"] or found["id"] for found in mentions),
        targets=tuple(named),
        time_range=time_range,
        include_reads=any(word.casefold() == "all" for word in rest),
        csv=any(word.casefold() == _CSV for word in rest),
    )


def _to_query(filters: _Filters) -> AuditQuery:
    query = AuditQuery(
        filters.users[0] if filters.users else None,
        filters.targets[0] if filters.targets else None,
        include_reads=filters.include_reads,
        with_names=filters.csv,
    )
    if not filters.time_range:
        return query
    if filters.time_range.duration:
        return replace(query, hours=filters.time_range.duration.total_seconds() / 3600)
    return replace(query, since=filters.time_range.since, until=filters.time_range.until)
