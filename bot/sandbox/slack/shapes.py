"""A small language to say what a JSON value must look like, with complaints in Slack's words.

A rule takes a value and its JSON pointer and yields complaints.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Rule = Callable[[Any, str], Iterator[str]]


def violation(sentence: str, pointer: str) -> str:
    return f"{sentence} [json-pointer:{pointer}]"


def anything(_value: Any, _pointer: str) -> Iterator[str]:
    return iter(())


def boolean(value: Any, pointer: str) -> Iterator[str]:
    if not isinstance(value, bool):
        yield violation("must be a boolean", pointer)


def string(maximum: int, minimum: int = 1) -> Rule:
    def rule(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield violation("must be a string", pointer)
        elif len(value) < minimum:
            yield violation(f"must be more than {minimum - 1} characters", pointer)
        elif len(value) > maximum:
            yield violation(f"must be less than {maximum + 1} characters", pointer)

    return rule


def number(minimum: float, maximum: float) -> Rule:
    def rule(value: Any, pointer: str) -> Iterator[str]:
        if isinstance(value, bool) or not isinstance(value, int | float):
            yield violation("must be a number", pointer)
        elif not minimum <= value <= maximum:
            yield violation(f"must be between {minimum:g} and {maximum:g}", pointer)

    return rule


def one_of(*allowed: str) -> Rule:
    def rule(value: Any, pointer: str) -> Iterator[str]:
        if value not in allowed:
            yield violation(f"must be one of: {', '.join(allowed)}", pointer)

    return rule


def items(rule: Rule, maximum: int, minimum: int = 1) -> Rule:
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
    """A JSON object with these keys and no others."""
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
    """A JSON object whose `type` says which rule it must keep."""

    def rule(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, Mapping):
            yield violation("must be an object", pointer)
        elif value.get("type") not in rules:
            yield violation(f"unsupported type: {value.get('type')}", f"{pointer}/type")
        else:
            yield from rules[value["type"]](value, pointer)

    return rule


def all_of(*rules: Rule) -> Rule:
    def rule(value: Any, pointer: str) -> Iterator[str]:
        for one in rules:
            yield from one(value, pointer)

    return rule


def any_key(*keys: str) -> Rule:
    """At least one of these keys is there."""

    def rule(value: Any, pointer: str) -> Iterator[str]:
        if isinstance(value, Mapping) and not any(value.get(key) for key in keys):
            yield violation(f"missing required field: {' or '.join(keys)}", pointer)

    return rule


def unique_in(list_key: str, key: str) -> Rule:
    """No two objects of the list carry the same value under this key."""

    def rule(value: Any, pointer: str) -> Iterator[str]:
        known: set[Any] = set()
        for index, item in enumerate(value.get(list_key) or ()):
            name = item.get(key) if isinstance(item, Mapping) else None
            if name and name in known:
                yield violation(f"`{key}` {name} already exists", f"{pointer}/{list_key}/{index}")
            known.add(name)

    return rule
