"""views.*: modals and the Home tab."""

from bot.sandbox.slack import portraits
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.methods import Call, method
from bot.sandbox.slack.nouns import Json


@method("views.open")
def open_(call: Call) -> Json:
    body = _modal(call)
    person = call.workspace.tickets.redeem(_trigger(call))
    return {"view": portraits.view(call.workspace.modals.open(person, body))}


@method("views.push")
def push(call: Call) -> Json:
    body = _modal(call)
    person = call.workspace.tickets.redeem(_trigger(call))
    return {"view": portraits.view(call.workspace.modals.push(person, body))}


@method("views.update")
def update(call: Call) -> Json:
    modals = call.workspace.modals
    if call.text("view_id"):
        known = modals.find(call.text("view_id"))
    else:
        known = modals.find_external(call.need("external_id"))
    changed = modals.update(known, _modal(call), call.text("hash"))
    return {"view": portraits.view(changed)}


@method("views.publish")
def publish(call: Call) -> Json:
    person = call.workspace.rooms.person(call.need("user_id"))
    body = call.json("view")
    if not isinstance(body, dict) or body.get("type") != "home":
        raise SlackError("invalid_arguments", ["unsupported type [json-pointer:/view/type]"])
    home = call.workspace.modals.publish(person.id, body, call.text("hash"))
    return {"view": portraits.view(home)}


def _modal(call: Call) -> Json:
    body = call.json("view")
    if not isinstance(body, dict) or body.get("type") != "modal":
        raise SlackError("invalid_arguments", ["unsupported type [json-pointer:/view/type]"])
    return body


def _trigger(call: Call) -> str:
    return call.text("trigger_id") or call.need("interactivity_pointer")
