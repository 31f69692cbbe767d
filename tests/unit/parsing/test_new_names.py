"""Names of Spaces that are yet to be, rule by rule."""

import pytest

from bot.errors import UsageError
from bot.parsing import expand_new_names, tokenize
from bot.parsing.new_names import canonical_ids, new_space_id, validate_new_names


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
def test_words_expand_to_new_names(text: str, names: tuple[str, ...]) -> None:
    assert expand_new_names(tokenize(text)) == names


def test_number_of_new_names_is_bounded() -> None:
    assert len(expand_new_names(["team-1..500"])) == 500
    with pytest.raises(UsageError, match="more than 500"):
        expand_new_names(["team-1..500", "guests"])


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
def test_new_space_gets_an_owner_and_the_prefix(name: str, id: str) -> None:
    assert new_space_id(name, ["acme", "second"], "if-") == id


def test_unknown_owner_is_rejected() -> None:
    with pytest.raises(UsageError, match=("I only look after the Spaces of `acme` and `second`")):
        new_space_id("else/team-1", ["acme", "second"], "")


@pytest.mark.parametrize("name", ["a", "A.b_c-1", "_x", "x" * 96])
def test_valid_name_is_accepted(name: str) -> None:
    validate_new_names([f"acme/{name}"], "")


@pytest.mark.parametrize(
    "name",
    ["a--b", "a..b", "a.git", "-a", "a-", ".a", "a.", "köln", "a b", "a/b", "x" * 97, "team-*", ""],
)
def test_name_that_the_hub_would_reject_is_rejected(name: str) -> None:
    with pytest.raises(UsageError, match="doesn't allow the name"):
        validate_new_names([f"acme/{name}"], "")


@pytest.mark.parametrize("name", ["all", "broken", "Except", "from"])
def test_reserved_word_is_rejected_as_a_name(name: str) -> None:
    with pytest.raises(UsageError, match="already means several Spaces"):
        validate_new_names([f"acme/if-{name}"], "if-")


def test_canonical_ids_ignore_case() -> None:
    assert canonical_ids(["acme/Team-A", "acme/team-a", "acme/b"], ["acme/TEAM-A"]) == (
        "acme/TEAM-A",
        "acme/b",
    )
