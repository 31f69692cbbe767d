"""Health checks: which path is requested, and which typed paths are refused."""

import pytest

from bot.health.check import GRADIO_PATH, HealthCheck, merge, path_problem, paths
from bot.model import Space

DEFAULT = HealthCheck()


@pytest.mark.parametrize(
    ("sdk", "check", "expected"),
    [
        ("gradio", DEFAULT, (GRADIO_PATH, "/")),
        ("static", DEFAULT, ("/",)),
        ("docker", DEFAULT, ("/healthz",)),
        (None, DEFAULT, ("/healthz",)),
        ("gradio", HealthCheck("/docs"), ("/docs",)),
        ("docker", HealthCheck("/docs"), ("/docs",)),
    ],
)
def test_path_depends_on_the_sdk_unless_a_person_set_one(
    sdk: str | None, check: HealthCheck, expected: tuple[str, ...]
) -> None:
    assert paths(Space("acme/a", "RUNNING", sdk=sdk), check, "/healthz") == expected


@pytest.mark.parametrize("path", ["/", "/health", "/api/v1/ping?full=1", "/a%20b", "/~me/x.json"])
def test_path_below_the_host_is_accepted(path: str) -> None:
    assert path_problem(path) == ""


@pytest.mark.parametrize(
    "path",
    [
        "",
        "health",
        "http://169.254.169.254/latest",
        "//evil.example/x",
        "/..",
        "/a/../b",
        "/a/./b",
        "/%2e%2e/b",
        "/a%2F..",
        "/a\\b",
        "/a\nHost: evil.example",
        "/a\r\nX: y",
        "/a%0d%0ab",
        "/a b",
        "/a#b",
        "/%zz",
        "/ä",
        "/" + "a" * 200,
    ],
)
def test_path_that_leads_elsewhere_is_refused_with_a_reason(path: str) -> None:
    assert path_problem(path).startswith("A path")


def test_later_check_wins_field_by_field() -> None:
    first = HealthCheck("/a", 200, 2.0, is_continuous=True)

    assert merge([first, HealthCheck("/b")]) == HealthCheck("/b", 200, 2.0, is_continuous=True)
    assert merge([first, HealthCheck(is_continuous=False)]).is_continuous is False
    assert merge([]).is_default
