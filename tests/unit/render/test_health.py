"""Replies about health checks."""

import pytest

from bot.cards import Message
from bot.health.check import HealthCheck, StoredCheck
from bot.health.verdict import ProbeProblem, Verdict
from bot.model import Space
from bot.render import health
from tests.goldens import check_message
from tests.unit.render.fleet_samples import NAMES, NOW

CHECK = HealthCheck("/docs", 200, 2.0, is_continuous=True)
STORED = StoredCheck(("team-a", "<!channel>"), CHECK, "UTA", NOW)
FREE = Space("acme/if-a", "RUNNING", "cpu-basic", "docker")
PAID = Space("acme/if-b", "RUNNING", "t4-small", "docker")

CASES: dict[str, Message] = {
    "health_checks": health.check_list([STORED], "/space"),
    "health_checks_none": health.check_list([], "/space"),
    "health_of_spaces": health.space_checks(
        [FREE, PAID],
        {FREE.id: CHECK},
        {
            FREE.id: Verdict(status=200, seconds=0.24),
            PAID.id: Verdict(ProbeProblem.STATUS, 502),
        },
        NAMES,
    ),
    "health_saved": health.saved(["team-a"], CHECK),
    "health_removed": health.removed(["team-a"], existed=True),
    "health_watch": health.watch_confirmation(
        [FREE, PAID], {"t4-small": 0.4}, NAMES, "health all watch yes"
    ),
    "health_watch_free": health.watch_confirmation([FREE], {}, NAMES, "health a watch yes"),
    "health_watch_unknown": health.watch_confirmation([PAID], {}, NAMES, "health b watch yes"),
}


@pytest.mark.parametrize("name", CASES)
def test_message_matches_its_golden(name: str) -> None:
    check_message(f"reads/{name}", CASES[name])
