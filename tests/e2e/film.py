"""A film of the page: frames of one screen, and the animated GIF of the README."""

from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import Locator

from tests.e2e.browser import Screen

_COLORS = 96  # the page has few colors, and each frame shrinks with their number
_TAP_COLOR, _TAP_RADIUS = (29, 155, 209, 110), 22


@dataclass
class Film:
    """The frames of one screen, each with the milliseconds that it's shown."""

    screen: Screen
    frames: list[tuple[Image.Image, int]] = field(default_factory=list)

    def take(self, milliseconds: int, tap: Locator | None = None) -> None:
        """Add a frame; *tap* marks what a finger touches in it."""
        picture = BytesIO()
        self.screen.take_screenshot(picture)
        frame = Image.open(picture).convert("RGB")
        if tap and (box := tap.bounding_box()):
            _mark(frame, box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        self.frames.append((frame, milliseconds))

    def save(self, path: Path) -> None:
        """Write the animated GIF, which repeats."""
        first, *others = [
            frame.quantize(_COLORS, dither=Image.Dither.NONE) for frame, _ in self.frames
        ]
        durations = [milliseconds for _, milliseconds in self.frames]
        first.save(
            path, save_all=True, append_images=others, duration=durations, loop=0, optimize=True
        )


def _mark(frame: Image.Image, x: float, y: float) -> None:
    box = (x - _TAP_RADIUS, y - _TAP_RADIUS, x + _TAP_RADIUS, y + _TAP_RADIUS)
    ImageDraw.Draw(frame, "RGBA").ellipse(box, fill=_TAP_COLOR)
