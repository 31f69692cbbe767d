"""The page in a real browser against a stub of its contract: its display and its requests."""

import re

import pytest
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect

from tests.contract.sandbox import page_samples as samples
from tests.contract.sandbox.page_screen import ON_BOTH_VIEWPORTS, box, card
from tests.contract.sandbox.page_stub import Json, PageStub

ASSISTANT = {"person": "U0TA01", "channel": "C0OPS"}
CARD = "1790000005.000000"
APP: FilePayload = {"name": "app.py", "mimeType": "text/plain", "buffer": b"print()"}


def clicked(block: str, action: str, type: str, **value: object) -> Json:
    return {**ASSISTANT, "ts": CARD, "block_id": block, "action_id": action, "type": type, **value}


def test_enter_sends_the_line_and_empties_the_box(page: Page, stub: PageStub) -> None:
    box(page).fill("/space status team-a")
    box(page).press("Enter")
    assert stub.wait_for("/sandbox/type") == [{**ASSISTANT, "text": "/space status team-a"}]
    expect(box(page)).to_have_value("")


def test_shift_enter_breaks_the_line_instead(page: Page, stub: PageStub) -> None:
    box(page).fill("one")
    box(page).press("Shift+Enter")
    box(page).press_sequentially("two")
    page.get_by_role("button", name="Send").click()
    assert stub.wait_for("/sandbox/type") == [{**ASSISTANT, "text": "one\ntwo"}]


@pytest.mark.parametrize("line", ["/space status", "/space wake all", "/space help"])
def test_example_is_sent_by_one_click(page: Page, stub: PageStub, line: str) -> None:
    page.get_by_role("button", name=line, exact=True).click()
    assert stub.wait_for("/sandbox/type") == [{**ASSISTANT, "text": line}]


def test_arrow_up_recalls_the_last_lines(page: Page, stub: PageStub) -> None:
    for line in ("/space status", "/space wake all"):
        box(page).fill(line)
        box(page).press("Enter")
    stub.wait_for("/sandbox/type", 2)
    box(page).press("ArrowUp")
    expect(box(page)).to_have_value("/space wake all")
    box(page).press("ArrowUp")
    expect(box(page)).to_have_value("/space status")
    box(page).press("ArrowDown")
    box(page).press("ArrowDown")
    expect(box(page)).to_have_value("")


def test_a_refused_line_comes_back_with_the_reason(page: Page, stub: PageStub) -> None:
    stub.answers["/sandbox/type"] = (400, {"error": "The channel is archived."})
    box(page).fill("hello")
    box(page).press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("The channel is archived.")
    expect(box(page)).to_have_value("hello")


def test_picked_files_go_with_the_message(page: Page, stub: PageStub) -> None:
    pick = page.locator(".composer input[type=file]")
    pick.set_input_files([APP])
    expect(page.get_by_role("button", name="Remove app.py")).to_be_visible()
    page.get_by_role("button", name="Send").click()
    stored = stub.bodies("/sandbox/files")[0]
    assert (stored["person"], stored["name"], stored["size"]) == ("U0TA01", "app.py", 7)
    assert stub.wait_for("/sandbox/type") == [{**ASSISTANT, "text": "", "files": [stored["id"]]}]


def test_button_click_sends_its_location_and_value(page: Page, stub: PageStub) -> None:
    stub.change(messages=[samples.alert(CARD)])
    page.get_by_role("button", name="Restart", exact=True).click()
    expected = clicked("repair", "ask-restart-team-4", "button", value="restart team-4")
    assert stub.wait_for("/sandbox/click") == [expected]


@ON_BOTH_VIEWPORTS
def test_a_menu_offers_its_options_to_the_keyboard(page: Page, stub: PageStub) -> None:
    stub.change(messages=[samples.alert(CARD)])
    page.get_by_role("button", name="More actions", exact=True).press("Enter")
    expect(page.get_by_role("menuitem", name="Mute for 1 hour")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    chosen = samples.option("Why?", "why team-4")
    expected = clicked("repair", "more", "overflow", selected_option=chosen)
    assert stub.wait_for("/sandbox/click") == [expected]
    expect(page.get_by_role("menu")).to_have_count(0)


def test_a_dangerous_button_asks_first(page: Page, stub: PageStub) -> None:
    stub.change(messages=[samples.alert(CARD)])
    question = page.get_by_role("alertdialog", name="Rebuild team-4?")
    for answer in ("Keep", "Rebuild"):
        page.get_by_role("button", name="Rebuild", exact=True).click()
        expect(question).to_contain_text("It is down now")
        question.get_by_role("button", name=answer).click()
        expect(question).to_have_count(0)
    expected = clicked("repair", "ask-rebuild-team-4", "button", value="rebuild team-4")
    assert stub.wait_for("/sandbox/click") == [expected]


def test_confirmed_click_uses_the_current_card(page: Page, stub: PageStub) -> None:
    stub.change(messages=[samples.alert(CARD)])
    page.get_by_role("button", name="Rebuild", exact=True).click()
    edited = samples.alert(CARD)
    edited["blocks"][2] |= {"block_id": "repair-2"}
    edited["blocks"][2]["elements"][0]["text"]["text"] = "Try again"
    stub.change(messages=[edited])
    expect(card(page, CARD)).to_contain_text("Try again")
    page.get_by_role("alertdialog").get_by_role("button", name="Rebuild").click()
    assert stub.wait_for("/sandbox/click")[0]["block_id"] == "repair-2"


def test_a_select_sends_the_whole_option(page: Page, stub: PageStub) -> None:
    stub.change(messages=[samples.gallery(CARD)])
    page.get_by_label("Choose a Space").select_option("team-2")
    chosen = samples.option("team-2", "status team-2")
    expected = clicked("b1", "pick", "static_select", selected_option=chosen)
    assert stub.wait_for("/sandbox/click") == [expected]


def test_hostile_text_stays_text(page: Page, stub: PageStub) -> None:
    rendered: list[str] = []
    page.on("dialog", lambda dialog: rendered.append(dialog.message))
    stub.change(messages=samples.everything())
    message = card(page, "1790000007.000000")
    expect(message).to_contain_text("<script>alert(1)</script> <img src=x onerror=alert(2)>")
    expect(message).to_contain_text("@channel @here @spacebot <javascript:alert(3)|click me>")
    expect(message).to_contain_text("<b>bold</b> <b>fat</b>")
    expect(message).to_contain_text(":no_such_emoji: :constructor:")
    expect(message.locator(".name")).to_have_text("<b>Sam</b>")
    assert page.evaluate("document.scripts.length") == 1
    assert page.locator("[onclick], [onerror], [href^='javascript']").count() == 0
    assert rendered == []


@ON_BOTH_VIEWPORTS
def test_nothing_scrolls_sideways(page: Page, stub: PageStub) -> None:
    stub.change(messages=samples.everything())
    expect(card(page, "1790000007.000000")).to_be_visible()
    page.get_by_role("button", name="⚙ Sandbox").click()
    expect(page.locator(".space")).to_have_count(12)
    for part in ("document.scrollingElement", "document.querySelector('#log')"):
        assert page.evaluate(f"{part}.scrollWidth <= {part}.clientWidth")
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")


@ON_BOTH_VIEWPORTS
def test_a_modal_fits_the_window_and_scrolls_inside(page: Page, stub: PageStub) -> None:
    stub.change(view=samples.modal())
    dialog = page.get_by_role("dialog", name="Create a Space")
    expect(dialog.get_by_role("button", name="Create")).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    assert dialog.locator(".dialog-body").evaluate("body => body.scrollWidth <= body.clientWidth")


@ON_BOTH_VIEWPORTS
def test_touch_targets_are_large_enough(page: Page, stub: PageStub) -> None:
    stub.change(messages=samples.everything())
    page.get_by_role("button", name="⚙ Sandbox").click()
    expect(page.locator(".space")).to_have_count(12)
    small = page.locator("button:visible, select:visible").evaluate_all(
        "all => all.filter(one => one.offsetHeight < 40).map(one => one.textContent)"
    )
    assert small == []


def fill_modal(dialog: Locator) -> None:
    dialog.get_by_label("Name").fill("team-13")
    dialog.get_by_label("Template").select_option("team-2")
    dialog.get_by_role("group", name="Targets").get_by_label("team-1").check()
    dialog.get_by_role("group", name="Targets").get_by_label("team-3").check()
    dialog.get_by_label("Tell").check()
    dialog.get_by_label("Private").check()
    dialog.locator("input[type=file]").set_input_files([APP])
    dialog.get_by_label("Owner").select_option("Sam")


def test_a_modal_submits_what_was_filled_in(page: Page, stub: PageStub) -> None:
    stub.change(view=samples.modal())
    dialog = page.get_by_role("dialog", name="Create a Space")
    fill_modal(dialog)
    expect(dialog.get_by_role("button", name="Remove app.py")).to_be_visible()
    dialog.get_by_role("button", name="Create").click()
    stored = {k: stub.bodies("/sandbox/files")[0][k] for k in ("id", "name", "size")}
    team = [samples.option(f"team-{n}", f"team-{n}") for n in range(4)]
    private = samples.modal()["blocks"][6]["element"]["options"][1]
    values = {
        "name": {"type": "plain_text_input", "value": "team-13"},
        "notes": {"type": "plain_text_input", "value": None},
        "template": {"type": "static_select", "selected_option": team[2]},
        "targets": {"type": "multi_static_select", "selected_options": [team[1], team[3]]},
        "checks": {"type": "checkboxes", "selected_options": [samples.option("Tell", "tell")]},
        "visible": {"type": "radio_buttons", "selected_option": private},
        "files": {"type": "file_input", "files": [stored]},
        "owner": {"type": "users_select", "selected_user": "U0STUD"},
    }
    [sent] = stub.wait_for("/sandbox/submit")
    assert sent == {
        "person": "U0TA01",
        "view_id": "V1",
        "values": {block: {"a": value} for block, value in values.items()},
    }
    expect(dialog.get_by_role("button", name="Create")).to_be_disabled()
    stub.change(view=None)
    expect(dialog).to_have_count(0)


def test_error_is_under_its_block_and_the_input_stays(page: Page, stub: PageStub) -> None:
    stub.change(view=samples.modal())
    dialog = page.get_by_role("dialog", name="Create a Space")
    fill_modal(dialog)
    expect(dialog.get_by_role("button", name="Remove app.py")).to_be_visible()
    dialog.get_by_role("button", name="Create").click()
    stub.wait_for("/sandbox/submit")
    stub.change(view={**samples.modal(), "errors": {"name": "team-13 exists already."}})
    block = dialog.locator("[data-block-id=name]")
    expect(block).to_contain_text("team-13 exists already.")
    expect(dialog.get_by_label("Name")).to_be_focused()
    expect(dialog.get_by_label("Name")).to_have_value("team-13")
    expect(dialog.get_by_role("button", name="Create")).to_be_enabled()


def test_an_empty_required_field_is_not_sent(page: Page, stub: PageStub) -> None:
    stub.change(view=samples.modal())
    dialog = page.get_by_role("dialog", name="Create a Space")
    dialog.get_by_role("button", name="Create").click()
    expect(dialog.get_by_text("Please complete this required field.")).to_have_count(7)
    assert stub.bodies("/sandbox/submit") == []


def test_escape_closes_a_modal_and_focus_stays_in_it_before(page: Page, stub: PageStub) -> None:
    stub.change(view=samples.modal())
    dialog = page.get_by_role("dialog", name="Create a Space")
    expect(dialog.get_by_label("Name")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    expect(dialog.get_by_role("button", name="Create")).to_be_focused()
    page.keyboard.press("Tab")
    expect(dialog.get_by_role("button", name="Close")).to_be_focused()
    page.keyboard.press("Escape")
    assert stub.wait_for("/sandbox/close") == [{"person": "U0TA01", "view_id": "V1"}]


AT_END = "log => log.scrollHeight - log.scrollTop - log.clientHeight < 2"
GROW = """log => {
    const tall = document.createElement("div");
    tall.style.height = "900px";
    log.firstElementChild.append(tall);
    log.dispatchEvent(new Event("scroll"));
    return new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)));
}"""


def test_log_follows_its_end_when_it_grows_within_a_frame(page: Page, stub: PageStub) -> None:
    stub.change(messages=samples.everything())
    expect(card(page, "1790000007.000000")).to_be_visible()
    log = page.get_by_role("log")
    log.evaluate(GROW)
    assert log.evaluate(AT_END)


def test_new_messages_do_not_scroll_a_reader_of_older_ones(page: Page, stub: PageStub) -> None:
    stub.change(messages=samples.everything())
    expect(card(page, "1790000007.000000")).to_be_visible()
    log = page.get_by_role("log")
    log.evaluate("log => { log.scrollTop = 0; }")
    log.evaluate("() => new Promise(drawn => requestAnimationFrame(drawn))")
    stub.change(messages=[*samples.everything(), samples.alert("1790000008.000000")])
    newer = page.get_by_role("button", name="New messages")
    expect(newer).to_be_visible()
    assert log.evaluate("log => log.scrollTop") == 0
    newer.click()
    expect(newer).to_be_hidden()
    assert log.evaluate(AT_END)


@ON_BOTH_VIEWPORTS
def test_an_edit_keeps_the_element_the_focus_and_the_scroll(page: Page, stub: PageStub) -> None:
    first, *rest = samples.operation(CARD), samples.gallery("1790000006.000000")
    rest = [*rest, *(samples.status(f"179000001{n}.000000") for n in range(3))]
    stub.change(messages=[first, *rest])
    expect(card(page, CARD)).to_contain_text("4 of 12 up")
    page.locator("#log").evaluate("""log => new Promise(seen => {
        log.addEventListener("scroll", () => requestAnimationFrame(seen), {once: true});
        log.scrollTop = 0;
    })""")
    card(page, CARD).get_by_role("button", name="Stop").focus()
    before = card(page, CARD).element_handle()
    button = card(page, CARD).get_by_role("button", name="Stop").element_handle()
    later = samples.operation(CARD, done=9)
    later["blocks"] = [
        {**block, "block_id": f"new-{block['block_id']}"} for block in later["blocks"]
    ]
    stub.change(messages=[later, *rest])
    expect(card(page, CARD)).to_contain_text("9 of 12 up")
    assert before is not None
    assert button is not None
    assert before.evaluate("node => node.isConnected")
    assert button.evaluate("node => document.activeElement === node")
    assert page.locator("#log").evaluate("log => log.scrollTop") == 0


def test_an_edit_draws_only_the_block_that_changed(page: Page, stub: PageStub) -> None:
    stub.change(messages=[samples.operation(CARD)])
    expect(card(page, CARD)).to_contain_text("4 of 12 up")
    blocks = card(page, CARD).locator(".block")
    blocks.evaluate_all("all => all.forEach(block => { block.marked = true; })")
    stub.change(messages=[samples.operation(CARD, done=9)])
    expect(card(page, CARD)).to_contain_text("9 of 12 up")
    unchanged = card(page, CARD).locator(".blocks").first.locator(".block")
    assert unchanged.evaluate_all("all => all.map(block => Boolean(block.marked))") == [
        False,
        True,
        True,
    ]


def test_folded_thread_shows_its_newest_reply(page: Page, stub: PageStub) -> None:
    stub.change(messages=[samples.operation(CARD)])
    fold = card(page, CARD).get_by_role("button", name="1 reply")
    expect(fold).to_contain_text("@Tomás 12 of 12 are up: all are well.")
    reply = page.get_by_role("article", name="spacebot").nth(1)
    expect(reply).to_be_hidden()
    fold.click()
    expect(card(page, f"{CARD}1")).to_be_visible()
    expect(fold).to_have_attribute("aria-expanded", "true")


def test_an_ephemeral_message_says_so(page: Page, stub: PageStub) -> None:
    stub.change(messages=[samples.question(CARD)])
    expect(card(page, CARD)).to_contain_text("Only visible to you")
    expect(card(page, CARD).get_by_role("button", name="Message actions")).to_have_count(0)


@ON_BOTH_VIEWPORTS
def test_a_message_shortcut_names_its_message(page: Page, stub: PageStub) -> None:
    stub.change(messages=[samples.alert(CARD)])
    card(page, CARD).hover(position={"x": 5, "y": 5})
    card(page, CARD).get_by_role("button", name="Message actions for spacebot").click()
    page.get_by_role("menuitem", name="Upload to a Space").click()
    expected = {**ASSISTANT, "ts": CARD, "callback_id": "upload_files"}
    assert stub.wait_for("/sandbox/shortcut") == [expected]


def test_a_message_of_ones_own_can_be_edited(page: Page, stub: PageStub) -> None:
    mine = {**samples.alert(CARD), "user": "U0TA01", "name": "Tomás", "blocks": [], "text": "hi"}
    stub.change(messages=[mine])
    page.once("dialog", lambda dialog: dialog.accept("@spacebot wake all"))
    card(page, CARD).hover(position={"x": 5, "y": 5})
    card(page, CARD).get_by_role("button", name="Message actions for Tomás").click()
    page.get_by_role("menuitem", name="Edit message").click()

    expected = {**ASSISTANT, "ts": CARD, "text": "@spacebot wake all"}
    assert stub.wait_for("/sandbox/edit") == [expected]


def test_a_reply_goes_into_the_thread(page: Page, stub: PageStub) -> None:
    stub.change(messages=[samples.alert(CARD)])
    card(page, CARD).hover(position={"x": 5, "y": 5})
    card(page, CARD).get_by_role("button", name="Message actions for spacebot").click()
    page.get_by_role("menuitem", name="Reply in thread").click()
    box(page).fill("on it")
    box(page).press("Enter")
    expected = {**ASSISTANT, "text": "on it", "thread_ts": CARD}
    assert stub.wait_for("/sandbox/type") == [expected]


@ON_BOTH_VIEWPORTS
def test_url_stores_the_selected_person(page: Page) -> None:
    student = page.get_by_role("button", name="Sam Student")
    if not student.is_visible():
        page.get_by_role("button", name="You are Tomás").click()
    student.click()
    expect(page).to_have_url(re.compile("#person=U0STUD&channel=C0OPS$"))
    page.reload()
    switch = page.get_by_label("You are Sam, Student. Switch person")
    expect(switch).to_have_count(1)


@ON_BOTH_VIEWPORTS
def test_another_channel_shows_its_own_messages(page: Page, stub: PageStub) -> None:
    stub.change(messages=[samples.alert(CARD)])
    expect(card(page, CARD)).to_be_visible()
    channel = page.get_by_role("button", name="section-1 2 unread")
    if not channel.is_visible():
        page.get_by_role("button", name="#space-ops").click()
    channel.click()
    expect(card(page, CARD)).to_have_count(0)
    expect(page).to_have_title("#section-1 · Spacebot sandbox")


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("/", id="nothing is named"),
        pytest.param("/#person=UGONE&channel=C0OPS", id="nobody has that id"),
        pytest.param("/#person=U0TA01&channel=D0LEAD", id="the conversation is another's"),
    ],
)
def test_invalid_url_falls_back_to_the_default_view(
    browser: Browser, stub: PageStub, address: str
) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(stub.url + address)
        expect(page).to_have_url(re.compile("#person=U0TA01&channel=C0OPS$"))


@ON_BOTH_VIEWPORTS
def test_a_new_push_shows_as_on_a_lock_screen(page: Page, stub: PageStub) -> None:
    old = {"id": "P1", "channel": "C0OPS", "text": "old news", "at": 1_790_000_000.0}
    stub.change(pushes=[old], messages=[samples.alert(CARD)])
    new = {**old, "id": "P2", "text": ":red_circle: *team-4* crashed &amp; burned"}
    stub.change(pushes=[old, new])
    banner = page.get_by_role("status", name="Lock screen")
    expect(banner).to_contain_text("🔴 team-4 crashed & burned")
    expect(banner).to_contain_text("#space-ops")
    banner.get_by_role("button", name="Dismiss notification").last.click()


@ON_BOTH_VIEWPORTS
def test_control_panel_breaks_a_space_and_the_hub(page: Page, stub: PageStub) -> None:
    page.get_by_role("button", name="⚙ Sandbox").click()
    drawer = page.get_by_role("dialog", name="Sandbox controls")
    for name in ("Break team-3", "Hub slow", "Slack down", "Kill the bot"):
        drawer.get_by_role("button", name=name, exact=True).click()
    assert stub.wait_for("/sandbox/control", 4) == [
        {"do": "break", "space": "ifcore-org/ifcore-team-3"},
        {"do": "hub_slow"},
        {"do": "slack_down"},
        {"do": "kill_bot"},
    ]
    drawer.get_by_label("What goes wrong next").select_option("3 lists fail")
    expect(drawer.get_by_text("2 waiting")).to_be_visible()
    for name in ("Set off", "Clear faults"):
        drawer.get_by_role("button", name=name, exact=True).click()
    assert stub.wait_for("/sandbox/control", 6)[4:] == [
        {"do": "scenario", "scenario": "list_fails"},
        {"do": "clear_faults"},
    ]
    last = drawer.get_by_role("button", name="Heal team-12")
    last.scroll_into_view_if_needed()
    expect(last).to_be_in_viewport(ratio=1)
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
