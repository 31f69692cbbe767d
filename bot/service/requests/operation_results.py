"""Applies the results of commands that start, answer or change operations."""

from dataclasses import replace
from functools import partial

from bot.audit import Outcome
from bot.command import Context, check_permission
from bot.loans import LoanChange
from bot.operations import Operation
from bot.results import (
    ConfirmationReply,
    Continue,
    OperationResult,
    Proposal,
    SecretOperation,
    Stop,
)
from bot.service.dependencies import Dependencies
from bot.service.operations import begin, loans, stop
from bot.service.requests import scheduling


def apply(
    deps: Dependencies,
    context: Context,
    result: OperationResult,
) -> Outcome:
    """Start, propose, confirm or change an operation; return the outcome of the request."""
    with_origin = partial(scheduling.with_origin, deps.store, context.ask)
    match result:
        case Operation():
            return begin.begin(deps, context.ask, with_origin(result))
        case SecretOperation():
            return begin.begin(deps, context.ask, result.operation, result.value)
        case Proposal():
            proposal = replace(result, operation=with_origin(result.operation))
            return scheduling.begin_or_propose(deps, context.ask, proposal)
        case ConfirmationReply():
            return _apply_confirmation(deps, context, result)
        case _:
            return _change(deps, context, result)


def _change(deps: Dependencies, context: Context, result: Stop | Continue | LoanChange) -> Outcome:
    match result:
        case Stop():
            return stop.stop(deps, context, result)
        case Continue():
            return stop.resume(deps, context, result)
        case LoanChange():
            return loans.change(deps, context.ask, result)


def _apply_confirmation(
    deps: Dependencies, context: Context, confirmation: ConfirmationReply
) -> Outcome:
    proposal = begin.get_proposal(deps.store, confirmation.operation, deps.now())
    # Check the person who clicked, who need not be the one who was asked.
    check_permission(deps.commands[proposal.verb.command], context.permission)
    if not confirmation.is_confirmed:
        return begin.cancel(deps, context.ask, proposal)
    return begin.confirm(deps, context.ask, proposal)
