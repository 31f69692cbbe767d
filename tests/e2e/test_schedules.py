"""Schedules as a person sees them: added, listed, and run on the sandbox's clock."""

import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, ViewportSize, expect

from bot.sandbox.clock import SandboxClock
from bot.sandbox.hub.latency import StageDurations
from bot.sandbox.hub.seed import classroom
from bot.sandbox.slack.directory import ASSISTANT
from tests.chromium import chromium
from tests.e2e.browser import Screen, open_screen
from tests.e2e.environment import Environment, open_environment

PHONE: ViewportSize = {"width": 390, "height": 844}
#: In the sandbox's time, in which a build ends soon.
PACE = StageDurations(lag=0.1, build=1.0, start=0.5, spread=0.0)


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Environment]:
    folder = tmp_path_factory.mktemp("schedules")
    clock = SandboxClock(folder / "clock")
    world = classroom(durations=PACE, clock=clock)
    with open_environment(folder, world, SPACEBOT_ALERT_ON="error") as env:
        env.start()
        env.wait_for_initial_scan()
        yield env


@pytest.fixture(scope="module")
def phone(env: Environment) -> Iterator[Screen]:
    with chromium() as browser, open_screen(browser, env, ASSISTANT.id, PHONE) as screen:
        yield screen


@pytest.fixture(autouse=True)
def attach_report(env: Environment) -> Iterator[None]:
    """Return the text that pytest shows below a failure."""
    yield
    sys.stdout.write(env.describe())


def open_drawer(screen: Screen) -> Locator:
    screen.page.get_by_role("button", name="⚙ Sandbox").click()
    return screen.page.get_by_role("dialog", name="Sandbox controls")


def test_a_schedule_runs_when_the_clock_is_moved(env: Environment, phone: Screen) -> None:
    phone.type_line("/space wake team-b tomorrow at 9")
    kept = phone.card("Scheduled: wake team-b")
    expect(kept).to_contain_text("09:00 UTC")
    expect(kept).to_contain_text("team-b now: 1 asleep")

    drawer = open_drawer(phone)
    before = drawer.get_by_role("status").first.inner_text()
    drawer.get_by_role("button", name="Next run: move the clock to it").click()
    expect(drawer.get_by_role("status").first).not_to_have_text(before)
    expect(drawer.get_by_role("status").first).to_contain_text("09:00")
    phone.page.keyboard.press("Escape")

    card = phone.card("Scheduled by")
    expect(card).to_contain_text("schedule 1")
    expect(phone.card("team-b is ready")).to_contain_text("schedule 1")
    assert not phone.has_horizontal_scroll()


def test_a_schedule_is_skipped_and_removed_from_its_menu(env: Environment, phone: Screen) -> None:
    phone.type_line("/space wake team-f every day at 13:50")
    expect(phone.card("Scheduled: wake team-f")).to_contain_text("Every day at 13:50")
    phone.type_line("/space schedules")
    entry = phone.page.locator("article.ephemeral").filter(has_text="1 schedule").last
    expect(entry).to_contain_text("no run yet")
    entry.get_by_role("button", name="More").click()
    phone.page.get_by_role("menuitem", name="Skip once").click()
    expect(phone.card("skipped the next run of schedule 2")).to_contain_text("13:50 UTC")
    entry.get_by_role("button", name="More").click()
    phone.page.get_by_role("menuitem", name="Remove").click()
    expect(phone.card("removed schedule 2")).to_be_visible()
    assert not phone.has_horizontal_scroll()


def test_without_a_schedule_the_drawer_says_so(env: Environment, phone: Screen) -> None:
    drawer = open_drawer(phone)
    drawer.get_by_role("button", name="Next run: move the clock to it").click()

    expect(phone.page.get_by_text("Nothing is scheduled")).to_be_visible()
