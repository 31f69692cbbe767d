"""The page of the sandbox in a browser, as one person sees it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from bot.sandbox.slack.directory import OPS
from tests.contract.sandbox.page_screen import WITHOUT_TOUR
from tests.e2e.environment import Environment

# The bot polls every two seconds, and the machine may be busy.
expect.set_options(timeout=45_000)


@dataclass
class Screen:
    """A person at the page of the sandbox, in the class channel."""

    page: Page

    def type_line(self, line: str) -> None:
        box = self.page.get_by_label("Message", exact=True)
        box.fill(line)
        box.press("Enter")

    def card(self, words: str) -> Locator:
        """Return the newest message that contains *text*."""
        return self.page.locator("article.message").filter(has_text=words, visible=True).last

    def message(self, ts: str | None) -> Locator:
        """Return the message with this name, in any state."""
        return self.page.locator(f"article[data-ts='{ts}']")

    def break_space(self, short: str) -> None:
        """Break a Space with the control panel, and close the panel."""
        self.press_in_panel(f"Break {short}")

    def open_panel(self) -> Locator:
        """Open the control panel; a notification may cover its button for five seconds."""
        self.dismiss_notifications()
        self.page.get_by_role("button", name="⚙ Sandbox").click()
        return self.page.get_by_role("dialog", name="Sandbox controls")

    def dismiss_notifications(self) -> None:
        self.page.locator("#pushes").evaluate("""shelf => {
            shelf.replaceChildren();
            if (shelf.matches(":popover-open")) shelf.hidePopover();
        }""")

    def press_in_panel(self, label: str) -> None:
        """Press a button of the control panel, and close the panel."""
        drawer = self.open_panel()
        drawer.get_by_role("button", name=label, exact=True).click()
        self.page.keyboard.press("Escape")
        expect(drawer).to_be_hidden()

    def take_screenshot(self, file: Path | IO[bytes]) -> None:
        """Show the newest messages, without overlays or a focus ring."""
        self.page.mouse.move(1, 1)
        self.dismiss_notifications()
        self.page.evaluate("document.activeElement.blur()")
        self.page.locator("#log").evaluate("log => { log.scrollTop = log.scrollHeight; }")
        picture = self.page.screenshot()
        if isinstance(file, Path):
            file.write_bytes(picture)
        else:
            file.write(picture)

    def has_horizontal_scroll(self) -> bool:
        elements = ("document.scrollingElement", "document.querySelector('#log')")
        return any(self.page.evaluate(f"{p}.scrollWidth > {p}.clientWidth") for p in elements)


@contextmanager
def open_screen(
    browser: Browser, env: Environment, person: str, viewport: ViewportSize, *, scale: float = 1
) -> Iterator[Screen]:
    """Open the page for *person*; an error in a script of the page is a failure."""
    context = browser.new_context(
        viewport=viewport, device_scale_factor=scale, reduced_motion="reduce"
    )
    context.add_init_script(WITHOUT_TOUR)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{env.sandbox.url}/#person={person}&channel={OPS.id}")
    try:
        yield Screen(page)
    finally:
        context.close()
    assert errors == []
