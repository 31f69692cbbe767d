"""The values and errors of a view's fields, in the shape of `state.values`."""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.slack import serializers
from bot.sandbox.slack.elements import interactive_elements, menu_options
from bot.sandbox.slack.model import Json, View
from bot.sandbox.slack.workspace import Workspace

_TEXT_KEYS = ("value", "initial_value", None)
VALUE_KEYS: dict[str, tuple[str, str, Any]] = {
    "plain_text_input": _TEXT_KEYS,
    "number_input": _TEXT_KEYS,
    "email_text_input": _TEXT_KEYS,
    "url_text_input": _TEXT_KEYS,
    "static_select": ("selected_option", "initial_option", None),
    "radio_buttons": ("selected_option", "initial_option", None),
    "external_select": ("selected_option", "initial_option", None),
    "multi_static_select": ("selected_options", "initial_options", []),
    "checkboxes": ("selected_options", "initial_options", []),
    "users_select": ("selected_user", "initial_user", None),
    "multi_users_select": ("selected_users", "initial_users", []),
    "channels_select": ("selected_channel", "initial_channel", None),
    "conversations_select": ("selected_conversation", "initial_conversation", None),
    "datepicker": ("selected_date", "initial_date", None),
    "timepicker": ("selected_time", "initial_time", None),
    "datetimepicker": ("selected_date_time", "initial_date_time", None),
    "file_input": ("files", "", []),
}
REQUIRED_MESSAGE = "Please complete this required field."


def view_state(workspace: Workspace, view: View, submitted: Mapping[str, Any]) -> Json:
    """Return the value of each field: the submitted one, else the initial one."""
    values: Json = {}
    for block_id, element in interactive_elements(view.blocks):
        if element["type"] not in VALUE_KEYS:
            continue
        key, initial, empty = VALUE_KEYS[element["type"]]
        field = submitted.get(block_id, {}).get(element["action_id"], {})
        value = field.get(key, field.get("value", element.get(initial, empty)))
        if key == "files":
            value = [_file_value(workspace, f) for f in value]
        stored = {"type": element["type"], key: value or empty}
        values.setdefault(block_id, {})[element["action_id"]] = stored
    return values


def field_errors(view: View, values: Json) -> dict[str, str]:
    """Return the errors that Slack shows below the fields without calling the app."""
    errors = {}
    for block in view.blocks:
        if block["type"] == "input":
            element = block["element"]
            key, _, _ = VALUE_KEYS[element["type"]]
            value = values[block["block_id"]][element["action_id"]][key]
            problem = _field_error(block, element, value)
            if problem:
                errors[block["block_id"]] = problem
    return errors


def _field_error(block: Mapping[str, Any], element: Mapping[str, Any], value: Any) -> str:
    if not value:
        return "" if block.get("optional") else REQUIRED_MESSAGE
    if isinstance(value, str):
        if len(value) < element.get("min_length", 0):
            return f"Must be at least {element['min_length']} characters."
        if len(value) > element.get("max_length", 3000):
            return f"Must be at most {element.get('max_length', 3000)} characters."
    if element["type"] == "file_input" and len(value) > element.get("max_files", 10):
        return f"Must be at most {element.get('max_files', 10)} files."
    return ""


def fill_form(view: View, answers: Mapping[str, Any]) -> Json:
    """Return *answers*, given by block id, in the shape of `state.values`.

    The answer to a menu is the value of an option, that to a file field a list of file ids.
    """
    values: Json = {}
    for block_id, element in interactive_elements(view.blocks):
        if block_id in answers and element["type"] in VALUE_KEYS:
            key = VALUE_KEYS[element["type"]][0]
            values[block_id] = {
                element["action_id"]: {key: _choose(element, key, answers[block_id])}
            }
    return values


def _choose(element: Mapping[str, Any], key: str, answer: Any) -> Any:
    if key == "selected_option":
        return next(o for o in menu_options(element) if o["value"] == answer)
    if key == "selected_options":
        return [o for o in menu_options(element) if o["value"] in answer]
    return answer


def _file_value(workspace: Workspace, submitted: Any) -> Json:
    id = submitted["id"] if isinstance(submitted, Mapping) else str(submitted)
    return serializers.file(workspace, workspace.files.get(id))
