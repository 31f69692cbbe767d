"""Making Spaces: what exists is never made twice, and what was made without an answer is found.

Secrets are read from the settings at the time of the call. They go to the Hub, and nowhere else.
"""

from collections.abc import Mapping
from dataclasses import replace

from bot import operations as core
from bot.errors import Conflict, HubUnavailable, NotFound
from bot.model import Space
from bot.operations import Step
from bot.parsing.names import short
from bot.service.parts import Parts


def provision(parts: Parts, step: Step, template: str) -> Step:
    """Copy *template* with secrets and variables; where there is a Space, add what it lacks."""
    if step.was:
        return _repaired(parts, step)
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
    there = {*parts.hub.variables(step.space), *parts.hub.secrets(step.space)}
    variables, secrets = _variables(parts, step.space), parts.settings.secrets
    added = [key for key in (*variables, *sorted(secrets)) if key not in there]
    for key in added:
        if key in variables:
            parts.hub.set_variable(step.space, key, variables[key])
        else:
            parts.hub.set_secret(step.space, key, secrets[key].get_secret_value())
    return core.repaired(step, added)


def _variables(parts: Parts, id: str) -> Mapping[str, str]:
    team = short(parts.settings.prefix, id)
    return {key: value.replace("{team}", team) for key, value in parts.settings.variables.items()}
