"""What there is to do, Space by Space, before anything is sent."""

from collections.abc import Iterable, Mapping

from bot.model import Fleet, Space
from bot.operations.outcomes import skipped
from bot.operations.steps import Operation, SkipReason, Step
from bot.operations.verbs import Args, Verb


def plan(
    verb: Verb,
    spaces: Iterable[str],
    fleet: Fleet,
    busy: Mapping[str, str],
    args: Args | None = None,
) -> list[Step]:
    """Return one step for each of *spaces*; what needs nothing is skipped from the start.

    *busy* says, by Space, what another operation is doing to it now.
    """
    return [_planned(verb, space, fleet.get(space), busy, args or {}) for space in spaces]


def busy(running: Iterable[Operation]) -> dict[str, str]:
    """Say, by Space, what is being done to it now."""
    return {
        step.space: f"busy: {operation.verb} is still running"
        for operation in running
        for step in operation.steps
        if not step.settled
    }


def joined(wanted: Operation, running: Iterable[Operation]) -> Operation | None:
    """Return the one of *running* that does all of what is *wanted* already.

    One that was stopped does no more of it.
    """
    for operation in running:
        same = (operation.verb, operation.args) == (wanted.verb, wanted.args)
        if same and not operation.stopped_at and set(wanted.spaces) <= set(operation.spaces):
            return operation
    return None


def _planned(verb: Verb, id: str, space: Space | None, busy: Mapping[str, str], args: Args) -> Step:
    step = Step(id, stage=space.stage if space else "")
    if id in busy:
        return skipped(step, busy[id], SkipReason.BUSY)
    why = verb.rule.needless(space, args) if space else ""
    return skipped(step, why) if why else step
