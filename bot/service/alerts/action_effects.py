"""Effects of actions on alerts: what each changes in the store, and its reply."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.alerts import problems
from bot.alerts.actions import (
    AcknowledgeIncidents,
    AddWatch,
    AlertAction,
    MuteSpaces,
    ReleaseIncidents,
    RemoveClassHours,
    RemoveHealthCheck,
    RemoveWatch,
    SetClassHours,
    SetHealthCheck,
    UndoMute,
    UnmuteSpaces,
)
from bot.alerts.incident import Ack, Incident
from bot.alerts.problems import classify
from bot.alerts.reasons import Reason, ReasonCode
from bot.cards import Message
from bot.command import Context
from bot.errors import UsageError
from bot.render import health as render_health
from bot.render.alerts import class_hours_replies, silence, watch_replies
from bot.service import channels
from bot.service.alerts import lessons, mute_effects, routing
from bot.service.alerts.effect import Effect, load_context
from bot.settings import Settings
from bot.store import Tx, class_hours, health, incidents, spaces, watches

#: Class hours of one fleet: each sweep resolves all of them.
_MAX_CLASS_HOURS = 50
#: Health checks of one fleet: they are resolved every five seconds.
_MAX_HEALTH_CHECKS = 50


def _ack(
    tx: Tx,
    settings: Settings,
    context: Context,
    action: AcknowledgeIncidents,
    now: datetime,
) -> Effect:
    by = context.ask.user
    ack = Ack(action.owner or by, now)
    found = [i for space, i in incidents.open_incidents(tx).items() if space in action.spaces]
    acknowledged = [incident.space for incident in found]
    shown = load_context(tx, settings, context, action.spaces)
    changed = tuple(replace(incident, ack=ack) for incident in found)
    if found and ack.by != by:

        def announce(spaces: Sequence[str]) -> Message:
            return silence.handover_announcement(spaces, by, ack.by, shown)

        shown_in = _find_channels(tx, found)
        return Effect(announce(acknowledged), changed, announce=announce, shown_in=shown_in)
    line = silence.ack_audit_line(acknowledged, shown)
    reply = silence.ack_reply(acknowledged, action.spaces, shown)
    return Effect(reply, changed, audit_line=line)


def _find_channels(tx: Tx, found: Sequence[Incident]) -> dict[str, list[str]]:
    """Return the Spaces of incidents by the channels that have a card about them."""
    notified = incidents.notifications(tx, [incident.id for incident in found])
    spaces: dict[str, list[str]] = {}
    for incident in found:
        for channel in notified[incident.id]:
            spaces.setdefault(channel, []).append(incident.space)
    return spaces


def _release(
    tx: Tx,
    settings: Settings,
    context: Context,
    action: ReleaseIncidents,
    _now: datetime,
) -> Effect:
    known = incidents.open_incidents(tx)
    found = [known[space] for space in action.spaces if space in known and known[space].ack]
    released = [incident.space for incident in found]
    shown = load_context(tx, settings, context, action.spaces)
    reply = silence.release_reply(released, action.spaces, shown)
    reason = Reason(ReasonCode.ACK_RELEASED)
    return Effect(reply, tuple(replace(one, ack=None, reason=reason) for one in found))


def _watch(
    tx: Tx, _settings: Settings, context: Context, action: AddWatch, now: datetime
) -> Effect:
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
    return Effect(reply, announce=lambda _: reply, audit_line=watch_replies.watch_audit_line(watch))


def _unwatch(
    tx: Tx, settings: Settings, _context: Context, action: RemoveWatch, _now: datetime
) -> Effect:
    number = watches.remove(tx, action.channel, action.targets)
    is_main = action.channel == channels.load_alert_channel_key(tx, settings)
    return Effect(watch_replies.unwatch_reply(number, is_main=is_main))


def _set_health_check(
    tx: Tx, _settings: Settings, context: Context, action: SetHealthCheck, _now: datetime
) -> Effect:
    health.set_check(tx, action.stored)
    if len(health.stored_checks(tx)) > _MAX_HEALTH_CHECKS:
        raise UsageError(
            f"There are {_MAX_HEALTH_CHECKS} health checks already, so nothing was changed. "
            f"Use `{context.slash} health` to see them, and remove some with `default` first."
        )
    return Effect(render_health.saved(action.stored.targets, action.stored.check))


def _remove_health_check(
    tx: Tx, _settings: Settings, _context: Context, action: RemoveHealthCheck, _now: datetime
) -> Effect:
    existed = health.remove_check(tx, action.targets) > 0
    return Effect(render_health.removed(action.targets, existed=existed))


def _set_class_hours(
    tx: Tx, _settings: Settings, context: Context, action: SetClassHours, now: datetime
) -> Effect:
    schedule = lessons.replace_hours(tx, context.ask, action, now)
    if class_hours.count(tx) > _MAX_CLASS_HOURS:
        raise UsageError(
            f"There are {_MAX_CLASS_HOURS} class hours already, so nothing was changed. "
            f"Use `{context.slash} hours` to see them, and end some first."
        )
    confirmation = lessons.cost_confirmation(context, action, schedule) if schedule else None
    reply = class_hours_replies.set_announcement(
        action, now, context.slash, is_asked=confirmation is not None
    )
    return Effect(reply, spaces=action.spaces, announce=lambda _: reply, confirmation=confirmation)


def _remove_class_hours(
    tx: Tx, _settings: Settings, context: Context, action: RemoveClassHours, _now: datetime
) -> Effect:
    removed = lessons.remove_hours(tx, action.targets)
    reply = class_hours_replies.removed_reply(action.targets, context.ask.user, removed)
    if removed is None:
        return Effect(reply)
    fleet, names = context.fleet, context.names
    spaces = tuple(sorted(routing.resolve_watch(removed.targets, fleet, names) or ()))
    return Effect(reply, spaces=spaces, announce=lambda _: reply)


#: What executes each action, in a transaction.
HANDLERS: Mapping[type[AlertAction], Callable[[Tx, Settings, Context, Any, datetime], Effect]] = {
    MuteSpaces: mute_effects.mute,
    UnmuteSpaces: mute_effects.unmute,
    UndoMute: mute_effects.undo,
    AcknowledgeIncidents: _ack,
    ReleaseIncidents: _release,
    AddWatch: _watch,
    RemoveWatch: _unwatch,
    SetHealthCheck: _set_health_check,
    RemoveHealthCheck: _remove_health_check,
    SetClassHours: _set_class_hours,
    RemoveClassHours: _remove_class_hours,
}
