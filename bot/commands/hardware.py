"""What Spaces run on, what that costs, and moving them to something else."""

from collections.abc import Mapping, Sequence
from functools import partial

from bot.command import Answer, Context, Look, Looks, command
from bot.commands.planning import planned
from bot.errors import Misunderstood
from bot.model import Flavour, Role
from bot.operations import Operation, Progress, Verb
from bot.parsing import echo
from bot.parsing.guesses import closest, offer
from bot.questions import Prices
from bot.render import hardware as render


@command(
    "hardware <targets> [flavour]", needs=Role.ADMIN, looks=Looks.FRESH, example="hardware all"
)
def hardware(context: Context) -> Answer:
    """What Spaces run on, and all hardware with its price per hour; name one to move them to it."""
    if not context.words:
        raise Misunderstood(
            f"The hardware of what? Nothing was done. Name Spaces: `{context.slash} hardware all`.",
            "hardware all",
        )
    return Look(Prices(), lambda found: _answer(context, {f.name.casefold(): f for f in found}))


def _answer(context: Context, flavours: Mapping[str, Flavour]) -> Answer:
    *targets, last = context.words
    if last.casefold() in flavours:
        return _move(context, targets, flavours[last.casefold()])
    try:
        ids = context.targets(acting=False)
    except Misunderstood:
        _complain(context, targets, last, list(flavours))
        raise
    spaces = [context.fleet[id] for id in ids]
    return render.table(list(flavours.values()), spaces, context.names)


def _move(context: Context, targets: Sequence[str], flavour: Flavour) -> Answer:
    """Move Spaces to *flavour*; what interrupts or costs is asked first."""
    ids = context.acting_on(targets, "hardware", [flavour.name])
    args = {"flavour": flavour.name}
    return planned(context, Verb.HARDWARE, ids, args, doubt=partial(_doubt, context, flavour))


def _doubt(context: Context, flavour: Flavour, operation: Operation) -> str:
    waiting = [context.fleet[step.space] for step in operation.having(Progress.WAITING)]
    return render.doubt(waiting, flavour, context.names)


def _complain(context: Context, targets: Sequence[str], last: str, flavours: Sequence[str]) -> None:
    """Raise Misunderstood if all but the *last* word name Spaces: it was meant for hardware."""
    try:
        context.acting_on(targets, "hardware")
    except Misunderstood:
        return
    near = closest(last, flavours)
    meant = f"Did you mean `{near}`?" if near else f"There is `{'`, `'.join(flavours)}`."
    raise Misunderstood(
        f"The Hub has no hardware {echo(last)}, so nothing was done. {meant}",
        offer(["hardware", *targets, near]) if near else None,
    )
