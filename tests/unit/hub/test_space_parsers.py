"""The parsers of the Hub's responses."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.hub.space_parsers import from_entry, from_runtime, parse_last_commit, parse_settings
from bot.hub_facts import LastCommit, SpaceSettings
from bot.stages import Condition

READY = {"domain": "o-a.hf.space", "stage": "READY"}
RUNNING = {
    "stage": "RUNNING",
    "hardware": {"current": "cpu-basic", "requested": "cpu-basic"},
    "gcTimeout": 172800,
    "replicas": {"current": 1, "requested": 1},
    "devMode": False,
    "domains": [READY],
}
ENTRY = {
    "_id": "67e4",
    "id": "o/a",
    "private": True,
    "sdk": "docker",
    "sha": "d4c8",
    "subdomain": "o-a",
    "runtime": RUNNING,
}


def test_list_entry_is_parsed_completely() -> None:
    space = from_entry(ENTRY)
    assert (space.id, space.stage, space.hardware, space.sdk) == (
        "o/a",
        "RUNNING",
        "cpu-basic",
        "docker",
    )
    assert (space.host, space.private, space.head) == ("https://o-a.hf.space", True, "d4c8")
    assert (space.sleep_after, space.error) == (172800, "")


@pytest.mark.parametrize(
    "runtime",
    [
        # A Space may lack its runtime block, or have one without a stage.
        pytest.param(None, id="none"),
        pytest.param({}, id="empty"),
        pytest.param({"stage": None}, id="null"),
        pytest.param("RUNNING", id="a word"),
    ],
)
def test_a_space_without_a_stage_is_unknown_and_not_fine(runtime: Any) -> None:
    space = from_entry({"id": "o/a", "runtime": runtime})
    assert (space.stage, space.condition) == ("UNKNOWN", Condition.UNKNOWN)


@pytest.mark.parametrize(
    ("stage", "condition"),
    [
        # The library's own list lacks SLEEPING.
        ("SLEEPING", Condition.ASLEEP),
        # A stage that is new to us stays as the Hub wrote it.
        ("DREAMING", Condition.UNKNOWN),
    ],
)
def test_stage_is_kept_as_the_hub_spells_it(stage: str, condition: Condition) -> None:
    space = from_runtime("o/a", {"stage": stage})
    assert (space.stage, space.condition) == (stage, condition)


@pytest.mark.parametrize(
    ("hardware", "expected"),
    [
        # The current hardware comes before the requested one.
        ({"current": "t4-small", "requested": "cpu-basic"}, "t4-small"),
        # While it does not run, only the requested hardware is known.
        ({"current": None, "requested": "cpu-basic"}, "cpu-basic"),
        # A static Space has neither.
        ({"current": None, "requested": None}, None),
        (None, None),
    ],
)
def test_hardware_is_the_current_or_the_requested(hardware: Any, expected: str | None) -> None:
    assert from_runtime("o/a", {"stage": "PAUSED", "hardware": hardware}).hardware == expected


@pytest.mark.parametrize(
    ("entry", "host"),
    [
        # The Hub's own host field comes first.
        ({"host": "https://h.hf.space", "subdomain": "s"}, "https://h.hf.space"),
        # Then a ready domain, the Hub's own before a custom one.
        (
            {
                "runtime": {
                    "domains": [
                        {"domain": "dead.hf.space", "stage": "PENDING"},
                        {"domain": "team.example", "stage": "READY", "isCustom": True},
                        READY,
                    ]
                },
                "subdomain": "s",
            },
            "https://o-a.hf.space",
        ),
        # Only a sandbox reports a domain on this machine, which has no certificate.
        (
            {"runtime": {"domains": [{"domain": "s.localhost:8700", "stage": "READY"}]}},
            "http://s.localhost:8700",
        ),
        # Then the subdomain that the Hub gave; a static Space lives elsewhere.
        ({"subdomain": "s"}, "https://s.hf.space"),
        ({"subdomain": "s", "sdk": "static"}, "https://s.static.hf.space"),
        # Without any of them, no host is computed from the name.
        ({}, None),
        # An invalid address isn't shown.
        ({"host": "javascript:alert(1)", "subdomain": "<!channel>"}, None),
    ],
)
def test_host_is_what_the_hub_returned(entry: dict[str, Any], host: str | None) -> None:
    assert from_entry({"id": "o/a", **entry}).host == host


@pytest.mark.parametrize(
    ("entry", "sha"),
    [
        # While a new commit builds, the old one serves.
        ({"sha": "new", "runtime": {"stage": "RUNNING_BUILDING", "sha": "old"}}, "old"),
        # Without a runtime the commit is unknown: it may not be built yet.
        ({"sha": "new", "runtime": {"stage": "RUNNING"}}, None),
        ({"sha": "new", "runtime": {"stage": "RUNNING_BUILDING"}}, None),
        ({"sha": "new", "runtime": {"stage": "BUILD_ERROR"}}, None),
    ],
)
def test_the_sha_is_of_the_commit_that_serves(entry: dict[str, Any], sha: str | None) -> None:
    space = from_entry({"id": "o/a", **entry})
    assert (space.sha, space.head) == (sha, "new")


def test_the_error_is_raw_and_automatic_replicas_do_no_harm() -> None:
    runtime = {
        "stage": "RUNTIME_ERROR",
        "errorMessage": "Traceback\n  <b>boom</b>",
        "replicas": {"current": "auto", "requested": "auto"},
        "gcTimeout": None,
    }
    space = from_runtime("o/a", runtime)
    assert (space.error, space.sleep_after) == ("Traceback\n  <b>boom</b>", None)


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
