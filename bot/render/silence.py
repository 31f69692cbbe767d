"""Which Spaces are muted, and who takes care of which: beside each Space, and counted."""

from collections.abc import Collection

from bot.alerts.wishes import Silence
from bot.render import words
from bot.render.blocks import escape, person

#: Nothing is muted, and nobody has acknowledged anything.
NO_SILENCE = Silence()


def facts(space: str, silence: Silence) -> list[str]:
    """Return what is said of one Space: until when it is muted, and who is on it."""
    said = []
    if mute := silence.mutes.get(space):
        why = f" ({escape(mute.reason, 80)})" if mute.reason else ""
        until = words.moment(mute.until)
        said.append(f":no_bell: muted until {until} by {person(mute.by)}{why}")
    if ack := silence.acks.get(space):
        said.append(f":raised_hand: {person(ack.by)} is on it")
    return said


def marks(space: str, silence: Silence) -> str:
    """Return the end of a Space's line: the time of its mute, and who is on it."""
    said = []
    if mute := silence.mutes.get(space):
        said.append(f" · :no_bell: muted until {words.clock(mute.until)}")
    if ack := silence.acks.get(space):
        said.append(f" · :raised_hand: {person(ack.by)} is on it")
    return "".join(said)


def counts(spaces: Collection[str], silence: Silence, *, people: bool) -> str:
    """Count what is quiet among *spaces*, with the names of *people* who are on something.

    A notification names nobody.
    """
    muted = sum(space in silence.mutes for space in spaces)
    acks = [silence.acks[space] for space in spaces if space in silence.acks]
    said = [f"{muted} muted"] if muted else []
    if acks:
        who = words.listed([person(by) for by in dict.fromkeys(ack.by for ack in acks)], 3)
        said.append(f"{len(acks)} acknowledged{f' by {who}' if people else ''}")
    return "".join(f" · {part}" for part in said)
