"""Arguments of `health`: targets first, then path, status, time, watch or rest."""

import pytest

from bot.errors import UsageError
from bot.health.check import HealthCheck
from bot.parsing.health_arguments import HealthArguments, parse_health_arguments


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("team-a", HealthArguments(("team-a",))),
        ("team-a /docs", HealthArguments(("team-a",), HealthCheck("/docs"))),
        ("team-* /x STATUS 401", HealthArguments(("team-*",), HealthCheck("/x", 401))),
        ("all under 2s", HealthArguments(("all",), HealthCheck(max_seconds=2))),
        ("all under 2 seconds", HealthArguments(("all",), HealthCheck(max_seconds=2))),
        ("all under 0.5 s", HealthArguments(("all",), HealthCheck(max_seconds=0.5))),
        ("a b watch", HealthArguments(("a", "b"), HealthCheck(is_continuous=True))),
        (
            "a watch yes",
            HealthArguments(("a",), HealthCheck(is_continuous=True), is_confirmed=True),
        ),
        ("a rest", HealthArguments(("a",), HealthCheck(is_continuous=False))),
        ("a default", HealthArguments(("a",), is_default=True)),
    ],
)
def test_arguments(text: str, expected: HealthArguments) -> None:
    assert parse_health_arguments(text.split()) == expected


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["a", "http://169.254.169.254/"], "A path starts with `/`"),
        (["a", "file:///etc/passwd"], "A path starts with `/`"),
        (["a", "//evil.example"], "one `/`"),
        (["a", "/../x"], "can't contain"),
        (["a", "/a\nHost: evil"], "without spaces or line breaks"),
        (["a", "/%2e%2e/x"], "without spaces or line breaks"),
        (["a", "status"], "A status is a number"),
        (["a", "status", "ok"], "A status is a number"),
        (["a", "status", "999"], "A status is a number"),
        (["a", "under"], "A time is up to 10 seconds"),
        (["a", "under", "0s"], "A time is up to 10 seconds"),
        (["a", "under", "60s"], "A time is up to 10 seconds"),
    ],
)
def test_bad_argument_is_refused_with_the_reason(words: list[str], problem: str) -> None:
    with pytest.raises(UsageError, match=problem.replace("/", "/")):
        parse_health_arguments(words)
