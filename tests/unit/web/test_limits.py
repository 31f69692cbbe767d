"""Limits of connections."""

import resource

import pytest

from bot.web import limits


# (file descriptors, connections): the other half is for the database, the Hub and Slack.
@pytest.mark.parametrize(
    ("soft", "connections"),
    [(64, 32), (1024, 512), (1_000_000, 1000), (resource.RLIM_INFINITY, 1000), (1, 2)],
)
def test_connections_are_limited_to_half_of_the_file_descriptors(
    soft: int, connections: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (soft, soft))

    assert limits.max_connections() == connections
