"""Intake: slots, lost requests and what people get to know of them."""

import pytest

from bot.errors import DatabaseUnavailable, SlackUnavailable
from bot.listeners.intake import BUSY, NO_DATABASE, SLOW_DATABASE, WRONG_WORKSPACE
from tests.unit.listeners.conftest import BUTTON, BoltHarness
from tests.unit.listeners.samples import MENTION


# If a request can't be stored, the reply has a reference that is in the log as well.
def test_lost_command_is_reported_with_the_acknowledgment(
    harness: BoltHarness, caplog: pytest.LogCaptureFixture
) -> None:
    harness.handler.receive_error = OSError("the database is gone")

    body = harness.command("wake swordfish").body

    assert "nothing ran" in body
    assert _reference(body) in caplog.text
    assert "swordfish" not in caplog.text, "what was typed may be a secret"
    assert harness.work.work == []


def test_lost_click_is_reported_by_its_response_url(
    harness: BoltHarness, caplog: pytest.LogCaptureFixture
) -> None:
    harness.handler.receive_error = OSError("the database is gone")

    assert harness.click().status == 200
    harness.reply_work.run()

    [(target, text)] = harness.replier.replies
    assert target == "https://hooks.slack.com/actions/R2"
    assert _reference(text) in caplog.text


def test_lost_mention_is_reported_to_the_person_alone(harness: BoltHarness) -> None:
    harness.handler.receive_error = OSError("the database is gone")

    harness.event({**MENTION, "thread_ts": "5.5"})
    harness.reply_work.run()

    assert harness.replier.replies[0][0] == ("C1", "U1", "5.5")


def test_failed_answer_is_reported_with_a_reference(
    harness: BoltHarness, caplog: pytest.LogCaptureFixture
) -> None:
    harness.handler.answer_error = ZeroDivisionError("unforeseen")
    harness.command()
    harness.work.run()

    [(target, text)] = harness.replier.replies
    assert target == "https://hooks.slack.com/commands/R1"
    assert _reference(text) in caplog.text


def test_unreadable_payload_is_reported_with_a_reference(
    harness: BoltHarness, caplog: pytest.LogCaptureFixture
) -> None:
    assert harness.click({"type": "button", "action_id": "run:x"}).status == 200
    harness.reply_work.run()

    [(target, text)] = harness.replier.replies
    assert target == "https://hooks.slack.com/actions/R2"
    assert _reference(text) in caplog.text


def test_failure_that_cannot_be_reported_is_logged(
    harness: BoltHarness, caplog: pytest.LogCaptureFixture
) -> None:
    harness.handler.receive_error = OSError("the database is gone")
    harness.replier.error = SlackUnavailable("Slack cannot be reached.")

    harness.click()
    harness.reply_work.run()

    assert "could not send a reply to U2" in caplog.text


# A request stored too late is never answered.
def test_slow_database_is_reported_with_the_acknowledgment(harness: BoltHarness) -> None:
    harness.handler.may_receive.clear()

    assert SLOW_DATABASE in harness.command().body

    harness.handler.may_receive.set()
    assert harness.handler.withdrawn.get(timeout=10) == 1
    harness.work.run()
    assert harness.handler.log == ["received"]


def test_slow_database_is_reported_to_the_person_who_clicks(harness: BoltHarness) -> None:
    harness.handler.may_receive.clear()

    assert harness.click().status == 200
    harness.reply_work.run()

    harness.handler.may_receive.set()
    assert harness.replier.replies == [("https://hooks.slack.com/actions/R2", SLOW_DATABASE)]


def test_slot_is_released_after_a_slow_database(harness: BoltHarness) -> None:
    harness.handler.may_receive.clear()
    for trigger in "1", "2", "3":
        assert SLOW_DATABASE in harness.command(trigger_id=trigger).body
    harness.handler.may_receive.set()

    assert harness.command(trigger_id="4").body == ""


def test_without_a_free_slot_nothing_is_stored(harness: BoltHarness) -> None:
    harness.command(trigger_id="1")
    harness.command(trigger_id="2")

    assert BUSY in harness.command(trigger_id="3").body
    assert len(harness.handler.asks) == 2
    harness.click()
    harness.reply_work.run()
    assert harness.replier.replies == [("https://hooks.slack.com/actions/R2", BUSY)]


# The audit entry comes after the acknowledgment, because it takes time.
@pytest.mark.parametrize("why", [BUSY, WRONG_WORKSPACE])
def test_rejection_is_audited_after_it_is_reported(harness: BoltHarness, why: str) -> None:
    if why == BUSY:
        harness.command(trigger_id="1")
        harness.command(trigger_id="2")
    response = harness.command("pause all", trigger_id="3", team_id="T1" if why == BUSY else "T2")
    is_explained, recorded = why in response.body, list(harness.handler.refusals)
    harness.reply_work.run()

    assert (is_explained, recorded) == (True, [])
    assert [(ask.text, reason) for ask, reason in harness.handler.refusals] == [("pause all", why)]


def test_rejection_that_cannot_be_audited_is_still_reported(
    harness: BoltHarness, caplog: pytest.LogCaptureFixture
) -> None:
    harness.handler.refuse_error = OSError("the database is gone")

    assert WRONG_WORKSPACE in harness.command(team_id="T2").body
    harness.reply_work.run()
    assert "the audit entry for a refusal of U1 failed" in caplog.text


# The slot is released even if answering fails.
@pytest.mark.parametrize("answering", [None, ZeroDivisionError("unforeseen")])
def test_slot_is_released_after_the_answer(
    harness: BoltHarness, answering: Exception | None
) -> None:
    harness.handler.answer_error = answering
    for number in range(5):
        harness.command(trigger_id=str(number))
        harness.work.run()

    assert len(harness.handler.asks) == 5


@pytest.mark.parametrize("why", ["lost", "repeated"])
def test_slot_is_released_when_nothing_was_accepted(harness: BoltHarness, why: str) -> None:
    if why == "lost":
        harness.handler.receive_error = OSError("the database is gone")
    else:
        harness.handler.known_keys.add("command:13.7.a")
    for _ in range(5):
        harness.command()
    harness.handler.receive_error = None
    harness.command(trigger_id="new")

    assert [ask.idempotency_key for ask in harness.handler.asks] == ["command:new"]


def test_stopping_bot_reports_that_nothing_was_done(harness: BoltHarness) -> None:
    harness.work.stopped = True

    assert "Try again" in harness.command().body


# Only the bot's own workspace is served, because roles are unknown in others.
def test_another_workspace_is_rejected(harness: BoltHarness) -> None:
    assert WRONG_WORKSPACE in harness.command(team_id="T2").body
    harness.click(BUTTON, team={"id": "T2"})
    harness.event(MENTION, team_id="T2")
    harness.reply_work.run()

    assert harness.handler.asks == []
    assert [text for _, text in harness.replier.replies] == [WRONG_WORKSPACE, WRONG_WORKSPACE]


def _reference(text: str) -> str:
    return str(text).rsplit("reference: ", 1)[1][:8]


def test_missing_database_is_reported_without_a_traceback(
    harness: BoltHarness, caplog: pytest.LogCaptureFixture
) -> None:
    harness.handler.receive_error = DatabaseUnavailable()
    harness.handler.refuse_error = DatabaseUnavailable()

    assert NO_DATABASE in harness.command().body
    harness.click()
    harness.command(team_id="T2")
    harness.reply_work.run()

    assert harness.replier.replies == [("https://hooks.slack.com/actions/R2", NO_DATABASE)]
    assert "Traceback" not in caplog.text
    harness.handler.receive_error = None
    for number in range(2):
        assert NO_DATABASE not in harness.command(trigger_id=str(number)).body
    assert len(harness.handler.asks) == 2, "its seat is free again"


def test_database_lost_while_answering_is_reported(
    harness: BoltHarness, caplog: pytest.LogCaptureFixture
) -> None:
    harness.handler.answer_error = DatabaseUnavailable()

    harness.command()
    harness.work.run()

    [(_, text)] = harness.replier.replies
    assert text.startswith("My database isn't responding, so I don't know yet")
    assert "Traceback" not in caplog.text
