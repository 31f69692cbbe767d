"""Schedules, deadlines and rollouts as a person sees them, on the sandbox's clock."""

import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Locator, ViewportSize, expect

from bot.sandbox.clock import SandboxClock
from bot.sandbox.hub.latency import StageDurations
from bot.sandbox.hub.seed import classroom
from bot.sandbox.slack.directory import ASSISTANT, LEAD
from tests.chromium import chromium
from tests.e2e.browser import Screen, open_screen
from tests.e2e.environment import Environment, open_environment

PHONE: ViewportSize = {"width": 390, "height": 844}
#: In the sandbox's time, in which a build ends soon.
PACE = StageDurations(lag=0.1, build=1.0, start=0.5, spread=0.0)


@pytest.fixture(scope="module")
def clock(tmp_path_factory: pytest.TempPathFactory) -> SandboxClock:
    return SandboxClock(tmp_path_factory.mktemp("schedules") / "clock")


@pytest.fixture(scope="module")
def env(clock: SandboxClock) -> Iterator[Environment]:
    assert clock.file
    world = classroom(durations=PACE, clock=clock)
    with open_environment(clock.file.parent, world, SPACEBOT_ALERT_ON="error") as env:
        env.start()
        env.wait_for_initial_scan()
        yield env


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def phone(browser: Browser, env: Environment) -> Iterator[Screen]:
    with open_screen(browser, env, ASSISTANT.id, PHONE) as screen:
        yield screen


@pytest.fixture(autouse=True)
def attach_report(env: Environment) -> Iterator[None]:
    """Return the text that pytest shows below a failure."""
    yield
    sys.stdout.write(env.describe())


def test_a_schedule_runs_when_the_clock_is_moved(env: Environment, phone: Screen) -> None:
    phone.type_line("/space wake team-b tomorrow at 9")
    kept = phone.card("Scheduled: wake team-b")
    expect(kept).to_contain_text("09:00 UTC")
    expect(kept).to_contain_text("team-b now: 1 asleep")

    drawer = phone.open_panel()
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


def move_clock(drawer: Locator, *labels: str) -> None:
    """Press buttons of the drawer's clock, one after the other."""
    for label in labels:
        drawer.get_by_role("button", name=f"Move the clock by {label}", exact=True).click()


def test_a_deadline_is_checked_15_minutes_before_and_reported(
    env: Environment, clock: SandboxClock, phone: Screen
) -> None:
    now = datetime.fromtimestamp(clock(), UTC)
    end = now + timedelta(minutes=21)  # a cold start takes 4 minutes, so it begins at T-19
    day = "tomorrow " if end.day != now.day else ""
    phone.type_line(f"/space wake team-f team-j {day}before {end:%H:%M}")
    operation = phone.card(f"Waking team-f and team-j by {end:%H:%M}")
    expect(operation).to_contain_text("The first one wakes")
    ts = operation.get_attribute("data-ts")
    drawer = phone.open_panel()

    move_clock(drawer, "1 min", "1 min")
    expect(phone.message(ts)).to_contain_text("team-f and team-j are ready")
    move_clock(drawer, *["1 min"] * 4)
    check = phone.card(f"All 2 Spaces ready for {end:%H:%M}")
    expect(check).to_be_visible()
    expect(check).not_to_contain_text("reply")
    move_clock(drawer, "10 min", *["1 min"] * 5)
    phone.page.keyboard.press("Escape")
    expect(check).to_contain_text(f"All 2 Spaces ready at {end:%H:%M}")
    assert not phone.has_horizontal_scroll()


def set_off(screen: Screen, *faults: str) -> None:
    """Set off *faults* in the drawer, and close it."""
    drawer = screen.open_panel()
    for fault in faults:
        drawer.get_by_label("What goes wrong next").select_option(label=fault)
        drawer.get_by_role("button", name="Set off").click()
    screen.page.keyboard.press("Escape")


def spaces_with_model(env: Environment) -> list[str]:
    return [space.name for space in env.world.spaces() if "MODEL" in space.variables]


def test_a_rollout_that_kills_an_app_is_held_and_put_back(
    browser: Browser, env: Environment
) -> None:
    with open_screen(browser, env, LEAD.id, PHONE) as lead:
        set_off(
            lead, "A class of 60 Spaces joins", "A changed variable or secret kills apps, or not"
        )
        env.wait_for_sweeps()
        lead.type_line("/space variable set lab-* MODEL huge")
        lead.page.get_by_role("dialog").get_by_role("button", name="Set", exact=True).click()
        held = lead.card("Stopped after 1 of 60: ValueError: MODEL is invalid")
        expect(held).to_contain_text("Setting variable MODEL on 60 Spaces")
        ts = held.get_attribute("data-ts")
        assert spaces_with_model(env) == ["ifcore-lab-01"]
        assert not lead.has_horizontal_scroll()

        expect(held.get_by_role("button", name="Continue", exact=True)).to_be_visible()
        held.get_by_role("button", name="Put back", exact=True).click()
        question = lead.card("Set variable MODEL back on lab-01?")
        question.get_by_role("button", name="Put back").click()
        expect(lead.card("lab-01 set")).to_contain_text("Set variable MODEL back on lab-01")
        expect(lead.message(ts)).to_contain_text(re.compile("put back by @Dana in operation"))
        expect(lead.message(ts).get_by_role("button", name=re.compile("Retry"))).to_have_count(0)
        assert spaces_with_model(env) == []
        assert not lead.has_horizontal_scroll()


def test_without_a_schedule_the_drawer_says_so(env: Environment, phone: Screen) -> None:
    drawer = phone.open_panel()
    drawer.get_by_role("button", name="Next run: move the clock to it").click()

    expect(phone.page.get_by_text("Nothing is scheduled")).to_be_visible()
