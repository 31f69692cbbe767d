"""What people type becomes an expression that hron reads."""

from datetime import date

import pytest

from bot.errors import UsageError
from bot.parsing import tokenize
from bot.schedules.expression import is_repeating, to_expression
from bot.schedules.recurrence import parse_recurrence

TODAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("every weekday at 13:50", "every weekday at 13:50"),
        ("at 13:50 every weekday", "every weekday at 13:50"),
        ("weekdays at 9", "every weekday at 09:00"),
        ("daily at 9", "every day at 09:00"),
        ("each day at 9", "every day at 09:00"),
        ("every day at 2 pm", "every day at 14:00"),
        ("every day at noon", "every day at 12:00"),
        ("every day at 9 and 17", "every day at 09:00, 17:00"),
        ("at 7am and 7pm every day", "every day at 07:00, 19:00"),
        ("every mon,wed at 08:00", "every monday, wednesday at 08:00"),
        ("every Wed, Mon and thurs at 9", "every monday, wednesday, thursday at 09:00"),
        ("every mon-fri at 9", "every weekday at 09:00"),
        ("every fri..mon 9am", "every monday, friday, saturday, sunday at 09:00"),
        ("at 9 on weekends", "every weekend at 09:00"),
        ("on tuesdays at 9", "every tuesday at 09:00"),
        ("on tue thu at 9", "every tuesday, thursday at 09:00"),
        # Longer and shorter intervals.
        ("every 2 hours", "every 2 hours from 00:00 to 23:59"),
        ("every hour from 8 to 18 on weekdays", "every 1 hour from 08:00 to 18:00 on weekday"),
        ("every 30min from 9:00 to 5 pm", "every 30 min from 09:00 to 17:00"),
        ("every 2h", "every 2 hours from 00:00 to 23:59"),
        ("every 2d at 9", "every 2 days at 09:00"),
        ("every 3 days at 9", "every 3 days at 09:00"),
        ("every other day at 9", "every 2 days at 09:00"),
        ("every 2 weeks on monday at 9", "every 2 weeks on monday at 09:00"),
        ("every other week on tue at 9", "every 2 weeks on tuesday at 09:00"),
        ("every week on mon at 9", "every monday at 09:00"),
        ("every month on the 1st at 9", "every month on the 1st at 09:00"),
        ("every 1st and 15th at 9", "every month on the 1st, 15th at 09:00"),
        ("every month on the last day at 22:00", "every month on the last day at 22:00"),
        ("every last friday of the month at 9", "every month on the last friday at 09:00"),
        ("every 24 dec at 9", "every year on dec 24 at 09:00"),
        ("every feb 29 at 9", "every year on feb 29 at 09:00"),
        ("every year on 1 jan at 0:05", "every year on jan 1 at 00:05"),
        # Days left out, and ends.
        ("every day at 7 except 24 dec", "every day at 07:00 except dec 24"),
        ("every day at 7 except 24 dec, 2026-12-31",
         "every day at 07:00 except dec 24, 2026-12-31"),
        ("every mon,wed at 08:00 until 2027-01-31",
         "every monday, wednesday at 08:00 until 2027-01-31"),
        ("every day at 7 until 31 jan", "every day at 07:00 until 2027-01-31"),
        ("until 31 jan every day at 7 except 24 dec",
         "every day at 07:00 except dec 24 until 2027-01-31"),
        ("every day at 7 starting 1 jan", "every day at 07:00 starting 2027-01-01"),
        ("every day at 7 during jan feb", "every day at 07:00 during jan, feb"),
    ],
)  # fmt: skip
def test_typed_repetition_is_read_by_hron(text: str, expected: str) -> None:
    expression = to_expression(tokenize(text), "Europe/Berlin", TODAY)

    assert parse_recurrence(expression, text) == f"{expected} in Europe/Berlin"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("every weekday", "At what time is `every weekday`"),
        ("every at", "At what time is `every at`"),
        ("every day at 25:00", "I can't read `25:00` as a time of day"),
        ("every day at 2", "Is `2` in the morning or in the afternoon"),
        ("every 31 feb at 9", "There's no `31 feb`"),
        ("every day at 9 except 31 feb", "There's no `31 feb`"),
        ("every day at 9 until 31 feb", "There's no `31 feb`"),
        ("every week at 9", "On which day"),
        ("every month at 9", "On which day"),
        ("every blue moon at 9", "I can't read `every blue moon at 9` as a time"),
        ("every 32nd at 9", "I can't read `every 32nd at 9` as a time"),
        ("every 0 hours", "I can't read `every 0 hours` as a time"),
        ("every 10 seconds", "Use minutes or hours"),
        ("every 30s", "Use minutes or hours"),
        ("every 2 hours at 9", "`every 2 hours at 9` has an interval and a time of day"),
        ("every 30 min before 9", "has an interval and a time of day"),
    ],
)
def test_unreadable_repetition_is_refused(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        parse_recurrence(to_expression(tokenize(text), "UTC", TODAY), text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("every day at 9", True),
        ("daily at 9", True),
        ("on mondays at 9", True),
        ("mon wed at 9", True),
        ("on monday at 9", False),
        ("tomorrow at 9", False),
        ("in 2 days", False),
    ],
)
def test_repetitions_are_recognized(text: str, *, expected: bool) -> None:
    assert is_repeating(tokenize(text)) is expected
