"""Mutes have the number of an operation, by which `undo` takes them back."""

from collections.abc import Mapping

import pytest

from bot.alerts.incident import Mute
from bot.service import Bot
from bot.store import mutes
from tests.fakes import FakeClock, FakeHub, FakeSlack
from tests.requests import last_reply, send_command
from tests.unit.service.requests.test_audit import audit_table

A, B = "acme/team-a", "acme/team-b"


@pytest.fixture
def course(bot: Bot, hub: FakeHub) -> Bot:
    hub.set(team_a="RUNNING", team_b="RUNNING", team_c="RUNNING")
    bot.sweep()
    return bot


def active(bot: Bot) -> Mapping[str, Mute]:
    with bot.deps.store.transaction() as tx:
        return mutes.active(tx, bot.deps.now())


def channel_text(bot: Bot, slack: FakeSlack) -> str:
    bot.deliver()
    return str([posted.message.blocks for posted in slack.messages])


def test_the_reply_has_the_number(course: Bot, slack: FakeSlack) -> None:
    send_command(course, "mute team-a for 1h")
    send_command(course, "mute team-b for 2h")

    text = channel_text(course, slack)
    assert "`undo 1` for team-a · `undo 2` for team-b" in text, "both are in one announcement"


@pytest.mark.parametrize("end", ["undo 1", "unmute team-a", "mute team-a for 2h"])
def test_what_is_no_longer_muted_has_no_undo(
    course: Bot, slack: FakeSlack, clock: FakeClock, end: str
) -> None:
    send_command(course, "mute team-a for 1h")
    assert "`undo 1` takes this back." in channel_text(course, slack)
    clock.tick(minutes=2)  # later mutes have an announcement of their own
    send_command(course, end)

    assert "undo 1" not in channel_text(course, slack)


def test_undo_restores_what_was_muted_before_and_unmutes_the_rest(
    course: Bot, slack: FakeSlack
) -> None:
    send_command(course, "mute team-a for 5h because exam")
    before = active(course)
    send_command(course, "mute team-a team-b for 1h")
    assert active(course) != before

    send_command(course, "undo 2")

    assert active(course) == before
    text = channel_text(course, slack)
    assert "<@UTA> took back a mute: *team-b* alerts again." in text
    assert "*team-a* is muted as before." in text
    row = audit_table(course, slack)[0]
    assert (row["what"], row["outcome"]) == ("undo 2", "acted")


def test_undo_finds_a_mute_under_the_new_name_of_its_space(course: Bot, hub: FakeHub) -> None:
    send_command(course, "mute team-a for 5h because exam")
    send_command(course, "mute team-a team-b for 1h")
    hub.renames[A] = "acme/team-z"
    hub.put("acme/team-z", hub.spaces.pop(A).stage)
    course.sweep()
    send_command(course, "undo 2")
    assert {space: mute.reason for space, mute in active(course).items()} == {"acme/team-z": "exam"}
    send_command(course, "undo 1")

    assert active(course) == {}


def test_a_mute_that_ended_before_is_not_restored(course: Bot, clock: FakeClock) -> None:
    send_command(course, "mute team-a for 1h")
    send_command(course, "mute team-a for 3h")
    clock.tick(hours=2)
    send_command(course, "undo 2")

    assert active(course) == {}


def test_what_someone_changed_since_is_left_alone(course: Bot, slack: FakeSlack) -> None:
    send_command(course, "mute team-a team-b for 1h")
    send_command(course, "mute team-a for 5h", user="ULEAD")
    since = active(course)[A]
    send_command(course, "undo 1")

    assert active(course) == {A: since}
    assert "team-a was changed since then and stays so." in channel_text(course, slack)


@pytest.mark.parametrize("change", ["unmute team-a", "mute team-a for 5h"])
def test_a_mute_of_which_nothing_is_left_has_nothing_to_undo(
    course: Bot, slack: FakeSlack, change: str
) -> None:
    send_command(course, "mute team-a for 1h")
    send_command(course, change)
    now = active(course)
    send_command(course, "undo 1")

    assert active(course) == now
    assert last_reply(slack) == (
        "Nothing to undo: mute 1 has ended or was changed since. Use `unmute` to end a mute."
    )


def test_a_mute_needs_no_question_and_is_undone_once(course: Bot, slack: FakeSlack) -> None:
    send_command(course, "mute all for 1h")
    send_command(course, "undo 1")
    assert active(course) == {}
    send_command(course, "undo 1")

    assert last_reply(slack).startswith("Nothing to undo: mute 1")


@pytest.mark.parametrize("text", ["stop 1", "continue 1"])
def test_a_mute_is_no_work_that_could_be_stopped(course: Bot, slack: FakeSlack, text: str) -> None:
    send_command(course, "mute team-a for 1h")
    send_command(course, text)

    assert last_reply(slack).startswith("Operation 1 is already finished.")


def test_a_student_cannot_undo_it(course: Bot, slack: FakeSlack) -> None:
    send_command(course, "mute team-a for 1h")
    send_command(course, "undo 1", user="USTUDENT")

    assert "operators only" in last_reply(slack)
    assert set(active(course)) == {A}
