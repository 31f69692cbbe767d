"""What a person has filled in on a view, as `state.values` tells it."""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.slack import portraits
from bot.sandbox.slack.elements import interactive, options
from bot.sandbox.slack.nouns import Json, View
from bot.sandbox.slack.workspace import Workspace

_TEXT = ("value", "initial_value", None)
KEYS: dict[str, tuple[str, str, Any]] = {
    "plain_text_input": _TEXT,
    "number_input": _TEXT,
    "email_text_input": _TEXT,
    "url_text_input": _TEXT,
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
REQUIRED = "Please complete this required field."


def state(workspace: Workspace, view: View, given: Mapping[str, Any]) -> Json:
    """Every field of the view, with what was given or else what it began with."""
    values: Json = {}
    for block_id, element in interactive(view.blocks):
        if element["type"] not in KEYS:
            continue
        key, initial, empty = KEYS[element["type"]]
        said = given.get(block_id, {}).get(element["action_id"], {})
        value = said.get(key, said.get("value", element.get(initial, empty)))
        if key == "files":
            value = [_file(workspace, f) for f in value]
        kept = {"type": element["type"], key: value or empty}
        values.setdefault(block_id, {})[element["action_id"]] = kept
    return values


def complaints(view: View, values: Json) -> dict[str, str]:
    """What Slack itself says under the fields before the app hears of anything."""
    found = {}
    for block in view.blocks:
        if block["type"] == "input":
            element = block["element"]
            key, _, _ = KEYS[element["type"]]
            value = values[block["block_id"]][element["action_id"]][key]
            problem = _problem(block, element, value)
            if problem:
                found[block["block_id"]] = problem
    return found


def _problem(block: Mapping[str, Any], element: Mapping[str, Any], value: Any) -> str:
    if not value:
        return "" if block.get("optional") else REQUIRED
    if isinstance(value, str):
        if len(value) < element.get("min_length", 0):
            return f"Must be at least {element['min_length']} characters."
        if len(value) > element.get("max_length", 3000):
            return f"Must be at most {element.get('max_length', 3000)} characters."
    if element["type"] == "file_input" and len(value) > element.get("max_files", 10):
        return f"Must be at most {element.get('max_files', 10)} files."
    return ""


def filled(view: View, answers: Mapping[str, Any]) -> Json:
    """Answers by block id, as a test likes to write them, in the shape of `state.values`.

    A menu is answered with the value of an option, a file field with file ids.
    """
    given: Json = {}
    for block_id, element in interactive(view.blocks):
        if block_id in answers and element["type"] in KEYS:
            key = KEYS[element["type"]][0]
            given[block_id] = {
                element["action_id"]: {key: _chosen(element, key, answers[block_id])}
            }
    return given


def _chosen(element: Mapping[str, Any], key: str, answer: Any) -> Any:
    if key == "selected_option":
        return next(o for o in options(element) if o["value"] == answer)
    if key == "selected_options":
        return [o for o in options(element) if o["value"] in answer]
    return answer


def _file(workspace: Workspace, given: Any) -> Json:
    id = given["id"] if isinstance(given, Mapping) else str(given)
    return portraits.file(workspace, workspace.shelf.get(id))
