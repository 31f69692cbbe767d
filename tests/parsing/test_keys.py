"""`secret set <targets> KEY …`, taken apart; and nothing behind the key is ever repeated."""

import pytest

from bot.errors import Misunderstood
from bot.parsing import Names, is_key, keyed, secret_key

NAMES = Names.of(["acme/team-a", "acme/team-b", "acme/LAB", "acme/motto"])


@pytest.mark.parametrize(
    ("words", "targets", "key", "rest"),
    [
        # the first word in capitals is the key, what stands before it are the Spaces
        ("team-a API_KEY", "team-a", "API_KEY", ""),
        ("team-a team-b API_KEY", "team-a team-b", "API_KEY", ""),
        ("tem-a API_KEY", "tem-a", "API_KEY", ""),
        ("all except team-a API_KEY", "all except team-a", "API_KEY", ""),
        # … but not a word of the grammar, nor a Space that is called so
        ("ALL API_KEY", "ALL", "API_KEY", ""),
        ("LAB API_KEY", "LAB", "API_KEY", ""),
        # what stands behind it is cut off
        ("team-a API_KEY swordfish", "team-a", "API_KEY", "swordfish"),
        ("team-a API_KEY=swordfish", "team-a", "API_KEY", "swordfish"),
        ("team-a API_KEY= two words", "team-a", "API_KEY", " two words"),
        # in small letters it is the last word
        ("team-a apiKey", "team-a", "apiKey", ""),
        ("all motto", "all", "motto", ""),
    ],
)
def test_a_command_is_taken_apart(words: str, targets: str, key: str, rest: str) -> None:
    found = keyed(words.split(" "), NAMES, last=True)

    assert found.targets == tuple(targets.split())
    assert (found.key, " ".join(found.rest)) == (key, rest)
    assert "swordfish" not in repr(found)


def test_where_a_value_may_follow_the_key_is_the_first_word_that_is_no_space() -> None:
    found = keyed(["team-a", "all", "mode", "exam", "week"], NAMES, last=False)

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
        # no key at all: what stands in its place is not repeated
        "team-a sword-fish",
        "team-a sword.fish",
        # somebody's token in the place of the key
        "team-a hf_swordfish1234",
        "team-a _KEY",
    ],
)
@pytest.mark.parametrize("last", [True, False])
def test_what_has_no_key_is_refused_without_repeating_it(words: str, last: bool) -> None:
    with pytest.raises(Misunderstood) as refusal:
        keyed(words.split(), NAMES, last=last)

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
def test_a_secrets_name_is_in_capitals_and_the_last_word(
    words: str, targets: str, key: str
) -> None:
    found = secret_key(words.split(), NAMES)

    assert (found.targets, found.key, found.rest) == (tuple(targets.split()), key, ())


@pytest.mark.parametrize(
    ("words", "part"),
    [
        # something behind it
        ("team-a API_KEY swordfish", "is never typed in a command"),
        ("team-a API_KEY=swordfish", "is never typed in a command"),
        ("API_KEY swordfish", "is never typed in a command"),
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
def test_what_may_be_a_secrets_value_is_refused_with_advice(words: str, part: str) -> None:
    with pytest.raises(Misunderstood) as refusal:
        secret_key(words.split(), NAMES)

    assert part in str(refusal.value)
    assert "otate it" in str(refusal.value)
    assert "sword" not in str(refusal.value).casefold()


@pytest.mark.parametrize("words", ["", "team-a", "all except team-a", "team-*"])
def test_no_name_at_all_needs_no_advice(words: str) -> None:
    with pytest.raises(Misunderstood, match="First the Spaces, then the name") as refusal:
        secret_key(words.split(), NAMES)

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
def test_the_hubs_rule_for_keys(word: str, is_one: bool) -> None:
    assert is_key(word) is is_one
