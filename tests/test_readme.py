"""A command that is not in the README does not exist, and neither does a variable."""

import re
from pathlib import Path

import pytest

from bot import commands, manifest
from bot.command import Command
from bot.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


@pytest.mark.parametrize("command", commands.load().values(), ids=lambda c: c.name)
def test_every_command_is_in_the_readme(command: Command) -> None:
    assert re.search(rf"^- `/space {re.escape(command.usage)}`", README, re.MULTILINE)


@pytest.mark.parametrize("command", commands.load().values(), ids=lambda c: c.name)
def test_every_command_has_help_of_one_line(command: Command) -> None:
    assert command.help.strip()
    assert "\n" not in command.help


@pytest.mark.parametrize("field", Settings.model_fields.values(), ids=lambda f: f.validation_alias)
def test_every_variable_is_in_the_readme(field: object) -> None:
    assert f"`{field.validation_alias}" in README or f"{field.validation_alias}`" in README  # type: ignore[attr-defined]


@pytest.mark.parametrize("scope", manifest.SCOPES)
def test_every_scope_is_argued_in_the_readme(scope: str) -> None:
    assert f"`{scope}`" in README


def test_pictures_of_the_readme_are_there() -> None:
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README)

    assert pictures
    assert all((ROOT / picture).is_file() for picture in pictures)


def test_the_two_commands_are_there_as_written() -> None:
    assert "\npip install uv && uv run spacebot try\n" in README
    assert "\npip install uv && uv run --group dev pytest\n" in README
