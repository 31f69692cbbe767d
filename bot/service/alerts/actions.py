"""Execution of mute, ack and watch commands, with the cards in the same transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.alerts import problems
from bot.alerts.actions import (
    AcknowledgeIncidents,
    AddWatch,
    AlertAction,
    MuteSpaces,
    RemoveWatch,
    Silence,
    SilencedSpacesQuery,
    SpaceHistory,
    SpaceHistoryQuery,
    UnmuteSpaces,
    WatchesQuery,
)
from bot.alerts.incident import Ack, Incident, Mute
from bot.alerts.notifications import plan_refresh
from bot.alerts.problems import classify
from bot.alerts.routing import RoutingTable, Watch
from bot.audit import AskState, Outcome
from bot.card_keys import CardKey, CardKind
from bot.cards import DeliveryState, Message
from bot.command import Command, Context
from bot.model import Ask, Source
from bot.render import footnotes
from bot.render.alerts import history
from bot.render.alerts.context import AlertContext
from bot.service import channels, request_state
from bot.service.alerts import routing
from bot.service.alerts.board import context_of, load_board, make_context
from bot.service.alerts.notify import apply_plan
from bot.service.dependencies import Dependencies, Job
from bot.service.reply_channel import reply_best_effort
from bot.settings import Settings
from bot.store import Tx, cards, incidents, mutes, spaces, watches


@dataclass(frozen=True, slots=True)
class _Effect:
    """The reply of an action, and the incidents and Spaces whose cards it changes.

    `announce` returns the message for another channel about the Spaces routed there.
    """

    reply: Message
    changed: tuple[Incident, ...] = ()
    spaces: tuple[str, ...] = ()
    announce: Callable[[Sequence[str]], Message] | None = None


def execute(deps: Dependencies, context: Context, action: AlertAction) -> Outcome:
    """Execute *action* and update the cards; return the outcome, with the reply's text."""
    with deps.store.transaction() as tx:
        incidents.lock_incidents(tx)
        now = deps.now()
        effect = _HANDLERS[type(action)](tx, deps.settings, context, action, now)
        reply, outcome = effect.reply, Outcome(AskState.ACTED, effect.reply.text)
        routing_table = _refresh_cards(tx, deps.settings, deps.commands, effect, now)
        request_state.mark_started(tx, context.ask)
        is_posted = _announce(tx, context, effect, routing_table, now)
        if is_posted:
            request_state.mark_done(tx, context.ask, outcome, now)
    if not is_posted:
        reply_best_effort(deps, context.ask, reply)
    deps.trigger(Job.DELIVER)
    if isinstance(action, AddWatch | UnmuteSpaces):
        deps.trigger(Job.SWEEP)  # notifies of current problems at once
    return outcome


def _refresh_cards(
    tx: Tx, settings: Settings, commands: Mapping[str, Command], effect: _Effect, now: datetime
) -> RoutingTable:
    fleet = spaces.fleet(tx)
    board = load_board(tx, settings, fleet, routing.load_routing(tx, settings, fleet), now)
    plan = plan_refresh(board, now, changed=effect.changed, spaces=effect.spaces)
    apply_plan(tx, board, plan, context_of(settings, commands, board), now)
    return board.routing


def load_history(deps: Dependencies, query: SpaceHistoryQuery) -> SpaceHistory:
    """Return the recent transitions of one Space with its incident, mute and routes."""
    with deps.store.transaction() as tx:
        tracked = spaces.tracked_spaces(tx).get(query.space)
        incident = incidents.latest(tx, query.space)
        routing_table = routing.load_routing(tx, deps.settings, spaces.fleet(tx))
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


def load_silenced(deps: Dependencies, query: SilencedSpacesQuery) -> Silence:
    """Return the active mutes and the acks of open incidents, by Space."""
    del query  # it has no parameters
    with deps.store.transaction() as tx:
        return Silence(mutes.active(tx, deps.now()), incidents.acks(tx))


def _mute(
    tx: Tx,
    settings: Settings,
    context: Context,
    action: MuteSpaces,
    now: datetime,
) -> _Effect:
    by = context.ask.user
    mutes.add(tx, [Mute(id, action.until, by, now, action.reason) for id in action.spaces])
    ctx = _make_context(tx, settings, context, action.spaces)

    def announce(shown: Sequence[str]) -> Message:
        return history.mute_announcement(shown, action.until, by, action.reason, ctx)

    return _Effect(announce(action.spaces), spaces=action.spaces, announce=announce)


def _unmute(
    tx: Tx,
    settings: Settings,
    context: Context,
    action: UnmuteSpaces,
    now: datetime,
) -> _Effect:
    active = mutes.active(tx, now)
    muted = tuple(space for space in action.spaces if space in active)
    mutes.remove(tx, muted)
    ctx = _make_context(tx, settings, context, muted)

    def announce(shown: Sequence[str]) -> Message:
        return history.unmute_announcement(shown, context.ask.user, ctx)

    return _Effect(announce(muted), spaces=muted, announce=announce if muted else None)


def _ack(
    tx: Tx,
    settings: Settings,
    context: Context,
    action: AcknowledgeIncidents,
    now: datetime,
) -> _Effect:
    ack = Ack(context.ask.user, now)
    found = [i for space, i in incidents.open_incidents(tx).items() if space in action.spaces]
    acknowledged = [incident.space for incident in found]
    reply = history.ack_reply(acknowledged, _make_context(tx, settings, context, acknowledged))
    return _Effect(reply, changed=tuple(replace(incident, ack=ack) for incident in found))


def _watch(
    tx: Tx, _settings: Settings, context: Context, action: AddWatch, now: datetime
) -> _Effect:
    watch = action.watch
    watches.add(tx, watch, now)
    kinds = problems.parse_kinds(watch.problems)
    watched = routing.resolve_watch(watch.targets, context.fleet, context.names)
    tracked = spaces.tracked_spaces(tx)
    failing = sum(
        classify(tracked[id], now) in kinds
        for id in (tracked if watched is None else watched & tracked.keys())
    )
    reply = history.watch_announcement(watch, failing, context.slash)
    return _Effect(reply, announce=lambda _: reply)


def _unwatch(
    tx: Tx, settings: Settings, _context: Context, action: RemoveWatch, _now: datetime
) -> _Effect:
    number = watches.remove(tx, action.channel, action.targets)
    is_main = action.channel == channels.load_alert_channel_key(tx, settings)
    return _Effect(history.unwatch_reply(number, is_main=is_main))


#: What executes each action, in a transaction.
_HANDLERS: Mapping[type[AlertAction], Callable[[Tx, Settings, Context, Any, datetime], _Effect]] = {
    MuteSpaces: _mute,
    UnmuteSpaces: _unmute,
    AcknowledgeIncidents: _ack,
    AddWatch: _watch,
    RemoveWatch: _unwatch,
}


def _make_context(
    tx: Tx, settings: Settings, context: Context, shown: Sequence[str]
) -> AlertContext:
    return make_context(settings, context.commands, spaces.fleet(tx), shown, {})


def _announce(
    tx: Tx, context: Context, effect: _Effect, routing_table: RoutingTable, now: datetime
) -> bool:
    """Announce *effect* in the affected channels; return whether that includes the reply.

    Announcements are cards in the transaction of the action, because a crash must neither lose nor
    repeat one.
    """
    ask = context.ask
    if effect.announce is None:
        return False
    spaces_by_channel = routing_table.mute_announcements(effect.spaces)
    for channel in spaces_by_channel.keys() - {ask.channel}:
        message = effect.announce(spaces_by_channel[channel])
        cards.upsert(tx, _card_key(ask), channel, message, now)
    is_announced_here = ask.channel in spaces_by_channel
    # The button's own card already shows the effect on its Space.
    if not is_announced_here and ask.source is Source.BUTTON and effect.spaces:
        return False
    thread = None if is_announced_here else ask.thread
    cards.upsert(tx, _card_key(ask), ask.channel, effect.reply, now, user=ask.user, thread=thread)
    return True


def _card_key(ask: Ask) -> CardKey:
    return CardKey.of_request(CardKind.ANNOUNCEMENT, ask.idempotency_key)
