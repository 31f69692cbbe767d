"""The fleet: status and URLs."""

from dataclasses import replace

import pytest

from bot.alerts.actions import Silence
from bot.alerts.incident import Ack, Mute
from bot.cards import Message
from bot.hub_facts import Staleness
from bot.model import Space
from bot.parsing import NameIndex
from bot.render import (
    fleet,
)
from tests.goldens import check_message
from tests.slack_limits import violations
from tests.unit.render.fleet_samples import NAMES, NOW, SPACES, VERBS

MANY = [replace(SPACES[0], id=f"acme/team-{n}") for n in range(1, 105)]


SILENCE = Silence(
    {id: Mute(id, NOW, "U1", NOW) for id in ("acme/if-a", "acme/if-b")},
    {"acme/if-c": Ack("U2", NOW)},
)


CASES: dict[str, Message] = {
    "status": fleet.status(SPACES, NAMES, VERBS, None, "/space"),
    "status_of_some": fleet.status(SPACES[:2], NAMES, VERBS, None, "/space"),
    "status_for_a_student": fleet.status(SPACES, NAMES, ("status", "url"), None, "/space"),
    "status_stale": fleet.status(SPACES[:1], NAMES, VERBS, Staleness(NOW), "/space"),
    "status_rate_limited": fleet.status(SPACES[:1], NAMES, VERBS, Staleness(NOW, NOW), "/space"),
    "status_silenced": fleet.status(SPACES, NAMES, VERBS, None, "/space", silence=SILENCE),
    "status_without_spaces": fleet.no_spaces(("acme",), "/space"),
    "urls": fleet.urls(SPACES[:2], NAMES, None, "/space"),
    "urls_of_a_static_one": fleet.urls([replace(SPACES[0], sdk="static")], NAMES, None, "/space"),
    "urls_of_many": fleet.urls(MANY, NameIndex.of([space.id for space in MANY]), None, "/space"),
}


@pytest.mark.parametrize("name", CASES)
def test_message_matches_its_golden(name: str) -> None:
    check_message(f"answers/{name}", CASES[name])


def test_long_list_counts_omitted_lines() -> None:
    error = "RuntimeError: " + "a word of the reason " * 13
    spaces = [
        Space(f"acme/{'x' * 90}-{n}", "RUNTIME_ERROR", error=error, host="https://x.hf.space")
        for n in range(60)
    ]
    names = NameIndex.of([space.id for space in spaces])

    status = fleet.status(spaces, names, VERBS, None, "/space")

    shown = str(status.blocks).count(":red_circle:")
    assert violations(status) == []
    assert 10 < shown < 40
    assert f"… and {60 - shown} more." in str(status.blocks)


def test_status_offers_each_repair_as_an_alert_card_does() -> None:
    stages = {"a-1": "SLEEPING", "a-2": "STOPPED", "b": "RUNTIME_ERROR", "c": "BUILD_ERROR"}
    spaces = [Space(f"acme/{name}", stage) for name, stage in stages.items()]
    names = NameIndex.of([space.id for space in spaces])
    shown = fleet.status(spaces, names, {"wake", "restart", "rebuild"}, None, "/space")

    (row,) = (block for block in shown.blocks if block["type"] == "actions")
    assert {one["text"]["text"]: one["value"] for one in row["elements"]} == {
        "Wake 2 asleep": "wake a-1 a-2",
        "Restart 1 crashed": "restart b",
        "Rebuild 1 failed": "rebuild c",
    }


def test_names_too_long_for_a_button_become_the_word_for_the_whole_fleet() -> None:
    spaces = [Space(f"acme/{'x' * 60}{n}y", "SLEEPING") for n in range(60)]
    names = NameIndex.of([space.id for space in spaces])
    shown = fleet.status(spaces, names, {"wake"}, None, "/space")

    (row,) = (block for block in shown.blocks if block["type"] == "actions")
    assert [one["value"] for one in row["elements"]] == ["wake asleep"]
