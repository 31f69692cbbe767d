"""The page for someone who has never seen it: focus, tour, chips, completion, scrolling, links."""

import ast
import re
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.contract.sandbox import page_samples as samples
from tests.contract.sandbox.page_screen import (
    DESKTOP,
    ON_BOTH_VIEWPORTS,
    PHONE,
    box,
    card,
    open_page,
)
from tests.contract.sandbox.page_stub import PageStub

ROOT = Path(__file__).parents[3]
ASSISTANT = {"person": "U0TA01", "channel": "C0OPS"}
FIRST, ANSWER = "1790000001.000000", "1790000009.000000"


@ON_BOTH_VIEWPORTS
def test_the_message_box_has_the_focus_at_load(page: Page) -> None:
    expect(box(page)).to_be_focused()


STOPS = "[...document.querySelectorAll('a[href], button, textarea, [tabindex=\"0\"]')]"


@ON_BOTH_VIEWPORTS
def test_the_first_tab_stop_skips_to_the_message_box(page: Page) -> None:
    skip = page.get_by_role("link", name="Skip to the message box")
    page.evaluate(f"{STOPS}[0].focus()")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport(ratio=1)
    skip.press("Enter")
    expect(box(page)).to_be_focused()
    expect(page).to_have_url(re.compile("#person=U0TA01&channel=C0OPS$"))


@ON_BOTH_VIEWPORTS
def test_the_tour_has_three_steps_and_stays_closed(
    browser: Browser, stub: PageStub, viewport: ViewportSize
) -> None:
    with open_page(browser, stub.url, viewport, has_tour=True) as page:
        tour = page.get_by_role("region", name="Tour")
        for step in ("1 of 3", "2 of 3", "3 of 3"):
            expect(tour).to_contain_text(step)
            last = tour.get_by_role("button").filter(has_text=re.compile("Next|Done"))
            last.click()
        expect(tour).to_be_hidden()
        expect(box(page)).to_be_focused()
        page.reload()
        expect(box(page)).to_be_focused()
        expect(tour).to_be_hidden()


def test_the_tour_goes_back_and_closes_at_any_step(browser: Browser, stub: PageStub) -> None:
    with open_page(browser, stub.url, PHONE, has_tour=True) as page:
        tour = page.get_by_role("region", name="Tour")
        tour.get_by_role("button", name="Next").click()
        tour.get_by_role("button", name="Back").click()
        expect(tour).to_contain_text("1 of 3")
        tour.get_by_role("button", name="Close the tour").click()
        expect(tour).to_be_hidden()


def test_chips_are_the_examples_that_work_here(page: Page, stub: PageStub) -> None:
    chips = page.get_by_role("group", name="Examples to tap").get_by_role("button")
    expect(chips).to_have_text(["/space status", "/space wake all", "/space help"])
    stub.change(examples=["/invite @Spacebot"])
    expect(chips).to_have_text(["/invite @Spacebot"])
    stub.change(examples=[])
    expect(chips).to_have_count(0)


def test_no_chip_is_offered_in_a_thread_where_commands_fail(page: Page, stub: PageStub) -> None:
    stub.change(messages=[samples.alert(FIRST)])
    chips = page.get_by_role("group", name="Examples to tap")
    card(page, FIRST).hover(position={"x": 5, "y": 5})
    card(page, FIRST).get_by_role("button", name="Message actions for spacebot").click()
    page.get_by_role("menuitem", name="Reply in thread").click()
    expect(chips).to_be_hidden()
    box(page).press_sequentially("/sp")
    expect(page.get_by_role("listbox", name="Commands")).to_be_hidden()
    page.get_by_role("button", name="Leave the thread").click()
    expect(chips).to_be_visible()


OFFERS = {
    "/": ["logs", "restart", "status", "wake", "watch"],
    "/sp": ["logs", "restart", "status", "wake", "watch"],
    "/space w": ["wake", "watch"],
    "/Space WAK": ["wake"],
    "/space wake": [],
    "/space wake team-a": [],
    "wake": [],
}


def test_commands_that_begin_like_the_line_are_offered(page: Page) -> None:
    options = page.get_by_role("listbox", name="Commands").get_by_role("option")
    for typed, offered in OFFERS.items():
        box(page).fill(typed)
        expect(options.locator("b")).to_have_text([f"/space {name} [targets]" for name in offered])


@ON_BOTH_VIEWPORTS
def test_a_tap_on_an_offer_completes_the_line(page: Page, stub: PageStub) -> None:
    box(page).press_sequentially("/space w")
    offers = page.get_by_role("listbox", name="Commands")
    expect(offers).to_be_in_viewport(ratio=1)
    offers.get_by_role("option").filter(has_text="What watch does").click()
    expect(box(page)).to_have_value("/space watch ")
    expect(box(page)).to_be_focused()
    expect(offers).to_be_hidden()
    assert stub.bodies("/sandbox/type") == []


CHOICES = {
    ("Tab",): "/space wake ",
    ("ArrowDown", "Enter"): "/space wake ",
    ("ArrowDown", "ArrowDown", "Tab"): "/space watch ",
    ("ArrowUp", "Enter"): "/space watch ",
    ("Escape",): "/space w",
}


def test_keys_choose_an_offer(page: Page, stub: PageStub) -> None:
    for keys, line in CHOICES.items():
        box(page).fill("/space w")
        for key in keys:
            box(page).press(key)
        expect(box(page)).to_have_value(line)
        expect(page.get_by_role("listbox", name="Commands")).to_be_hidden()
    assert stub.bodies("/sandbox/type") == []


def test_enter_sends_the_line_while_nothing_is_chosen(page: Page, stub: PageStub) -> None:
    box(page).press_sequentially("/space w")
    box(page).press("Enter")
    assert stub.wait_for("/sandbox/type") == [{**ASSISTANT, "text": "/space w"}]
    expect(page.get_by_role("listbox", name="Commands")).to_be_hidden()


@ON_BOTH_VIEWPORTS
def test_sending_scrolls_from_older_messages_to_the_answer(page: Page, stub: PageStub) -> None:
    stub.change(messages=samples.everything())
    expect(card(page, "1790000007.000000")).to_be_visible()
    log = page.get_by_role("log")
    log.evaluate("log => { log.scrollTop = 0; }")
    log.evaluate("() => new Promise(drawn => requestAnimationFrame(drawn))")
    box(page).fill("/space wake all")
    box(page).press("Enter")
    stub.wait_for("/sandbox/type")
    stub.change(messages=[*samples.everything(), samples.question(ANSWER)])
    expect(card(page, ANSWER)).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("button", name="New messages")).to_be_hidden()


def test_a_tall_answer_is_shown_from_its_first_line(page: Page, stub: PageStub) -> None:
    page.get_by_role("button", name="/space help", exact=True).click()
    stub.wait_for("/sandbox/type")
    lines = samples.section("\n".join(f"line {n}" for n in range(90)))
    stub.change(messages=[samples.alert(FIRST), samples.message(ANSWER, [lines], "help")])
    expect(card(page, ANSWER)).to_be_visible()
    expect(card(page, ANSWER).locator(".head")).to_be_in_viewport(ratio=1)


def test_sending_in_a_thread_opens_it_at_the_reply(page: Page, stub: PageStub) -> None:
    before = samples.operation(FIRST)
    stub.change(messages=[before, samples.gallery("1790000003.000000")])
    card(page, FIRST).scroll_into_view_if_needed()
    card(page, FIRST).hover(position={"x": 5, "y": 5})
    card(page, FIRST).get_by_role("button", name="Message actions for spacebot").click()
    page.get_by_role("menuitem", name="Reply in thread").click()
    box(page).fill("@spacebot status")
    box(page).press("Enter")
    stub.wait_for("/sandbox/type")
    answer = samples.message(ANSWER, [], "The answer in the thread.")
    after = {**before, "reply_count": 2, "replies": [*before["replies"], answer]}
    stub.change(messages=[after, samples.gallery("1790000003.000000")])
    expect(card(page, ANSWER)).to_be_in_viewport(ratio=1)


DESTINATIONS = {
    "https://huggingface.co/spaces/o/team-1": "/hub/spaces/o/team-1",
    "https://hf.co/spaces/o/team-1/settings": "/hub/spaces/o/team-1/settings",
    "https://o-team-1.hf.space/docs?a=1": "/hub/host/o-team-1/docs?a=1",
    "https://o-team-1.static.hf.space": "/hub/host/o-team-1/",
    "http://o-team-1.localhost:8700/docs": "/hub/host/o-team-1/docs",
    "https://hf.co/settings/tokens": "/outside?to=https%3A%2F%2Fhf.co%2Fsettings%2Ftokens",
    "http://127.0.0.1:9/x": "/outside?to=http%3A%2F%2F127.0.0.1%3A9%2Fx",
    "mailto:a@b.org": "/outside?to=mailto%3Aa%40b.org",
    "https://hf.space.example/": "/outside?to=https%3A%2F%2Fhf.space.example%2F",
}


def test_no_link_leads_off_the_machine(page: Page, stub: PageStub) -> None:
    addresses = {**DESTINATIONS, f"{stub.url}/hub/spaces/o/a": f"{stub.url}/hub/spaces/o/a"}
    choices = [samples.option(address[:70], "open", url=address) for address in addresses]
    blocks = [
        samples.section(" ".join(f"<{address}|here>" for address in addresses)),
        {"type": "markdown", "text": " ".join(f"[there]({address})" for address in addresses)},
        {
            "type": "actions",
            "elements": [{"type": "overflow", "action_id": "more", "options": choices}],
        },
    ]
    stub.change(messages=[samples.message(FIRST, blocks, "links")])
    wanted = list(addresses.values())
    for name in ("here", "there"):
        links = card(page, FIRST).get_by_role("link", name=name, exact=True)
        expect(links).to_have_count(len(wanted))
        assert [link.get_attribute("href") for link in links.all()] == wanted
    card(page, FIRST).get_by_role("button", name="More actions").click()
    items = page.get_by_role("menuitem")
    expect(items).to_have_count(len(wanted))
    assert [item.get_attribute("href") for item in items.all()] == wanted


def test_the_way_back_leads_to_the_person_and_channel_of_before(page: Page, stub: PageStub) -> None:
    page.goto(f"{stub.url}/#person=U0STUD&channel=C0SEC1")
    page.reload()
    expect(page).to_have_title("#section-1 · Spacebot sandbox")
    page.goto(f"{stub.url}/sandbox/shortcuts")
    page.goto(stub.url)
    expect(page).to_have_url(re.compile("#person=U0STUD&channel=C0SEC1$"))


CODE = re.compile(r"(?<![\w:]):([a-z_]+[a-z0-9_+-]*):(?!\w)")


def emoji_in_messages() -> set[str]:
    """The codes in the golden messages, and in the texts of the bot's code."""
    golden = [path.read_text() for path in (ROOT / "tests/golden").rglob("*.json")]
    modules = [p for p in (ROOT / "bot").rglob("*.py") if "sandbox" not in p.parts]
    texts = [
        node.value
        for module in modules
        for node in ast.walk(ast.parse(module.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    found = {code for text in [*golden, *texts] for code in CODE.findall(text)}
    return found - {"memory"}  # a database


def test_every_emoji_of_the_bot_is_drawn(browser: Browser, stub: PageStub) -> None:
    codes = sorted(emoji_in_messages())
    assert len(codes) > 20
    with open_page(browser, stub.url, DESKTOP) as page:
        text = " ".join(f":{code}:" for code in codes)
        stub.change(messages=[samples.message(FIRST, [samples.section(text)], "emoji")])
        expect(card(page, FIRST)).to_be_visible()
        assert CODE.findall(card(page, FIRST).inner_text()) == []
