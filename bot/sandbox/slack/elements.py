"""The rules of Block Kit's texts, options and interactive elements."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.sandbox.slack.shapes import (
    Rule,
    all_of,
    any_key,
    anything,
    boolean,
    by_type,
    items,
    json_object,
    number,
    one_of,
    string,
)

NAME = string(255)
URL = string(3000)


def plain(maximum: int) -> Rule:
    """Return the rule of a plain_text object."""
    return by_type({"plain_text": json_object({"text": string(maximum)}, {"emoji": boolean})})


def mrkdwn(maximum: int) -> Rule:
    """Return the rule of a mrkdwn object."""
    return by_type({"mrkdwn": json_object({"text": string(maximum)}, {"verbatim": boolean})})


def any_text(maximum: int) -> Rule:
    """Return the rule of a text object of either kind."""
    return by_type(
        {
            "plain_text": json_object({"text": string(maximum)}, {"emoji": boolean}),
            "mrkdwn": json_object({"text": string(maximum)}, {"verbatim": boolean}),
        }
    )


def option(text: Rule) -> Rule:
    """Return the rule of an option with this kind of text."""
    return json_object(
        {"text": text, "value": string(150)}, {"description": any_text(75), "url": URL}
    )


OPTION = option(plain(75))
RICH_OPTION = option(any_text(75))
GROUP = json_object({"label": plain(75), "options": items(OPTION, 100)})
CONFIRM = json_object(
    {"title": plain(100), "text": any_text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
IMAGE = json_object(
    {"alt_text": string(2000)}, {"image_url": URL, "slack_file": anything, "block_id": NAME}
)


def control(required: dict[str, Rule] | None = None, /, **optional: Rule) -> Rule:
    """Return the rule of an interactive element: the shared keys and its own."""
    shared = {"action_id": NAME, "confirm": CONFIRM, "focus_on_load": boolean}
    return json_object(required or {}, {**shared, **optional})


def _picker(**own: Rule) -> Rule:
    return control(None, placeholder=plain(150), **own)


def _select(**own: Rule) -> Rule:
    keys = {"options": items(OPTION, 100), "option_groups": items(GROUP, 100)}
    return all_of(_picker(**keys, **own), any_key("options", "option_groups"))


def _text_input(required: dict[str, Rule] | None = None, /, **own: Rule) -> Rule:
    return control(
        required,
        placeholder=plain(150),
        initial_value=string(3000, 0),
        dispatch_action_config=anything,
        **own,
    )


BUTTON = control(
    {"text": plain(75)},
    value=string(2000),
    url=URL,
    style=one_of("primary", "danger"),
    accessibility_label=string(75),
)
_MAX_SELECTED = number(1, 100)
_SELECTS: dict[str, Rule] = {
    "static_select": _select(initial_option=OPTION),
    "multi_static_select": _select(
        initial_options=items(OPTION, 100), max_selected_items=_MAX_SELECTED
    ),
    "users_select": _picker(initial_user=anything),
    "multi_users_select": _picker(initial_users=anything, max_selected_items=_MAX_SELECTED),
    "channels_select": _picker(initial_channel=anything, response_url_enabled=boolean),
    "conversations_select": _picker(
        initial_conversation=anything,
        default_to_current_conversation=boolean,
        response_url_enabled=boolean,
        filter=anything,
    ),
    "external_select": _picker(initial_option=OPTION, min_query_length=number(0, 100)),
}
_PICKERS: dict[str, Rule] = {
    "datepicker": _picker(initial_date=string(10)),
    "timepicker": _picker(initial_time=string(5), timezone=string(100)),
    "datetimepicker": control(initial_date_time=number(0, 1e10)),
}
_CHOICES: dict[str, Rule] = {
    "radio_buttons": control({"options": items(RICH_OPTION, 10)}, initial_option=RICH_OPTION),
    "checkboxes": control(
        {"options": items(RICH_OPTION, 10)}, initial_options=items(RICH_OPTION, 10)
    ),
}
ACTIONS: dict[str, Rule] = {
    "button": BUTTON,
    "overflow": control({"options": items(OPTION, 5)}),
    **_SELECTS,
    **_PICKERS,
    **_CHOICES,
}
ACCESSORIES: dict[str, Rule] = {**ACTIONS, "image": IMAGE}
INPUTS: dict[str, Rule] = {
    **_SELECTS,
    **_PICKERS,
    **_CHOICES,
    "plain_text_input": _text_input(
        multiline=boolean, min_length=number(0, 3000), max_length=number(1, 3000)
    ),
    "number_input": _text_input(
        {"is_decimal_allowed": boolean}, min_value=anything, max_value=anything
    ),
    "email_text_input": _text_input(),
    "url_text_input": _text_input(),
    "file_input": control(filetypes=anything, max_files=number(1, 10)),
}


def action_labels(element: Any) -> tuple[str, ...]:
    """Return all labels that a person can tap on this element."""
    labels = [element.get("text", {}).get("text", "")] if element.get("type") == "button" else []
    return (*labels, *(o["text"]["text"] for o in menu_options(element)))


def menu_options(element: Any) -> list[dict[str, Any]]:
    """Return the options of a menu, including those in groups."""
    grouped = [o for g in element.get("option_groups", ()) for o in g["options"]]
    return [*element.get("options", ()), *grouped]


def interactive_elements(
    blocks: Iterable[Mapping[str, Any]],
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield all interactive elements, each with the id of its block."""
    for block in blocks:
        single = [block[key] for key in ("accessory", "element") if key in block]
        many = block["elements"] if block["type"] == "actions" else []
        for element in (*many, *single):
            if "action_id" in element:
                yield block["block_id"], element
