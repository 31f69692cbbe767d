"""Messages about runs that were missed, failed or changed nothing, and why one asks again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.cards import Message
from bot.render import schedule_runs as render
from bot.render.blocks import section
from bot.schedules import OffReason, ScheduleKind, ScheduleState
from tests.goldens import check_message
from tests.unit.render.test_schedules import HOSTILE, MONDAY, ONCE, WEEKDAYS

REFUSED = replace(
    WEEKDAYS,
    state=ScheduleState.OFF,
    off_reason=OffReason.PERMISSION,
    off_detail="You can't wake Spaces: operators only.",
)

CASES: dict[str, Message] = {
    "missed": render.missed(WEEKDAYS, 1, MONDAY, MONDAY),
    "missed_once": render.missed(replace(ONCE, next_at=None), 1, MONDAY, MONDAY),
    "missed_many": render.missed(WEEKDAYS, 19, MONDAY, MONDAY + timedelta(days=20)),
    "failed": render.failed(WEEKDAYS, "Hugging Face isn't responding. Try again in a minute."),
    "failed_hostile": render.failed(HOSTILE, "<!channel> `*"),
    "switched_off": render.switched_off(REFUSED),
    "ran": render.ran(ONCE, Message("Nothing to wake: team-a is already running.")),
    "muted": render.with_origin(Message("Muted: team-a", (section("Muted."),)), WEEKDAYS),
}


@pytest.mark.parametrize("name", CASES)
def test_message_matches_its_golden(name: str) -> None:
    has_valid_offers = name != "failed_hostile"  # its command is hostile text
    check_message(f"schedules/{name}", CASES[name], has_valid_offers=has_valid_offers)


@pytest.mark.parametrize(
    ("kind", "again"),
    [(ScheduleKind.AT, "schedule it again."), (ScheduleKind.LESSON, "set the class hours again.")],
)
def test_a_higher_cost_names_owner_limit_and_next_step(kind: ScheduleKind, again: str) -> None:
    line = render.costs_more(replace(WEEKDAYS, kind=kind, confirmed_dollars=0.4))

    assert line.startswith(":moneybag: <@UTA> Schedule 7 (`wake all`, every weekday at 13:50) is ")
    assert f"confirmed for $0.40 an hour. To confirm the new cost for every run, {again}" in line
