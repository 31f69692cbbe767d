"""Each act from the page, on a phone, with its effect on the Hub.

Dana leads the course and Tomás assists. One page switches between them.
"""

import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Locator, ViewportSize, expect

from bot.sandbox.hub.latency import StageDurations
from bot.sandbox.hub.seed import classroom
from bot.sandbox.hub.space import Env
from bot.sandbox.slack.directory import ASSISTANT
from tests.chromium import chromium
from tests.e2e.browser import Screen, open_screen
from tests.e2e.environment import Environment, open_environment

PHONE: ViewportSize = {"width": 390, "height": 844}
# A build just longer than the poll interval of two seconds.
PACE = StageDurations(lag=0.1, build=2.5, start=0.3, spread=0.0)
TEAM = "ifcore-org/ifcore-team-{}"
# The configuration of the template's copies; the test's own secret is VALUE.
CONFIGURED = "swordfish"
VALUE = "correct horse battery staple"
# Elements wider than their container: ones that scroll by themselves, or cut off their content.
OVERFLOWING = """() => {
    const own = (e) => e.matches("html, #log, .dialog-body, .message, .drawer-body, .sidebar");
    const scrolls = (e) => ["auto", "scroll"].includes(getComputedStyle(e).overflowX);
    const wide = (e) => e.scrollWidth > e.clientWidth && (own(e) || scrolls(e));
    return [...document.querySelectorAll("*")].filter(wide).map((e) => e.outerHTML.slice(0, 200));
}"""


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Environment]:
    """An environment where only crashes alert."""
    given = {"SPACEBOT_SECRET_API_KEY": CONFIGURED, "SPACEBOT_ALERT_ON": "error"}
    with open_environment(
        tmp_path_factory.mktemp("acts"), classroom(durations=PACE), **given
    ) as env:
        env.start()
        env.wait_for_initial_scan()
        yield env
        assert "Traceback" not in env.bots[0].output


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def page(browser: Browser, env: Environment) -> Iterator[Screen]:
    with open_screen(browser, env, ASSISTANT.id, PHONE, scale=2) as screen:
        yield screen


@pytest.fixture
def dana(page: Screen) -> Screen:
    return switch_person(page, "Dana")


@pytest.fixture
def tomas(page: Screen) -> Screen:
    return switch_person(page, "Tomás")


def switch_person(screen: Screen, name: str) -> Screen:
    """Switch the person on the page."""
    dismiss(screen)
    me = screen.page.get_by_role("button", name="Switch person")
    if name not in (me.get_attribute("aria-label") or ""):
        me.click()
        screen.page.locator("#sidebar").get_by_role("button", name=name).click()
        expect(me).to_have_attribute("aria-label", re.compile(f"^You are {name},"))
    return screen


def dismiss(screen: Screen) -> None:
    """Dismiss the banners of the lock screen, which cover the bar for some seconds."""
    crosses = screen.page.locator("#pushes").get_by_role("button", name="Dismiss notification")
    crosses.evaluate_all("all => all.forEach((cross) => cross.click())")


def open_channel(screen: Screen, channel: str) -> None:
    """Open another channel."""
    dismiss(screen)
    screen.page.locator("#bar h1").get_by_role("button").click()
    screen.page.locator("#sidebar").get_by_role("button", name=channel).click()
    expect(screen.page.locator("#bar h1")).to_have_text(re.compile(channel))


def assert_nothing_is_cut_off(screen: Screen) -> None:
    """Check that nothing scrolls sideways and nothing is cut off."""
    assert screen.page.evaluate(OVERFLOWING) == []


def wait_for_message(screen: Screen, words: str) -> Locator:
    """Wait for the newest message that contains *text*."""
    card = screen.card(words)
    expect(card).to_be_visible()
    assert_nothing_is_cut_off(screen)
    return card


def wait_for_form(screen: Screen, title: str) -> Locator:
    """Wait for a form."""
    opened = screen.page.get_by_role("dialog", name=title, exact=True)
    expect(opened).to_be_visible()
    assert_nothing_is_cut_off(screen)
    return opened


def click(where: Locator, label: str) -> None:
    where.get_by_role("button", name=label, exact=True).click()


def make_file(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def test_secret_value_goes_only_to_the_hub(env: Environment, dana: Screen, tmp_path: Path) -> None:
    space = TEAM.format("a")
    dana.type_line("/space secret set team-a API_TOKEN")
    form_dialog = wait_for_form(dana, "Set a secret")
    expect(form_dialog).to_contain_text("The app will restart")
    dana.page.screenshot(path=tmp_path / "secret.png")
    form_dialog.get_by_label("Value").fill(VALUE)
    click(form_dialog, "Set")
    expect(wait_for_message(dana, "Secret API_TOKEN set on team-a")).to_contain_text(
        "Requested by @Dana"
    )
    expect(form_dialog).to_have_count(0)
    assert env.world.secret_digest(space, "API_TOKEN") == sha256(VALUE.encode()).hexdigest()

    dana.type_line("/space secret list team-a")
    expect(wait_for_message(dana, "Secrets of team-a")).to_contain_text("API_TOKEN")
    assert VALUE not in dana.page.content()

    dana.type_line("/space secret delete team-a API_TOKEN")
    form_dialog = wait_for_form(dana, "Delete a secret")
    expect(form_dialog).to_contain_text("its value can't be read back")
    assert env.world.secret_digest(space, "API_TOKEN")
    click(form_dialog, "Delete")
    wait_for_message(dana, "Secret API_TOKEN deleted from team-a")
    assert env.world.secret_digest(space, "API_TOKEN") is None


def test_variable_is_shown_set_and_deleted(env: Environment, dana: Screen) -> None:
    space = TEAM.format("g")
    dana.type_line("/space variable set team-g MODE exam")
    form_dialog = wait_for_form(dana, "Set a variable")
    expect(form_dialog.get_by_label("Value")).to_have_value("exam")
    click(form_dialog, "Set")
    wait_for_message(dana, "Set variable MODE on team-g")
    with env.world.open(space) as found:
        assert found.variables["MODE"].value == "exam"

    dana.type_line("/space variable list team-g")
    expect(wait_for_message(dana, "Variables of team-g")).to_contain_text("MODE = exam")

    dana.type_line("/space variable delete team-g MODE")
    click(wait_for_form(dana, "Delete a variable"), "Delete")
    wait_for_message(dana, "Deleted variable MODE from team-g")
    with env.world.open(space) as found:
        assert "MODE" not in found.variables


def test_a_class_is_provisioned_after_a_preview(
    env: Environment, dana: Screen, tmp_path: Path
) -> None:
    ids = {team: TEAM.format(team.removeprefix("team-")) for team in ("team-x", "team-y")}
    dana.type_line("/space provision team-x, team-y")
    preview = wait_for_message(dana, "Provision team-x and team-y?")
    for part in ("ifcore-org/ifcore-template", "TEAM_NAME=team-x", "API_KEY", "cpu-basic (free)"):
        expect(preview).to_contain_text(part)
    assert not [id for id in ids.values() if id in env.world]
    click(preview, "Provision team-x and team-y")

    ended = wait_for_message(dana, "Provisioned ")
    for team, id in ids.items():
        expect(ended).to_contain_text(team)
        expected = Env(frozenset({"API_KEY"}), {"TEAM_NAME": team})
        assert env.world.first_build_env(id) == expected
        assert env.world.stage(id) == "RUNNING"
    assert CONFIGURED not in dana.page.content()
    dana.take_screenshot(tmp_path / "provision.png")


def test_provision_without_names_opens_a_form(env: Environment, dana: Screen) -> None:
    dana.type_line("/space provision")
    form_dialog = wait_for_form(dana, "Provision a class")
    expect(form_dialog.get_by_label("Template")).to_have_value("ifcore-org/ifcore-template")
    form_dialog.get_by_label("Names").fill("team--z")
    click(form_dialog, "Preview")
    expect(form_dialog.locator("[data-block-id=names] .error")).to_be_visible()
    assert_nothing_is_cut_off(dana)
    form_dialog.get_by_label("Names").fill("team-z")
    click(form_dialog, "Preview")
    click(wait_for_message(dana, "Provision team-z?"), "Provision team-z")
    expect(wait_for_message(dana, "Provisioned team-z")).to_contain_text("team-z")
    assert env.world.stage(TEAM.format("z")) == "RUNNING"


def test_create_uses_the_values_of_the_form(env: Environment, dana: Screen) -> None:
    dana.type_line("/space create team-w gradio public")
    wait_for_message(dana, "Created team-w")
    with env.world.open(TEAM.format("w")) as space:
        assert (space.sdk, space.private) == ("gradio", False)


def test_paid_hardware_asks_for_confirmation_with_its_price(env: Environment, dana: Screen) -> None:
    space = TEAM.format("e")
    dana.type_line("/space hardware team-e")
    table = wait_for_message(dana, "Nvidia T4 - small")
    expect(table).to_contain_text("cpu-basic: team-e")
    expect(table).to_contain_text("$0.40 an hour")

    dana.type_line("/space hardware team-e t4-small")
    question = wait_for_message(dana, "Move team-e to t4-small?")
    expect(question).to_contain_text("costs $0.40 an hour")
    expect(question).to_contain_text("Running now")
    click(question, "Cancel")
    wait_for_message(dana, "Cancelled.")
    assert hardware(env, space) == "cpu-basic"

    dana.type_line("/space hardware team-g cpu-upgrade")
    click(wait_for_message(dana, "costs $0.03 an hour"), "Move team-g to cpu-upgrade")
    wait_for_message(dana, "Moved team-g to cpu-upgrade")
    assert hardware(env, TEAM.format("g")) == "cpu-upgrade"


def hardware(env: Environment, id: str) -> str:
    with env.world.open(id) as space:
        return space.hardware


def test_a_sleep_time_is_set_where_the_hardware_is_paid(env: Environment, dana: Screen) -> None:
    with env.world.open(TEAM.format("h")) as space:
        space.hardware, space.sleep_after = "t4-small", None
    env.wait_for_sweeps(2)
    dana.type_line("/space sleep team-h 1h")
    wait_for_message(dana, "Set the sleep time of")
    with env.world.open(TEAM.format("h")) as space:
        assert space.sleep_after == 3600


def test_status_of_one_space_leads_to_its_log_and_the_log_file(
    env: Environment, tomas: Screen
) -> None:
    with env.world.open(TEAM.format("k")) as space:
        lines = [f"\x1b[32mepoch\x1b[0m {n}, loss {1 / n:.4f}" for n in range(1, 61)]
        space.logs["run"] = [(space.created_at + n, line) for n, line in enumerate(lines)]
    tomas.type_line("/space info team-k")
    card = wait_for_message(tomas, "ifcore-org/ifcore-team-k")
    expect(card).to_contain_text("team-k running")
    expect(card).to_contain_text("cpu-basic")
    click(card, "Logs")
    log = wait_for_message(tomas, "The last 20 of 60 lines")
    expect(log).to_contain_text("epoch 60, loss 0.0167")
    expect(log).not_to_contain_text("epoch 40,")
    assert "epoch 1, loss 1.0000\n" in read_direct_file(tomas, "team-k-run.log")


def read_direct_file(screen: Screen, name: str) -> str:
    """Download a file from the direct messages, and return to the channel."""
    open_channel(screen, "Spacebot")
    wait_for_message(screen, f"Requested in #space-ops: {name}")
    link = screen.page.get_by_role("link", name=name).last.get_attribute("href")
    assert link
    answer = screen.page.request.get(link)
    assert answer.ok
    open_channel(screen, "space-ops")
    return answer.text()


def test_audit_is_shown_and_sent_as_a_csv_file(dana: Screen) -> None:
    dana.type_line("/space unmute team-b")
    wait_for_message(dana, "None of those were muted.")
    dana.type_line("/space audit 1h")
    answer = wait_for_message(dana, "in the last 60 min")
    expect(answer).to_contain_text("@Dana unmute team-b")
    click(answer, "Download CSV")
    head, *rows = read_direct_file(dana, "audit.csv").splitlines()
    assert head.startswith("when (UTC),who,name,what,")
    assert any(re.match(r".*,U0LEAD,[^,]*,unmute team-b,", row) for row in rows)


def test_delete_requires_the_full_space_id(env: Environment, dana: Screen, tmp_path: Path) -> None:
    space = TEAM.format("l")
    dana.type_line("/space delete team-l")
    form_dialog = wait_for_form(dana, "Delete a Space")
    form_dialog.get_by_label(f"Type {space} to confirm").fill("team-l")
    click(form_dialog, "Delete permanently")
    expect(form_dialog).to_contain_text(f"That isn't {space}. Nothing was deleted.")
    assert_nothing_is_cut_off(dana)
    dana.page.screenshot(path=tmp_path / "delete.png")
    assert space in env.world
    form_dialog.get_by_label(f"Type {space} to confirm").fill(space)
    click(form_dialog, "Delete permanently")
    wait_for_message(dana, "Deleted team-l")
    assert space not in env.world


def test_form_uploads_two_files_and_the_card_follows_the_build(
    env: Environment, tomas: Screen, tmp_path: Path
) -> None:
    space = TEAM.format("h")
    tomas.type_line("/space upload team-h")
    form_dialog = wait_for_form(tomas, "Upload to a Space")
    expect(form_dialog).to_contain_text("Missing API_KEY")
    picked = [make_file("notes.txt", b"read me"), make_file("app ä.py", b"print()")]
    form_dialog.locator("input[type=file]").set_input_files(picked)
    for name in ("notes.txt", "app ä.py"):
        expect(form_dialog.get_by_role("button", name=f"Remove {name}")).to_be_visible()
    form_dialog.get_by_label("Folder").fill("demo")
    form_dialog.get_by_label("Commit message").fill("A demo")
    assert_nothing_is_cut_off(tomas)
    tomas.page.screenshot(path=tmp_path / "upload.png")
    click(form_dialog, "Upload")
    card = wait_for_message(tomas, "Uploaded 2 files to team-")
    with env.world.open(space) as found:
        head = found.repo.head
        assert (found.stage, found.repo.commits[-1].summary) == ("RUNNING", "A demo")
        assert "API_KEY" in found.secrets
    link = card.get_by_role("link", name="View commit")
    expect(link).to_have_attribute("href", re.compile(f"/commit/{head}$"))
    files = env.world.files(space)
    assert (files["demo/notes.txt"], files["demo/app ä.py"]) == (b"read me", b"print()")


def test_message_shortcut_uploads_its_file(env: Environment, tomas: Screen) -> None:
    tomas.page.locator(".composer input[type=file]").set_input_files(make_file("site.css", b"b{}"))
    expect(tomas.page.get_by_role("button", name="Remove site.css")).to_be_visible()
    tomas.type_line("our new colors")
    message = wait_for_message(tomas, "our new colors")
    click(message, "Message actions for Tomás")
    tomas.page.get_by_role("menuitem", name="Upload to a Space").click()
    form_dialog = wait_for_form(tomas, "Upload to a Space")
    expect(form_dialog).to_contain_text("1 file of that message")
    form_dialog.get_by_label("Space", exact=True).select_option("team-c")
    click(form_dialog, "Upload")
    card = tomas.card("Uploaded 1 file to team-").filter(has_text="team-c")
    expect(card).to_be_visible()
    assert_nothing_is_cut_off(tomas)
    assert env.world.files(TEAM.format("c"))["site.css"] == b"b{}"


def test_alert_can_be_acked_muted_and_explained(env: Environment, tomas: Screen) -> None:
    env.world.break_(TEAM.format("j"))
    ts = wait_for_message(tomas, "team-j · crashed").get_attribute("data-ts")
    card = tomas.message(ts)
    click(card, "More actions")
    tomas.page.get_by_role("menuitem", name="I'm on it").click()
    wait_for_message(tomas, "You've got team-j.")
    expect(card).to_contain_text("Tomás is on it")

    tomas.type_line("/space mute team-j for 1h because of the demo")
    muted = wait_for_message(tomas, "muted team-j until")
    expect(muted).to_contain_text("(the demo)")
    expect(card).to_contain_text("muted")
    tomas.type_line("/space why team-j")
    why = wait_for_message(tomas, "→ crashed")
    expect(why).to_contain_text("Muted until")
    expect(why).to_contain_text("is on it")
    click(muted, "Unmute")
    wait_for_message(tomas, "unmuted team-j")
    tomas.type_line("/space ack team-a")
    wait_for_message(tomas, "No open alert for team-a")


def test_watch_and_unwatch_in_a_channel(tomas: Screen) -> None:
    tomas.type_line("/space watch paused team-a")
    expect(wait_for_message(tomas, "now gets alerts for paused, team-a")).to_contain_text("@Tomás")
    tomas.type_line("/space watches")
    expect(wait_for_message(tomas, "gets alerts for error, all Spaces")).to_contain_text(
        "paused, team-a"
    )
    tomas.type_line("/space unwatch team-a")
    wait_for_message(tomas, "Stopped 1 watch.")


def test_help_and_doctor_depend_on_the_role(dana: Screen) -> None:
    dana.type_line("/space doctor")
    expect(wait_for_message(dana, " checks passed")).to_contain_text("database")
    dana.type_line("/space help")
    answer = wait_for_message(dana, "You're an admin.")
    expect(answer).to_contain_text("provision")
    click(answer, "All commands")
    expect(wait_for_message(dana, "/space secret set <targets> KEY")).to_contain_text(
        "Only visible to you"
    )


def test_operator_is_not_offered_an_admin_form(env: Environment, tomas: Screen) -> None:
    tomas.type_line("/space secret set team-a API_TOKEN")
    reply = wait_for_message(tomas, "admins only.")
    expect(reply).to_contain_text("for help.")
    assert env.world.secret_digest(TEAM.format("a"), "API_TOKEN") is None


def test_operation_waiting_for_a_rate_limit_is_stopped_from_its_card(
    tomas: Screen, env: Environment
) -> None:
    id = TEAM.format("b")
    env.world.put(id, "SLEEPING")
    restarts = env.world.restarts[id]
    limit = env.world.faults.refuse(
        429, "Slow down", call="restart", space=id, headers={"Retry-After": "60"}
    )
    tomas.type_line("/space wake team-b")
    waiting = wait_for_message(tomas, "Hugging Face is rate-limiting us until")
    expect(waiting).to_contain_text("Slow down")
    expect(waiting).to_contain_text(re.compile(r"operation \d+"))
    waiting.get_by_role("button", name="Stop", exact=True).click()

    card = wait_for_message(tomas, "Requested by @Tomás · stopped by @Tomás")
    expect(card).to_contain_text("Wake stopped: 0 ready, 1 not sent")
    expect(card).to_contain_text("stopped by @Tomás")
    expect(card.get_by_role("button", name="Stop", exact=True)).to_have_count(0)
    env.world.faults.remove(limit)
    env.wait_for_sweeps()
    assert env.world.restarts[id] == restarts
