"""The page in a browser: its sizes and parts, and helpers to open them."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize

PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
ON_BOTH_VIEWPORTS = pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
WITHOUT_TOUR = "localStorage.setItem('spacebot-tour', '\"closed\"')"


@contextmanager
def open_page(
    browser: Browser,
    url: str,
    viewport: ViewportSize,
    *,
    has_tour: bool = False,
    dark: bool = False,
) -> Iterator[Page]:
    """The class channel as the teaching assistant sees it; any error of a script fails the test."""
    context = browser.new_context(
        viewport=viewport, reduced_motion="reduce", color_scheme="dark" if dark else "light"
    )
    if not has_tour:
        context.add_init_script(WITHOUT_TOUR)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{url}/#person=U0TA01&channel=C0OPS")
    yield page
    context.close()
    assert errors == []


def box(page: Page) -> Locator:
    return page.get_by_label("Message", exact=True)


def card(page: Page, ts: str) -> Locator:
    return page.locator(f"[data-ts='{ts}']")
