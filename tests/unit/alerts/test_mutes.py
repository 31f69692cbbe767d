"""Mutes as an operation remembers them, and what an undo restores."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.alerts.incident import Mute
from bot.alerts.mutes import MuteUndo, from_args, plan_undo, to_args

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
EARLIER = Mute("a/b", NOW + 5 * HOUR, "U1", NOW - HOUR, "exam", "delivery 1", 7)
OWN = Mute("a/b", NOW + HOUR, "U2", NOW, operation_id=12)
OTHER = replace(OWN, operation_id=13)


@pytest.mark.parametrize("mute", [None, EARLIER, replace(EARLIER, operation_id=None)])
def test_a_mute_survives_its_time_as_strings(mute: Mute | None) -> None:
    assert from_args("a/b", to_args(mute)) == mute


@pytest.mark.parametrize(
    ("before", "present", "undone"),
    [
        pytest.param(None, OWN, MuteUndo(unmuted=("a/b",)), id="nothing was muted before"),
        pytest.param(EARLIER, OWN, MuteUndo(restored=(EARLIER,)), id="a mute that goes on"),
        pytest.param(
            replace(EARLIER, until=NOW), OWN, MuteUndo(unmuted=("a/b",)), id="one that has ended"
        ),
        pytest.param(None, OTHER, MuteUndo(changed=("a/b",)), id="muted again since"),
        pytest.param(
            EARLIER, OTHER, MuteUndo(changed=("a/b",)), id="muted again since, and before"
        ),
        pytest.param(EARLIER, None, MuteUndo(), id="unmuted since, or over"),
    ],
)
def test_the_present_mute_decides_what_is_undone(
    before: Mute | None, present: Mute | None, undone: MuteUndo
) -> None:
    found = {"a/b": present} if present else {}

    assert plan_undo(12, {"a/b": before}, found, NOW) == undone
