"""What the question says before people are interrupted or money is spent."""

from collections.abc import Mapping, Sequence

from bot.model import Condition, Space
from bot.operations import Verb
from bot.parsing import Names
from bot.render import words
from bot.render.blocks import escape


def doubt(verb: Verb, spaces: Sequence[Space], names: Names, prices: Mapping[str, float]) -> str:
    """Say what will happen if it is worth asking first, or nothing.

    Asked is what interrupts a Space that is up, or may, and what starts paid hardware.
    """
    unknown = [space for space in spaces if space.condition is Condition.UNKNOWN]
    up = [space for space in spaces if space.condition is Condition.UP]
    starts = [space for space in spaces if space.is_paid and verb is not Verb.PAUSE]
    said = []
    if verb is Verb.PAUSE or (verb is not Verb.WAKE and up):
        said.append(_interrupts(verb, spaces, up, names))
    if verb in (Verb.RESTART, Verb.REBUILD) and unknown:
        said.append(_puzzles(unknown, names))
    if starts:
        said.append(_costs(starts, names, prices))
    return " ".join(said)


def _interrupts(verb: Verb, spaces: Sequence[Space], up: Sequence[Space], names: Names) -> str:
    who = escape(words.listed([names.short(space.id) for space in up or spaces]))
    it, they = ("it", "it starts") if len(up) == 1 else ("them", "they start")
    after = f"until somebody wakes {it}" if verb is Verb.PAUSE else f"while {they} again"
    if not up:
        return f"Not up now: {who}. What is paused stays so until somebody wakes it."
    if len(spaces) == 1:
        return f"{who} is up, and will be down {after}."
    return f"{len(up)} of {len(spaces)} are up, and will be down {after}: {who}."


def _puzzles(unknown: Sequence[Space], names: Names) -> str:
    who = escape(words.listed([f"{names.short(s.id)} ({s.stage})" for s in unknown]))
    stage = "an unknown stage" if len(unknown) == 1 else "unknown stages"
    return f"In {stage}: {who}. I cannot say what this interrupts; please look first."


def _costs(starts: Sequence[Space], names: Names, prices: Mapping[str, float]) -> str:
    who = escape(words.listed([f"{names.short(s.id)} ({s.hardware})" for s in starts]))
    total = sum(prices.get(space.hardware or "", 0.0) for space in starts)
    unknown = [space for space in starts if space.hardware not in prices]
    price = (
        f"${total:.2f} an hour together" if not unknown else "the Hub has not said what it costs"
    )
    return f"Paid hardware starts: {who}, {price}."
