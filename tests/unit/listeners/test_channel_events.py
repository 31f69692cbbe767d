"""Channel events are stored, then acknowledged; malformed ones are ignored."""

from typing import Any

import pytest

from bot.alerts.channels import Change, ChannelEvent
from bot.errors import DatabaseUnavailable, SlackUnavailable
from bot.listeners.channel_events import read
from bot.slack import Identity
from tests.unit.listeners.conftest import BoltHarness, FakeHandler, FakeReplier, Json

ME = "U0BOT"
TS = "1612206778.000100"
AT = 1612206778.0001


def channel_event(kind: str, **more: Any) -> Json:
    return {"event": {"type": kind, "event_ts": TS, **more}, "event_time": 1612206778}


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("archive", Change.ARCHIVED),
        ("unarchive", Change.UNARCHIVED),
        ("deleted", Change.DELETED),
        ("left", Change.LEFT),
    ],
)
@pytest.mark.parametrize("sort", ["channel", "group"])
def test_channel_events_map_to_changes(sort: str, kind: str, change: Change) -> None:
    body = channel_event(f"{sort}_{kind}", channel="C1", user="U2")
    assert read(body, ME) == ChannelEvent(change, "C1", AT)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            channel_event("channel_rename", channel={"id": "C1", "name": "ops", "created": 1}),
            ChannelEvent(Change.RENAMED, "C1", AT),
            id="renamed",
        ),
        pytest.param(
            channel_event("group_rename", channel={"id": "C1", "name": "ops"}),
            ChannelEvent(Change.RENAMED, "C1", AT),
            id="private and renamed",
        ),
        pytest.param(
            channel_event("channel_id_changed", old_channel_id="G1", new_channel_id="C2"),
            ChannelEvent(Change.ID_CHANGED, "G1", AT, "C2"),
            id="its id changed",
        ),
        pytest.param(
            channel_event("member_joined_channel", user=ME, channel="C1", inviter="U2"),
            ChannelEvent(Change.JOINED, "C1", AT),
            id="we are added",
        ),
        pytest.param(
            channel_event("member_left_channel", user=ME, channel="C1"),
            ChannelEvent(Change.LEFT, "C1", AT),
            id="we are removed",
        ),
        pytest.param(
            {"event": {"type": "channel_archive", "channel": "C1"}, "event_time": 16},
            ChannelEvent(Change.ARCHIVED, "C1", 16.0),
            id="the envelope's time will do",
        ),
        pytest.param(
            channel_event("member_left_channel", user="U2", channel="C1"), None, id="another"
        ),
    ],
)
def test_event_is_read(body: Json, expected: ChannelEvent | None) -> None:
    assert read(body, ME) == expected


ODD = [
    {"event": {"type": "channel_archive"}, "event_time": 16},
    {"event": {"type": "channel_archive", "channel": "C1"}},
    {"event": {"type": "channel_archive", "channel": "C1", "event_ts": "soon"}},
    {"event": {"type": "channel_archive", "channel": "C1", "event_ts": "nan"}},
    {"event": {"type": "channel_archive", "channel": "C1", "event_ts": ["1"]}},
    {"event": {"type": "channel_archive", "channel": "C1", "event_ts": 10**400}},
    channel_event("channel_archive", channel=["C1"]),
    channel_event("channel_archive", channel={"id": 7}),
    channel_event("channel_archive", channel="general"),
    channel_event("channel_rename", channel=None),
    channel_event("channel_id_changed", old_channel_id="C1"),
    channel_event("channel_id_changed", old_channel_id="C1", new_channel_id="general"),
    channel_event("member_left_channel", channel="C1", user={"id": ME}),
    channel_event("member_left_channel", user=ME),
]


@pytest.mark.parametrize("body", ODD)
def test_malformed_event_is_acknowledged_and_ignored(
    harness: BoltHarness,
    handler: FakeHandler,
    replier: FakeReplier,
    body: Json,
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert harness.event(body["event"], event_time=body.get("event_time")).status == 200
    harness.reply_work.run()
    assert (handler.channel_events, handler.asks, replier.replies) == ([], [], [])
    assert [record for record in caplog.records if record.levelname != "DEBUG"] == []


def test_event_is_stored_before_it_is_acknowledged(
    harness: BoltHarness, handler: FakeHandler
) -> None:
    assert harness.event(channel_event("channel_archive", channel="C1")["event"]).status == 200
    assert handler.channel_events == [ChannelEvent(Change.ARCHIVED, "C1", AT)]
    assert handler.asks == []


@pytest.mark.parametrize("error", [DatabaseUnavailable("away"), ZeroDivisionError("a bug")])
def test_event_that_cannot_be_stored_is_not_acknowledged(
    harness: BoltHarness, handler: FakeHandler, replier: FakeReplier, error: Exception
) -> None:
    handler.receive_error = error
    assert harness.event(channel_event("channel_archive", channel="C1")["event"]).status == 503
    harness.reply_work.run()
    assert replier.replies == []


def test_channel_of_another_workspace_is_ignored(
    harness: BoltHarness, handler: FakeHandler
) -> None:
    event = channel_event("channel_archive", channel="C1")["event"]
    assert harness.event(event, team_id="T2").status == 200
    assert handler.channel_events == []


class TestWhileBotIdentityIsUnknown:
    @pytest.fixture
    def identity(self) -> Any:
        def nobody() -> Identity:
            raise SlackUnavailable("Slack doesn't answer.")

        return nobody

    def test_event_is_not_acknowledged_so_that_slack_retries(
        self, harness: BoltHarness, handler: FakeHandler
    ) -> None:
        event = channel_event("member_left_channel", user=ME, channel="C1")["event"]
        assert harness.event(event).status == 503
        assert handler.channel_events == []
