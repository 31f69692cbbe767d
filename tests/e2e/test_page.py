"""The main job, by hand: what a person types and taps on the page, at a desk and on a phone.

With SCREENSHOTS=write the two pictures of the README are taken anew.
"""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from bot.sandbox.hub.pace import Pace
from bot.sandbox.hub.seed import classroom
from bot.sandbox.slack.rooms import ASSISTANT, STUDENT
from tests.chromium import chromium
from tests.e2e.browser import Desk, desk
from tests.e2e.house import House, house

DOCS = Path(__file__).parents[2] / "docs"
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
# A build takes long enough to be seen by a look every two seconds.
PACE = Pace(lag=0.2, build=4.0, start=1.0, spread=0.2)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A class where only crashes ring, so that the pictures are calm."""
    world = classroom(pace=PACE)
    with house(tmp_path_factory.mktemp("page"), world, SPACEBOT_ALERT_ON="error") as home:
        home.start()
        home.said_first()
        yield home


@pytest.fixture(scope="module")
def desktop(browser: Browser, home: House) -> Iterator[Desk]:
    """The teaching assistant in the class channel, at a desk."""
    with desk(browser, home, ASSISTANT.id, DESKTOP, scale=1.5) as here:
        yield here


@pytest.fixture(scope="module")
def phone(browser: Browser, home: House) -> Iterator[Desk]:
    """The same person, on the way."""
    with desk(browser, home, ASSISTANT.id, PHONE, scale=2) as here:
        yield here


@pytest.fixture(autouse=True)
def report(home: House) -> Iterator[None]:
    """What pytest shows below a failure."""
    yield
    sys.stdout.write(home.report())


def test_status_shows_every_space_worst_first(desktop: Desk, phone: Desk) -> None:
    phone.types("/space status")
    for here in (desktop, phone):
        answer = here.card("12 Spaces: 2 broken · 3 asleep · 1 paused · 6 up")
        expect(answer).to_contain_text("Only visible to you")
        shown = answer.inner_text()
        assert re.findall(r"team-(\w)", shown) == list("dibfjgacehkl")


def test_wake_all_is_one_card_to_its_end_and_one_reply(
    home: House, desktop: Desk, phone: Desk, tmp_path: Path
) -> None:
    faults = home.world.faults  # two Spaces take their time, so that there is a middle
    late = [faults.hang(call="restart", space=f"ifcore-org/ifcore-team-{t}") for t in "ij"]
    desktop.types("/space wake all")
    ts = desktop.card("Waking 6 Spaces").get_attribute("data-ts")
    phone.breaks("team-a")

    folder = DOCS if os.environ.get("SCREENSHOTS") == "write" else tmp_path
    for here, name in ((desktop, "desktop.png"), (phone, "phone.png")):
        expect(here.card("team-a · crashed")).to_contain_text("looks like the configuration")
        expect(here.message(ts)).to_contain_text(re.compile(r"🟩+⬜+\s*4 up · 2 on the way"))
        here.takes_a_picture(folder / name)
        assert (folder / name).stat().st_size < 300_000

    for fault in late:
        faults.lift(fault)
    for here in (desktop, phone):
        expect(here.message(ts)).to_contain_text("Wake: 5 of 6 up")
        expect(here.message(ts)).to_contain_text("1 problem")  # the build that fails, fails
        expect(here.message(ts)).to_contain_text("team-i")
        expect(here.message(ts).get_by_role("button", name="1 reply")).to_be_visible()
    assert [m.ts for m in home.said("^Wak")] == [ts]


def test_a_tap_on_an_alert_repairs_and_the_same_card_tells_the_recovery(
    desktop: Desk, phone: Desk
) -> None:
    desktop.breaks("team-c")
    alert = phone.card("team-c · crashed")
    expect(alert).to_contain_text("torch.OutOfMemoryError")
    ts = alert.get_attribute("data-ts")
    phone.message(ts).get_by_role("button", name="Restart", exact=True).click()
    for here in (phone, desktop):
        expect(here.message(ts)).to_contain_text("fixed after")
        expect(here.message(ts).get_by_role("button", name="Restart", exact=True)).to_have_count(0)
        expect(here.card("Restart: 1 of 1 up")).to_be_visible()


def test_a_student_hears_who_may_and_nothing_happens(browser: Browser, home: House) -> None:
    before = home.world.restarts
    with desk(browser, home, STUDENT.id, PHONE) as student:
        student.types("/space wake all")
        told = student.card("Only an operator or an admin may")
        expect(told).to_contain_text("Nothing was done.")
        expect(told).to_contain_text("Only visible to you")
    assert home.world.restarts == before


def test_pause_asks_first_and_a_tap_begins_it(home: House, desktop: Desk, phone: Desk) -> None:
    phone.types("/space pause team-e")
    question = phone.card("Pause 1 Space?")
    expect(question).to_contain_text("Only visible to you")
    assert home.world.stage("ifcore-org/ifcore-team-e") == "RUNNING"
    question.get_by_role("button", name="Pause 1 Space").click()
    for here in (phone, desktop):
        expect(here.card("Pause: 1 of 1 paused")).to_be_visible()
    assert home.world.stage("ifcore-org/ifcore-team-e") == "PAUSED"


def test_nothing_of_all_this_scrolls_sideways(desktop: Desk, phone: Desk) -> None:
    for line in ("/space help", "/space url all", "/space status team-i"):
        phone.types(line)
    for here in (desktop, phone):
        expect(here.card("/space wake <targets>")).to_be_visible()
        expect(here.card("docs · health")).to_be_visible()
        expect(here.card("No matching distribution")).to_be_visible()
        assert not here.scrolls_sideways()
