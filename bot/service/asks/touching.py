"""Which Spaces an ask is about: written down for the audit before anything is done to them."""

from collections.abc import Iterable, Sequence
from functools import partial

from bot.alerts.wishes import Acking, Muting, Unmuting, Unwatching, Watching
from bot.command import Context, Decision, Deed, Proposal, Result, Stop, Upload
from bot.operations import Operation
from bot.service.alerts import hearing
from bot.service.parts import Parts
from bot.store import audit


def note(parts: Parts, number: int, context: Context, result: Result) -> None:
    """Write down which Spaces *result* touches, as those of ask *number*."""
    if isinstance(result, Decision | Stop):
        them = result.number
        parts.store.together(lambda tx: audit.touch_those_of(tx, number, them))
    elif spaces := _spaces(context, result):
        parts.store.together(partial(audit.touch, id=number, spaces=spaces))


def _spaces(context: Context, result: Result) -> Iterable[str]:
    match result:
        case Operation() | Deed() | Muting() | Unmuting() | Acking():
            return result.spaces
        case Proposal():
            return result.operation.spaces
        case Upload():
            return (result.space,)
        case Watching():
            return _heard_of(context, result.watch.targets)
        case Unwatching():
            return _heard_of(context, result.targets or ())
    return ()


def _heard_of(context: Context, targets: Sequence[str]) -> Iterable[str]:
    meant = hearing.matching(targets, context.fleet, context.names)
    return context.fleet if meant is None else meant
