"""Making Spaces: what exists is never made twice, and what was made without an answer is found.

Secrets are read from the settings at the time of the call. They go to the Hub, and nowhere else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot import collisions
from bot import operations as core
from bot.errors import Conflict, HubError, HubUnavailable, NotFound
from bot.model import Space
from bot.operations import Step
from bot.parsing.names import short
from bot.service.parts import Parts


def provision(parts: Parts, step: Step, template: str) -> Step:
    """Copy *template* with secrets and variables; where there is a Space, add what it lacks."""
    if step.was:
        return _repaired(parts, step)
    _check_template(parts, template)
    try:
        parts.hub.duplicate(
            template,
            step.space,
            private=True,
            secrets={key: s.get_secret_value() for key, s in parts.settings.secrets.items()},
            variables=_variables(parts, step.space),
        )
    except Conflict as conflict:
        return _repaired(parts, _met(parts, step, conflict))
    return core.accepted(step, "")


def _check_template(parts: Parts, template: str) -> None:
    """Raise HubError if a variable that is copied along has the name of a secret of ours.

    The question before it has said so, but the template may have changed since.
    """
    secrets = parts.settings.secrets
    if not secrets:
        return
    if both := collisions.shared(parts.hub.variables(template), secrets):
        raise HubError(f"{collisions.both(both)} The template has it, so no copy was made.")


def create(parts: Parts, step: Step, sdk: str, *, private: bool) -> Step:
    """Make an empty Space. One that was there before our first try is somebody else's."""
    try:
        parts.hub.create(step.space, sdk=sdk, private=private)
    except Conflict as conflict:
        if _met(parts, step, conflict).was:
            raise
    return core.accepted(step, "")


def _met(parts: Parts, step: Step, conflict: Conflict) -> Step:
    """Return *step* with the stage of a Space that was there before us.

    The same refusal also stands for "busy with another creation": what is not there after it
    is made later.
    """
    space = _seen(parts, step.space)
    if space is None:
        raise HubUnavailable(str(conflict), conflict.request_id) from conflict
    return replace(step, was=space.stage) if step.tries == 1 else step


def _seen(parts: Parts, id: str) -> Space | None:
    try:
        return parts.hub.runtime(id)
    except NotFound:
        return None


def _repaired(parts: Parts, step: Step) -> Step:
    """Set what is missing and touch nothing else: a value that is there may be the team's own."""
    public, private = set(parts.hub.variables(step.space)), set(parts.hub.secrets(step.space))
    variables, secrets = _variables(parts, step.space), parts.settings.secrets
    added = [key for key in (*variables, *sorted(secrets)) if key not in public | private]
    for key in added:
        if key in variables:
            parts.hub.set_variable(step.space, key, variables[key])
        else:
            parts.hub.set_secret(step.space, key, secrets[key].get_secret_value())
    left = {*collisions.shared(public, secrets), *collisions.shared(variables, private)}
    if left:
        raise Conflict(_left(sorted(left), added))
    return core.repaired(step, added)


def _left(keys: Sequence[str], added: Sequence[str]) -> str:
    """Say which names the other kind has there, and what was set all the same."""
    done = f"Added {', '.join(added)}, which restarts the app" if added else "Nothing was set"
    return f"{collisions.both(keys)} The other kind is there already. {done}."


def _variables(parts: Parts, id: str) -> Mapping[str, str]:
    team = short(parts.settings.prefix, id)
    return {key: value.replace("{team}", team) for key, value in parts.settings.variables.items()}
