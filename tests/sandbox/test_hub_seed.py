"""The class to practise on, its drama and its control facade."""

from collections import Counter
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from bot.sandbox.hub.app import hub
from bot.sandbox.hub.refusal import Refused
from bot.sandbox.hub.seed import classroom
from bot.sandbox.hub.world import World

from .clock import Clock

UP = "ifcore-org/ifcore-team-a"


def test_a_class_of_twelve_is_mixed() -> None:
    world = classroom(clock=Clock())
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


def test_the_template_disturbs_nobody() -> None:
    assert classroom(clock=Clock()).stage("ifcore-org/ifcore-template") == "PAUSED"


@pytest.mark.parametrize(("count", "last"), [(26, "team-z"), (27, "team-027"), (1000, "team-1000")])
def test_a_large_class_is_numbered(count: int, last: str) -> None:
    ids = classroom(spaces=count, clock=Clock()).ids()

    assert f"ifcore-org/ifcore-{last}" in ids
    assert len(ids) == count + 1


def test_nothing_changes_by_itself_in_a_day_without_drama() -> None:
    clock = Clock()
    world = classroom(clock=clock)
    before = world.snapshot()
    clock.tick(24 * 3600)

    assert world.snapshot() == before


def test_drama_crashes_one_space_and_puts_another_to_sleep() -> None:
    clock = Clock()
    world = classroom(clock=clock, drama=True)
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
def test_the_drawer_changes_one_space_at_once(
    act: Callable[[World, str], None], stage: str
) -> None:
    world = classroom(clock=Clock())
    act(world, UP)

    line = world.snapshot()[0]
    assert (line["id"], line["short"], line["stage"]) == (UP, "team-a", stage)
    assert bool(line["error"]) == stage.endswith("ERROR")


def test_the_drawer_knows_no_stranger() -> None:
    with pytest.raises(Refused):
        classroom(clock=Clock()).heal("ifcore-org/nobody")


def test_ten_thousand_spaces_are_ten_pages() -> None:
    world = classroom(spaces=9_999, clock=Clock())
    seen: list[str] = []
    url: str | None = "/api/spaces?author=ifcore-org&limit=1000&expand=runtime&expand=sdk"
    with TestClient(hub(world), "http://hub.test") as client:
        while url:
            page = client.get(url)
            seen += [entry["id"] for entry in page.json()]
            url = page.links.get("next", {}).get("url")

    assert seen == world.ids()
    assert len(world.calls) == 10
