"""The README's pictures and commands exist, and each command has one line of help."""

import re
from pathlib import Path

import pytest

from bot import commands, manifest
from bot.command import Command

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


@pytest.mark.parametrize("command", commands.load().values(), ids=lambda c: c.name)
def test_every_command_has_help_of_one_line(command: Command) -> None:
    assert command.help.strip()
    assert "\n" not in command.help


@pytest.mark.parametrize("scope", manifest.SCOPES)
def test_each_scope_has_its_reason(scope: str) -> None:
    page = (ROOT / "docs/security.md").read_text()
    assert re.search(rf"^\|.*`{scope}`.*\| .{{20}}", page, re.MULTILINE)


def test_pictures_of_the_readme_are_there() -> None:
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)|<img src=\"([^\"]+)\"[^>]* alt=\"[^\"]", README)
    pictures = [markdown or html for markdown, html in pictures]

    assert len(pictures) == 4
    assert all((ROOT / picture).is_file() for picture in pictures)


def test_the_two_commands_are_there_as_written() -> None:
    assert "\npip install uv && uv run spacebot try\n" in README
    assert "\npip install uv && uv run --group dev pytest\n" in README
