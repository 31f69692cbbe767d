"""Grouping: which incidents share a card."""

from dataclasses import replace

import pytest

from bot.alerts.grouping import Group, GroupKind, JoinGroup, NewGroup, OwnCard, place_incidents
from bot.alerts.incident import Incident
from bot.alerts.problems import ProblemKind
from tests.unit.alerts.samples import AGO, NOW, incident

ASLEEP = [incident(ProblemKind.ASLEEP, id=n, space=f"acme/{n}") for n in range(6)]
CAUSE = [incident(id=n, space=f"acme/{n}", fingerprint="no torch") for n in range(6)]
GROUP = Group(7, GroupKind.SAME_PROBLEM, "asleep", "C", 1, AGO[9])
SAME_CAUSE = Group(8, GroupKind.SAME_CAUSE, "no torch", "C", 1, AGO[130])


@pytest.mark.parametrize(
    ("untold", "single", "groups", "kinds"),
    [
        # Three of a kind have own cards, four share one.
        (ASLEEP[:3], [], [], [OwnCard, OwnCard, OwnCard]),
        (ASLEEP[:4], [], [], [NewGroup]),
        # Within ten minutes they join, later they do not.
        (ASLEEP[:1], [], [GROUP], [JoinGroup]),
        (ASLEEP[:1], [], [replace(GROUP, opened_at=AGO[11])], [OwnCard]),
        # Another problem doesn't join.
        (CAUSE[:1], [], [GROUP], [OwnCard]),
        # The same cause counts incidents that have a card already.
        (CAUSE[:1], CAUSE[1:4], [], [NewGroup]),
        (CAUSE[:1], CAUSE[1:3], [], [OwnCard]),
        # ... and adds later ones at any time.
        (CAUSE[:1], [], [SAME_CAUSE], [JoinGroup]),
        # Flapping incidents keep their own card and join no group.
        ([replace(ASLEEP[0], flapping_since=NOW)], [], [GROUP], [OwnCard]),
        ([replace(one, flapping_since=NOW) for one in ASLEEP[:4]], [], [], [OwnCard] * 4),
        # Several problems at once are grouped separately.
        ([*CAUSE[:4], *ASLEEP[:4]], [], [], [NewGroup, NewGroup]),
    ],
)
def test_incident_placement(
    untold: list[Incident], single: list[Incident], groups: list[Group], kinds: list[type]
) -> None:
    assert [type(place) for place in place_incidents(untold, single, groups, NOW)] == kinds
