"""The history of a Space, the watches and the silence, read from the store."""

from collections.abc import Sequence

from bot.alerts.actions import (
    Silence,
    SilencedSpacesQuery,
    SpaceHistory,
    SpaceHistoryQuery,
    WatchesQuery,
)
from bot.alerts.incident import Incident
from bot.alerts.routing import Watch
from bot.cards import DeliveryState
from bot.render import footnotes
from bot.schedules.actions import ClassHoursEntry, ClassHoursQuery
from bot.service.alerts import routing
from bot.service.dependencies import Dependencies
from bot.store import Tx, cards, class_hours, incidents, mutes, schedules, spaces


def load_history(deps: Dependencies, query: SpaceHistoryQuery) -> SpaceHistory:
    """Return the recent transitions of one Space with its incident, mute and routes."""
    with deps.store.transaction() as tx:
        tracked = spaces.get(tx, query.space)
        incident = incidents.latest(tx, query.space)
        routing_table = routing.load_routing(tx, deps.settings, spaces.fleet(tx), deps.now())
        return SpaceHistory(
            query.space,
            tracked.space if tracked else None,
            spaces.recent_transitions(tx, query.space),
            incident,
            mutes.active(tx, deps.now()).get(query.space),
            {r.channel: sorted(r.problems) for r in routing_table.routes if r.covers(query.space)},
            _load_deliveries(tx, incident),
        )


def _load_deliveries(tx: Tx, incident: Incident | None) -> dict[str, str]:
    """Return the delivery problem of each card of *incident*, by channel; "" if none.

    Deleted and canceled cards are left out.
    """
    if incident is None:
        return {}
    notified = incidents.notifications(tx, [incident.id])[incident.id]
    found = {
        card.id: card
        for card in cards.get(tx, [notification.card for notification in notified.values()])
    }
    shown = {channel: found[notification.card] for channel, notification in notified.items()}
    return {
        channel: footnotes.delivery(card)
        for channel, card in shown.items()
        if card.state is not DeliveryState.DELETED
    }


def find_watches(deps: Dependencies, query: WatchesQuery) -> Sequence[Watch]:
    """Return the watches of one channel, or all watches."""
    with deps.store.transaction() as tx:
        found = routing.list_watches(tx, deps.settings)
    return [watch for watch in found if query.channel in (None, watch.channel)]


def list_class_hours(deps: Dependencies, query: ClassHoursQuery) -> Sequence[ClassHoursEntry]:
    """Return all class hours, each with the schedule that wakes its Spaces."""
    del query  # it has no parameters
    with deps.store.transaction() as tx:
        return [
            ClassHoursEntry(hours, schedules.get(tx, hours.schedule) if hours.schedule else None)
            for hours in class_hours.list_all(tx)
        ]


def load_silenced(deps: Dependencies, query: SilencedSpacesQuery) -> Silence:
    """Return the active mutes and the acks of open incidents, by Space."""
    del query  # it has no parameters
    with deps.store.transaction() as tx:
        return Silence(mutes.active(tx, deps.now()), incidents.acks(tx))
