import pytest

from bot.parsing import NameIndex, tokenize
from bot.parsing.names import is_named
from bot.parsing.vocabulary import RESERVED_WORDS


@pytest.mark.parametrize(
    ("ids", "id", "short"),
    [
        # The prefix and the owner are cut.
        (["acme/if-team-a"], "acme/if-team-a", "team-a"),
        # A Space without the prefix keeps its name, and so does one that is nothing else.
        (["acme/demo"], "acme/demo", "demo"),
        (["acme/if-"], "acme/if-", "if-"),
        # Two owners, or two spellings, with one short name: the full id.
        (["acme/if-a", "beta/if-a"], "beta/if-a", "beta/if-a"),
        (["acme/if-a", "acme/a"], "acme/a", "acme/a"),
        (["acme/if-A", "beta/a"], "acme/if-A", "acme/if-A"),
        # A name that is a word of the grammar: a button must not say `pause all`.
        (["acme/all"], "acme/all", "acme/all"),
        (["acme/if-Paused"], "acme/if-Paused", "acme/if-Paused"),
        # A name that would be read as another.
        (["acme/_a_"], "acme/_a_", "acme/_a_"),
        # A Space that is gone is still called something, and nothing that another is called.
        (["acme/if-a"], "acme/if-gone", "gone"),
        (["acme/if-a"], "beta/if-a", "beta/if-a"),
    ],
)
def test_a_short_name_means_one_space(ids: list[str], id: str, short: str) -> None:
    assert NameIndex.of(ids, "if-").short_name(id) == short


@pytest.mark.parametrize("word", sorted(RESERVED_WORDS))
def test_reserved_word_is_never_a_short_name(word: str) -> None:
    assert NameIndex.of([f"acme/{word}"]).short_name(f"acme/{word}") == f"acme/{word}"


def test_ids_are_in_natural_order() -> None:
    typed = ["b/team-2", "a/team-10", "a/team-2", "a/Team-1", "a/beta", "a/10", "a/9"]

    ordered = ["a/9", "a/10", "a/beta", "a/Team-1", "a/team-2", "b/team-2", "a/team-10"]
    assert list(NameIndex.of(typed).ids) == ordered


@pytest.mark.parametrize(
    ("word", "found"),
    [
        # Short name, full id, the repository's own name; case-blind.
        ("Team-A", ("acme/if-team-a",)),
        ("ACME/if-team-a", ("acme/if-team-a",)),
        ("if-team-a", ("acme/if-team-a",)),
        # Several that share the name are all found: somebody must ask which.
        ("x", ("acme/if-x", "beta/if-x")),
        ("team", ()),
    ],
)
def test_finds_by_any_name(word: str, found: tuple[str, ...]) -> None:
    names = NameIndex.of(["acme/if-team-a", "acme/if-x", "beta/if-x"], "if-")

    assert names.find(word) == found


def test_ids_that_differ_in_case_are_two_spaces() -> None:
    names = NameIndex.of(["acme/a", "acme/A"])

    assert (names.find("acme/a"), names.find("acme/A")) == (("acme/a",), ("acme/A",))


def test_plain_names_stay_one_token() -> None:
    plain = ["a", "7", "1-3", "a_b", "x--y", "a-_-b", "team-01"]

    assert [tokenize(name) for name in plain] == [(name,) for name in plain]


TEMPLATE_NAMES = NameIndex.of(["acme/if-template", "acme/if-team-1"], "if-")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["template"], True),
        (["Acme/IF-Template"], True),
        (["if-template"], True),
        (["all", "except", "template"], True),
        (["all"], False),
        (["te*"], False),
        ([], False),
    ],
)
def test_only_a_name_means_the_template(words: list[str], *, expected: bool) -> None:
    assert is_named("acme/if-template", words, TEMPLATE_NAMES) is expected


def test_the_index_of_the_same_fleet_is_made_once() -> None:
    ids = [f"acme/once-{number}" for number in range(30)]
    index = NameIndex.of(ids, "once-")
    assert NameIndex.of(reversed(ids), "once-") is index
    assert NameIndex.of(ids) is not index
    assert NameIndex.of([*ids, "acme/new"], "once-").find("new") == ("acme/new",)
