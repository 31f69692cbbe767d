"""Channels: the resolution of the alert channel, and Slack's events about channels."""

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
    is_reopening,
    next_status,
    not_resolved,
)

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
UNRESOLVED = AlertChannel("ops", None)
RESOLVED = AlertChannel("ops", "C0OPS")
WAITING = AlertChannel("ops", None, 3, NOW)


@pytest.mark.parametrize(
    ("known", "setting", "expected"),
    [
        (None, "C0OPS", AlertChannel("C0OPS", "C0OPS")),
        (None, "ops", UNRESOLVED),
        (RESOLVED, "ops", RESOLVED),
        # Another setting is another channel, whatever was resolved before.
        (RESOLVED, "lab", AlertChannel("lab", None)),
        # An id that Slack changed stays changed.
        (AlertChannel("C7", "C9"), "C7", AlertChannel("C7", "C9")),
    ],
)
def test_resolution_belongs_to_its_setting(
    known: AlertChannel | None, setting: str, expected: AlertChannel
) -> None:
    assert configured(known, setting) == expected


def test_pauses_between_lookups_double_up_to_ten_minutes() -> None:
    channel, pauses = UNRESOLVED, []
    for _ in range(8):
        channel = not_resolved(channel, NOW)
        assert channel.retry_at
        pauses.append((channel.retry_at - NOW).total_seconds())

    assert pauses == [10, 20, 40, 80, 160, 320, 600, 600]
    often = replace(channel, attempts=10**6)
    assert not_resolved(often, NOW).retry_at == NOW + timedelta(seconds=600)


@pytest.mark.parametrize(
    ("channel", "expected"),
    [
        (UNRESOLVED, True),
        (RESOLVED, False),
        (AlertChannel("ops", None, 1, NOW + timedelta(seconds=1)), False),
        (AlertChannel("ops", None, 1, NOW), True),
    ],
)
def test_a_name_is_due_at_its_retry_time(channel: AlertChannel, *, expected: bool) -> None:
    assert is_due(channel, NOW) is expected


@pytest.mark.parametrize(
    ("before", "change", "expected"),
    [
        (None, Change.LEFT, Problem.REMOVED),
        (None, Change.ARCHIVED, Problem.ARCHIVED),
        (Problem.REMOVED, Change.JOINED, None),
        # Joining shows that the channel isn't archived any more.
        (Problem.ARCHIVED, Change.JOINED, None),
        (Problem.ARCHIVED, Change.UNARCHIVED, None),
        # A removal is not ended by unarchiving, nor a deletion by anything.
        (Problem.REMOVED, Change.UNARCHIVED, Problem.REMOVED),
        (Problem.DELETED, Change.JOINED, Problem.DELETED),
        # The more severe problem stays, so that it is announced once.
        (Problem.ARCHIVED, Change.LEFT, Problem.ARCHIVED),
        (Problem.REMOVED, Change.DELETED, Problem.DELETED),
        (Problem.REMOVED, Change.RENAMED, Problem.REMOVED),
        (None, Change.DELETED, Problem.DELETED),
        (None, Change.RENAMED, None),
        (None, Change.JOINED, None),
        (Problem.REMOVED, Change.ARCHIVED, Problem.ARCHIVED),
        (Problem.ARCHIVED, Change.DELETED, Problem.DELETED),
        (Problem.DELETED, Change.UNARCHIVED, Problem.DELETED),
    ],
)
def test_event_changes_the_problem(
    before: Problem | None, change: Change, expected: Problem | None
) -> None:
    after = next_status(Status(before, at=1.0), ChannelEvent(change, "C0OPS", at=2.0))

    assert after == Status(expected, at=2.0)


@pytest.mark.parametrize("at", [1.0, 0.5])
def test_late_or_repeated_event_changes_nothing(at: float) -> None:
    status = Status(Problem.ARCHIVED, at=1.0)

    assert next_status(status, ChannelEvent(Change.UNARCHIVED, "C0OPS", at)) == status


@pytest.mark.parametrize(
    ("channel", "event", "expected"),
    [
        (
            RESOLVED,
            ChannelEvent(Change.ID_CHANGED, "C0OPS", 1, "C0NEW"),
            AlertChannel("ops", "C0NEW"),
        ),
        (RESOLVED, ChannelEvent(Change.ID_CHANGED, "C0LAB", 1, "C0NEW"), RESOLVED),
        # A membership or a name that changed may let the name resolve.
        (WAITING, ChannelEvent(Change.JOINED, "C0OPS", 1), UNRESOLVED),
        (WAITING, ChannelEvent(Change.RENAMED, "C0X", 1), UNRESOLVED),
        (WAITING, ChannelEvent(Change.UNARCHIVED, "C0X", 1), UNRESOLVED),
        (WAITING, ChannelEvent(Change.ARCHIVED, "C0X", 1), WAITING),
        (RESOLVED, ChannelEvent(Change.RENAMED, "C0OPS", 1), RESOLVED),
    ],
)
def test_event_changes_the_alert_channel(
    channel: AlertChannel, event: ChannelEvent, expected: AlertChannel
) -> None:
    assert after_event(channel, event) == expected


@pytest.mark.parametrize(
    ("change", "channel", "expected"),
    [
        (Change.ARCHIVED, "C0OPS", True),
        (Change.ARCHIVED, "C0LAB", True),
        (Change.ARCHIVED, "C0ELSE", False),
        (Change.RENAMED, "C0OPS", False),
        (Change.JOINED, "C0ELSE", True),
        (Change.ID_CHANGED, "C0ELSE", True),  # cards may be in it
    ],
)
def test_only_events_of_channels_with_alerts_are_relevant(
    change: Change, channel: str, *, expected: bool
) -> None:
    assert is_relevant(ChannelEvent(change, channel, 1), RESOLVED, ["C0LAB"]) is expected


def test_a_renamed_channel_may_be_the_one_that_is_looked_for() -> None:
    assert is_relevant(ChannelEvent(Change.RENAMED, "C0X", 1), WAITING, [])


def test_cards_are_retried_when_the_channel_can_be_written_again() -> None:
    reopening = {change for change in Change if is_reopening(ChannelEvent(change, "C0OPS", 1))}

    assert reopening == {Change.JOINED, Change.UNARCHIVED}
