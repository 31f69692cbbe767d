"""`hours`: class hours typed in one line, in a form, or from a calendar file."""

from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from bot.alerts.actions import RemoveClassHours, SetClassHours
from bot.class_hours import WeeklyRule
from bot.errors import UsageError
from bot.model import Source
from bot.queries import SharedFileQuery
from bot.results import Fetch, Form
from bot.schedules.actions import ClassHoursQuery
from tests.unit.commands.samples import COMMANDS, context_of, rejection, run

CALENDAR = Path(__file__).parent.parent / "class_hours/calendars/google.ics"
RULE = WeeklyRule((0, 2), time(9, 45), time(12))


def submit(text: str, **values: object) -> object:
    return run(text, source=Source.MODAL, **values)


def test_typed_hours_are_set_for_the_targets_in_the_class_zone() -> None:
    answer = run("hours team-a team-b mon,wed 9:45-12:00", zone="Europe/Berlin")
    assert isinstance(answer, SetClassHours)
    assert answer.spaces == ("acme/team-a", "acme/team-b")
    assert answer.hours.targets == ("team-a", "team-b")
    assert answer.hours.weekly == (RULE,)
    assert (answer.hours.zone, answer.hours.made_by) == ("Europe/Berlin", "UTA")


def test_typed_hours_may_name_another_zone() -> None:
    answer = run("hours team-a mon,wed 9:45-12:00 in america/new_york", zone="Europe/Berlin")
    assert isinstance(answer, SetClassHours)
    assert (answer.hours.zone, answer.hours.weekly) == ("America/New_York", (RULE,))


def test_a_corrected_name_keeps_days_and_times() -> None:
    error = rejection("hours team-aa mon 9-10 wake")
    assert error.suggestion == "hours team-a mon 9-10 wake"


def test_alone_it_lists_and_off_ends() -> None:
    listing = run("hours")
    assert isinstance(listing, Fetch)
    assert listing.query == ClassHoursQuery()
    assert run("hours team-a off") == RemoveClassHours(("team-a",))


def test_targets_alone_open_the_form() -> None:
    answer = run("hours team-a")
    assert isinstance(answer, Form)
    assert answer.command == "hours team-a"


def test_a_form_takes_typed_times() -> None:
    answer = submit("hours team-a", form_values={"times": "mon, wed 9:45-12", "wake": "yes"})
    assert isinstance(answer, SetClassHours)
    assert answer.hours.weekly == (RULE,)
    assert answer.hours.wakes


def test_a_form_takes_the_calendar_of_the_term() -> None:
    now = datetime(2026, 9, 1, tzinfo=UTC)
    answer = submit("hours team-a", files=("F1",), now=now)
    assert isinstance(answer, Fetch)
    assert isinstance(answer.query, SharedFileQuery)
    assert answer.query.file == "F1"
    result = answer.then(("term.ics", CALENDAR.read_bytes()))
    assert isinstance(result, SetClassHours)
    assert result.hours.file_name == "term.ics"
    assert result.hours.listed[0].starts_at == datetime(2026, 9, 7, 7, 45, tzinfo=UTC)
    assert result.holidays == ("Winter break",)


def test_a_broken_calendar_is_refused_and_names_its_line() -> None:
    answer = submit("hours team-a", files=("F1",))
    assert isinstance(answer, Fetch)
    expected = r"line 2 of the calendar: .* Export it again\. The class hours stay as they are\."
    with pytest.raises(UsageError, match=expected):
        answer.then(("term.ics", b"BEGIN:VCALENDAR\nnot a line\nEND:VCALENDAR"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hours mon 9-10", "For which Spaces?"),
        ("hours nosuch mon 9-10", "nosuch"),
        ("hours team-a mon 9", "From when until when"),
    ],
)
def test_incomplete_hours_are_refused(text: str, message: str) -> None:
    assert message in str(rejection(text))


def test_a_form_without_file_and_times_says_what_is_missing() -> None:
    empty = context_of("hours team-a", command="hours", source=Source.MODAL).ask
    filled = context_of(
        "hours team-a", command="hours", source=Source.MODAL, form_values={"times": "mon 9-10"}
    ).ask
    assert COMMANDS["hours"].check(empty) == {
        "times": "Choose a calendar file, or type days and times."
    }
    assert COMMANDS["hours"].check(filled) == {}
