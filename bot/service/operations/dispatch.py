"""The one call to the Hub that each verb makes for a step."""

from collections.abc import Mapping

from bot import operations as core
from bot.errors import Unauthorized, for_listed_space
from bot.operations import VARIABLE_VERBS, Operation, Step, Verb
from bot.service.dependencies import Hub
from bot.service.operations import provisioning, secrets, variables
from bot.service.secret_values import SecretValues
from bot.settings import Settings


def call(
    hub: Hub, settings: Settings, values: SecretValues, operation: Operation, step: Step
) -> Step:
    """Return a claimed *step* after its call was accepted.

    Raises:
        HubError: The Hub rejected the call or didn't answer.
    """
    try:
        return _call(hub, settings, values, operation, step)
    except Unauthorized as error:
        raise (for_listed_space(error) if step.stage_before else error) from error


def has_to_remember(operation: Operation, step: Step) -> bool:
    """Return whether only the Hub knows what *step* would put back."""
    return not step.before and operation.verb in VARIABLE_VERBS


def remember(hub: Hub, operation: Operation, step: Step) -> Step:
    """Return *step* with what its Space has before the call, which only the Hub knows.

    Raises:
        HubError: The Hub didn't answer.
    """
    return variables.remember(hub, step, operation.args["key"])


def _call(
    hub: Hub, settings: Settings, values: SecretValues, operation: Operation, step: Step
) -> Step:
    args = operation.args_of(step)
    if step.wakes_copy:
        return core.mark_accepted(step, hub.restart(step.space))
    match operation.verb:
        case Verb.PROVISION:
            return provisioning.provision(hub, settings, step, args["template"])
        case Verb.CREATE:
            return provisioning.create(
                hub, step, args["sdk"], private=args["visibility"] == "private"
            )
        case Verb.SET_VARIABLE | Verb.DELETE_VARIABLE | Verb.SET_SECRET | Verb.DELETE_SECRET:
            return _change_key(hub, values, operation, step)
        case verb:
            return core.mark_accepted(
                step, _call_space(hub, verb, step.space, args) or step.stage_before
            )


def _change_key(hub: Hub, values: SecretValues, operation: Operation, step: Step) -> Step:
    args = operation.args_of(step)
    match operation.verb:
        case Verb.SET_SECRET:
            return secrets.set_value(hub, step, args["key"], values.get(operation.id))
        case Verb.DELETE_SECRET:
            return secrets.delete(hub, step, args["key"])
    return variables.change(hub, step, args)


def _call_space(hub: Hub, verb: Verb, id: str, args: Mapping[str, str]) -> str | None:
    """Call the Hub for an existing Space; return the stage in its response, if any."""
    match verb:
        case Verb.WAKE | Verb.RESTART:
            return hub.restart(id)
        case Verb.REBUILD:
            return hub.restart(id, factory=True)
        case Verb.PAUSE:
            return hub.pause(id)
        case Verb.HARDWARE:
            sleep = args.get("sleep")
            hub.set_hardware(id, args["flavor"], int(sleep) if sleep and sleep != "never" else None)
        case Verb.SLEEP:
            hub.set_sleep(id, None if args["seconds"] == "never" else int(args["seconds"]))
        case _:
            raise AssertionError(f"{verb} is not sent from here")
    return None
