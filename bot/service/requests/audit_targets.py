"""Records which Spaces a request is about, before anything is done to them."""

from collections.abc import Iterable, Sequence
from functools import partial

from bot.alerts.actions import AcknowledgeIncidents, AddWatch, MuteSpaces, RemoveWatch, UnmuteSpaces
from bot.audit import OperationLink
from bot.command import BulkAction, ConfirmationReply, Context, Proposal, Result, Stop, Upload
from bot.operations import Operation
from bot.service.alerts import routing
from bot.store import Store, audit


def record_targets(store: Store, number: int, context: Context, result: Result) -> None:
    """Record the Spaces that *result* touches as the targets of request *number*."""
    if isinstance(result, ConfirmationReply | Stop):
        is_stop = isinstance(result, Stop)
        link = OperationLink.STOPPED if is_stop else OperationLink.ANSWERED
        store.batch(
            partial(audit.link_operation, id=number, operation_id=result.operation, link=link)
        )
    elif spaces := _affected_spaces(context, result):
        store.batch(partial(audit.record_targets, id=number, spaces=spaces))


def _affected_spaces(context: Context, result: Result) -> Iterable[str]:
    match result:
        case Operation() | BulkAction() | MuteSpaces() | UnmuteSpaces() | AcknowledgeIncidents():
            return result.spaces
        case Proposal():
            return result.operation.spaces
        case Upload():
            return (result.space,)
        case AddWatch():
            return _watched_spaces(context, result.watch.targets)
        case RemoveWatch():
            return _watched_spaces(context, result.targets or ())
    return ()


def _watched_spaces(context: Context, targets: Sequence[str]) -> Iterable[str]:
    watched = routing.resolve_watch(targets, context.fleet, context.names)
    return context.fleet if watched is None else watched
