"""Granting what people wish of the alerts, in one transaction, cards included."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.alerts import troubles
from bot.alerts.hearing import Audience
from bot.alerts.incidents import Ack, Incident
from bot.alerts.mutes import Mute
from bot.alerts.notifications import plan_refresh
from bot.alerts.troubles import trouble
from bot.alerts.watches import Watch
from bot.alerts.wishes import (
    Acking,
    Muting,
    Silence,
    SilencedSpaces,
    Trail,
    TrailOf,
    Unmuting,
    Unwatching,
    WatchesOf,
    Watching,
    Wish,
)
from bot.cards import Message, State
from bot.command import Context
from bot.model import Ask, Source
from bot.render import alerts_trail, notes
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
    """What an action says, and which incidents and Spaces have to be shown again.

    *announce* makes the message to other channels of the Spaces that each hears of.
    """

    said: Message
    changed: tuple[Incident, ...] = ()
    spaces: tuple[str, ...] = ()
    announce: Callable[[Sequence[str]], Message] | None = None


def grant(parts: Parts, context: Context, wish: Wish) -> str:
    """Write *wish* down with what it changes on cards, and answer; return a line for the audit."""
    with parts.transaction() as tx:
        incidents.alone(tx)
        effect = _write(parts, tx, context, wish)
        said = effect.said
        audience = _refresh_cards(parts, tx, effect)
        booking.acting(tx, context.ask)
        is_posted = _post(parts, tx, context, effect, audience)
        if is_posted:
            booking.acted(parts, tx, context.ask, said.text)
    if not is_posted:
        tell(parts, context.ask, said)
    parts.nudge(Job.DELIVER)
    if isinstance(wish, Watching | Unmuting):
        parts.nudge(Job.SWEEP)  # what is in trouble now is told at once
    return said.text


def _refresh_cards(parts: Parts, tx: Tx, effect: _Effect) -> Audience:
    fleet, now = spaces.fleet(tx), parts.now()
    board = load_board(parts, tx, fleet, hearing.audience(parts, tx, fleet))
    plan = plan_refresh(board, now, changed=effect.changed, spaces=effect.spaces)
    apply_plan(tx, board, plan, scene_of(parts, board), now)
    return board.audience


def trail(parts: Parts, query: TrailOf) -> Trail:
    """Return the recent changes of one Space and what was decided about them."""
    with parts.transaction() as tx:
        sighting = spaces.sightings(tx).get(query.space)
        incident = incidents.last(tx, query.space)
        audience = hearing.audience(parts, tx, spaces.fleet(tx))
        return Trail(
            query.space,
            sighting.space if sighting else None,
            spaces.past(tx, query.space),
            incident,
            mutes.active(tx, parts.now()).get(query.space),
            {h.channel: sorted(h.troubles) for h in audience.hearings if h.covers(query.space)},
            _deliveries(tx, incident),
        )


def _deliveries(tx: Tx, incident: Incident | None) -> dict[str, str]:
    """Return, by channel, why the card of *incident* isn't shown there as it should be; "": it is.

    What was taken back before anybody could read it, or what people have deleted, is left out.
    """
    if incident is None:
        return {}
    notified = incidents.tellings(tx, [incident.id])[incident.id]
    found = {card.id: card for card in cards.get(tx, [told.card for told in notified.values()])}
    shown = {channel: found[told.card] for channel, told in notified.items()}
    return {
        channel: notes.delivery(card)
        for channel, card in shown.items()
        if card.state is not State.REMOVED
    }


def watches_of(parts: Parts, query: WatchesOf) -> Sequence[Watch]:
    """Return the watches of a channel, or all of them."""
    with parts.transaction() as tx:
        found = hearing.watched(parts, tx)
    return [watch for watch in found if query.channel in (None, watch.channel)]


def silenced(parts: Parts, query: SilencedSpaces) -> Silence:
    """Return the active mutes and the acks of open incidents, by Space."""
    del query  # it has no parameters
    with parts.transaction() as tx:
        return Silence(mutes.active(tx, parts.now()), incidents.acks(tx))


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

    def announce(shown: Sequence[str]) -> Message:
        return alerts_trail.muted(shown, wish.until, by, wish.reason, scene)

    return _Effect(announce(wish.spaces), spaces=wish.spaces, announce=announce)


def _unmute(parts: Parts, tx: Tx, context: Context, wish: Unmuting) -> _Effect:
    active = mutes.active(tx, parts.now())
    muted = tuple(space for space in wish.spaces if space in active)
    mutes.unmute(tx, muted)
    scene = _scene(parts, tx, muted)

    def announce(shown: Sequence[str]) -> Message:
        return alerts_trail.unmuted(shown, context.ask.user, scene)

    return _Effect(announce(muted), spaces=muted, announce=announce if muted else None)


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
    said = alerts_trail.watching(watch, failing, context.slash)
    return _Effect(said, announce=lambda _: said)


def _unwatch(parts: Parts, tx: Tx, wish: Unwatching) -> _Effect:
    number = watches.unwatch(tx, wish.channel, wish.targets)
    is_main = wish.channel == alert_channel.key(parts, tx)
    return _Effect(alerts_trail.unwatched(number, is_main=is_main))


def _scene(parts: Parts, tx: Tx, shown: Sequence[str]) -> Scene:
    return make_scene(parts, spaces.fleet(tx), shown, {})


def _post(parts: Parts, tx: Tx, context: Context, effect: _Effect, audience: Audience) -> bool:
    """Announce *effect* wherever it matters; False when whoever asked has yet to be told.

    Each announcement is a card, written with the act itself: a crash neither loses nor repeats it.
    """
    ask = context.ask
    if effect.announce is None:
        return False
    silenced = audience.told_of_silence(effect.spaces)
    for channel in silenced.keys() - {ask.channel}:
        message = effect.announce(silenced[channel])
        cards.want(tx, _subject(ask), channel, message, parts.now())
    is_announced_here = ask.channel in silenced
    # What a tap on a card does to one Space, that card shows already.
    if not is_announced_here and ask.source is Source.BUTTON and effect.spaces:
        return False
    thread = None if is_announced_here else ask.thread
    cards.want(
        tx, _subject(ask), ask.channel, effect.said, parts.now(), user=ask.user, thread=thread
    )
    return True


def _subject(ask: Ask) -> str:
    return f"wish:{ask.key}"[:120]
