"""views.*: modals and the Home tab."""

from bot.sandbox.slack import serializers
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.methods import ApiCall, api_method
from bot.sandbox.slack.model import Json


@api_method("views.open")
def open_(call: ApiCall) -> Json:
    """Open a modal."""
    body = _modal(call)
    person = call.workspace.ephemeral_ids.redeem_trigger(_redeem_trigger(call))
    return {"view": serializers.view(call.workspace.modals.open(person, body))}


@api_method("views.push")
def push(call: ApiCall) -> Json:
    """Open a modal above the current one."""
    body = _modal(call)
    person = call.workspace.ephemeral_ids.redeem_trigger(_redeem_trigger(call))
    return {"view": serializers.view(call.workspace.modals.push(person, body))}


@api_method("views.update")
def update(call: ApiCall) -> Json:
    """Replace an open modal."""
    modals = call.workspace.modals
    if call.text("view_id"):
        known = modals.find(call.text("view_id"))
    else:
        known = modals.find_external(call.require_arg("external_id"))
    changed = modals.update(known, _modal(call), call.text("hash"))
    return {"view": serializers.view(changed)}


@api_method("views.publish")
def publish(call: ApiCall) -> Json:
    """Set a person's Home tab."""
    person = call.workspace.directory.person(call.require_arg("user_id"))
    body = call.json("view")
    if not isinstance(body, dict) or body.get("type") != "home":
        raise SlackError("invalid_arguments", ["unsupported type [json-pointer:/view/type]"])
    home = call.workspace.modals.publish(person.id, body, call.text("hash"))
    return {"view": serializers.view(home)}


def _modal(call: ApiCall) -> Json:
    body = call.json("view")
    if not isinstance(body, dict) or body.get("type") != "modal":
        raise SlackError("invalid_arguments", ["unsupported type [json-pointer:/view/type]"])
    return body


def _redeem_trigger(call: ApiCall) -> str:
    return call.text("trigger_id") or call.require_arg("interactivity_pointer")
