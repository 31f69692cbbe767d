"""`status`, `info` and `url`: the fleet, one Space in detail, and addresses."""

import pytest

from bot.alerts.actions import Silence, SilencedSpacesQuery
from bot.cards import Message
from bot.queries import SpaceDetailsQuery
from bot.results import Answer, Fetch
from tests.unit.alerts.samples import NOW
from tests.unit.commands.samples import rejection, run


def after_silence(answer: Answer) -> Answer:
    """Return the answer once it knows which Spaces are silenced: none."""
    assert isinstance(answer, Fetch)
    assert answer.query == SilencedSpacesQuery()
    return answer.then(Silence())


@pytest.mark.parametrize("text", ["status", "status all", "status team-a team-b"])
def test_several_spaces_are_counted(text: str) -> None:
    answer = after_silence(run(text))

    assert isinstance(answer, Message)
    assert "1 up" in answer.text


@pytest.mark.parametrize("text", ["status team-a", "info team-a"])
def test_one_named_space_is_shown_in_detail(text: str) -> None:
    answer = after_silence(run(text))

    assert isinstance(answer, Fetch)
    assert answer.query == SpaceDetailsQuery("acme/team-a")


def test_without_the_hub_the_last_sweep_is_shown() -> None:
    assert isinstance(after_silence(run("info team-a", stale_since=NOW)), Message)


def test_an_empty_fleet_names_the_owners() -> None:
    answer = run("status", fleet={})

    assert isinstance(answer, Message)
    assert "acme" in str(answer.blocks)


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [("info", None), ("info team-a team-b", "status team-a team-b"), ("url", "url all")],
)
def test_rejected_read_suggests_one_that_works(text: str, suggestion: str | None) -> None:
    assert rejection(text).suggestion == suggestion
