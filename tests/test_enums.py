"""The values of enums, which are stored and logged, are their names."""

import importlib
import pkgutil
from enum import StrEnum

import pytest

import bot


def enums() -> list[type[StrEnum]]:
    """Return every StrEnum of the bot."""
    for module in pkgutil.walk_packages(bot.__path__, "bot."):
        if not module.name.startswith("bot.sandbox") and "migrations" not in module.name:
            importlib.import_module(module.name)
    return [each for each in StrEnum.__subclasses__() if each.__module__.startswith("bot.")]


# Enums whose values are text with a meaning of its own, such as a command.
_OTHER_WORDS: frozenset[str] = frozenset({"Remedy"})


@pytest.mark.parametrize("enum", enums(), ids=lambda enum: enum.__name__)
def test_value_of_an_enum_is_its_name(enum: type[StrEnum]) -> None:
    if enum.__name__ not in _OTHER_WORDS:
        assert {each.name.lower(): each.name.lower() for each in enum} == {
            each.name.lower(): each.value for each in enum
        }
