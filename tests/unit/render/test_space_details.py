"""Details of one Space."""

from dataclasses import replace

import pytest

from bot import commands
from bot.alerts.actions import Silence
from bot.alerts.incident import Ack, Mute
from bot.cards import Message
from bot.hub_facts import SpaceDetails, SpaceSettings, Staleness
from bot.model import Role, Space
from bot.render import space_details
from tests.goldens import check_message
from tests.unit.render.read_samples import NOW, UP, button_commands

BROKEN = replace(UP, stage="BUILD_ERROR", error="ERROR: no torch==9.9\nmore", private=True)
PAID = replace(UP, hardware="t4-small", sleep_after=None)


LOCKED = replace(
    UP, stage="PAUSED", error="Flagged as abusive: Blocked by abuse-handler by rule: Cloudflare"
)
QUOTA = "You've reached your hardware quota limit across all your Spaces!"
SETTINGS = SpaceSettings(
    visibility="protected",
    requested_hardware="a10g-small",
    current_hardware="t4-small",
    is_dev_mode=True,
    requested_replicas="2",
    current_replicas="1",
    volumes=("acme/data at /data",),
    domains=("acme-a.hf.space", "<x>.example.org (pending)"),
)


ALL_VERBS = (
    "upload",
    "logs",
    "wake",
    "restart",
    "rebuild",
    "pause",
    "url",
    "history",
    "why",
    "info",
    "status",
)


VIEWER_VERBS = frozenset(c.name for c in commands.load().values() if c.role is Role.VIEWER)


CASES: dict[str, Message] = {
    "info_running": space_details.card(SpaceDetails(UP, NOW), "a", ALL_VERBS),
    "info_running_for_a_student": space_details.card(SpaceDetails(UP, NOW), "a", ("status", "url")),
    "info_broken": space_details.card(SpaceDetails(BROKEN, NOW), "a", ALL_VERBS),
    "info_paid": space_details.card(SpaceDetails(PAID, NOW, 0.4), "a", ALL_VERBS),
    "info_silenced": space_details.card(
        SpaceDetails(BROKEN, NOW),
        "b",
        ALL_VERBS,
        None,
        Silence({BROKEN.id: Mute(BROKEN.id, NOW, "U1", NOW, "demo")}, {BROKEN.id: Ack("U2", NOW)}),
    ),
    "info_with_settings": space_details.card(
        SpaceDetails(PAID, NOW, 0.4, settings=SETTINGS), "a", ALL_VERBS
    ),
    "info_locked": space_details.card(
        SpaceDetails(LOCKED, NOW), "a", ALL_VERBS, page="https://huggingface.co/spaces/acme/a"
    ),
    "info_over_quota": space_details.card(
        SpaceDetails(replace(LOCKED, error=QUOTA), NOW), "a", ALL_VERBS, pausable=("b", "c")
    ),
    "info_of_a_failed_static": space_details.card(
        SpaceDetails(replace(BROKEN, sdk="static", hardware=None), NOW), "a", ALL_VERBS
    ),
    "info_stale": space_details.card(SpaceDetails(UP), "a", ALL_VERBS, Staleness(NOW)),
}


@pytest.mark.parametrize("name", CASES)
def test_message_matches_its_golden(name: str) -> None:
    check_message(f"reads/{name}", CASES[name])


@pytest.mark.parametrize(
    ("space", "offered"),
    [
        # A running Space needs no repair: its log comes first.
        (UP, ["logs a", "restart a", "rebuild a", "pause a", "url a", "history a"]),
        # A crash, a sleeper and a paused one have their repair before the log.
        (
            replace(UP, stage="RUNTIME_ERROR"),
            ["restart a", "logs a", "rebuild a", "pause a", "url a", "history a", "why a"],
        ),
        (
            replace(UP, stage="SLEEPING"),
            ["wake a", "logs a", "restart a", "rebuild a", "pause a", "url a", "history a"],
        ),
        # A paused Space has no pause button.
        (
            replace(UP, stage="PAUSED"),
            ["wake a", "logs a", "restart a", "rebuild a", "url a", "history a", "why a"],
        ),
        # The log shows why a build failed, so it comes before any repair.
        *(
            (
                replace(UP, stage=stage),
                [
                    "logs a build",
                    "rebuild a",
                    "restart a",
                    "pause a",
                    "url a",
                    "history a",
                    "why a",
                ],
            )
            for stage in ("BUILD_ERROR", "CONFIG_ERROR")
        ),
        # Nothing is built and nothing runs in a static Space, and what leaves is left alone.
        (replace(UP, sdk="static"), ["url a", "history a", "why a"]),
        # An empty Space has nothing to start either: it needs files.
        (replace(UP, stage="NO_APP_FILE"), ["upload a", "url a", "history a", "why a"]),
        (replace(UP, stage="DELETING"), ["url a", "history a", "why a"]),
        # An unknown stage is nothing to act on by a tap that would be called a repair.
        (
            replace(UP, stage="DREAMING"),
            ["logs a", "restart a", "rebuild a", "pause a", "url a", "history a"],
        ),
    ],
    ids=lambda value: f"{value.stage} {value.sdk}" if isinstance(value, Space) else "",
)
def test_card_offers_only_commands_that_help_in_its_stage(space: Space, offered: list[str]) -> None:
    assert button_commands(space_details.card(SpaceDetails(space), "a", ALL_VERBS)) == offered


def test_card_offers_only_permitted_commands() -> None:
    shown = button_commands(space_details.card(SpaceDetails(BROKEN), "a", VIEWER_VERBS))

    assert shown
    assert {command.split()[0] for command in shown} <= VIEWER_VERBS
    assert button_commands(space_details.card(SpaceDetails(BROKEN), "a", ())) == []


def test_name_too_long_for_a_menu_keeps_the_buttons() -> None:
    name = f"{'o' * 96}/{'n' * 96}"

    assert button_commands(space_details.card(SpaceDetails(UP), name, ALL_VERBS)) == [
        f"logs {name}"
    ]


# (the Space, the words about its sleep time)
@pytest.mark.parametrize(
    ("space", "expected"),
    [
        (UP, "sleeps after 2 days"),
        (PAID, "never sleeps"),
        # Where nothing runs the Hub leaves the time out, which is no promise to stay awake.
        (replace(PAID, stage="PAUSED"), ""),
        (replace(PAID, sdk="static"), ""),
    ],
)
def test_sleep_time_is_shown_only_where_it_is_known(space: Space, expected: str) -> None:
    shown = str(space_details.card(SpaceDetails(space), "a", ALL_VERBS).blocks[-1])

    assert expected in shown
    assert bool(expected) == ("sleeps" in shown)
