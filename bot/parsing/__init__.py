"""The grammar: text → words → verb, targets and times. Pure: no I/O, time is an argument."""

from bot.parsing.clocks import duration
from bot.parsing.guesses import Guess
from bot.parsing.keys import Keyed, is_key, keyed, secret_key
from bot.parsing.names import Names
from bot.parsing.newcomers import newcomers
from bot.parsing.numbers import operation_number
from bot.parsing.past import Past, past
from bot.parsing.sentences import echo
from bot.parsing.single import single
from bot.parsing.targets import select
from bot.parsing.text import spell, storable, words
from bot.parsing.times import Kind, Span, When, span, when
from bot.parsing.verbs import nearest, verb

__all__ = [
    "Guess",
    "Keyed",
    "Kind",
    "Names",
    "Past",
    "Span",
    "When",
    "duration",
    "echo",
    "is_key",
    "keyed",
    "nearest",
    "newcomers",
    "operation_number",
    "past",
    "secret_key",
    "select",
    "single",
    "span",
    "spell",
    "storable",
    "verb",
    "when",
    "words",
]
