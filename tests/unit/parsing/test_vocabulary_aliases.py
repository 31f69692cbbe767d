"""Other words for commands: each leads to a command that exists."""

from bot import commands
from bot.parsing.vocabulary import ALIASES, SYNONYMS

COMMANDS = commands.load()


def test_each_word_leads_to_an_existing_command() -> None:
    assert {*ALIASES.values(), *SYNONYMS.values()} <= COMMANDS.keys()


def test_no_word_for_a_command_is_itself_a_command() -> None:
    assert not (ALIASES.keys() | SYNONYMS.keys()) & COMMANDS.keys()
