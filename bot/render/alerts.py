"""How one Space in trouble is shown: its card, and the replies in the card's thread."""

import re
from datetime import datetime

from bot import reasons
from bot.alerts import evidence
from bot.alerts.incidents import Incident
from bot.alerts.troubles import STUCK_AFTER, Trouble
from bot.cards import Block, Message
from bot.render import words
from bot.render.alerts_scene import Scene
from bot.render.alerts_taps import taps
from bot.render.blocks import block, code, context, escape, message, person, section

_MARKS = {
    Trouble.ASLEEP: ":zzz:",
    Trouble.PAUSED: ":double_vertical_bar:",
    Trouble.STUCK: ":hourglass:",
    Trouble.UNKNOWN: ":grey_question:",
    Trouble.BROKEN: ":red_circle:",
    Trouble.GONE: ":ghost:",
}
_UP, _RISING, _UNSTABLE = ":large_green_circle:", ":hourglass_flowing_sand:", ":ocean:"
_DATE = re.compile(r"<!date\^[^|>]*\|([^>]*)>")
# A push text is read on a lock screen.
_PUSH = 90
_ERROR_LINES = 6


def card(incident: Incident, scene: Scene, reminder: datetime | None = None) -> Message:
    """Show one incident as it is now, and when it is reminded of; the reason comes first."""
    if not incident.is_open:
        return _over(incident, scene)
    told = _error(incident)
    parts: list[Block] = [
        section(f"{mark(incident)} *{scene.link(incident.space)}* · {state(incident)}")
    ]
    if told:
        parts.append(section(block(told)))
    parts.append(context(" · ".join(_facts(incident, scene))))
    parts += taps(incident, scene)
    parts.append(context(_why(incident, reminder)))
    return message(push(incident, scene), *parts)


def fixed(incident: Incident, scene: Scene) -> Message:
    """Answer once, in the card's thread, when it is over."""
    name = scene.name(incident.space)
    text = plain(f"{name} {_ended(incident)}")
    return message(text, section(f"{end_mark(incident)} *{escape(name, 100)}* {_ended(incident)}"))


def worse(incident: Incident, scene: Scene) -> Message:
    """Answer in the card's thread when it has become worse."""
    name = scene.name(incident.space)
    first = reasons.first_line(incident.error)
    more = f"\n{code(first)}" if first else ""
    return message(
        push(incident, scene),
        section(f"{mark(incident)} *{escape(name, 100)}* is worse: {state(incident)}{more}"),
    )


def told_elsewhere(incident: Incident, number: int, scene: Scene) -> Message:
    """Replace a card whose incident is now told on a card that it shares."""
    name = scene.name(incident.space)
    text = f"{name}: told with {number - 1} others that show the same error"
    return message(plain(text), section(f":arrow_right: {escape(text, 200)}"))


def mark(incident: Incident) -> str:
    """Return the emoji of an open incident."""
    if incident.unstable_since:
        return _UNSTABLE
    return _RISING if incident.is_coming_up else _MARKS[incident.trouble]


def end_mark(incident: Incident) -> str:
    """Return the emoji of a closed incident: green only where the Space is up."""
    up = words.stage(incident.stage).startswith("up") and incident.trouble is not Trouble.GONE
    return _UP if up or incident.ending == "back" else ":white_circle:"


def state(incident: Incident) -> str:
    """Say in words, escaped, what an open incident's Space is like."""
    now = words.stage(incident.stage)
    if incident.unstable_since:
        return f"unstable: it goes up and down · now {now}"
    if incident.is_coming_up:
        return f"coming up: {now} (it was {incident.trouble})"
    if incident.trouble is Trouble.STUCK:
        return f"stuck: {now} for over {words.span(STUCK_AFTER)}"
    if incident.trouble is Trouble.GONE:
        return "gone: deleted, renamed, or hidden from my token"
    return now


def push(incident: Incident, scene: Scene) -> str:
    """Return what a lock screen shows: who, what, why."""
    name, first = scene.name(incident.space), reasons.first_line(incident.error)
    what = state(incident) if not incident.is_coming_up else "is coming up"
    return plain(f"{_shortened(name)} {what}{f': {first}' if first else ''}")


def plain(text: str) -> str:
    """Return *text* for a push: one line, no mentions, no longer than a lock screen."""
    dated = _DATE.sub(r"\1", text)
    shown = " ".join("".join(c if c.isprintable() else " " for c in dated).split())
    shown = shown.replace("<", "‹").replace(">", "›").replace("\u2060", "")
    return shown if len(shown) <= _PUSH else shown[: _PUSH - 1] + "…"


def _shortened(name: str) -> str:
    return name if len(name) <= 40 else name[:39] + "…"


def _error(incident: Incident) -> str:
    """Return the lines that tell most: the Hub's at once, those of the log once they are there."""
    if incident.trouble in (Trouble.ASLEEP, Trouble.GONE):
        return ""
    told = evidence.telling(incident.error)
    log = incident.evidence.lines if incident.evidence else ()
    shown = told[: _ERROR_LINES - len(log)] or told[:1]
    return "\n".join([*shown, *(line for line in log if line not in shown)])


def _facts(incident: Incident, scene: Scene) -> list[str]:
    facts = [f"Since {words.moment(incident.opened_at)}"]
    known = incident.evidence or evidence.read((), incident.error)
    if known.blame and incident.trouble is Trouble.BROKEN:
        seen = known.clue in _error(incident).splitlines()  # it stands right above
        facts.append(f"looks like {known.blame}{'' if seen else f': {code(known.clue, 120)}'}")
    if incident.ack:
        facts.append(f":raised_hand: {person(incident.ack.by)} is on it")
    if mute := scene.mutes.get(incident.space):
        why = f" ({escape(mute.reason, 80)})" if mute.reason else ""
        facts.append(f":no_bell: muted until {words.moment(mute.until)} by {person(mute.by)}{why}")
    return facts


def _why(incident: Incident, reminder: datetime | None) -> str:
    said = f"Why: {escape(incident.reason, 200)}"
    return f"{said} · reminder {words.moment(reminder)} if it is still so" if reminder else said


def _over(incident: Incident, scene: Scene) -> Message:
    link = scene.link(incident.space)
    text = plain(f"{_shortened(scene.name(incident.space))} {_ended(incident)}")
    was = f"It was {incident.trouble} from {words.moment(incident.opened_at)}"
    was += f" to {words.moment(incident.closed_at)}" if incident.closed_at else ""
    first = reasons.first_line(incident.error)
    return message(
        text,
        section(f"{end_mark(incident)} *{link}* · {_ended(incident)}"),
        context(f"{was} · {code(first)}" if first else was),
    )


def _ended(incident: Incident) -> str:
    """Say how it ended. A gap is told as it is: nobody knows the moment."""
    ending = escape(incident.ending, 100)
    if incident.unseen_since and incident.closed_at:
        gap = f"{words.clock(incident.unseen_since)} and {words.clock(incident.closed_at)}"
        return f"{ending}, between {gap}"
    return f"{ending} after {words.span(incident.lasted)}"
