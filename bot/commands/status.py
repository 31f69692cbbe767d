"""`status`, `info` and `url`: reads of the fleet."""

from collections.abc import Sequence
from functools import partial

from bot.alerts.actions import Silence, SilencedSpacesQuery
from bot.cards import Message
from bot.command import Context, command
from bot.errors import UsageError
from bot.hub_facts import SpaceDetails
from bot.parsing import may_select_several, to_command
from bot.queries import SpaceDetailsQuery
from bot.render import fleet
from bot.render import space_details as info_card
from bot.render.help import example
from bot.results import Answer, Fetch


@command("status [targets]", example="status", is_read=True)
def status(context: Context) -> Answer:
    """Summary of all Spaces, problems first. Name one for details.

    Muted Spaces, and who took which, are marked.
    """
    if not context.fleet:
        return fleet.no_spaces(context.owners, context.slash)
    ids = context.targets(acting=False) if context.words else context.names.ids
    if len(ids) == 1 and context.words and not may_select_several(context.words, context.names):
        return _show_details(ids[0], context)
    return Fetch(SilencedSpacesQuery(), partial(_render_status, context, ids))


def _render_status(context: Context, ids: Sequence[str], silence: Silence) -> Message:
    spaces = [context.fleet[id] for id in ids]
    return fleet.status(
        spaces,
        context.names,
        context.verbs,
        context.staleness,
        context.slash,
        silence=silence,
        template=None if context.words else context.template_space,
    )


@command("info <space>", is_read=True)
def info(context: Context) -> Answer:
    """One Space in detail: stage, error, address, hardware and price, with buttons."""
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
def url(context: Context) -> Message:
    """Links to each app, its `/docs` and its `/health`.

    Addresses are those that the Hub reports.
    """
    if not context.words:
        raise UsageError(
            f"Which Spaces? For example: {example(context.slash, 'url', context.names)}.",
            "url all",
            label="Show all links",
        )
    spaces = [context.fleet[id] for id in context.targets(acting=False)]
    return fleet.urls(spaces, context.names, context.staleness, context.slash)


def _show_details(id: str, context: Context) -> Answer:
    return Fetch(SilencedSpacesQuery(), partial(_render_details, id, context))


def _render_details(id: str, context: Context, silence: Silence) -> Answer:
    name, verbs, staleness = context.names.short_name(id), context.verbs, context.staleness
    render = partial(info_card.card, page=context.names.page(id))
    if staleness:
        return render(SpaceDetails(context.fleet[id]), name, verbs, staleness, silence)
    return Fetch(
        SpaceDetailsQuery(id),
        lambda found: render(found, name, verbs, found.staleness, silence),
    )
