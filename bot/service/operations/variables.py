"""Sets and deletes public variables, and remembers the value before."""

from collections.abc import Callable, Container, Mapping
from dataclasses import replace

from bot import operations as core
from bot.causes import collisions
from bot.errors import Conflict, HubError, HubUnavailable, OutcomeUnknown
from bot.operations import SkipReason, Step
from bot.operations.reasons import EXPECTED
from bot.redaction import has_secret
from bot.service.dependencies import Hub

_ABSENT = {"absent": "yes"}
# People store tokens in variables by mistake, and the bot stores none.
_NOT_KEPT = {"unknown": "yes"}


def remember(hub: Hub, step: Step, key: str) -> Step:
    """Return *step* with the arguments that put the present value of its variable back.

    They must be stored before the call that changes it, because afterwards nothing shows them.

    Raises:
        HubError: The Hub didn't answer.
    """
    values = hub.variables(step.space)
    if key not in values:
        return replace(step, before=_ABSENT)
    return replace(step, before=_NOT_KEPT if has_secret(values[key]) else {"value": values[key]})


def change(hub: Hub, step: Step, args: Mapping[str, str]) -> Step:
    """Set or delete the variable of a claimed *step*, or skip a needless call.

    Raises:
        HubError: The Hub rejected a call or didn't answer.
    """
    wanted = _ABSENT if "absent" in args else {"value": args["value"]}
    if not step.before:
        hub.variables(step.space)  # its error is the reason why nothing was remembered
        raise HubUnavailable(
            "Hugging Face didn't return the variables.",
            effect="Nothing was sent.",
            next_step="Try again.",
        )
    if step.before == wanted:
        return core.skip(step, SkipReason.NO_KEY if wanted is _ABSENT else SkipReason.SAME_VALUE)
    if _is_unexpected(step, args):
        return core.skip(step, SkipReason.CHANGED_SINCE)
    try:
        _send(hub, step.space, args["key"], wanted)
    except OutcomeUnknown:
        if not _shows(hub, step.space, args["key"], wanted):
            raise
    return core.mark_accepted(step, step.stage_before)


def _is_unexpected(step: Step, args: Mapping[str, str]) -> bool:
    """Return whether the variable is another than when its undo was confirmed."""
    names = (name for name in args if name.startswith(EXPECTED))
    expected = {name.removeprefix(EXPECTED): args[name] for name in names}
    return bool(expected) and step.before != expected


def _send(hub: Hub, space: str, key: str, wanted: Mapping[str, str]) -> None:
    if wanted is _ABSENT:
        hub.delete_variable(space, key)
    else:
        check_free(key, "secret", hub.secrets, space)
        hub.set_variable(space, key, wanted["value"])


def _shows(hub: Hub, space: str, key: str, wanted: Mapping[str, str]) -> bool:
    """Return whether the Hub shows the change, after its answer was lost."""
    try:
        return hub.variables(space).get(key) == wanted.get("value")
    except HubError:
        return False


def check_free(key: str, other: str, names: Callable[[str], Container[str]], space: str) -> None:
    """Raise Conflict if *key* exists as the *other* kind; HubError if that is unknown."""
    try:
        known = names(space)
    except HubError as error:
        raise HubError(
            f"I can't check for a {other} called {key}, so nothing was set. {error}",
            error.request_id,
        ) from error
    if key in known:
        raise Conflict(
            f"There's already a {other} {key}, so nothing was set. {collisions.both([key])} "
            f"Delete the {other} first, or choose another name."
        )
