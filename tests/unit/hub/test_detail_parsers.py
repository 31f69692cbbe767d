"""Parsers of settings, commits and plans: lenient with what the Hub omits or retypes."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.hub.detail_parsers import parse_last_commit, parse_plan, parse_settings
from bot.hub_facts import LastCommit, SpaceSettings

FULL = {
    "visibility": "protected",
    "runtime": {
        "hardware": {"current": "cpu-basic", "requested": "t4-small"},
        "devMode": True,
        "replicas": {"current": 1, "requested": "auto"},
        "volumes": [
            {"type": "bucket", "source": "acme/data", "mountPath": "/data"},
            {"type": "bucket"},
            None,
        ],
        "domains": [
            {"domain": "a.hf.space", "stage": "READY"},
            {"domain": "a.example.org", "stage": "PENDING", "isCustom": True},
        ],
    },
}


def test_settings_of_a_full_answer() -> None:
    assert parse_settings(FULL) == SpaceSettings(
        visibility="protected",
        requested_hardware="t4-small",
        current_hardware="cpu-basic",
        is_dev_mode=True,
        requested_replicas="auto",
        current_replicas="1",
        volumes=("acme/data at /data",),
        domains=("a.hf.space", "a.example.org (pending)"),
    )


@pytest.mark.parametrize(
    "entry",
    [
        {},
        {"runtime": None, "visibility": 3},
        {"runtime": {"hardware": [], "replicas": 2, "volumes": {}, "domains": "x", "devMode": 1}},
        {"visibility": "secret", "runtime": {"replicas": {"requested": True, "current": "many"}}},
    ],
)
def test_other_answers_leave_settings_unknown(entry: dict[str, Any]) -> None:
    assert parse_settings(entry) == SpaceSettings()


def test_newest_commit_is_the_first_one() -> None:
    commits = [
        {"date": "2026-11-27T10:00:00.000Z", "authors": [{"user": "ana"}, {"user": "bo"}]},
        {"date": "2026-11-26T10:00:00.000Z", "authors": [{"user": "bo"}]},
    ]

    at = datetime(2026, 11, 27, 10, tzinfo=UTC)
    assert parse_last_commit(commits) == LastCommit("ana", at)
    assert parse_last_commit([{**commits[0], "authors": None}]) == LastCommit("", at)


@pytest.mark.parametrize("commits", [[], {}, None, ["x"], [{"authors": []}], [{"date": 7}]])
def test_no_commit_is_known_without_its_date(commits: object) -> None:
    assert parse_last_commit(commits) is None


@pytest.mark.parametrize(
    ("overview", "plan"),
    [
        ({"name": "acme", "plan": "team"}, "team"),
        ({"name": "acme", "plan": "Enterprise"}, "enterprise"),
        ({"name": "acme"}, "free"),
        ({"user": "ana", "isPro": True}, "pro"),
        ({"user": "ana", "isPro": False}, "free"),
    ],
)
def test_plan_of_an_owner(overview: dict[str, Any], plan: str) -> None:
    assert parse_plan(overview) == plan
