"""`secret set <targets> KEY …`, taken apart; and nothing behind the key is ever repeated."""

import pytest

from bot.errors import UsageError
from bot.parsing import NameIndex, is_key, split_key, split_secret_key

NAMES = NameIndex.of(["acme/team-a", "acme/team-b", "acme/LAB", "acme/motto"])


@pytest.mark.parametrize(
    ("words", "targets", "key", "rest"),
    [
        # the first word in capitals is the key, after the Spaces
        ("team-a API_KEY", "team-a", "API_KEY", ""),
        ("team-a team-b API_KEY", "team-a team-b", "API_KEY", ""),
        ("tem-a API_KEY", "tem-a", "API_KEY", ""),
        ("all except team-a API_KEY", "all except team-a", "API_KEY", ""),
        # … but not a word of the grammar, nor a Space that is called so
        ("ALL API_KEY", "ALL", "API_KEY", ""),
        ("LAB API_KEY", "LAB", "API_KEY", ""),
        # words after it are dropped
        ("team-a API_KEY swordfish", "team-a", "API_KEY", "swordfish"),
        ("team-a API_KEY=swordfish", "team-a", "API_KEY", "swordfish"),
        ("team-a API_KEY= two words", "team-a", "API_KEY", " two words"),
        # in small letters it is the last word
        ("team-a apiKey", "team-a", "apiKey", ""),
        ("all motto", "all", "motto", ""),
    ],
)
def test_command_is_split_at_its_key(words: str, targets: str, key: str, rest: str) -> None:
    found = split_key(words.split(" "), NAMES, key_is_last=True)

    assert found.targets == tuple(targets.split())
    assert (found.key, " ".join(found.rest)) == (key, rest)
    assert "swordfish" not in repr(found)


def test_key_is_the_first_non_space_word_where_a_value_may_follow() -> None:
    found = split_key(["team-a", "all", "mode", "exam", "week"], NAMES, key_is_last=False)

    assert (found.targets, found.key, found.rest) == (("team-a", "all"), "mode", ("exam", "week"))


@pytest.mark.parametrize(
    "words",
    [
        # nothing, or only one of the two
        "",
        "team-a",
        "API_KEY",
        # the key first: what follows may be a value
        "API_KEY swordfish",
        # no key at all: the word in its place isn't repeated
        "team-a sword-fish",
        "team-a sword.fish",
        # a token in place of the key
        "team-a hf_swordfish1234",
        "team-a _KEY",
    ],
)
@pytest.mark.parametrize("last", [True, False])
def test_missing_key_is_rejected_without_quoting_the_words(words: str, last: bool) -> None:
    with pytest.raises(UsageError) as refusal:
        split_key(words.split(), NAMES, key_is_last=last)

    assert "sword" not in str(refusal.value)
    assert "rotate it" in str(refusal.value)


@pytest.mark.parametrize(
    ("words", "targets", "key"),
    [
        ("team-a API_KEY", "team-a", "API_KEY"),
        ("all except team-a S3_KEY_V2", "all except team-a", "S3_KEY_V2"),
        ("LAB X509_CERTIFICATE", "LAB", "X509_CERTIFICATE"),
        # whether that is a Space is another question
        ("tem-a API_KEY", "tem-a", "API_KEY"),
    ],
)
def test_secret_name_is_the_last_word_and_in_capitals(words: str, targets: str, key: str) -> None:
    found = split_secret_key(words.split(), NAMES)

    assert (found.targets, found.key, found.rest) == (tuple(targets.split()), key, ())


@pytest.mark.parametrize(
    ("words", "part"),
    [
        # something behind it
        ("team-a API_KEY swordfish", "Don't put secret values in a command"),
        ("team-a API_KEY=swordfish", "Don't put secret values in a command"),
        ("API_KEY swordfish", "Don't put secret values in a command"),
        # no name that could not be a value, too
        ("team-a swordfish", "in capitals"),
        ("team-a sword-fish", "in capitals"),
        ("team-a swordfish sword-fish", "in capitals"),
        ("swordfish", "in capitals"),
        ("API_KEY", "in capitals"),
        ("team-a SWORD9FISH3SWORD", "in capitals"),
        (f"team-a SWORDFISH{'A' * 100}", "in capitals"),
    ],
)
def test_possible_secret_value_is_rejected_with_rotation_advice(words: str, part: str) -> None:
    with pytest.raises(UsageError) as refusal:
        split_secret_key(words.split(), NAMES)

    assert part in str(refusal.value)
    assert "otate it" in str(refusal.value)
    assert "sword" not in str(refusal.value).casefold()


@pytest.mark.parametrize("words", ["", "team-a", "all except team-a", "team-*"])
def test_missing_secret_name_needs_no_rotation_advice(words: str) -> None:
    with pytest.raises(UsageError, match="Name the Spaces first, then the key") as refusal:
        split_secret_key(words.split(), NAMES)

    assert "otate it" not in str(refusal.value)


@pytest.mark.parametrize(
    ("word", "is_one"),
    [
        # the Hub's own rule: a letter, then letters, digits and underscores
        ("A", True),
        ("hf_token2", True),
        ("_A", False),
        ("2A", False),
        ("A-B", False),
        ("Ä", False),
        ("A\n", False),
        ("A" * 101, False),
    ],
)
def test_key_follows_the_hubs_naming_rule(word: str, is_one: bool) -> None:
    assert is_key(word) is is_one
