"""What Spaces run on, what that costs, and moving them to something else."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.command import Answer, Context, Look, Looks, Proposal, command
from bot.errors import Misunderstood
from bot.model import Flavour, Role
from bot.operations import Progress, Verb
from bot.parsing import Guess, echo
from bot.parsing.guesses import closest, offer
from bot.questions import Prices
from bot.render import hardware as render
from bot.render import operations


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
    try:
        ids = replace(context, words=tuple(targets)).targets(acting=True)
    except Guess as guess:
        raise Misunderstood(str(guess), guess.command("hardware", [flavour.name])) from guess
    operation = context.plan(Verb.HARDWARE, ids, {"flavour": flavour.name})
    if joined := context.joined(operation):
        return operations.joined(joined, context.now)
    if operation.finished:
        return operations.needless(operation, context.names)
    waiting = [context.fleet[step.space] for step in operation.having(Progress.WAITING)]
    why = render.doubt(waiting, flavour, context.names)
    return Proposal(operation, why) if why else operation


def _complain(context: Context, targets: Sequence[str], last: str, flavours: Sequence[str]) -> None:
    """Raise Misunderstood if all but the *last* word name Spaces: it was meant for hardware."""
    try:
        replace(context, words=tuple(targets)).targets(acting=True)
    except Misunderstood:
        return
    near = closest(last, flavours)
    meant = f"Did you mean `{near}`?" if near else f"There is `{'`, `'.join(flavours)}`."
    raise Misunderstood(
        f"The Hub has no hardware {echo(last)}, so nothing was done. {meant}",
        offer(["hardware", *targets, near]) if near else None,
    )
