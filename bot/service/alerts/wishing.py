"""Granting what people wish of the alerts, in one transaction, cards included."""

from dataclasses import replace

from bot.alerts import troubles
from bot.alerts.incidents import Ack
from bot.alerts.mutes import Mute
from bot.alerts.troubles import trouble
from bot.alerts.watches import Watch
from bot.alerts.wishes import (
    Acking,
    Inquiry,
    Muting,
    Trail,
    TrailOf,
    Unmuting,
    Unwatching,
    WatchesOf,
    Watching,
    Wish,
)
from bot.cards import Message
from bot.command import Context
from bot.model import Source
from bot.render import alerts_trail
from bot.service import booking
from bot.service.alerts import hearing, showing
from bot.service.alerts.desk import Desk, News, lay
from bot.service.parts import Job, Parts
from bot.service.replying import tell
from bot.store import Tx, cards, incidents, mutes, spaces, watches


def grant(parts: Parts, context: Context, wish: Wish) -> str:
    """Write *wish* down with what it changes on cards, and answer; return a line for the audit."""
    with parts.transaction() as tx:
        incidents.alone(tx)
        desk = _desk(parts, tx)
        said = _write(parts, desk, context, wish)
        showing.show(desk)
        booking.acting(tx, context.ask)
        if _is_for_all(context, wish):
            _post(desk, context, said)
            booking.acted(parts, tx, context.ask, said.text)
    if not _is_for_all(context, wish):
        tell(parts, context.ask, said)
    parts.nudge(Job.DELIVER)
    if isinstance(wish, Watching | Unmuting):
        parts.nudge(Job.SWEEP)  # what is in trouble now is told at once
    return said.text


def find(parts: Parts, inquiry: Inquiry) -> object:
    """Return what the alerts' own book says."""
    with parts.transaction() as tx:
        match inquiry:
            case TrailOf():
                return _trail(parts, tx, inquiry.space)
            case WatchesOf():
                found = hearing.watched(parts, tx)
                here = _known_here(parts, tx, inquiry.channel)
                return [w for w in found if inquiry.channel is None or w.channel in here]
    raise NotImplementedError(inquiry)


def _write(parts: Parts, desk: Desk, context: Context, wish: Wish) -> Message:
    match wish:
        case Muting():
            return _mute(desk, context, wish)
        case Unmuting():
            return _unmute(desk, context, wish)
        case Acking():
            return _ack(desk, context, wish)
        case Watching():
            return _watch(desk, context, wish.watch)
        case Unwatching():
            return _unwatch(parts, desk, wish)
    raise NotImplementedError(wish)


def _mute(desk: Desk, context: Context, wish: Muting) -> Message:
    by = context.ask.user
    found = {id: Mute(id, wish.until, by, desk.now, wish.reason) for id in wish.spaces}
    mutes.mute(desk.tx, found.values())
    desk.mutes.update(found)
    _touch(desk, wish.spaces)
    return alerts_trail.muted(wish.spaces, wish.until, by, wish.reason, desk.scene)


def _unmute(desk: Desk, context: Context, wish: Unmuting) -> Message:
    muted = [space for space in wish.spaces if desk.mutes.pop(space, None)]
    mutes.unmute(desk.tx, muted)
    _touch(desk, muted)
    return alerts_trail.unmuted(muted, context.ask.user, desk.scene)


def _ack(desk: Desk, context: Context, wish: Acking) -> Message:
    mine = [incident for incident in desk.open() if incident.space in wish.spaces]
    for incident in mine:
        desk.change(replace(incident, ack=Ack(context.ask.user, desk.now)))
    return alerts_trail.acked([incident.space for incident in mine], desk.scene)


def _watch(desk: Desk, context: Context, watch: Watch) -> Message:
    watches.watch(desk.tx, watch, desk.now)
    heard = troubles.named(watch.troubles)
    chosen = hearing.matching(watch.targets, context.fleet, context.names)
    known = spaces.sightings(desk.tx)
    now = sum(
        trouble(known[id], desk.now) in heard
        for id in (known if chosen is None else chosen & known.keys())
    )
    return alerts_trail.watching(watch, now, context.slash)


def _unwatch(parts: Parts, desk: Desk, wish: Unwatching) -> Message:
    number = watches.unwatch(desk.tx, wish.channel, wish.targets)
    main = parts.settings.alert_channel in _known_here(parts, desk.tx, wish.channel)
    return alerts_trail.unwatched(number, is_main=main)


def _touch(desk: Desk, spaces_: tuple[str, ...] | list[str]) -> None:
    muted = set(spaces_)
    desk.touched |= {incident.id for incident in desk.open() if incident.space in muted}


def _desk(parts: Parts, tx: Tx) -> Desk:
    fleet, now = spaces.fleet(tx), parts.now()
    audience = hearing.audience(parts, tx, fleet)
    return lay(parts, tx, News((), fleet, audience, frozenset(), now))


def _is_for_all(context: Context, wish: Wish) -> bool:
    """Whether the channel hears of it: what a tap on a card does, that card shows already."""
    typed = context.ask.source is not Source.BUTTON
    return isinstance(wish, Watching) or (typed and isinstance(wish, Muting | Unmuting))


def _post(desk: Desk, context: Context, said: Message) -> None:
    ask = context.ask
    subject = f"wish:{ask.key}"[:120]
    cards.want(desk.tx, subject, ask.channel, said, desk.now, user=ask.user, thread=ask.thread)


def _trail(parts: Parts, tx: Tx, space: str) -> Trail:
    sighting = spaces.sightings(tx).get(space)
    audience = hearing.audience(parts, tx, spaces.fleet(tx))
    ears = {h.channel: sorted(h.troubles) for h in audience.hearings if h.covers(space)}
    return Trail(
        space,
        sighting.space if sighting else None,
        spaces.past(tx, space),
        incidents.last(tx, space),
        mutes.active(tx, parts.now()).get(space),
        ears,
    )


def _known_here(parts: Parts, tx: Tx, channel: str | None) -> set[str | None]:
    """Return the names of a channel: its id, and what the settings call it."""
    main = parts.settings.alert_channel
    return {channel, main} if watches.known_as(tx, main) == channel else {channel}
