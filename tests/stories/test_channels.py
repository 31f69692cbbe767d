"""Decisions about channels: when a name is looked up, and what an event changes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.alerts.channels import (
    AlertChannel,
    Change,
    ChannelEvent,
    Problem,
    Status,
    after_event,
    configured,
    is_due,
    is_relevant,
    next_status,
    not_resolved,
    resolved,
)

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
NAMED = AlertChannel("space-ops", None)
KNOWN = AlertChannel("space-ops", "C1")


def event(change: Change, channel: str = "C1", at: float = 100.0, new_id: str = "") -> ChannelEvent:
    return ChannelEvent(change, channel, at, new_id)


@pytest.mark.parametrize(
    ("kept", "setting", "expected"),
    [
        pytest.param(None, "space-ops", NAMED, id="a name has to be looked up"),
        pytest.param(None, "C7", AlertChannel("C7", "C7"), id="an id has not"),
        pytest.param(KNOWN, "space-ops", KNOWN, id="what was found out is kept"),
        pytest.param(KNOWN, "labs", AlertChannel("labs", None), id="of another name it isn't"),
        pytest.param(
            AlertChannel("C7", "C9"), "C7", AlertChannel("C7", "C9"), id="an id that changed"
        ),
    ],
)
def test_alert_channel_from_settings(
    kept: AlertChannel | None, setting: str, expected: AlertChannel
) -> None:
    assert configured(kept, setting) == expected


def test_a_name_is_looked_up_with_growing_pauses_until_it_is_found() -> None:
    channel, now, pauses = NAMED, NOW, []
    for _ in range(9):
        assert is_due(channel, now)
        channel = not_resolved(channel, now)
        assert channel.retry_at
        assert not is_due(channel, channel.retry_at - timedelta(seconds=1))
        pauses.append((channel.retry_at - now).total_seconds())
        now = channel.retry_at

    assert pauses == [10, 20, 40, 80, 160, 320, 600, 600, 600]
    assert not is_due(resolved(channel, "C1"), now)
    assert not_resolved(replace(channel, attempts=10**6), NOW).retry_at == NOW + timedelta(
        seconds=600
    )


WAITING = AlertChannel("space-ops", None, 4, NOW + timedelta(minutes=2))


@pytest.mark.parametrize(
    ("channel", "happened", "expected"),
    [
        pytest.param(WAITING, event(Change.JOINED, "C5"), NAMED, id="added somewhere: look now"),
        pytest.param(WAITING, event(Change.RENAMED, "C5"), NAMED, id="a new name: look now"),
        pytest.param(WAITING, event(Change.UNARCHIVED, "C5"), NAMED, id="unarchived: look now"),
        pytest.param(WAITING, event(Change.ARCHIVED, "C5"), WAITING, id="archived: no reason"),
        pytest.param(KNOWN, event(Change.RENAMED), KNOWN, id="a channel that is known"),
        pytest.param(
            KNOWN,
            event(Change.ID_CHANGED, "C1", new_id="C2"),
            AlertChannel("space-ops", "C2"),
            id="its id changed",
        ),
        pytest.param(
            KNOWN, event(Change.ID_CHANGED, "C5", new_id="C6"), KNOWN, id="another one's id changed"
        ),
    ],
)
def test_event_updates_the_alert_channel(
    channel: AlertChannel, happened: ChannelEvent, expected: AlertChannel
) -> None:
    assert after_event(channel, happened) == expected


@pytest.mark.parametrize(
    ("before", "change", "after"),
    [
        (None, Change.ARCHIVED, Problem.ARCHIVED),
        (None, Change.LEFT, Problem.REMOVED),
        (None, Change.DELETED, Problem.DELETED),
        (None, Change.RENAMED, None),
        (None, Change.JOINED, None),
        # Slack may remove all members of an archived channel, so both events have one cause.
        (Problem.ARCHIVED, Change.LEFT, Problem.ARCHIVED),
        (Problem.REMOVED, Change.ARCHIVED, Problem.ARCHIVED),
        (Problem.ARCHIVED, Change.DELETED, Problem.DELETED),
        (Problem.ARCHIVED, Change.UNARCHIVED, None),
        (Problem.REMOVED, Change.UNARCHIVED, Problem.REMOVED),
        (Problem.REMOVED, Change.JOINED, None),
        (Problem.ARCHIVED, Change.JOINED, None),
        (Problem.DELETED, Change.UNARCHIVED, Problem.DELETED),
    ],
)
def test_event_updates_a_channel(
    before: Problem | None, change: Change, after: Problem | None
) -> None:
    assert next_status(Status(before, at=1.0), event(change)).problem == after


def test_duplicate_or_late_event_changes_nothing() -> None:
    archived = next_status(Status(), event(Change.ARCHIVED, at=100))
    announced = replace(archived, announced=archived.problem)
    assert next_status(announced, event(Change.ARCHIVED, at=100)) == announced

    opened = next_status(announced, event(Change.UNARCHIVED, at=200))
    assert next_status(opened, event(Change.ARCHIVED, at=100)) == opened


@pytest.mark.parametrize(
    ("happened", "channel", "expected"),
    [
        pytest.param(event(Change.ARCHIVED), KNOWN, True, id="the alert channel"),
        pytest.param(event(Change.ARCHIVED, "CLAB"), KNOWN, True, id="one with a watch"),
        pytest.param(event(Change.ARCHIVED, "C5"), KNOWN, False, id="unknown channel"),
        pytest.param(event(Change.RENAMED), KNOWN, False, id="a name means nothing any more"),
        pytest.param(event(Change.RENAMED, "C5"), WAITING, True, id="it may be the one"),
        pytest.param(event(Change.JOINED, "C5"), KNOWN, True, id="cards may wait there"),
        pytest.param(event(Change.ID_CHANGED, "C5", new_id="C6"), KNOWN, True, id="cards move"),
    ],
)
def test_irrelevant_channel_events_are_ignored(
    happened: ChannelEvent, channel: AlertChannel, expected: bool
) -> None:
    assert is_relevant(happened, channel, {"CLAB"}) is expected
