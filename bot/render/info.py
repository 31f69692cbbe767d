"""One Space closely: how it is, what it costs, and the buttons for what this person may do."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from bot import collisions
from bot.alerts.wishes import Silence
from bot.cards import Block, Message
from bot.model import Condition, Info, Space
from bot.render import words
from bot.render.alerts_taps import is_known
from bot.render.blocks import (
    actions,
    block,
    button,
    code,
    context,
    escape,
    link,
    menu,
    message,
    section,
)
from bot.render.fleet import stale
from bot.render.silence import NO_SILENCE, facts
from bot.slack_limits import OPTION_VALUE_LENGTH, OVERFLOW_OPTIONS

Tap = tuple[str, str]

# Where the build is what failed, its log says why; everything else would be a guess.
_READ_FIRST = frozenset({"BUILD_ERROR", "CONFIG_ERROR", "NO_APP_FILE"})
_MORE = (
    ("Restart", "restart {}"),
    ("Rebuild", "rebuild {}"),
    ("Pause", "pause {}"),
    ("Addresses", "url {}"),
    ("History", "history {}"),
    ("Why was I told?", "why {}"),
)
# Where a secret and a variable share a name, the two lists show which.
_NAMES = (("Variables", "variable list {}"), ("Secrets", "secret list {}"))
# Nothing of this helps what is static, or on its way out.
_POWERS = ("wake", "restart", "rebuild", "pause", "logs")


def card(
    info: Info,
    name: str,
    verbs: Collection[str],
    stale_since: datetime | None = None,
    silence: Silence = NO_SILENCE,
) -> Message:
    """Show one Space; *verbs* are those that whoever looks may type."""
    space = info.space
    stage = words.stage(space.stage)
    head = f"{words.mark(space.condition)} *{escape(name, 100)}* {stage}{_since(info)}"
    parts: list[Block] = [section(head)]
    if space.error:
        parts.append(section(block(space.error)))
    if space.host:
        parts.append(section(link(space.host, escape(space.host))))
    if quiet := facts(space.id, silence):
        parts.append(section("\n".join(quiet)))
    parts += _taps(space, name, verbs)
    parts.append(context(" · ".join(_facts(info))))
    return message(f"{name}: {stage}", *parts, *stale(stale_since))


def _since(info: Info) -> str:
    if info.since is None:
        return ""
    return f" · since {words.moment(info.since)}"


def _facts(info: Info) -> list[str]:
    space = info.space
    facts = [code(space.id, 200), *([escape(space.sdk)] if space.sdk else [])]
    facts += [_hardware(info)] if space.hardware else []
    facts += [_sleep(space)] if _sleep(space) else []
    facts += [f"commit {code(space.sha[:7])}"] if space.sha else []
    return [*facts, "private" if space.private else "public"]


def _hardware(info: Info) -> str:
    hardware = escape(info.space.hardware or "", 60)
    if not info.space.is_paid:
        return hardware
    price = info.dollars_per_hour
    cost = "price not known" if price is None else f"${price:.2f} an hour while it runs"
    return f"{hardware}, {cost}"


def _sleep(space: Space) -> str:
    if space.sleep_after:
        return f"sleeps after {words.span(timedelta(seconds=space.sleep_after))}"
    # Where it does not run the Hub leaves the time out, and that means nothing.
    return "never sleeps" if space.condition is Condition.UP and not space.is_static else ""


def _taps(space: Space, name: str, verbs: Collection[str]) -> list[Block]:
    """Return the repair for the stage, the log, and the rest in a menu."""
    first = _offered(_first(space), space, name, verbs)
    rest = [tap for tap in _offered(_MORE, space, name, verbs) if tap not in first]
    options = [tap for tap in rest if len(tap[1]) <= OPTION_VALUE_LENGTH][:OVERFLOW_OPTIONS]
    helps = bool(words.repair(space.stage, space.error))
    elements = [
        button(label, command, style="primary" if helps and n == 0 else None)
        for n, (label, command) in enumerate(first)
    ]
    elements += [menu(options)] if options else []
    return [actions(*elements)] if elements else []


def _first(space: Space) -> Sequence[Tap]:
    if collisions.is_collision(space.error):
        return _NAMES
    verb = words.repair(space.stage)
    repair = ((verb.capitalize(), f"{verb} {{}}"),) if verb else ()
    if space.stage in _READ_FIRST:
        return (("Build log", "logs {} build"), *repair)
    return (*repair, ("Logs", "logs {}"))


def _offered(taps: Sequence[Tap], space: Space, name: str, verbs: Collection[str]) -> list[Tap]:
    """Fill the name in, and leave out what this person may not do, and what cannot help."""
    useless = set(_POWERS) if space.is_static or space.condition is Condition.LEAVING else set()
    useless |= {"pause"} if space.condition is Condition.PAUSED else set()
    offered = [(label, command) for label, command in taps if is_known(command, verbs)]
    return [(lab, com.format(name)) for lab, com in offered if com.split()[0] not in useless]
