"""Forms and menus of messages: from a signed payload to the door, by the real Bolt."""

import json
import logging
from typing import Any

import pytest

from bot.listeners.intake import BUSY, STRANGER
from bot.model import Ask, Source
from tests.listeners.conftest import Json, Porch, sent, typed

SHORTCUT: Json = {
    "type": "message_action",
    "callback_id": "upload_files",
    "user": {"id": "U2", "team_id": "T1"},
    "team": {"id": "T1"},
    "channel": {"id": "C9"},
    "message": {"ts": "7.1", "thread_ts": "5.5", "files": [{"id": "F1"}, {"id": "F2"}]},
    "action_ts": "17.9",
    "trigger_id": "13.7.s",
    "response_url": "https://hooks.slack.com/app/R3",
}


def test_a_form_becomes_an_ask_with_its_values(porch: Porch) -> None:
    response = porch.done(sent())

    assert (response.status, response.body) == (200, "")
    assert porch.door.asks == [
        Ask(
            "secret set team-a KEY",
            "U2",
            "C9",
            Source.MODAL,
            key="form:V1",
            thread="5.5",
            trigger="13.9.c",
            values={"value": "swordfish"},
            files=("F1",),
        )
    ]


# (what Slack says of a field, its value)
@pytest.mark.parametrize(
    ("state", "value"),
    [
        (typed("two\nlines"), "two\nlines"),
        # left empty
        (typed(None), ""),
        ({"a": {"type": "static_select", "selected_option": {"value": "acme/a"}}}, "acme/a"),
        ({"a": {"type": "static_select", "selected_option": None}}, ""),
        ({"a": {"type": "checkboxes", "selected_options": [{"value": "yes"}]}}, "yes"),
        ({"a": {"type": "checkboxes", "selected_options": []}}, ""),
    ],
)
def test_a_field_is_read(porch: Porch, state: Json, value: str) -> None:
    porch.done(sent({"field": state}))

    assert porch.door.asks[0].values == {"field": value}


def test_files_chosen_in_a_form_follow_those_it_was_opened_with(porch: Porch) -> None:
    porch.done(
        sent({"files": {"a": {"type": "file_input", "files": [{"id": "F7"}, {"id": "F8"}]}}})
    )

    assert porch.door.asks[0].files == ("F1", "F7", "F8")


def test_a_form_sent_twice_is_one_ask(porch: Porch) -> None:
    """Delivered twice, or sent by two thumbs: what it says the second time is not looked at."""
    porch.done(sent())
    porch.done(sent({"value": typed("another")}))

    assert [ask.values["value"] for ask in porch.door.asks] == ["swordfish"]


def test_what_is_wrong_is_said_under_the_field_before_anything_is_written(porch: Porch) -> None:
    porch.door.wrong = {"value": "The value is missing.", "elsewhere": "A field that is not there."}

    response = porch.done(sent())

    assert json.loads(response.body) == {
        "response_action": "errors",
        "errors": {"value": "The value is missing."},
    }
    assert porch.door.asks == []


def test_a_form_that_is_wrong_is_kept_as_a_refusal_without_what_was_entered(porch: Porch) -> None:
    porch.door.wrong = {"value": "Not that.", "other": "Nor that.", "elsewhere": "Not there."}

    porch.done(sent({"value": typed("swordfish"), "other": typed("swordfish")}))
    kept_before_the_answer = list(porch.door.refused)
    porch.apologies.run()

    assert kept_before_the_answer == []
    ((ask, why),) = porch.door.refused
    assert (ask.text, ask.trigger, why) == (
        "secret set team-a KEY",
        "13.9.c",
        "Not that. Nor that.",
    )


def test_a_form_that_is_right_is_no_refusal(porch: Porch) -> None:
    porch.door.wrong = {"elsewhere": "A field that is not there."}

    porch.done(sent())
    porch.apologies.run()

    assert porch.door.refused == []


def test_a_form_that_is_mended_is_let_in(porch: Porch) -> None:
    porch.door.wrong = {"value": "The value is missing."}
    porch.done(sent())
    porch.door.wrong = {}
    porch.done(sent())

    assert len(porch.door.asks) == 1


def test_a_form_that_cannot_be_taken_stays_open_with_what_was_entered(porch: Porch) -> None:
    porch.command(trigger_id="1")
    porch.command(trigger_id="2")

    errors = json.loads(porch.done(sent()).body)["errors"]

    assert errors == {"value": BUSY}


def test_a_form_that_is_lost_says_so_with_a_reference(porch: Porch) -> None:
    porch.door.receiving = OSError("the database is gone")

    assert "reference: " in json.loads(porch.done(sent()).body)["errors"]["value"]


def test_a_form_without_fields_is_closed_and_the_person_told(porch: Porch) -> None:
    porch.door.receiving = OSError("the database is gone")

    assert porch.done(sent({})).body == ""
    porch.apologies.run()
    assert porch.voice.said[0][0] == ("C9", "U2", "5.5")


def test_a_form_of_another_workspace_is_turned_away(porch: Porch) -> None:
    body = porch.done({**sent(), "team": {"id": "T2"}}).body

    assert json.loads(body)["errors"] == {"value": STRANGER}
    assert porch.door.asks == []


@pytest.mark.parametrize(
    "payload",
    [
        # a form that is not ours, a menu that we do not know
        sent(callback_id="another"),
        {**SHORTCUT, "callback_id": "another"},
    ],
)
def test_what_is_not_ours_is_acknowledged_and_asks_nothing(porch: Porch, payload: Json) -> None:
    assert porch.done(payload).status == 200
    assert porch.door.asks == []


def test_the_menu_of_a_message_brings_its_files(porch: Porch) -> None:
    assert porch.done(SHORTCUT).status == 200
    assert porch.door.asks == [
        Ask(
            "upload",
            "U2",
            "C9",
            Source.SHORTCUT,
            key="shortcut:17.9:U2",
            thread="5.5",
            trigger="13.7.s",
            respond="https://hooks.slack.com/app/R3",
            files=("F1", "F2"),
        )
    ]


def test_a_message_to_us_brings_its_files(porch: Porch) -> None:
    event: dict[str, Any] = {"type": "app_mention", "user": "U1", "channel": "C1", "ts": "17.1"}
    porch.event({**event, "text": "upload team-a", "files": [{"id": "F1"}, {"name": "gone"}]})

    assert porch.door.asks[0].files == ("F1",)


def test_no_value_is_logged_whatever_goes_wrong(
    porch: Porch, caplog: pytest.LogCaptureFixture
) -> None:
    broken = {"value": {"a": {"value": "swordfish"}, "b": {"value": "swordfish"}}}
    with caplog.at_level(logging.DEBUG):
        porch.done(sent())
        porch.done(sent(callback_id="another"))
        porch.done(sent(broken))
        porch.done(sent(private_metadata="no note"))
        porch.done({**sent(), "type": "view_closed"})
        porch.door.receiving = OSError("the database is gone")
        porch.done(sent(id="V2"))
        porch.door.receiving = None
        porch.door.answering = ZeroDivisionError("unforeseen")
        porch.done(sent(id="V3"))
        porch.work.run()
        porch.apologies.run()

    assert "unforeseen" in caplog.text
    assert "swordfish" not in caplog.text
    assert "swordfish" not in repr(porch.door.asks)
