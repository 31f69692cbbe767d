"""Combinators for rules about JSON values, with violations in Slack's wording.

A rule takes a value and its JSON pointer and yields violations.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Rule = Callable[[Any, str], Iterator[str]]


def violation(sentence: str, pointer: str) -> str:
    """Return a violation in Slack's format."""
    return f"{sentence} [json-pointer:{pointer}]"


def anything(_value: Any, _pointer: str) -> Iterator[str]:
    """Accept any value."""
    return iter(())


def boolean(value: Any, pointer: str) -> Iterator[str]:
    """Require a boolean."""
    if not isinstance(value, bool):
        yield violation("must be a boolean", pointer)


def string(maximum: int, minimum: int = 1) -> Rule:
    """Return a rule that requires a string with these limits on its length."""

    def rule(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield violation("must be a string", pointer)
        elif len(value) < minimum:
            yield violation(f"must be more than {minimum - 1} characters", pointer)
        elif len(value) > maximum:
            yield violation(f"must be less than {maximum + 1} characters", pointer)

    return rule


def number(minimum: float, maximum: float) -> Rule:
    """Return a rule that requires a number in this range."""

    def rule(value: Any, pointer: str) -> Iterator[str]:
        if isinstance(value, bool) or not isinstance(value, int | float):
            yield violation("must be a number", pointer)
        elif not minimum <= value <= maximum:
            yield violation(f"must be between {minimum:g} and {maximum:g}", pointer)

    return rule


def one_of(*allowed: str) -> Rule:
    """Return a rule that requires one of these strings."""

    def rule(value: Any, pointer: str) -> Iterator[str]:
        if value not in allowed:
            yield violation(f"must be one of: {', '.join(allowed)}", pointer)

    return rule


def items(rule: Rule, maximum: int, minimum: int = 1) -> Rule:
    """Return a rule that requires an array whose items satisfy *rule*."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, list | tuple):
            yield violation("must be an array", pointer)
            return
        if len(value) > maximum:
            yield violation(f"no more than {maximum} items allowed", pointer)
        if len(value) < minimum:
            yield violation(f"no fewer than {minimum} items allowed", pointer)
        for index, item in enumerate(value):
            yield from rule(item, f"{pointer}/{index}")

    return check


def json_object(required: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None) -> Rule:
    """Return a rule that requires an object with these keys and no others."""
    known = {**required, **(optional or {})}

    def rule(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, Mapping):
            yield violation("must be an object", pointer)
            return
        for key in required:
            if key not in value:
                yield violation(f"missing required field: {key}", pointer)
        for key, inner in value.items():
            if key in known:
                yield from known[key](inner, f"{pointer}/{key}")
            elif key != "type":
                yield violation(f"invalid additional property: {key}", pointer)

    return rule


def by_type(rules: Mapping[str, Rule]) -> Rule:
    """Return a rule that requires an object, and applies the rule of its `type`."""

    def rule(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, Mapping):
            yield violation("must be an object", pointer)
        elif value.get("type") not in rules:
            yield violation(f"unsupported type: {value.get('type')}", f"{pointer}/type")
        else:
            yield from rules[value["type"]](value, pointer)

    return rule


def all_of(*rules: Rule) -> Rule:
    """Return a rule that applies all *rules*."""

    def rule(value: Any, pointer: str) -> Iterator[str]:
        for one in rules:
            yield from one(value, pointer)

    return rule


def any_key(*keys: str) -> Rule:
    """Return a rule that requires at least one of these keys."""

    def rule(value: Any, pointer: str) -> Iterator[str]:
        if isinstance(value, Mapping) and not any(value.get(key) for key in keys):
            yield violation(f"missing required field: {' or '.join(keys)}", pointer)

    return rule


def unique_in(list_key: str, key: str) -> Rule:
    """Return a rule that requires different values of *key* in the objects of a list."""

    def rule(value: Any, pointer: str) -> Iterator[str]:
        known: set[Any] = set()
        for index, item in enumerate(value.get(list_key) or ()):
            name = item.get(key) if isinstance(item, Mapping) else None
            if name and name in known:
                yield violation(f"`{key}` {name} already exists", f"{pointer}/{list_key}/{index}")
            known.add(name)

    return rule
