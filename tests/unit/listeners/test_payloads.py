"""Forms and message menus, from a signed payload to the handler, with the real Bolt."""

import json
import logging
from typing import Any

import pytest

from bot.listeners.intake import BUSY, WRONG_WORKSPACE
from bot.model import Ask, Source
from tests.unit.listeners.conftest import BoltHarness, Json, form_submission, text_state

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


def test_a_form_becomes_an_ask_with_its_values(harness: BoltHarness) -> None:
    response = harness.interact(form_submission())

    assert (response.status, response.body) == (200, "")
    assert harness.handler.asks == [
        Ask(
            "secret set team-a KEY",
            "U2",
            "C9",
            Source.MODAL,
            idempotency_key="form:V1",
            thread="5.5",
            trigger_id="13.9.c",
            form_values={"value": "swordfish"},
            files=("F1",),
        )
    ]


# (the field in Slack's payload, its value)
@pytest.mark.parametrize(
    ("state", "value"),
    [
        (text_state("two\nlines"), "two\nlines"),
        # left empty
        (text_state(None), ""),
        ({"a": {"type": "static_select", "selected_option": {"value": "acme/a"}}}, "acme/a"),
        ({"a": {"type": "static_select", "selected_option": None}}, ""),
        ({"a": {"type": "checkboxes", "selected_options": [{"value": "yes"}]}}, "yes"),
        ({"a": {"type": "checkboxes", "selected_options": []}}, ""),
    ],
)
def test_a_field_is_read(harness: BoltHarness, state: Json, value: str) -> None:
    harness.interact(form_submission({"field": state}))

    assert harness.handler.asks[0].form_values == {"field": value}


def test_files_chosen_in_a_form_follow_the_files_it_was_opened_with(harness: BoltHarness) -> None:
    harness.interact(
        form_submission(
            {"files": {"a": {"type": "file_input", "files": [{"id": "F7"}, {"id": "F8"}]}}}
        )
    )

    assert harness.handler.asks[0].files == ("F1", "F7", "F8")


def test_a_form_sent_twice_is_one_ask(harness: BoltHarness) -> None:
    """Delivered or submitted twice: the second content is ignored."""
    harness.interact(form_submission())
    harness.interact(form_submission({"value": text_state("another")}))

    assert [ask.form_values["value"] for ask in harness.handler.asks] == ["swordfish"]


def test_form_errors_are_shown_at_their_field_before_anything_is_stored(
    harness: BoltHarness,
) -> None:
    harness.handler.form_errors = {
        "value": "The value is missing.",
        "elsewhere": "A field that is not there.",
    }

    response = harness.interact(form_submission())

    assert json.loads(response.body) == {
        "response_action": "errors",
        "errors": {"value": "The value is missing."},
    }
    assert harness.handler.asks == []


def test_invalid_form_is_audited_without_its_values(harness: BoltHarness) -> None:
    harness.handler.form_errors = {
        "value": "Not that.",
        "other": "Nor that.",
        "elsewhere": "Not there.",
    }

    harness.interact(
        form_submission({"value": text_state("swordfish"), "other": text_state("swordfish")})
    )
    recorded_before = list(harness.handler.refusals)
    harness.reply_work.run()

    assert recorded_before == []
    ((ask, reason),) = harness.handler.refusals
    assert (ask.text, ask.trigger_id, reason) == (
        "secret set team-a KEY",
        "13.9.c",
        "Not that. Nor that.",
    )


def test_valid_form_is_not_audited_as_refused(harness: BoltHarness) -> None:
    harness.handler.form_errors = {"elsewhere": "A field that is not there."}

    harness.interact(form_submission())
    harness.reply_work.run()

    assert harness.handler.refusals == []


def test_corrected_form_is_accepted(harness: BoltHarness) -> None:
    harness.handler.form_errors = {"value": "The value is missing."}
    harness.interact(form_submission())
    harness.handler.form_errors = {}
    harness.interact(form_submission())

    assert len(harness.handler.asks) == 1


def test_form_rejected_as_busy_stays_open_with_its_values(harness: BoltHarness) -> None:
    harness.command(trigger_id="1")
    harness.command(trigger_id="2")

    errors = json.loads(harness.interact(form_submission()).body)["errors"]

    assert errors == {"value": BUSY}


def test_lost_form_is_reported_with_a_reference(harness: BoltHarness) -> None:
    harness.handler.receive_error = OSError("the database is gone")

    assert "reference: " in json.loads(harness.interact(form_submission()).body)["errors"]["value"]


def test_form_without_fields_is_closed_and_reported_to_the_person(harness: BoltHarness) -> None:
    harness.handler.receive_error = OSError("the database is gone")

    assert harness.interact(form_submission({})).body == ""
    harness.reply_work.run()
    assert harness.replier.replies[0][0] == ("C9", "U2", "5.5")


def test_form_of_another_workspace_is_rejected(harness: BoltHarness) -> None:
    body = harness.interact({**form_submission(), "team": {"id": "T2"}}).body

    assert json.loads(body)["errors"] == {"value": WRONG_WORKSPACE}
    assert harness.handler.asks == []


@pytest.mark.parametrize(
    "payload",
    [
        # a form of another app, an unknown menu
        form_submission(callback_id="another"),
        {**SHORTCUT, "callback_id": "another"},
    ],
)
def test_foreign_interaction_is_acknowledged_and_asks_nothing(
    harness: BoltHarness, payload: Json
) -> None:
    assert harness.interact(payload).status == 200
    assert harness.handler.asks == []


def test_shortcut_of_a_message_with_replies_is_answered_in_the_channel(
    harness: BoltHarness,
) -> None:
    harness.interact({**SHORTCUT, "message": {"ts": "7.1", "thread_ts": "7.1", "files": []}})

    assert harness.handler.asks[0].thread is None


def test_message_shortcut_passes_the_files_of_the_message(harness: BoltHarness) -> None:
    assert harness.interact(SHORTCUT).status == 200
    assert harness.handler.asks == [
        Ask(
            "upload",
            "U2",
            "C9",
            Source.SHORTCUT,
            idempotency_key="shortcut:17.9:U2",
            thread="5.5",
            trigger_id="13.7.s",
            response_url="https://hooks.slack.com/app/R3",
            files=("F1", "F2"),
        )
    ]


def test_mention_passes_its_files(harness: BoltHarness) -> None:
    event: dict[str, Any] = {"type": "app_mention", "user": "U1", "channel": "C1", "ts": "17.1"}
    harness.event({**event, "text": "upload team-a", "files": [{"id": "F1"}, {"name": "gone"}]})

    assert harness.handler.asks[0].files == ("F1",)


def test_no_form_value_is_logged_on_any_error(
    harness: BoltHarness, caplog: pytest.LogCaptureFixture
) -> None:
    broken = {"value": {"a": {"value": "swordfish"}, "b": {"value": "swordfish"}}}
    with caplog.at_level(logging.DEBUG):
        harness.interact(form_submission())
        harness.interact(form_submission(callback_id="another"))
        harness.interact(form_submission(broken))
        harness.interact(form_submission(private_metadata="no note"))
        harness.interact({**form_submission(), "type": "view_closed"})
        harness.handler.receive_error = OSError("the database is gone")
        harness.interact(form_submission(id="V2"))
        harness.handler.receive_error = None
        harness.handler.answer_error = ZeroDivisionError("unforeseen")
        harness.interact(form_submission(id="V3"))
        harness.work.run()
        harness.reply_work.run()

    assert "unforeseen" in caplog.text
    assert "swordfish" not in caplog.text
    assert "swordfish" not in repr(harness.handler.asks)
