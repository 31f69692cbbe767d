"""`hardware`: the hardware of Spaces, its prices, and changing it."""

from collections.abc import Mapping, Sequence
from functools import partial

from bot.command import Context, Freshness, command
from bot.commands._planning import plan_operation
from bot.errors import UsageError
from bot.hub_facts import Flavor
from bot.model import Role
from bot.operations import Operation, StepState, Verb, needs_confirmation
from bot.parsing import quote
from bot.parsing.suggestions import button_command, closest_match
from bot.queries import PricesQuery
from bot.render import hardware as render
from bot.results import Answer, Fetch


@command(
    "hardware <targets> [flavor]",
    role=Role.ADMIN,
    freshness=Freshness.FRESH,
    example="hardware all",
    does="see or change hardware",
    takes_time=True,
)
def hardware(context: Context) -> Answer:
    """What Spaces run on, and each hardware's price per hour; name one to move them there.

    It asks before it starts paid hardware, and says the price.
    """
    if not context.words:
        raise UsageError(
            f"Which Spaces? For example `{context.slash} hardware all`.",
            "hardware all",
        )
    return Fetch(
        PricesQuery(), lambda found: _show_or_move(context, {f.name.casefold(): f for f in found})
    )


def _show_or_move(context: Context, flavors: Mapping[str, Flavor]) -> Answer:
    *targets, last = context.words
    if last.casefold() in flavors:
        return _move(context, targets, flavors[last.casefold()])
    try:
        ids = context.targets(acting=False)
    except UsageError:
        _reject_unknown_hardware(context, targets, last, list(flavors))
        raise
    spaces = [context.fleet[id] for id in ids]
    return render.table(list(flavors.values()), spaces, context.names)


def _move(context: Context, targets: Sequence[str], flavor: Flavor) -> Answer:
    """Return an operation that moves Spaces to *flavor*, with a confirmation if needed."""
    ids = context.resolve_for_action(targets, "hardware", [flavor.name])
    args = {"flavor": flavor.name}
    return plan_operation(
        context,
        Verb.HARDWARE,
        ids,
        args,
        confirm_if=partial(_confirmation_warning, context, flavor),
        cost=lambda operation: flavor.dollars_per_hour * len(operation.in_state(StepState.WAITING)),
    )


def _confirmation_warning(context: Context, flavor: Flavor, operation: Operation) -> Sequence[str]:
    waiting = [context.fleet[step.space] for step in operation.in_state(StepState.WAITING)]
    if not needs_confirmation(flavor, waiting):
        return ()
    return render.confirmation_warning(waiting, flavor, context.names)


def _reject_unknown_hardware(
    context: Context, targets: Sequence[str], last: str, flavors: Sequence[str]
) -> None:
    """Refuse *last* as unknown hardware if all words before it select Spaces.

    Raises:
        UsageError: *last* was meant as hardware; the error offers the most similar one.

    """
    try:
        context.resolve_for_action(targets, "hardware")
    except UsageError:
        return
    suggestion = closest_match(last, flavors)
    hint = (
        f"Did you mean `{suggestion}`?" if suggestion else f"Choose from `{'`, `'.join(flavors)}`."
    )
    raise UsageError(
        f"There's no hardware called {quote(last)}. {hint}",
        button_command(["hardware", *targets, suggestion]) if suggestion else None,
    )
