"""`undo`: what an operation changed is put back, as far as that is possible."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from bot.alerts import mutes
from bot.alerts.actions import UndoMute
from bot.command import Context, Freshness, check_permission, command
from bot.commands._planning import begin_or_propose
from bot.errors import UsageError
from bot.hub_facts import Flavor
from bot.model import Role
from bot.operations import (
    Operation,
    OperationQuery,
    OperationState,
    SkipReason,
    Verb,
    busy,
    changed_steps,
    changes_variables,
    plan_undo,
)
from bot.operations.undo import VariablesBySpace
from bot.parsing import parse_operation_number
from bot.parsing.numbers import split_including_changed
from bot.queries import PricesQuery, VariablesQuery
from bot.render import undo as render
from bot.results import Answer, Fetch

_WHICH = (
    "Which operation? The number is on its card: `undo 12`. Secrets can't be put back, because I "
    "keep no values."
)


@command("undo <number>", role=Role.OPERATOR, freshness=Freshness.FRESH, does="undo operations")
def undo(context: Context) -> Answer:
    """Put back what an operation changed, by the number on its card. It asks first.

    It restores hardware, sleep times, variables and, without a question, mutes; and it wakes what
    a pause stopped. Restarts, rebuilds and secrets can't be undone. You need the role of the
    operation's command.
    What was changed again since then is left alone, unless you add `including changed`.
    """
    words, is_including = split_including_changed(context.words)
    number = parse_operation_number(words)
    if number is None:
        raise UsageError(_WHICH)
    return Fetch(
        OperationQuery(number), partial(_undo, context, number, include_changed=is_including)
    )


def _undo(
    context: Context,
    number: int,
    found: tuple[Operation, OperationState] | None,
    *,
    include_changed: bool,
) -> Answer:
    """Return the undo to confirm, as a query of what the Spaces have now.

    Raises:
        UsageError: The operation can't be undone, or not now.
        PermissionDenied: The person may not run its command.
    """
    if found is not None:
        check_permission(context.commands[found[0].verb.command], context.permission)
    if (reason := render.refusal(number, found)) or found is None:
        raise UsageError(reason)
    undone = found[0]
    if undone.verb is Verb.MUTE:
        before = {step.space: mutes.from_args(step.space, step.before) for step in undone.steps}
        return UndoMute(number, before)
    context = _with_template(context)
    spaces = tuple(s.space for s in changed_steps(undone) if s.space in context.fleet)
    if not spaces:
        raise UsageError(render.nothing_changed(number))
    plan = partial(_plan, context, undone, include_changed=include_changed)
    return Fetch(VariablesQuery(spaces), plan) if changes_variables(undone) else plan({})


def _plan(
    context: Context, undone: Operation, values: VariablesBySpace, *, include_changed: bool
) -> Answer:
    """Return the undo to confirm, or what changed since where that is all."""
    ask, is_busy = context.ask, busy(context.running, context.now)
    planned = plan_undo(
        undone,
        context.fleet,
        is_busy,
        ask.user,
        context.now,
        values=values,
        include_changed=include_changed,
    )
    if planned.is_finished and planned.skipped_for(SkipReason.CHANGED_SINCE):
        return render.changed_since(planned, undone, context.names)
    placed = replace(planned, channel=ask.channel, thread=ask.thread)
    return Fetch(PricesQuery(), partial(_propose, context, placed, undone))


def _with_template(context: Context) -> Context:
    """Return *context* with the template in the fleet, which only its name selects otherwise."""
    template = context.template_space
    return replace(context, fleet={**context.fleet, template.id: template}) if template else context


def _propose(
    context: Context, undo: Operation, undone: Operation, flavors: Sequence[Flavor]
) -> Answer:
    prices = {flavor.name: flavor.dollars_per_hour for flavor in flavors}
    return begin_or_propose(
        context,
        undo,
        lambda operation: render.warning(operation, undone, context.fleet, context.names, prices),
        lambda operation: render.dollars_per_hour(operation, context.fleet, prices),
    )
