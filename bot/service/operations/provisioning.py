"""Creates Spaces: never twice, and a creation with an unknown outcome is found again.

Secrets are read from the settings at the time of the call and sent to the Hub only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot import operations as core
from bot.causes import collisions
from bot.errors import Conflict, HubError, HubUnavailable, NotFound, OutcomeUnknown
from bot.model import Space
from bot.operations import Step
from bot.parsing.names import short_name
from bot.service.dependencies import Hub
from bot.settings import Settings


def provision(hub: Hub, settings: Settings, step: Step, template: str) -> Step:
    """Create a Space from *template* with secrets and variables; repair an existing one.

    Raises:
        HubError: The Hub rejected a call or didn't answer.
    """
    if step.stage_before:
        return _repair(hub, settings, step)
    _check_template(hub, settings, template)
    try:
        hub.duplicate(
            template,
            step.space,
            private=True,
            secrets={key: s.get_secret_value() for key, s in settings.secrets.items()},
            variables=_variables_for(settings, step.space),
        )
    except Conflict as conflict:
        return _repair(hub, settings, _handle_conflict(hub, step, conflict))
    return core.mark_accepted(step, "")


def _check_template(hub: Hub, settings: Settings, template: str) -> None:
    """Raise HubError if a variable of the template has the name of a configured secret.

    The confirmation checked this too, but the template may have changed since.
    """
    secrets = settings.secrets
    if not secrets:
        return
    if shared := collisions.shared_keys(hub.variables(template), secrets):
        raise HubError(
            f"{collisions.both(shared)} The template has the variable, so nothing was created.",
            next_step="Remove one of the two.",
        )


def create(hub: Hub, step: Step, sdk: str, *, private: bool) -> Step:
    """Create an empty Space.

    Raises:
        Conflict: A Space existed before the first call.
    """
    try:
        hub.create(step.space, sdk=sdk, private=private)
    except Conflict as conflict:
        if _handle_conflict(hub, step, conflict).stage_before:
            raise
    return core.mark_accepted(step, "")


def _handle_conflict(hub: Hub, step: Step, conflict: Conflict) -> Step:
    """Return *step* with the stage of a Space that the bot can't have created.

    The Hub answers a concurrent creation with the same status. If there is no Space afterwards,
    the step is retried.

    Raises:
        HubUnavailable: There is no such Space.
    """
    space = _find_space(hub, step.space)
    if space is None:
        raise HubUnavailable(
            conflict.fact,
            conflict.request_id,
            effect=conflict.effect,
            next_step=conflict.next_step,
        ) from conflict
    return step if step.may_have_been_done else replace(step, stage_before=space.stage)


def _find_space(hub: Hub, id: str) -> Space | None:
    try:
        return hub.runtime(id)
    except NotFound:
        return None


def _repair(hub: Hub, settings: Settings, step: Step) -> Step:
    """Set missing secrets and variables, and return the updated step.

    Existing values stay, because they may be the team's own.

    Raises:
        Conflict: A name exists as the other kind.
    """
    public, private = set(hub.variables(step.space)), set(hub.secrets(step.space))
    variables, secrets = _variables_for(settings, step.space), settings.secrets
    missing = [key for key in (*variables, *sorted(secrets)) if key not in public | private]
    added: list[str] = []
    for key in missing:
        try:
            _set_key(hub, settings, step.space, key)
        except HubError as error:
            raise _with_added(error, added) from error
        added.append(key)
    conflicts = {
        *collisions.shared_keys(public, secrets),
        *collisions.shared_keys(variables, private),
    }
    if conflicts:
        raise Conflict(_describe_conflicts(sorted(conflicts), added))
    return core.mark_repaired(step, added)


def _set_key(hub: Hub, settings: Settings, id: str, key: str) -> None:
    """Set the configured variable or secret *key*."""
    variables = _variables_for(settings, id)
    if key in variables:
        hub.set_variable(id, key, variables[key])
    else:
        hub.set_secret(id, key, settings.secrets[key].get_secret_value())


def _with_added(error: HubError, added: Sequence[str]) -> HubError:
    """Return *error* with the effect that the keys *added* before it were set."""
    if not added:
        return error
    may_be_done = f" {error.effect}" if isinstance(error, OutcomeUnknown) else ""
    return error.replace(effect=f"{_describe_added(added)}.{may_be_done}")


def _describe_added(keys: Sequence[str]) -> str:
    return f"Added {', '.join(keys)}, which restarts the app"


def _describe_conflicts(keys: Sequence[str], added: Sequence[str]) -> str:
    """Return which names exist as the other kind, and what was set."""
    outcome = _describe_added(added) if added else "Nothing was set"
    return f"{collisions.both(keys)} The other kind already exists. {outcome}."


def _variables_for(settings: Settings, id: str) -> Mapping[str, str]:
    team = short_name(settings.prefix, id)
    return {key: value.replace("{team}", team) for key, value in settings.variables.items()}
