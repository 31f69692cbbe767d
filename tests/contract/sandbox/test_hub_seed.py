"""The sandbox's class, its scheduled events and its control panel."""

from collections import Counter
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from bot.sandbox.hub.app import create_hub_app
from bot.sandbox.hub.control import World
from bot.sandbox.hub.errors import HubHttpError
from bot.sandbox.hub.seed import classroom
from tests.contract.sandbox.clock import FakeTime

UP = "ifcore-org/ifcore-team-a"


def test_a_class_of_twelve_is_mixed() -> None:
    world = classroom(clock=FakeTime())
    teams = [line for line in world.snapshot() if line["short"] != "template"]

    assert [team["short"] for team in teams] == [f"team-{letter}" for letter in "abcdefghijkl"]
    assert Counter(team["stage"] for team in teams) == {
        "RUNNING": 6,  # one of them is static
        "SLEEPING": 3,
        "RUNTIME_ERROR": 1,
        "BUILD_ERROR": 1,
        "PAUSED": 1,
    }
    errors = {team["stage"]: team["error"] for team in teams if team["error"]}
    assert "No matching distribution found for torch==9.9" in errors["BUILD_ERROR"]
    assert len(errors["RUNTIME_ERROR"].splitlines()) > 3


def test_template_is_not_part_of_the_class() -> None:
    assert classroom(clock=FakeTime()).stage("ifcore-org/ifcore-template") == "PAUSED"


@pytest.mark.parametrize(("count", "last"), [(26, "team-z"), (27, "team-027"), (1000, "team-1000")])
def test_a_large_class_is_numbered(count: int, last: str) -> None:
    ids = classroom(spaces=count, clock=FakeTime()).ids()

    assert f"ifcore-org/ifcore-{last}" in ids
    assert len(ids) == count + 1


def test_without_scheduled_events_nothing_changes_in_a_day() -> None:
    clock = FakeTime()
    world = classroom(clock=clock)
    before = world.snapshot()
    clock.tick(24 * 3600)

    assert world.snapshot() == before


def test_scheduled_events_crash_one_space_and_put_another_to_sleep() -> None:
    clock = FakeTime()
    world = classroom(clock=clock, with_events=True)
    before = {line["id"]: line["stage"] for line in world.snapshot()}

    clock.tick(120)
    changed = {
        line["id"]: line["stage"]
        for line in world.snapshot()
        if line["stage"] != before[line["id"]]
    }

    assert changed == {UP: "RUNTIME_ERROR", "ifcore-org/ifcore-team-c": "SLEEPING"}


@pytest.mark.parametrize(
    ("act", "stage"),
    [
        (World.break_, "RUNTIME_ERROR"),
        (World.build_error, "BUILD_ERROR"),
        (World.sleep, "SLEEPING"),
        (World.pause, "PAUSED"),
        (World.heal, "RUNNING"),
    ],
)
def test_control_panel_changes_one_space_at_once(
    act: Callable[[World, str], None], stage: str
) -> None:
    world = classroom(clock=FakeTime())
    act(world, UP)

    line = world.snapshot()[0]
    assert (line["id"], line["short"], line["stage"]) == (UP, "team-a", stage)
    assert bool(line["error"]) == stage.endswith("ERROR")


def test_control_panel_rejects_unknown_spaces() -> None:
    with pytest.raises(HubHttpError):
        classroom(clock=FakeTime()).heal("ifcore-org/nobody")


def test_ten_thousand_spaces_are_ten_pages() -> None:
    world = classroom(spaces=9_999, clock=FakeTime())
    ids: list[str] = []
    url: str | None = "/api/spaces?author=ifcore-org&limit=1000&expand=runtime&expand=sdk"
    with TestClient(create_hub_app(world), "http://hub.test") as client:
        while url:
            page = client.get(url)
            ids += [entry["id"] for entry in page.json()]
            url = page.links.get("next", {}).get("url")

    assert ids == world.ids()
    assert len(world.calls) == 10
