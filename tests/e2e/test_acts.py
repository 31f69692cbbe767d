"""Each act from the page, on a phone: what a person types, fills in and sees, and what the Hub has.

Dana leads the course; Tomás assists. One page, on which one becomes the other by a tap.
"""

import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Locator, ViewportSize, expect

from bot.sandbox.hub.pace import Pace
from bot.sandbox.hub.seed import classroom
from bot.sandbox.hub.space import Env
from bot.sandbox.slack.rooms import ASSISTANT
from tests.chromium import chromium
from tests.e2e.browser import Desk, desk
from tests.e2e.house import House, house

PHONE: ViewportSize = {"width": 390, "height": 844}
# A build just long enough to be seen by a look every two seconds.
PACE = Pace(lag=0.1, build=2.5, start=0.3, spread=0.0)
TEAM = "ifcore-org/ifcore-team-{}"
# What the template's copies are given; the test's own secret is VALUE.
CONFIGURED = "swordfish"
VALUE = "correct horse battery staple"
# What is wider than its place: a part that scrolls by itself, or one that cuts off what it holds.
TOO_WIDE = """() => {
    const own = (e) => e.matches("html, #log, .dialog-body, .message, .drawer-body, .sidebar");
    const scrolls = (e) => ["auto", "scroll"].includes(getComputedStyle(e).overflowX);
    const wide = (e) => e.scrollWidth > e.clientWidth && (own(e) || scrolls(e));
    return [...document.querySelectorAll("*")].filter(wide).map((e) => e.outerHTML.slice(0, 200));
}"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house of our own, where only crashes ring."""
    given = {"SPACEBOT_SECRET_API_KEY": CONFIGURED, "SPACEBOT_ALERT_ON": "error"}
    with house(tmp_path_factory.mktemp("acts"), classroom(pace=PACE), **given) as home:
        home.start()
        home.said_first()
        yield home
        assert "Traceback" not in home.bots[0].said


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def page(browser: Browser, home: House) -> Iterator[Desk]:
    with desk(browser, home, ASSISTANT.id, PHONE, scale=2) as here:
        yield here


@pytest.fixture
def dana(page: Desk) -> Desk:
    return become(page, "Dana")


@pytest.fixture
def tomas(page: Desk) -> Desk:
    return become(page, "Tomás")


def become(here: Desk, name: str) -> Desk:
    """Switch person on the page, as it is done by hand."""
    dismiss(here)
    me = here.page.get_by_role("button", name="Switch person")
    if name not in (me.get_attribute("aria-label") or ""):
        me.click()
        here.page.locator("#sidebar").get_by_role("button", name=name).click()
        expect(me).to_have_attribute("aria-label", re.compile(f"^You are {name},"))
    return here


def dismiss(here: Desk) -> None:
    """Wipe the banners of the lock screen away: for some seconds they lie on the bar."""
    crosses = here.page.locator("#pushes").get_by_role("button", name="Dismiss notification")
    crosses.evaluate_all("all => all.forEach((cross) => cross.click())")


def goes_to(here: Desk, channel: str) -> None:
    """Look at another channel."""
    dismiss(here)
    here.page.locator("#bar h1").get_by_role("button").click()
    here.page.locator("#sidebar").get_by_role("button", name=channel).click()
    expect(here.page.locator("#bar h1")).to_have_text(re.compile(channel))


def fits(here: Desk) -> None:
    """Nothing scrolls sideways, and nothing is cut off."""
    assert here.page.evaluate(TOO_WIDE) == []


def seen(here: Desk, words: str) -> Locator:
    """Wait for the newest message with these words."""
    card = here.card(words)
    expect(card).to_be_visible()
    fits(here)
    return card


def form(here: Desk, title: str) -> Locator:
    """Wait for a form."""
    opened = here.page.get_by_role("dialog", name=title, exact=True)
    expect(opened).to_be_visible()
    fits(here)
    return opened


def taps(where: Locator, label: str) -> None:
    where.get_by_role("button", name=label, exact=True).click()


def file(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def test_a_secret_goes_from_the_form_to_the_hub_and_is_nowhere_else(
    home: House, dana: Desk, tmp_path: Path
) -> None:
    space = TEAM.format("a")
    dana.types("/space secret set team-a API_TOKEN")
    asked = form(dana, "Set a secret")
    expect(asked).to_contain_text("The app restarts")
    dana.page.screenshot(path=tmp_path / "secret.png")
    asked.get_by_label("Value").fill(VALUE)
    taps(asked, "Set it")
    expect(seen(dana, "Secret API_TOKEN set on team-a")).to_contain_text("asked by @Dana")
    expect(asked).to_have_count(0)
    assert home.world.secret_seen(space, "API_TOKEN") == sha256(VALUE.encode()).hexdigest()

    dana.types("/space secret list team-a")
    expect(seen(dana, "Secrets of team-a")).to_contain_text("API_TOKEN")
    assert VALUE not in dana.page.content()

    dana.types("/space secret delete team-a API_TOKEN")
    asked = form(dana, "Delete a secret")
    expect(asked).to_contain_text("Nobody can read its value: be sure")
    assert home.world.secret_seen(space, "API_TOKEN")
    taps(asked, "Delete it")
    seen(dana, "Secret API_TOKEN deleted from team-a")
    assert home.world.secret_seen(space, "API_TOKEN") is None


def test_a_variable_is_shown_before_it_is_set_and_may_be_taken_away(
    home: House, dana: Desk
) -> None:
    space = TEAM.format("c")
    dana.types("/space variable set team-c MODE exam")
    asked = form(dana, "Set a variable")
    expect(asked.get_by_label("Value")).to_have_value("exam")
    taps(asked, "Set it")
    seen(dana, "Variable MODE set on team-c")
    with home.world.open(space) as found:
        assert found.variables["MODE"].value == "exam"

    dana.types("/space variable list team-c")
    expect(seen(dana, "Variables of team-c")).to_contain_text("MODE = exam")

    dana.types("/space variable delete team-c MODE")
    taps(form(dana, "Delete a variable"), "Delete it")
    seen(dana, "Variable MODE deleted from team-c")
    with home.world.open(space) as found:
        assert "MODE" not in found.variables


def test_a_class_is_provisioned_after_a_preview(home: House, dana: Desk, tmp_path: Path) -> None:
    ids = {team: TEAM.format(team.removeprefix("team-")) for team in ("team-x", "team-y")}
    dana.types("/space provision team-x, team-y")
    preview = seen(dana, "Provision 2 Spaces?")
    for part in ("ifcore-org/ifcore-template", "TEAM_NAME=team-x", "API_KEY", "costs nothing"):
        expect(preview).to_contain_text(part)
    assert not [id for id in ids.values() if id in home.world]
    taps(preview, "Provision 2 Spaces")

    ended = seen(dana, "Provision: 2 of 2 up")
    for team, id in ids.items():
        expect(ended).to_contain_text(team)
        expected = Env(frozenset({"API_KEY"}), {"TEAM_NAME": team})
        assert home.world.first_build_env(id) == expected
        assert home.world.stage(id) == "RUNNING"
    assert CONFIGURED not in dana.page.content()
    dana.takes_a_picture(tmp_path / "provision.png")


def test_without_names_a_form_asks_for_them(home: House, dana: Desk) -> None:
    dana.types("/space provision")
    asked = form(dana, "Provision a class")
    expect(asked.get_by_label("Template")).to_have_value("ifcore-org/ifcore-template")
    asked.get_by_label("Names").fill("team--z")
    taps(asked, "Show me first")
    expect(asked.locator("[data-block-id=names] .error")).to_be_visible()
    fits(dana)
    asked.get_by_label("Names").fill("team-z")
    taps(asked, "Show me first")
    taps(seen(dana, "Provision 1 Space?"), "Provision 1 Space")
    expect(seen(dana, "Provision: 1 of 1 up")).to_contain_text("team-z")
    assert home.world.stage(TEAM.format("z")) == "RUNNING"


def test_a_new_space_is_made_as_it_was_asked_for(home: House, dana: Desk) -> None:
    dana.types("/space create team-w gradio public")
    expect(seen(dana, "Create: 1 of 1 made")).to_contain_text("team-w")
    with home.world.open(TEAM.format("w")) as space:
        assert (space.sdk, space.private) == ("gradio", False)


def test_hardware_that_costs_is_asked_about_with_its_price(home: House, dana: Desk) -> None:
    space = TEAM.format("e")
    dana.types("/space hardware team-e")
    table = seen(dana, "Nvidia T4 - small")
    expect(table).to_contain_text("cpu-basic: team-e")
    expect(table).to_contain_text("$0.40 an hour")

    dana.types("/space hardware team-e t4-small")
    question = seen(dana, "Change the hardware of 1 Space?")
    expect(question).to_contain_text("costs $0.40 an hour")
    expect(question).to_contain_text("Up now")
    taps(question, "Leave it")
    seen(dana, "Left as it was. Nothing was done.")
    assert hardware(home, space) == "cpu-basic"

    dana.types("/space hardware team-g cpu-upgrade")
    taps(seen(dana, "costs $0.03 an hour"), "Change the hardware of 1 Space")
    seen(dana, "Hardware: 1 of 1 on cpu-upgrade")
    assert hardware(home, TEAM.format("g")) == "cpu-upgrade"


def hardware(home: House, id: str) -> str:
    with home.world.open(id) as space:
        return space.hardware


def test_a_sleep_time_is_set_where_the_hardware_is_paid(home: House, dana: Desk) -> None:
    with home.world.open(TEAM.format("h")) as space:
        space.hardware, space.sleep_after = "t4-small", None
    home.sweeps(2)
    dana.types("/space sleep team-h 1h")
    seen(dana, "Sleep time: 1 of 1 set to 1h")
    with home.world.open(TEAM.format("h")) as space:
        assert space.sleep_after == 3600


def test_a_look_at_one_space_leads_to_its_log_and_all_of_it_is_a_file(
    home: House, tomas: Desk
) -> None:
    with home.world.open(TEAM.format("k")) as space:
        lines = [f"\x1b[32mepoch\x1b[0m {n}, loss {1 / n:.4f}" for n in range(1, 61)]
        space.logs["run"] = [(space.created + n, line) for n, line in enumerate(lines)]
    tomas.types("/space info team-k")
    card = seen(tomas, "ifcore-org/ifcore-team-k")
    expect(card).to_contain_text("team-k up")
    expect(card).to_contain_text("cpu-basic")
    taps(card, "Logs")
    log = seen(tomas, "The last 20 of 60 lines")
    expect(log).to_contain_text("epoch 60, loss 0.0167")
    expect(log).not_to_contain_text("epoch 40,")
    assert "epoch 1, loss 1.0000\n" in handed_over(tomas, "team-k-run.log")


def handed_over(here: Desk, name: str) -> str:
    """Fetch a file from the direct messages, and come back."""
    goes_to(here, "spacebot")
    seen(here, f"What you asked for in #space-ops: {name}")
    link = here.page.get_by_role("link", name=name).last.get_attribute("href")
    assert link
    answer = here.page.request.get(link)
    assert answer.ok
    goes_to(here, "space-ops")
    return answer.text()


def test_the_audit_says_who_did_what_and_hands_it_over_as_a_table(dana: Desk) -> None:
    dana.types("/space unmute team-b")
    seen(dana, "Nothing of that was muted.")
    dana.types("/space audit 1h")
    answer = seen(dana, "in the last 60 min")
    expect(answer).to_contain_text("@Dana unmute team-b")
    taps(answer, "All as a CSV file")
    head, *rows = handed_over(dana, "audit.csv").splitlines()
    assert head.startswith("when (UTC),who,what,")
    assert any("U0LEAD,unmute team-b," in row for row in rows)


def test_a_space_is_deleted_by_its_full_id_alone(home: House, dana: Desk, tmp_path: Path) -> None:
    space = TEAM.format("l")
    dana.types("/space delete team-l")
    asked = form(dana, "Delete a Space")
    asked.get_by_label("Its full id").fill("team-l")
    taps(asked, "Delete for ever")
    expect(asked).to_contain_text(f"That is not {space}. Nothing was deleted.")
    fits(dana)
    dana.page.screenshot(path=tmp_path / "delete.png")
    assert space in home.world
    asked.get_by_label("Its full id").fill(space)
    taps(asked, "Delete for ever")
    seen(dana, "Deleted team-l, for ever")
    assert space not in home.world


def test_two_files_are_picked_in_a_form_and_followed_to_the_end_of_the_build(
    home: House, tomas: Desk, tmp_path: Path
) -> None:
    space = TEAM.format("h")
    tomas.types("/space upload team-h")
    asked = form(tomas, "Upload to a Space")
    expect(asked).to_contain_text("It lacks API_KEY")
    picked = [file("notes.txt", b"read me"), file("app ä.py", b"print()")]
    asked.locator("input[type=file]").set_input_files(picked)
    for name in ("notes.txt", "app ä.py"):
        expect(asked.get_by_role("button", name=f"Remove {name}")).to_be_visible()
    asked.get_by_label("Folder").fill("demo")
    asked.get_by_label("What has changed").fill("A demo")
    fits(tomas)
    tomas.page.screenshot(path=tmp_path / "upload.png")
    taps(asked, "Upload")
    card = seen(tomas, "Upload: 1 of 1 in place")
    with home.world.open(space) as found:
        head = found.repo.head
        assert (found.stage, found.repo.commits[-1].summary) == ("RUNNING", "A demo")
        assert "API_KEY" in found.secrets
    link = card.get_by_role("link", name="The commit on the Hub")
    expect(link).to_have_attribute("href", re.compile(f"/commit/{head}$"))
    files = home.world.files(space)
    assert (files["demo/notes.txt"], files["demo/app ä.py"]) == (b"read me", b"print()")


def test_the_file_of_a_message_goes_to_a_space_from_its_menu(home: House, tomas: Desk) -> None:
    tomas.page.locator(".composer input[type=file]").set_input_files(file("site.css", b"b{}"))
    expect(tomas.page.get_by_role("button", name="Remove site.css")).to_be_visible()
    tomas.types("our new colours")
    message = seen(tomas, "our new colours")
    taps(message, "Message actions for Tomás")
    tomas.page.get_by_role("menuitem", name="Upload to a Space").click()
    asked = form(tomas, "Upload to a Space")
    expect(asked).to_contain_text("1 file of that message")
    asked.get_by_label("Space", exact=True).select_option("team-c")
    taps(asked, "Upload")
    card = tomas.card("Upload: 1 of 1 in place").filter(has_text="team-c")
    expect(card).to_be_visible()
    fits(tomas)
    assert home.world.files(TEAM.format("c"))["site.css"] == b"b{}"


def test_an_alert_is_taken_muted_and_explained(home: House, tomas: Desk) -> None:
    home.world.break_(TEAM.format("j"))
    ts = seen(tomas, "team-j · crashed").get_attribute("data-ts")
    card = tomas.message(ts)
    taps(card, "More actions")
    tomas.page.get_by_role("menuitem", name="I am on it").click()
    seen(tomas, "You are on team-j.")
    expect(card).to_contain_text("Tomás is on it")

    tomas.types("/space mute team-j for 1h because of the demo")
    muted = seen(tomas, "muted team-j until")
    expect(muted).to_contain_text("because of the demo")
    expect(card).to_contain_text("muted")
    tomas.types("/space why team-j")
    why = seen(tomas, "→ crashed: ")
    expect(why).to_contain_text("muted until")
    expect(why).to_contain_text("is on it")
    taps(muted, "Unmute")
    seen(tomas, "unmuted team-j")
    tomas.types("/space ack team-a")
    seen(tomas, "There is no open alert about that.")


def test_a_channel_hears_of_more_and_of_less_again(tomas: Desk) -> None:
    tomas.types("/space watch paused team-a")
    expect(seen(tomas, "hears of paused of team-a")).to_contain_text("@Tomás")
    tomas.types("/space watches")
    expect(seen(tomas, "hears of error of every Space")).to_contain_text("paused of team-a")
    tomas.types("/space unwatch team-a")
    seen(tomas, "1 watch of this channel is ended.")


def test_help_and_doctor_know_who_asks(dana: Desk) -> None:
    dana.types("/space doctor")
    expect(seen(dana, "All well: ")).to_contain_text("database")
    dana.types("/space help")
    answer = seen(dana, "You are an admin.")
    expect(answer).to_contain_text("provision")
    taps(answer, "All verbs")
    expect(seen(dana, "/space secret set <targets> KEY")).to_contain_text("Only visible to you")


def test_an_assistant_is_offered_no_form_of_a_lead(home: House, tomas: Desk) -> None:
    tomas.types("/space secret set team-a API_TOKEN")
    told = seen(tomas, "Only an admin may")
    expect(told).to_contain_text("Nothing was done.")
    assert home.world.secret_seen(TEAM.format("a"), "API_TOKEN") is None


def test_what_waits_for_a_rate_limit_is_stopped_from_its_card(tomas: Desk, home: House) -> None:
    id = TEAM.format("b")
    home.world.put(id, "SLEEPING")
    restarts = home.world.restarts[id]
    limit = home.world.faults.refuse(
        429, "Slow down", call="restart", space=id, headers={"Retry-After": "60"}
    )
    tomas.types("/space wake team-b")
    waiting = seen(tomas, "The Hub is rate-limiting us until")
    expect(waiting).to_contain_text("Slow down")
    expect(waiting).to_contain_text(re.compile(r"operation \d+"))
    waiting.get_by_role("button", name="Stop", exact=True).click()

    card = seen(tomas, "asked by @Tomás · stopped by @Tomás")
    expect(card).to_contain_text("Wake stopped: 0 done, 1 not sent")
    expect(card).to_contain_text("stopped by @Tomás")
    expect(card.get_by_role("button", name="Stop", exact=True)).to_have_count(0)
    home.world.faults.lift(limit)
    home.sweeps()
    assert home.world.restarts[id] == restarts
