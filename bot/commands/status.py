"""`status`, `info` and `url`: reads of the fleet."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from bot.alerts.actions import Silence, SilencedSpacesQuery
from bot.cards import Message
from bot.command import Context, command
from bot.errors import UsageError
from bot.health.plan import may_probe
from bot.health.verdict import Verdict
from bot.hub_facts import SpaceDetails
from bot.model import Space, owner_of
from bot.operations import pausable
from bot.parsing import may_select_several, to_command
from bot.queries import HostsQuery, ProbeQuery, SpaceDetailsQuery
from bot.render import fleet
from bot.render import space_details as info_card
from bot.render.help import example
from bot.results import Answer, Fetch

#: Spaces of one `url` whose live address is looked up; the list's is shown for the others.
_MAX_HOST_LOOKUPS = 30
_CHECK = "check"


@command("status [targets] [check]", example="status", is_read=True)
def status(context: Context) -> Answer:
    """Summary of all Spaces, problems first. Name one for details.

    Muted Spaces, and who took which, are marked. With `check`, running apps are requested now.
    """
    if not context.fleet:
        return fleet.no_spaces(context.owners, context.slash)
    if context.words and context.words[-1].casefold() == _CHECK:
        return _check(replace(context, words=context.words[:-1]))
    return _status(context)


def _check(context: Context) -> Answer:
    """Return the status after a probe of each running app."""
    ids = context.targets(acting=False) if context.words else context.names.ids
    spaces = tuple(context.fleet[id] for id in ids)
    return Fetch(
        ProbeQuery(spaces),
        lambda found: _status(replace(context, verdicts=found), _unanswered(spaces, found)),
    )


def _unanswered(spaces: Sequence[Space], verdicts: Mapping[str, Verdict]) -> str:
    """Return how many running apps had no verdict in time."""
    number = sum(may_probe(space) and space.id not in verdicts for space in spaces)
    return f"{number} had no answer in 5 seconds; ask again." if number else ""


def _status(context: Context, note: str = "") -> Answer:
    ids = context.targets(acting=False) if context.words else context.names.ids
    if len(ids) == 1 and context.words and not may_select_several(context.words, context.names):
        return _show_details(ids[0], context)
    return Fetch(SilencedSpacesQuery(), partial(_render_status, context, ids, note))


def _render_status(context: Context, ids: Sequence[str], note: str, silence: Silence) -> Message:
    spaces = [context.fleet[id] for id in ids]
    return fleet.status(
        spaces,
        context.names,
        context.verbs,
        context.staleness,
        context.slash,
        silence=silence,
        template=None if context.words else context.template_space,
        verdicts=context.verdicts,
        note=note,
    )


@command("info <space>", is_read=True)
def info(context: Context) -> Answer:
    """One Space in detail: stage, cause, address, hardware and price, with buttons.

    Also requested hardware, dev mode, replicas, volumes, domains and *protected*, where set.
    """
    if not context.words:
        raise UsageError(
            f"Which Space? For example: {example(context.slash, 'info', context.names)}."
        )
    ids = context.targets(acting=False)
    if len(ids) > 1:
        raise UsageError(
            f"That names {len(ids)} Spaces, and `info` shows one. Use `status` for several.",
            to_command(("status", *context.words)),
        )
    return _show_details(ids[0], context)


@command("url <targets>", example="url all", is_read=True)
def url(context: Context) -> Answer:
    """Links to each app, its `/docs` and its `/health`.

    Addresses are the live ones, as in `info`; of more than 30 Spaces, those of the list.
    """
    if not context.words:
        raise UsageError(
            f"Which Spaces? For example: {example(context.slash, 'url', context.names)}.",
            "url all",
            label="Show all links",
        )
    ids = context.targets(acting=False)
    if context.staleness:
        return _render_urls(context, ids, {})
    query = HostsQuery(tuple(ids[:_MAX_HOST_LOOKUPS]))
    return Fetch(query, partial(_render_urls, context, ids))


def _render_urls(context: Context, ids: Sequence[str], hosts: Mapping[str, str]) -> Message:
    """Return the URLs with the live *hosts*, as in `info`, else with the listed ones."""
    spaces = [context.fleet[id] for id in ids]
    live = [replace(space, host=hosts.get(space.id, space.host)) for space in spaces]
    return fleet.urls(live, context.names, context.staleness, context.slash)


def _show_details(id: str, context: Context) -> Answer:
    return Fetch(SilencedSpacesQuery(), partial(_render_details, id, context))


def _render_details(id: str, context: Context, silence: Silence) -> Answer:
    name, verbs, staleness = context.names.short_name(id), context.verbs, context.staleness
    running = pausable(context.fleet, owner_of(id))
    render = partial(
        info_card.card,
        page=context.names.page(id),
        verdict=context.verdicts.get(id),
        pausable=[context.names.short_name(space) for space in running],
    )
    if staleness:
        return render(SpaceDetails(context.fleet[id]), name, verbs, staleness, silence)
    return Fetch(
        SpaceDetailsQuery(id),
        lambda found: render(found, name, verbs, found.staleness, silence),
    )
