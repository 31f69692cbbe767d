"""Help: commands with their examples, and how existing Spaces are named."""

import pytest

from bot.model import Role
from bot.parsing import NameIndex
from bot.render import help as render
from bot.render.help import HelpEntry
from tests.goldens import check_message

NAMES = NameIndex.of([f"acme/team-{n}" for n in range(1, 13)])


def test_message_matches_its_golden() -> None:
    entries = [
        HelpEntry("wake <targets>", "Start what is asleep.", "wake all", Role.OPERATOR.restriction),
        HelpEntry("url <targets>", "The addresses.", "url all", has_button=True),
    ]
    intro = render.introduction(Role.VIEWER.title, NAMES)

    check_message("answers/help", render.reply(entries, ("audit", "pause"), intro, "/space"))


@pytest.mark.parametrize(
    ("ids", "shown"),
    [
        ([], "`team-a`, `team-*`, `team-1..12`, `all`"),
        (["acme/demo"], "`demo`, `all`"),
        (["acme/team-a", "acme/team-f"], "`team-a`, `team-*`, `team-a..f`, `all`"),
        (["acme/demo", "acme/g-2", "acme/g-10"], "`demo`, `g-*`, `g-2..10`, `all`"),
    ],
)
def test_introduction_names_spaces_that_exist(ids: list[str], shown: str) -> None:
    assert f"Name Spaces like {shown}," in render.introduction("a viewer", NameIndex.of(ids))
