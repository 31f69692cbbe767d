"""Names of Spaces that are yet to be, rule by rule."""

import pytest

from bot.errors import Misunderstood
from bot.parsing import newcomers, words
from bot.parsing.newcomers import as_known, check, repo_id


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("team-a", ("team-a",)),
        # Lists, in the order they were said, each name once, whatever its capitals.
        ("team-b, team-a and TEAM-B", ("team-b", "team-a")),
        # Ranges of numbers and of letters, either way round, said aloud, or with a long dash.
        ("team-1..3", ("team-1", "team-2", "team-3")),
        ("team-3..1", ("team-1", "team-2", "team-3")),
        ("team-a..c", ("team-a", "team-b", "team-c")),
        ("team-1 to team-3", ("team-1", "team-2", "team-3")),
        ("team-1 – 3", ("team-1", "team-2", "team-3")),
        # Leading zeros stay.
        ("team-08..10", ("team-08", "team-09", "team-10")),
        ("team-001..2", ("team-001", "team-002")),
        ("", ()),
    ],
)
def test_spells_the_names(text: str, names: tuple[str, ...]) -> None:
    assert newcomers(words(text)) == names


def test_a_class_is_bounded() -> None:
    assert len(newcomers(["team-1..500"])) == 500
    with pytest.raises(Misunderstood, match="more than 500"):
        newcomers(["team-1..500", "guests"])


@pytest.mark.parametrize(
    ("name", "id"),
    [
        # The prefix is put in front, once, and the first owner's they are.
        ("team-1", "acme/if-team-1"),
        ("if-team-1", "acme/if-team-1"),
        # A full id is taken as it is.
        ("acme/other", "acme/other"),
        ("Second/other", "second/other"),
    ],
)
def test_gives_the_id(name: str, id: str) -> None:
    assert repo_id(name, ["acme", "second"], "if-") == id


def test_makes_nothing_for_strangers() -> None:
    with pytest.raises(Misunderstood, match="those of `acme` and `second` only"):
        repo_id("else/team-1", ["acme", "second"], "")


@pytest.mark.parametrize("name", ["a", "A.b_c-1", "_x", "x" * 96])
def test_a_good_name_passes(name: str) -> None:
    check([f"acme/{name}"], "")


@pytest.mark.parametrize(
    "name",
    ["a--b", "a..b", "a.git", "-a", "a-", ".a", "a.", "köln", "a b", "a/b", "x" * 97, "team-*", ""],
)
def test_a_name_that_the_hub_refuses_is_refused_before(name: str) -> None:
    with pytest.raises(Misunderstood, match="nothing was done"):
        check([f"acme/{name}"], "")


@pytest.mark.parametrize("name", ["all", "broken", "Except", "from"])
def test_a_word_of_the_grammar_is_no_name(name: str) -> None:
    with pytest.raises(Misunderstood, match="is a word of mine"):
        check([f"acme/if-{name}"], "if-")


def test_the_hub_is_case_blind() -> None:
    assert as_known(["acme/Team-A", "acme/team-a", "acme/b"], ["acme/TEAM-A"]) == (
        "acme/TEAM-A",
        "acme/b",
    )
