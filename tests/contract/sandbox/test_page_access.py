"""The accessibility of the page: axe finds no serious problem."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from bot.sandbox.hub.seed import classroom
from bot.sandbox.server import Sandbox
from tests import npm
from tests.contract.sandbox import page_samples as samples
from tests.contract.sandbox.page_screen import ON_BOTH_VIEWPORTS, box, card, open_page
from tests.contract.sandbox.page_stub import PageStub

# https://github.com/dequelabs/axe-core/blob/develop/doc/API.md
RUN = "axe.run(document, {resultTypes: ['violations']})"


def find_violations(page: Page, place: str) -> list[str]:
    """The serious and critical findings, each with the place and the elements."""
    page.evaluate((npm.modules() / "axe-core/axe.min.js").read_text())
    found: list[dict[str, Any]] = page.evaluate(RUN)["violations"]
    return [
        f"{place}: {violation['id']}: {node['html'][:120]} {node['failureSummary'][:300]}"
        for violation in found
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


@pytest.fixture(params=[False, True], ids=["light", "dark"])
def dark(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@ON_BOTH_VIEWPORTS
def test_axe_finds_nothing_serious_in_any_part_of_the_page(
    browser: Browser, stub: PageStub, viewport: ViewportSize, dark: bool
) -> None:
    with open_page(browser, stub.url, viewport, has_tour=True, dark=dark) as page:
        stub.change(messages=samples.everything())
        expect(card(page, "1790000007.000000")).to_be_visible()
        # axe checks no colors of elements outside the view.
        page.set_viewport_size({**viewport, "height": 6_000})
        found = find_violations(page, "messages and tour")
        page.set_viewport_size(viewport)
        box(page).fill("/space w")
        box(page).press("ArrowDown")
        found += find_violations(page, "completion")
        box(page).press("Escape")
        found += find_violations_in_menus(page)
        stub.change(view=samples.modal())
        dialog = page.get_by_role("dialog", name="Create a Space")
        dialog.get_by_role("button", name="Create").click()
        found += find_violations(page, "modal with errors")
    assert not found, "\n".join(found)


def find_violations_in_menus(page: Page) -> list[str]:
    """Those of the channel list, a menu, the drawer and the lock screen."""
    channels = page.locator("#bar h1").get_by_role("button")
    if channels.get_attribute("aria-expanded") == "false":
        channels.click()
    found = find_violations(page, "channel list")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Shortcuts").click()
    expect(page.get_by_role("menuitem").first).to_be_visible()
    found += find_violations(page, "menu")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="⚙ Sandbox").click()
    expect(page.locator(".space")).to_have_count(12)
    found += find_violations(page, "drawer")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Lock screen").click()
    found += find_violations(page, "lock screen")
    page.keyboard.press("Escape")
    return found


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(classroom()) as running:
        yield running


@ON_BOTH_VIEWPORTS
def test_axe_finds_nothing_serious_behind_the_links(
    browser: Browser, sandbox: Sandbox, viewport: ViewportSize, dark: bool
) -> None:
    with browser.new_context(
        viewport=viewport, color_scheme="dark" if dark else "light"
    ) as context:
        page = context.new_page()
        found = []
        for path in ("/hub/spaces/ifcore-org/ifcore-team-a", "/outside?to=https://e.org", "/no"):
            page.goto(sandbox.url + path)
            found += find_violations(page, path)
    assert not found, "\n".join(found)
