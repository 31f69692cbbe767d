"""Granting what people wish of the alerts, in one transaction, cards included."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.alerts import troubles
from bot.alerts.incidents import Ack, Incident
from bot.alerts.mutes import Mute
from bot.alerts.notifications import plan_refresh
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
from bot.render.alerts_scene import Scene
from bot.service import alert_channel, booking
from bot.service.alerts import hearing
from bot.service.alerts.board import load_board, make_scene, scene_of
from bot.service.alerts.notify import apply_plan
from bot.service.parts import Job, Parts
from bot.service.replying import tell
from bot.store import Tx, cards, incidents, mutes, spaces, watches


@dataclass(frozen=True, slots=True)
class _Effect:
    """What an action says, and which incidents and Spaces have to be shown again."""

    said: Message
    changed: tuple[Incident, ...] = ()
    spaces: tuple[str, ...] = ()


def grant(parts: Parts, context: Context, wish: Wish) -> str:
    """Write *wish* down with what it changes on cards, and answer; return a line for the audit."""
    with parts.transaction() as tx:
        incidents.alone(tx)
        effect = _write(parts, tx, context, wish)
        said = effect.said
        _refresh_cards(parts, tx, effect)
        booking.acting(tx, context.ask)
        if _is_for_all(context, wish):
            _post(tx, context, said, parts.now())
            booking.acted(parts, tx, context.ask, said.text)
    if not _is_for_all(context, wish):
        tell(parts, context.ask, said)
    parts.nudge(Job.DELIVER)
    if isinstance(wish, Watching | Unmuting):
        parts.nudge(Job.SWEEP)  # what is in trouble now is told at once
    return said.text


def _refresh_cards(parts: Parts, tx: Tx, effect: _Effect) -> None:
    fleet, now = spaces.fleet(tx), parts.now()
    board = load_board(parts, tx, fleet, hearing.audience(parts, tx, fleet))
    plan = plan_refresh(board, now, changed=effect.changed, spaces=effect.spaces)
    apply_plan(tx, board, plan, scene_of(parts, board), now)


def find(parts: Parts, inquiry: Inquiry) -> object:
    """Return what the alerts' own book says."""
    with parts.transaction() as tx:
        match inquiry:
            case TrailOf():
                return _trail(parts, tx, inquiry.space)
            case WatchesOf():
                found = hearing.watched(parts, tx)
                return [w for w in found if inquiry.channel in (None, w.channel)]
    raise NotImplementedError(inquiry)


def _write(parts: Parts, tx: Tx, context: Context, wish: Wish) -> _Effect:
    match wish:
        case Muting():
            return _mute(parts, tx, context, wish)
        case Unmuting():
            return _unmute(parts, tx, context, wish)
        case Acking():
            return _ack(parts, tx, context, wish)
        case Watching():
            return _watch(parts, tx, context, wish.watch)
        case Unwatching():
            return _unwatch(parts, tx, wish)
    raise NotImplementedError(wish)


def _mute(parts: Parts, tx: Tx, context: Context, wish: Muting) -> _Effect:
    by, now = context.ask.user, parts.now()
    mutes.mute(tx, [Mute(id, wish.until, by, now, wish.reason) for id in wish.spaces])
    scene = _scene(parts, tx, wish.spaces)
    said = alerts_trail.muted(wish.spaces, wish.until, by, wish.reason, scene)
    return _Effect(said, spaces=wish.spaces)


def _unmute(parts: Parts, tx: Tx, context: Context, wish: Unmuting) -> _Effect:
    active = mutes.active(tx, parts.now())
    muted = tuple(space for space in wish.spaces if space in active)
    mutes.unmute(tx, muted)
    scene = _scene(parts, tx, muted)
    return _Effect(alerts_trail.unmuted(muted, context.ask.user, scene), spaces=muted)


def _ack(parts: Parts, tx: Tx, context: Context, wish: Acking) -> _Effect:
    ack = Ack(context.ask.user, parts.now())
    found = [i for space, i in incidents.open_now(tx).items() if space in wish.spaces]
    taken = [incident.space for incident in found]
    said = alerts_trail.acked(taken, _scene(parts, tx, taken))
    return _Effect(said, changed=tuple(replace(incident, ack=ack) for incident in found))


def _watch(parts: Parts, tx: Tx, context: Context, watch: Watch) -> _Effect:
    now = parts.now()
    watches.watch(tx, watch, now)
    heard = troubles.named(watch.troubles)
    chosen = hearing.matching(watch.targets, context.fleet, context.names)
    known = spaces.sightings(tx)
    failing = sum(
        trouble(known[id], now) in heard
        for id in (known if chosen is None else chosen & known.keys())
    )
    return _Effect(alerts_trail.watching(watch, failing, context.slash))


def _unwatch(parts: Parts, tx: Tx, wish: Unwatching) -> _Effect:
    number = watches.unwatch(tx, wish.channel, wish.targets)
    is_main = wish.channel == alert_channel.key(parts, tx)
    return _Effect(alerts_trail.unwatched(number, is_main=is_main))


def _scene(parts: Parts, tx: Tx, shown: Sequence[str]) -> Scene:
    return make_scene(parts, spaces.fleet(tx), shown, {})


def _is_for_all(context: Context, wish: Wish) -> bool:
    """Whether the channel hears of it: what a tap on a card does, that card shows already."""
    typed = context.ask.source is not Source.BUTTON
    return isinstance(wish, Watching) or (typed and isinstance(wish, Muting | Unmuting))


def _post(tx: Tx, context: Context, said: Message, now: datetime) -> None:
    ask = context.ask
    subject = f"wish:{ask.key}"[:120]
    cards.want(tx, subject, ask.channel, said, now, user=ask.user, thread=ask.thread)


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
