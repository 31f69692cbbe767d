"""Filler words: ignored around targets, never mistaken for one."""

import pytest

from bot.model import Space
from bot.parsing import NameIndex, select
from tests.unit.parsing.samples import refusal, select_names


# (as it is said, the Spaces)
@pytest.mark.parametrize(
    ("text", "spaces"),
    [
        # Courtesies and emoji name nothing, as themselves or as Slack spells them.
        ("team-1 please", "team-1"),
        ("the team-1 space, thanks!", "team-1"),
        ("only team-1 / team-2", "team-1 team-2"),
        ("team-1 now 🙏", "team-1"),
        ("team-1 :pray: :+1:", "team-1"),
        ("all the sleeping ones", "team-2 team-10 all beta/if-demo"),
        # "All of" some is those, and never everything.
        ("all of team-1..2", "team-1 team-2"),
        ("all the team-1..2 spaces", "team-1 team-2"),
        ("all of them except team-*", "demo all paused alps-1-2 v1.io beta/if-demo"),
        ("all of the spaces but team-*", "demo all paused alps-1-2 v1.io beta/if-demo"),
        # `&` and `+` are in no name.
        ("team-1&team-2", "team-1 team-2"),
        ("team-1 team-2+team-3&amp;team-10", "team-1 team-2 team-3 team-10"),
        # Slack's token of a channel, a person or a group that is called like a team.
        ("<#C123|team-a>", "team-a"),
        ("<@U1|team-a> <!subteam^S1|@team-1>", "team-1 team-a"),
        # `crashed` is narrower than `broken`.
        ("crashed", "team-3"),
    ],
)
def test_filler_words_around_targets_are_ignored(text: str, spaces: str) -> None:
    assert sorted(select_names(text).split()) == sorted(spaces.split())


def test_space_named_like_a_filler_word_is_selected() -> None:
    fleet = {id: Space(id, "SLEEPING") for id in ("acme/please", "acme/team-a")}

    assert select(["please"], fleet, NameIndex.of(fleet), acting=True) == ("acme/please",)


@pytest.mark.parametrize("text", ["please", "🙏", "them", "it now", ":zap:"])
def test_filler_word_alone_selects_no_target(text: str) -> None:
    assert str(refusal(text)).startswith("Which Space? Name one")
