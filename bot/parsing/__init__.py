"""The grammar: text → words → verb, targets and times. Pure: no I/O, time is an argument."""

from bot.parsing.clocks import parse_duration
from bot.parsing.guesses import SuggestedTargets
from bot.parsing.keys import KeyArguments, is_key, split_key, split_secret_key
from bot.parsing.names import NameIndex
from bot.parsing.newcomers import expand_new_names
from bot.parsing.numbers import parse_operation_number
from bot.parsing.past import TimeRange, split_time_range
from bot.parsing.sentences import quote
from bot.parsing.single import select_one
from bot.parsing.targets import select
from bot.parsing.text import to_command, strip_control_chars, tokenize
from bot.parsing.times import WhenKind, Span, When, split_span, split_when
from bot.parsing.verbs import closest_verb, parse_verb

__all__ = [
    "SuggestedTargets",
    "KeyArguments",
    "WhenKind",
    "NameIndex",
    "TimeRange",
    "Span",
    "When",
    "parse_duration",
    "quote",
    "is_key",
    "split_key",
    "closest_verb",
    "expand_new_names",
    "parse_operation_number",
    "split_time_range",
    "split_secret_key",
    "select",
    "select_one",
    "split_span",
    "to_command",
    "strip_control_chars",
    "parse_verb",
    "split_when",
    "tokenize",
]
