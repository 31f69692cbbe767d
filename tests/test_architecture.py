"""The architecture page names every module and nothing else."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "architecture.md").read_text()


def test_every_module_is_on_the_architecture_page() -> None:
    listed = set()
    for section in PAGE.split("\n### `bot/")[1:]:
        folder = section.partition("`")[0].strip("/")
        names = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
        listed |= {f"{folder}/{name}".lstrip("/") for name in names}

    assert listed == modules()


def modules() -> set[str]:
    """Return every module of the bot with a docstring, without the sandbox and migrations."""
    bot = ROOT / "bot"
    left_out = ("sandbox", "migrations")
    return {
        str(path.relative_to(bot).with_suffix(""))
        for path in bot.rglob("*.py")
        if not set(left_out) & set(path.parts) and path.read_text().startswith('"""')
    }
