"""The grammar: text → words → verb, targets and times. Pure: no I/O, time is an argument."""

from bot.parsing.clocks import duration
from bot.parsing.guesses import Guess
from bot.parsing.names import Names
from bot.parsing.newcomers import newcomers
from bot.parsing.sentences import echo
from bot.parsing.targets import select
from bot.parsing.text import spell, words
from bot.parsing.times import Kind, Span, When, span, when
from bot.parsing.verbs import verb

__all__ = [
    "Guess",
    "Kind",
    "Names",
    "Span",
    "When",
    "duration",
    "echo",
    "newcomers",
    "select",
    "span",
    "spell",
    "verb",
    "when",
    "words",
]
