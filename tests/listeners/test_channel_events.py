"""What Slack tells of channels is written down, then acknowledged; anything odd is ignored."""

from typing import Any

import pytest

from bot.alerts.channels import Change, ChannelEvent
from bot.errors import DatabaseUnavailable, SlackUnavailable
from bot.listeners.channel_events import read
from bot.slack import Identity
from tests.listeners.conftest import FakeDoor, FakeVoice, Json, Porch

ME = "U0BOT"
TS = "1612206778.000100"
AT = 1612206778.0001


def happened(kind: str, **more: Any) -> Json:
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
def test_what_happens_to_a_channel(sort: str, kind: str, change: Change) -> None:
    body = happened(f"{sort}_{kind}", channel="C1", user="U2")
    assert read(body, ME) == ChannelEvent(change, "C1", AT)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            happened("channel_rename", channel={"id": "C1", "name": "ops", "created": 1}),
            ChannelEvent(Change.RENAMED, "C1", AT),
            id="renamed",
        ),
        pytest.param(
            happened("group_rename", channel={"id": "C1", "name": "ops"}),
            ChannelEvent(Change.RENAMED, "C1", AT),
            id="private and renamed",
        ),
        pytest.param(
            happened("channel_id_changed", old_channel_id="G1", new_channel_id="C2"),
            ChannelEvent(Change.ID_CHANGED, "G1", AT, "C2"),
            id="its id changed",
        ),
        pytest.param(
            happened("member_joined_channel", user=ME, channel="C1", inviter="U2"),
            ChannelEvent(Change.JOINED, "C1", AT),
            id="we are added",
        ),
        pytest.param(
            happened("member_left_channel", user=ME, channel="C1"),
            ChannelEvent(Change.LEFT, "C1", AT),
            id="we are removed",
        ),
        pytest.param(
            {"event": {"type": "channel_archive", "channel": "C1"}, "event_time": 16},
            ChannelEvent(Change.ARCHIVED, "C1", 16.0),
            id="the envelope's time will do",
        ),
        pytest.param(happened("member_left_channel", user="U2", channel="C1"), None, id="another"),
    ],
)
def test_how_an_event_is_read(body: Json, expected: ChannelEvent | None) -> None:
    assert read(body, ME) == expected


ODD = [
    {"event": {"type": "channel_archive"}, "event_time": 16},
    {"event": {"type": "channel_archive", "channel": "C1"}},
    {"event": {"type": "channel_archive", "channel": "C1", "event_ts": "soon"}},
    {"event": {"type": "channel_archive", "channel": "C1", "event_ts": "nan"}},
    {"event": {"type": "channel_archive", "channel": "C1", "event_ts": ["1"]}},
    {"event": {"type": "channel_archive", "channel": "C1", "event_ts": 10**400}},
    happened("channel_archive", channel=["C1"]),
    happened("channel_archive", channel={"id": 7}),
    happened("channel_archive", channel="general"),
    happened("channel_rename", channel=None),
    happened("channel_id_changed", old_channel_id="C1"),
    happened("channel_id_changed", old_channel_id="C1", new_channel_id="general"),
    happened("member_left_channel", channel="C1", user={"id": ME}),
    happened("member_left_channel", user=ME),
]


@pytest.mark.parametrize("body", ODD)
def test_an_odd_event_is_acknowledged_and_no_more(
    porch: Porch, door: FakeDoor, voice: FakeVoice, body: Json, caplog: pytest.LogCaptureFixture
) -> None:
    assert porch.event(body["event"], event_time=body.get("event_time")).status == 200
    porch.apologies.run()
    assert (door.channel_events, door.asks, voice.said) == ([], [], [])
    assert [record for record in caplog.records if record.levelname != "DEBUG"] == []


def test_it_is_written_down_before_it_is_acknowledged(porch: Porch, door: FakeDoor) -> None:
    assert porch.event(happened("channel_archive", channel="C1")["event"]).status == 200
    assert door.channel_events == [ChannelEvent(Change.ARCHIVED, "C1", AT)]
    assert door.asks == []


@pytest.mark.parametrize("error", [DatabaseUnavailable("away"), ZeroDivisionError("a bug")])
def test_what_could_not_be_written_down_is_not_acknowledged_and_nobody_is_told(
    porch: Porch, door: FakeDoor, voice: FakeVoice, error: Exception
) -> None:
    door.receiving = error
    assert porch.event(happened("channel_archive", channel="C1")["event"]).status == 503
    porch.apologies.run()
    assert voice.said == []


def test_another_workspaces_channel_is_none_of_ours(porch: Porch, door: FakeDoor) -> None:
    event = happened("channel_archive", channel="C1")["event"]
    assert porch.event(event, team_id="T2").status == 200
    assert door.channel_events == []


class TestWhileSlackHasNotSaidWhoWeAre:
    @pytest.fixture
    def identity(self) -> Any:
        def nobody() -> Identity:
            raise SlackUnavailable("Slack doesn't answer.")

        return nobody

    def test_slack_is_to_tell_again(self, porch: Porch, door: FakeDoor) -> None:
        event = happened("member_left_channel", user=ME, channel="C1")["event"]
        assert porch.event(event).status == 503
        assert door.channel_events == []
