"""Sets and deletes the secret of one Space. Its value is in no error and no log."""

from bot import operations as core
from bot.errors import HubError, OutcomeUnknown
from bot.operations import SkipReason, Step
from bot.service.dependencies import Hub
from bot.service.operations.variables import check_free
from bot.service.secret_values import redact_value


def set_value(hub: Hub, step: Step, key: str, value: str | None) -> Step:
    """Return a claimed *step* after the Hub accepted the *value*; skipped if that is lost.

    Raises:
        HubError: The Hub rejected the call or didn't answer; without the value.
    """
    if value is None:
        return core.skip(step, SkipReason.VALUE_LOST)
    try:
        check_free(key, "variable", hub.variables, step.space)
        hub.set_secret(step.space, key, value)
    except HubError as error:
        raise _without_value(error, value) from None
    return core.mark_accepted(step, step.stage_before)


def _without_value(error: HubError, value: str) -> HubError:
    return error.replace(
        fact=redact_value(error.fact, value),
        effect=redact_value(error.effect, value),
        next_step=redact_value(error.next_step, value),
    )


def delete(hub: Hub, step: Step, key: str) -> Step:
    """Return a claimed *step* after the Hub accepted the deletion; skipped without the key.

    Raises:
        HubError: The Hub rejected the call or didn't answer.
    """
    if key not in hub.secrets(step.space):
        return core.skip(step, SkipReason.NO_KEY)
    try:
        hub.delete_secret(step.space, key)
    except OutcomeUnknown:
        if not _is_gone(hub, step.space, key):
            raise
    return core.mark_accepted(step, step.stage_before)


def _is_gone(hub: Hub, space: str, key: str) -> bool:
    """Return whether the Hub shows the deletion, after its answer was lost."""
    try:
        return key not in hub.secrets(space)
    except HubError:
        return False
