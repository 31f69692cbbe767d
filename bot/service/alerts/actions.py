"""Execution of mute, ack and watch commands, with the cards in the same transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.alerts import problems
from bot.alerts.actions import (
    AcknowledgeIncidents,
    AddWatch,
    AlertAction,
    MuteSpaces,
    ReleaseIncidents,
    RemoveClassHours,
    RemoveWatch,
    SetClassHours,
    UnmuteSpaces,
)
from bot.alerts.incident import Ack, Incident, Mute
from bot.alerts.notifications import plan_refresh
from bot.alerts.problems import classify
from bot.alerts.reasons import Reason, ReasonCode
from bot.alerts.routing import RoutingTable
from bot.audit import AskState, Outcome
from bot.card_keys import CardKey
from bot.cards import Message
from bot.command import Command, Context
from bot.errors import UsageError
from bot.model import Source
from bot.render.alerts import class_hours_replies, silence_replies, watch_replies
from bot.render.alerts.context import AlertContext
from bot.service import channels, request_state
from bot.service.alerts import routing
from bot.service.alerts.board import context_of, load_board, make_context
from bot.service.alerts.notify import apply_plan, close_ended_announcements
from bot.service.dependencies import Dependencies, Job
from bot.service.reply_channel import reply_best_effort
from bot.settings import Settings
from bot.store import Tx, cards, class_hours, incidents, mutes, spaces, watches

#: Mutes of one person within this time share an announcement.
_MERGE_WITHIN = timedelta(minutes=1)
#: Class hours of one fleet: each sweep resolves all of them.
_MAX_CLASS_HOURS = 50


@dataclass(frozen=True, slots=True)
class _Effect:
    """The reply of an action, and the incidents and Spaces whose cards it changes.

    `announce` returns the message for another channel about the Spaces routed there.
    """

    reply: Message
    changed: tuple[Incident, ...] = ()
    spaces: tuple[str, ...] = ()
    announce: Callable[[Sequence[str]], Message] | None = None
    key: CardKey | None = None  # of the announcement; None: it is that of the request


def execute(deps: Dependencies, context: Context, action: AlertAction) -> Outcome:
    """Execute *action* and update the cards; return the outcome, with the reply's text."""
    with deps.store.transaction() as tx:
        incidents.lock_incidents(tx)
        now = deps.now()
        effect = _HANDLERS[type(action)](tx, deps.settings, context, action, now)
        reply, outcome = effect.reply, Outcome(_state_of(action, effect), effect.reply.text)
        routing_table = _refresh_cards(tx, deps.settings, deps.commands, effect, now)
        request_state.mark_started(tx, context.ask)
        is_posted = _announce(tx, context, effect, routing_table, now)
        if is_posted:
            request_state.mark_done(tx, context.ask, outcome, now)
    if not is_posted:
        reply_best_effort(deps, context.ask, reply)
    deps.trigger(Job.DELIVER)
    if isinstance(action, AddWatch | UnmuteSpaces | SetClassHours | RemoveClassHours):
        deps.trigger(Job.SWEEP)  # notifies of current problems at once
    return outcome


def _state_of(action: AlertAction, effect: _Effect) -> AskState:
    """Return the state of a request: what was not muted or taken can't be given back."""
    needs_incident = isinstance(
        action, UnmuteSpaces | AcknowledgeIncidents | ReleaseIncidents | RemoveClassHours
    )
    is_unchanged = needs_incident and not (effect.changed or effect.spaces)
    return AskState.UNCHANGED if is_unchanged else AskState.ACTED


def _refresh_cards(
    tx: Tx, settings: Settings, commands: Mapping[str, Command], effect: _Effect, now: datetime
) -> RoutingTable:
    fleet = spaces.fleet(tx)
    board = load_board(tx, settings, fleet, routing.load_routing(tx, settings, fleet, now), now)
    plan = plan_refresh(board, now, changed=effect.changed, spaces=effect.spaces)
    apply_plan(tx, board, plan, context_of(settings, commands, board), now)
    return board.routing


def _mute(
    tx: Tx,
    settings: Settings,
    context: Context,
    action: MuteSpaces,
    now: datetime,
) -> _Effect:
    by = context.ask.user
    recent = mutes.latest_announcement(tx, by, now - _MERGE_WITHIN)
    announcement = recent or context.ask.idempotency_key
    before = mutes.announcements(tx)
    mutes.add(
        tx,
        [Mute(id, action.until, by, now, action.reason, announcement) for id in action.spaces],
    )
    close_ended_announcements(tx, before)
    announced = {mute.space: mute for mute in mutes.announced_with(tx, announcement)}
    ctx = _make_context(tx, settings, context, tuple(announced))

    def announce(shown: Sequence[str]) -> Message:
        return silence_replies.mute_announcement([announced[space] for space in shown], ctx)

    spaces = tuple(announced)
    key = CardKey.announcement(announcement)
    return _Effect(announce(spaces), spaces=spaces, announce=announce, key=key)


def _unmute(
    tx: Tx,
    settings: Settings,
    context: Context,
    action: UnmuteSpaces,
    now: datetime,
) -> _Effect:
    active = mutes.active(tx, now)
    muted = tuple(space for space in action.spaces if space in active)
    before = mutes.announcements(tx)
    mutes.remove(tx, muted)
    close_ended_announcements(tx, before)
    ctx = _make_context(tx, settings, context, muted)

    def announce(shown: Sequence[str]) -> Message:
        return silence_replies.unmute_announcement(shown, context.ask.user, ctx)

    return _Effect(announce(muted), spaces=muted, announce=announce if muted else None)


def _ack(
    tx: Tx,
    settings: Settings,
    context: Context,
    action: AcknowledgeIncidents,
    now: datetime,
) -> _Effect:
    by = context.ask.user
    ack = Ack(action.owner or by, now)
    found = [i for space, i in incidents.open_incidents(tx).items() if space in action.spaces]
    acknowledged = [incident.space for incident in found]
    shown = _make_context(tx, settings, context, action.spaces)
    changed = tuple(replace(incident, ack=ack) for incident in found)
    if found and ack.by != by:
        handover = silence_replies.handover_announcement(acknowledged, by, ack.by, shown)
        return _Effect(handover, changed, announce=lambda _: handover)
    return _Effect(silence_replies.ack_reply(acknowledged, action.spaces, shown), changed)


def _release(
    tx: Tx,
    settings: Settings,
    context: Context,
    action: ReleaseIncidents,
    _now: datetime,
) -> _Effect:
    known = incidents.open_incidents(tx)
    found = [known[space] for space in action.spaces if space in known and known[space].ack]
    released = [incident.space for incident in found]
    shown = _make_context(tx, settings, context, action.spaces)
    reply = silence_replies.release_reply(released, action.spaces, shown)
    reason = Reason(ReasonCode.ACK_RELEASED)
    return _Effect(reply, tuple(replace(one, ack=None, reason=reason) for one in found))


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
    reply = watch_replies.watch_announcement(watch, failing, context.slash)
    return _Effect(reply, announce=lambda _: reply)


def _unwatch(
    tx: Tx, settings: Settings, _context: Context, action: RemoveWatch, _now: datetime
) -> _Effect:
    number = watches.remove(tx, action.channel, action.targets)
    is_main = action.channel == channels.load_alert_channel_key(tx, settings)
    return _Effect(watch_replies.unwatch_reply(number, is_main=is_main))


def _set_class_hours(
    tx: Tx, _settings: Settings, context: Context, action: SetClassHours, now: datetime
) -> _Effect:
    class_hours.save(tx, action.hours, now)
    if class_hours.count(tx) > _MAX_CLASS_HOURS:
        raise UsageError(
            f"There are {_MAX_CLASS_HOURS} class hours already, so nothing was changed. "
            f"End some first: `{context.slash} hours` lists them."
        )
    reply = class_hours_replies.set_announcement(action, now, context.slash)
    return _Effect(reply, spaces=action.spaces, announce=lambda _: reply)


def _remove_class_hours(
    tx: Tx, _settings: Settings, context: Context, action: RemoveClassHours, _now: datetime
) -> _Effect:
    removed = class_hours.remove(tx, action.targets)
    reply = class_hours_replies.removed_reply(action.targets, context.ask.user, removed)
    if removed is None:
        return _Effect(reply)
    fleet, names = context.fleet, context.names
    spaces = tuple(sorted(routing.resolve_watch(removed.targets, fleet, names) or ()))
    return _Effect(reply, spaces=spaces, announce=lambda _: reply)


#: What executes each action, in a transaction.
_HANDLERS: Mapping[type[AlertAction], Callable[[Tx, Settings, Context, Any, datetime], _Effect]] = {
    MuteSpaces: _mute,
    UnmuteSpaces: _unmute,
    AcknowledgeIncidents: _ack,
    ReleaseIncidents: _release,
    AddWatch: _watch,
    RemoveWatch: _unwatch,
    SetClassHours: _set_class_hours,
    RemoveClassHours: _remove_class_hours,
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
    key = effect.key or CardKey.announcement(ask.idempotency_key)
    spaces_by_channel = routing_table.mute_announcements(effect.spaces)
    for channel in spaces_by_channel.keys() - {ask.channel}:
        message = effect.announce(spaces_by_channel[channel])
        cards.upsert(tx, key, channel, message, now)
    is_announced_here = ask.channel in spaces_by_channel
    # The button's own card already shows the effect on its Space.
    if not is_announced_here and ask.source is Source.BUTTON and effect.spaces:
        return False
    thread = None if is_announced_here else ask.thread
    cards.upsert(tx, key, ask.channel, effect.reply, now, user=ask.user, thread=thread)
    return True
