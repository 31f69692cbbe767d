"""Parser of requests: text → words → verb, targets and times. Pure: time is an argument."""

from bot.parsing.durations import parse_duration
from bot.parsing.key_arguments import KeyArguments, is_key, split_key, split_secret_key
from bot.parsing.names import NameIndex
from bot.parsing.new_names import expand_new_names
from bot.parsing.numbers import parse_operation_number
from bot.parsing.schedule_times import Span, parse_moment, split_span
from bot.parsing.suggestions import SuggestedTargets
from bot.parsing.targets import may_select_several, select, select_one
from bot.parsing.text import quote, strip_control_chars, to_command, tokenize
from bot.parsing.time_clause import put_time_last, split_time_clause
from bot.parsing.time_range import TimeRange, split_time_range
from bot.parsing.verbs import closest_verb, parse_verb

__all__ = [
    "KeyArguments",
    "NameIndex",
    "Span",
    "SuggestedTargets",
    "TimeRange",
    "closest_verb",
    "expand_new_names",
    "is_key",
    "may_select_several",
    "parse_duration",
    "parse_moment",
    "parse_operation_number",
    "parse_verb",
    "put_time_last",
    "quote",
    "select",
    "select_one",
    "split_key",
    "split_secret_key",
    "split_span",
    "split_time_clause",
    "split_time_range",
    "strip_control_chars",
    "to_command",
    "tokenize",
]
