"""The words for verbs: complete and in the same form for each."""

import pytest

from bot.operations import VERB_SPECS, Verb
from bot.operations.phrases import regular_phrases


@pytest.mark.parametrize("verb", Verb)
def test_every_phrase_says_which_spaces_it_is_about(verb: Verb) -> None:
    phrases = VERB_SPECS[verb].phrases

    assert all("{spaces}" in text for text in (phrases.imperative, phrases.progressive))
    assert "{spaces}" in phrases.past
    assert "{" not in phrases.participle, "it is also said of the operation that keeps one busy"


def test_regular_verb_has_phrases_from_its_forms() -> None:
    phrases = regular_phrases("Rebuild", "Rebuilding", "Rebuilt", "running")

    assert (phrases.imperative, phrases.past) == ("Rebuild {spaces}", "Rebuilt {spaces}")
    assert (phrases.participle, phrases.nothing_to_do) == ("rebuilt", "Nothing to rebuild")
