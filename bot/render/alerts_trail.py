"""Answers about alerts: the trail of decisions, who hears of what, what was muted or taken."""

import re
from collections.abc import Sequence
from datetime import datetime

from bot.alerts.troubles import NO_STAGE
from bot.alerts.watches import SETTINGS, Watch
from bot.alerts.wishes import Past, Trail
from bot.cards import Message
from bot.model import condition
from bot.render import words
from bot.render.alerts import mark, plain, state
from bot.render.alerts_scene import Scene
from bot.render.alerts_taps import in_order, ranges
from bot.render.blocks import (
    actions,
    button,
    channel,
    code,
    context,
    escape,
    lines,
    message,
    person,
    section,
)
from bot.slack_limits import COMMAND_LENGTH

# So many names are listed before the rest is counted.
_NAMED = 5
_CHANNEL = re.compile(r"\b(card for|the watch of) ([\w-]+)")


def trail(trail: Trail, name: str) -> Message:
    """Tell what was decided about a Space lately, newest first, in plain words."""
    text = f"{name}: {_now(trail).partition(' ')[2]}"
    told = [_past(past) for past in trail.past]
    return message(
        plain(text),
        section(f"*{escape(name, 100)}* {_now(trail)}{_delivered(trail)}"),
        *lines(told or ["I have seen no change of it yet."]),
        context(" · ".join(_circumstances(trail))),
    )


def watches(found: Sequence[Watch], slash: str) -> Message:
    """Show who hears of what."""
    if not found:
        text = f"This channel hears of nothing. `{slash} watch error team-*` changes that."
        return message("This channel hears of nothing", section(text))
    shown = [f"{channel(w.channel)} hears of {_heard(w)} · {_who(w)}" for w in found]
    undo = f"`{slash} unwatch` in a channel ends what was asked for there."
    return message(f"{words.count(len(found), 'watch', 'watches')}", *lines(shown), context(undo))


def muted(spaces: Sequence[str], until: datetime, by: str, reason: str, scene: Scene) -> Message:
    """Say in the channel that there will be no pings, until when, and how to undo it."""
    names, number = _names(spaces, scene)
    who = words.listed(names)
    why = f" because {escape(reason)}" if reason else ""
    text = f":no_bell: {person(by)} muted *{escape(who)}*{number} until {words.moment(until)}{why}."
    undo = f"unmute {' '.join(names)}"
    tap = [actions(button("Unmute", undo))] if len(undo) <= COMMAND_LENGTH else []
    return message(plain(f"Muted: {who}"), section(f"{text} Cards stay true."), *tap)


def unmuted(spaces: Sequence[str], by: str, scene: Scene) -> Message:
    """Say that Spaces ping again."""
    if not spaces:
        return message("Nothing was muted", section("Nothing of that was muted."))
    names, number = _names(spaces, scene)
    who = words.listed(names)
    said = f":bell: {person(by)} unmuted *{escape(who)}*{number}."
    return message(plain(f"Unmuted: {who}"), section(said))


def _names(spaces: Sequence[str], scene: Scene) -> tuple[list[str], str]:
    """Return the names of *spaces*, as ranges where they can be, and their number if it helps."""
    names = ranges(in_order(spaces, scene))
    is_plain = len(names) == len(spaces) <= _NAMED
    return names, "" if is_plain else f" ({len(spaces)} Spaces)"


def acked(taken: Sequence[str], scene: Scene) -> Message:
    """Tell the person who took it what that means."""
    if not taken:
        text = "There is no open alert about that. It may have ended a moment ago."
        return message("No open alert", section(text))
    who = words.listed([scene.name(space) for space in taken])
    text = f"You are on *{escape(who)}*. No pings until it is over; I ask again in 2 hours."
    return message(plain(f"You are on {who}"), section(f":raised_hand: {text}"))


def watching(watch: Watch, trouble: int, slash: str) -> Message:
    """Say in the channel what it hears of from now on."""
    now = f" {words.count(trouble, 'Space')} in trouble now will follow." if trouble else ""
    undo = f"`{slash} unwatch {' '.join(watch.targets)}`".replace(" `", "`")
    # By its name: where the bot is not let in, the person hears of it directly.
    where = "This conversation" if watch.channel.startswith("D") else channel(watch.channel)
    text = f":ear: {where} hears of {_heard(watch)}, as {person(watch.made_by)} asked.{now}"
    undo = f"Undo it there with {undo}."
    return message("A channel hears of more", section(text), context(undo))


def unwatched(number: int, *, is_main: bool) -> Message:
    """Say that a channel hears no more, or why it still does."""
    if number:
        ended = "is" if number == 1 else "are"
        text = f"{words.count(number, 'watch', 'watches')} of this channel {ended} ended."
    else:
        text = "This channel had not asked for that."
    if is_main:
        text += " It is the alert channel of the settings: SPACEBOT_ALERT_ON says what it hears."
    return message(plain(text), section(text))


def _now(trail: Trail) -> str:
    if trail.incident and trail.incident.is_open:
        since = words.moment(trail.incident.opened_at)
        return f"{mark(trail.incident)} {state(trail.incident)}, since {since}"
    if trail.now is None:
        return ":ghost: the Hub does not show it now"
    return f"{words.mark(condition(trail.now.stage))} {words.stage(trail.now.stage)}"


def _delivered(trail: Trail) -> str:
    """Return where the card of the last incident stands, or why it doesn't stand there yet."""
    shown = (trail.deliveries or {}).items()
    said = [_delivery(channel(id), error) for id, error in shown]
    return "".join(f"\n{line}" for line in said)


def _delivery(place: str, error: str) -> str:
    if not error:
        return f"Told in {place}."
    return f":warning: {place}: {escape(error, 400)}"


def _past(past: Past) -> str:
    stages = dict.fromkeys(stage for stage in (past.before, past.after) if stage)
    change = " → ".join("gone" if stage == NO_STAGE else words.stage(stage) for stage in stages)
    said = escape(past.reason, 400)
    reason = _CHANNEL.sub(lambda found: f"{found[1]} {channel(found[2])}", said)
    return f"{words.moment(past.at)} *{change}*: {reason}"


def _circumstances(trail: Trail) -> list[str]:
    said = []
    if trail.mute:
        said.append(f"muted until {words.moment(trail.mute.until)} by {person(trail.mute.by)}")
    if trail.incident and trail.incident.ack and trail.incident.is_open:
        said.append(f"{person(trail.incident.ack.by)} is on it")
    ears = trail.ears or {}
    said += [f"{channel(key)} hears of {', '.join(heard)}" for key, heard in ears.items()]
    return said or ["no channel hears of it"]


def _heard(watch: Watch) -> str:
    whose = code(" ".join(watch.targets)) if watch.targets else "every Space"
    return f"{escape(', '.join(watch.troubles))} of {whose}"


def _who(watch: Watch) -> str:
    return "from the settings" if watch.made_by == SETTINGS else f"asked by {person(watch.made_by)}"
