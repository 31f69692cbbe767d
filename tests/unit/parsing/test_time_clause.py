"""The words of a time are found among those of a command, in whatever order people type."""

import pytest

from bot.parsing import split_time_clause, tokenize


@pytest.mark.parametrize(
    ("text", "rest", "clause"),
    [
        # No time: nothing is taken.
        ("all except team-1", "all except team-1", ""),
        ("team-at", "team-at", ""),
        ("every-day", "every-day", ""),
        ("acme/at", "acme/at", ""),
        ("all in section-1", "all in section-1", ""),
        ("all on team-1", "all on team-1", ""),
        # Before, between and after the targets.
        ("all at 13:50", "all", "at 13:50"),
        ("at 13:50 all", "all", "at 13:50"),
        ("all tomorrow at 9", "all", "tomorrow at 9"),
        ("all at 9 tomorrow", "all", "at 9 tomorrow"),
        ("tomorrow all at 9", "all", "tomorrow at 9"),
        ("tomorrow at 9 all except team-1", "all except team-1", "tomorrow at 9"),
        ("all at 9 except team-1", "all except team-1", "at 9"),
        ("acme/at at 13:50", "acme/at", "at 13:50"),
        ("all friday 9:00", "all", "friday 9:00"),
        ("all in 20 min", "all", "in 20 min"),
        ("all in half an hour please", "all please", "in half an hour"),
        ("all at lunch", "all", "at lunch"),
        # Repetitions, with their dates and zones.
        ("all every weekday at 13:50", "all", "every weekday at 13:50"),
        ("every weekday at 13:50 all", "all", "every weekday at 13:50"),
        ("all every mon,wed at 08:00 until 2027-01-31", "all",
         "every mon wed at 08:00 until 2027-01-31"),
        ("all every day at 7 except 24 dec", "all", "every day at 7 except 24 dec"),
        ("all except team-1 every day at 7", "all except team-1", "every day at 7"),
        ("all every day at 7 except team-1", "all except team-1", "every day at 7"),
        ("all weekdays at 9", "all", "weekdays at 9"),
        ("all daily at 9", "all", "daily at 9"),
        ("all every last friday of the month at 9", "all", "every last friday of the month at 9"),
        ("all at 9 in Europe/Berlin", "all", "at 9 in Europe/Berlin"),
        ("all at 9 in CET", "all", "at 9 in CET"),
        # A length is no day.
        ("all 2 days", "all 2 days", ""),
        ("all 1 day at 9", "all 1 day", "at 9"),
        ("all in 2 days", "all", "in 2 days"),
        # A span and a reason belong to the command.
        ("all for 2h", "all for 2h", ""),
        ("all for 2h at 13:50", "all for 2h", "at 13:50"),
        ("all at 13:50 for 2h", "all for 2h", "at 13:50"),
        ("all until tomorrow 9:00", "all until tomorrow 9:00", ""),
        ("all until 15:00 every day at 14:00", "all until 15:00", "every day at 14:00"),
        ("all for 1h because the exam is at 9", "all for 1h because the exam is at 9", ""),
    ],
)  # fmt: skip
def test_words_of_a_time_are_found(text: str, rest: str, clause: str) -> None:
    found = split_time_clause(tokenize(text))

    assert found == (tuple(rest.split()), tuple(clause.split()))
