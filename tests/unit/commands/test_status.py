"""`status`, `info` and `url`: the fleet, one Space in detail, and addresses."""

from typing import Any

import pytest

from bot.alerts.actions import Silence, SilencedSpacesQuery
from bot.cards import Message
from bot.hub_facts import Staleness
from bot.model import Space
from bot.parsing import NameIndex
from bot.queries import HostsQuery, SpaceDetailsQuery
from bot.results import Answer, Fetch
from tests.unit.alerts.samples import NOW
from tests.unit.commands.samples import FLEET, rejection, run


def after_silence(answer: Answer) -> Answer:
    """Return the answer without silenced Spaces."""
    assert isinstance(answer, Fetch)
    assert answer.query == SilencedSpacesQuery()
    return answer.then(Silence())


@pytest.mark.parametrize("text", ["status", "status all", "status team-a team-b"])
def test_several_spaces_are_counted(text: str) -> None:
    answer = after_silence(run(text))

    assert isinstance(answer, Message)
    assert "1 running" in answer.text


@pytest.mark.parametrize(
    "text", ["status asleep", "status team-b..b", "sleeping", "status team-b*"]
)
def test_word_for_several_spaces_gives_a_list_of_one(text: str) -> None:
    answer = after_silence(run(f"status {text.removeprefix('status ')}"))

    assert isinstance(answer, Message)
    assert "1 Space" in answer.text


def test_name_in_a_list_is_a_link_to_the_page_of_the_space() -> None:
    names = NameIndex.of(FLEET, hub="http://127.0.0.1:9")

    for shown in (
        after_silence(run("status", names=names)),
        run("url all", names=names, staleness=Staleness(NOW)),
    ):
        assert isinstance(shown, Message)
        assert "*<http://127.0.0.1:9/spaces/acme/team-a|team-a>*" in str(shown.blocks)


def test_url_shows_the_live_address_like_info() -> None:
    dead = Space("acme/team-a", "RUNNING", host="https://acme-team-a-v2.hf.space")
    answer: Any = run("url team-a", fleet={dead.id: dead}, names=NameIndex.of([dead.id]))

    assert answer.query == HostsQuery((dead.id,))
    live = str(answer.then({dead.id: "https://acme-team-a.hf.space"}).blocks)
    assert "https://acme-team-a.hf.space" in live
    assert "v2" not in live
    assert "https://acme-team-a-v2.hf.space" in str(answer.then({}).blocks)


def test_name_in_the_details_is_a_link_to_the_page_of_the_space() -> None:
    answer = after_silence(run("status team-a", staleness=Staleness(NOW)))

    assert isinstance(answer, Message)
    assert "*<https://huggingface.co/spaces/acme/team-a|team-a>*" in str(answer.blocks)


@pytest.mark.parametrize("text", ["info", "url"])
def test_read_without_a_target_asks_with_an_existing_name(text: str) -> None:
    fleet = {"acme/if-7": Space("acme/if-7", "RUNNING")}
    error = rejection(text, fleet=fleet, names=NameIndex.of(fleet))

    assert str(error).startswith("Which Space")
    assert f"`/space {text} if-7`" in str(error)


@pytest.mark.parametrize("text", ["status team-a", "info team-a"])
def test_one_named_space_is_shown_in_detail(text: str) -> None:
    answer = after_silence(run(text))

    assert isinstance(answer, Fetch)
    assert answer.query == SpaceDetailsQuery("acme/team-a")


def test_without_the_hub_the_last_sweep_is_shown() -> None:
    assert isinstance(after_silence(run("info team-a", staleness=Staleness(NOW))), Message)


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
