"""The main flows on the page, as a person types and clicks, on a desktop and on a phone.

With SCREENSHOTS=write the pictures and the film of the README are taken again.
"""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from bot.sandbox.hub.latency import StageDurations
from bot.sandbox.hub.seed import classroom
from bot.sandbox.slack.directory import ASSISTANT, LEAD, STUDENT
from tests.chromium import chromium
from tests.e2e.browser import Screen, open_screen
from tests.e2e.environment import Environment, open_environment
from tests.e2e.film import Film

DOCS = Path(__file__).parents[2] / "docs"
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
FILM: ViewportSize = {"width": 390, "height": 560}
# A build and a start take longer than the poll interval of two seconds. A restart that no listing
# shows ends only after a minute.
PACE = StageDurations(lag=0.2, build=4.0, start=2.8, spread=0.2)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Environment]:
    """A class where only crashes alert, so that the pictures are calm."""
    world = classroom(durations=PACE)
    with open_environment(tmp_path_factory.mktemp("page"), world, SPACEBOT_ALERT_ON="error") as env:
        env.start()
        env.wait_for_initial_scan()
        yield env


@pytest.fixture(scope="module")
def desktop(browser: Browser, env: Environment) -> Iterator[Screen]:
    """The teaching assistant in the class channel, on a desktop."""
    with open_screen(browser, env, ASSISTANT.id, DESKTOP, scale=1.5) as screen:
        yield screen


@pytest.fixture(scope="module")
def phone(browser: Browser, env: Environment) -> Iterator[Screen]:
    """The same person, on a phone."""
    with open_screen(browser, env, ASSISTANT.id, PHONE, scale=2) as screen:
        yield screen


@pytest.fixture(autouse=True)
def attach_report(env: Environment) -> Iterator[None]:
    """Return the text that pytest shows below a failure."""
    yield
    sys.stdout.write(env.describe())


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Return the folder for pictures."""
    return DOCS if os.environ.get("SCREENSHOTS") == "write" else tmp_path


def test_card_tells_the_whole_story_of_a_repair(
    browser: Browser, env: Environment, desktop: Screen, pictures: Path
) -> None:
    hang = env.world.faults.hang(call="restart", space="ifcore-org/ifcore-team-h")
    with open_screen(browser, env, ASSISTANT.id, FILM) as screen:
        film = Film(screen)
        film.take(1200)
        desktop.break_space("team-h")
        ts = screen.card("team-h · crashed").get_attribute("data-ts")
        card = screen.message(ts)
        expect(card).to_contain_text("torch.OutOfMemoryError")
        film.take(2600)
        button = card.get_by_role("button", name="Restart", exact=True)
        film.take(700, tap=button)
        button.click()
        expect(card).to_contain_text("Restarting since")
        film.take(2000)
        env.world.faults.remove(hang)
        expect(card).to_contain_text("team-h · recovered after")
        expect(card).to_contain_text("Restarted team-h")
        film.take(3500)
    film.save(pictures / "repair.gif")
    assert (pictures / "repair.gif").stat().st_size < 600_000


def test_app_that_runs_and_answers_502_is_repaired(env: Environment, desktop: Screen) -> None:
    """From the control panel to the card, the restart and the recovery; the waits are shortened."""
    space = "ifcore-org/ifcore-team-e"
    desktop.press_in_panel("Answer 502 team-e")
    desktop.type_line("/space status team-e check")
    expect(desktop.card("team-e running, but not answering (502 at /)")).to_be_visible()
    env.execute_sql("UPDATE health_record SET at = at - 60, failing_since = failing_since - 60")
    ts = desktop.card("team-e · running, but not answering").get_attribute("data-ts")
    card = desktop.message(ts)
    card.get_by_role("button", name="Restart", exact=True).click()
    desktop.card("Restart team-e?").get_by_role("button", name="Restart team-e").click()
    expect(card).to_contain_text("Restarting since")

    def has_answered() -> bool:
        query = f"SELECT successes FROM health_record WHERE space = '{space}'"
        return env.query_sql(query) == [(1,)]

    env.wait_until(has_answered)
    env.execute_sql("UPDATE health_record SET at = at - 60")
    expect(card).to_contain_text("team-e · recovered after")
    expect(card).to_contain_text("Restarted team-e")


def test_status_shows_every_space_worst_first(desktop: Screen, phone: Screen) -> None:
    phone.type_line("/space status")
    for screen in (desktop, phone):
        answer = screen.page.locator("article.ephemeral").filter(has_text="12 Spaces").last
        expect(answer).to_contain_text("Only visible to you")
        text = answer.inner_text()
        assert re.findall(r"team-(\w)", text) == list("dibfjgacehkl")


def test_wake_all_is_one_card_to_its_end_and_one_reply(
    env: Environment, desktop: Screen, phone: Screen, pictures: Path
) -> None:
    faults = env.world.faults  # two Spaces start slowly, so that the card has an intermediate state
    late = [faults.hang(call="restart", space=f"ifcore-org/ifcore-team-{t}") for t in "ij"]
    desktop.type_line("/space wake all")
    ts = desktop.card("Waking 6 Spaces").get_attribute("data-ts")
    phone.break_space("team-a")

    for screen, name in ((desktop, "desktop.png"), (phone, "phone.png")):
        expect(screen.card("team-a · crashed")).to_contain_text("torch.OutOfMemoryError")
        expect(screen.message(ts)).to_contain_text(re.compile(r"🟩+⬜+\s*4 ready · 2 starting"))
        screen.take_screenshot(pictures / name)
        assert (pictures / name).stat().st_size < 300_000

    for fault in late:
        faults.remove(fault)
    for screen in (desktop, phone):
        expect(screen.message(ts)).to_contain_text("Woke 5 of 6")
        expect(screen.message(ts)).to_contain_text("1 failed")  # the planned failure
        expect(screen.message(ts)).to_contain_text("team-i")
        expect(screen.message(ts).get_by_role("button", name="1 reply")).to_be_visible()
    assert [m.ts for m in env.bot_messages("^W(aking|oke)")] == [ts]


def test_alert_button_restarts_and_its_card_shows_recovery(
    env: Environment, desktop: Screen, phone: Screen
) -> None:
    desktop.break_space("team-c")
    alert = phone.card("team-c · crashed")
    expect(alert).to_contain_text("torch.OutOfMemoryError")
    ts = alert.get_attribute("data-ts")
    phone.message(ts).get_by_role("button", name="Restart", exact=True).click()
    for screen in (phone, desktop):
        expect(screen.message(ts)).to_contain_text("recovered after")
        expect(screen.message(ts).get_by_role("button", name="Restart", exact=True)).to_have_count(
            0
        )
        expect(screen.message(ts)).to_contain_text("Restarted team-c")
    assert not env.bot_messages("^Restart")


def test_secret_is_typed_in_a_form(browser: Browser, env: Environment, pictures: Path) -> None:
    with open_screen(browser, env, LEAD.id, PHONE, scale=2) as lead:
        lead.type_line("/space secret set all API_KEY")
        form = lead.page.get_by_role("dialog", name="Set a secret")
        expect(form).to_contain_text("never logged, stored or posted")
        lead.take_screenshot(pictures / "form.png")
    assert (pictures / "form.png").stat().st_size < 300_000


def test_student_command_is_denied_with_the_required_role(
    browser: Browser, env: Environment
) -> None:
    before = env.world.restarts
    with open_screen(browser, env, STUDENT.id, PHONE) as student:
        student.type_line("/space wake all")
        refusal = student.card("You can't wake Spaces: operators only.")
        expect(refusal).to_contain_text("for help.")
        expect(refusal).to_contain_text("Only visible to you")
    assert env.world.restarts == before


def test_pause_starts_only_after_confirmation(
    env: Environment, desktop: Screen, phone: Screen
) -> None:
    phone.type_line("/space pause team-e")
    question = phone.card("Pause team-")
    expect(question).to_contain_text("Only visible to you")
    assert env.world.stage("ifcore-org/ifcore-team-e") == "RUNNING"
    question.get_by_role("button", name="Pause team-").click()
    for screen in (phone, desktop):
        expect(screen.card("Paused team-")).to_be_visible()
    assert env.world.stage("ifcore-org/ifcore-team-e") == "PAUSED"


def test_pages_do_not_scroll_horizontally(desktop: Screen, phone: Screen) -> None:
    for line in ("/space help", "/space url all", "/space status team-i"):
        phone.type_line(line)
    for screen in (desktop, phone):
        expect(screen.card("/space wake <targets>")).to_be_visible()
        expect(screen.card("docs · health")).to_be_visible()
        expect(screen.card("No matching distribution")).to_be_visible()
        assert not screen.has_horizontal_scroll()
