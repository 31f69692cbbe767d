"""Lines of a group's card: one for each distinct incident, and a shared error once."""

from dataclasses import replace

import pytest

from bot.alerts.grouping import GroupKind
from bot.alerts.incident import Ack, Incident
from bot.render.alerts.group_lines import incident_lines, shared_error, with_shared_error
from tests.unit.render.alerts.samples import ASLEEP, AT, BROKEN, CONTEXT, GROUP, copies_of

OTHER = replace(BROKEN, id=99, space="acme/if-other", error="boom", fingerprint="boom")
SAME_CAUSE = replace(GROUP, kind=GroupKind.SAME_CAUSE, key=BROKEN.fingerprint)


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        (copies_of(ASLEEP, 3), 3),
        # More than three identical ones share a line …
        (copies_of(ASLEEP, 4), 1),
        (copies_of(ASLEEP, 60), 1),
        # … and an acknowledged one isn't identical.
        ([*copies_of(ASLEEP, 4), replace(ASLEEP, id=99, ack=Ack("UANA", AT))], 2),
    ],
)
def test_identical_incidents_share_a_line(members: list[Incident], expected: int) -> None:
    assert len(incident_lines(members, [], CONTEXT)) == expected


def test_each_name_on_a_shared_line_leads_to_its_page() -> None:
    """A range of names has no page."""
    members = [replace(ASLEEP, id=n, space=f"acme/if-team-{n}") for n in (1, 3, 6, 7, 8)]

    (line,) = incident_lines(members, [], CONTEXT)

    page = "<https://huggingface.co/spaces/acme/if-team"
    assert f"*{page}-1|team-1>, {page}-3|team-3> and team-6..8*" in line


def test_lines_beyond_twelve_are_counted() -> None:
    members = [replace(BROKEN, id=n, error=f"error of kind {'x' * n}") for n in range(1, 16)]

    lines = incident_lines(members, [], CONTEXT)

    assert (len(lines), lines[-1]) == (13, "… and 3 more")


def test_the_most_severe_incident_comes_first() -> None:
    first, second = incident_lines([ASLEEP, OTHER], [], CONTEXT)

    assert "boom" in first
    assert "asleep" in second


def test_the_shared_error_is_left_out_of_the_lines_of_those_who_share_it() -> None:
    sharing = copies_of(BROKEN, 2)

    lines = incident_lines([*sharing, OTHER], sharing, CONTEXT)

    assert ["No matching distribution" in line for line in lines] == [False, False, False]
    assert ["boom" in line for line in lines] == [False, False, True]
    assert "No matching distribution" in shared_error(SAME_CAUSE, sharing)


def test_an_error_is_shared_only_by_members_with_the_same_cause() -> None:
    sharing = copies_of(BROKEN, 2)

    assert with_shared_error(SAME_CAUSE, [*sharing, OTHER]) == sharing
    assert with_shared_error(SAME_CAUSE, [BROKEN, OTHER]) == [], "one alone shares nothing"
    assert with_shared_error(GROUP, [*sharing, OTHER]) == []
    assert with_shared_error(GROUP, sharing) == sharing
