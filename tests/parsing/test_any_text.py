"""What holds for any text at all, and for any fleet."""

from contextlib import suppress
from datetime import UTC, datetime
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import Misunderstood
from bot.model import Fleet, Space
from bot.parsing import Names, echo, secrecy, select, span, spell, verb, when, words
from bot.parsing.text import LONGEST
from bot.parsing.vocabulary import RESERVED

unhurried = settings(deadline=None)  # the machine may be busy with others' tests
NOW = datetime(2026, 3, 2, 11, tzinfo=UTC)
VERBS = ("status", "wake", "pause", "help", "secret set", "variable list")
STAGES = ("RUNNING", "SLEEPING", "STOPPED", "PAUSED", "BUILDING", "RUNTIME_ERROR", "DREAMING")

#: As the Hub takes them, with the names most likely to be read as something else.
repos = st.one_of(
    st.from_regex(r"[A-Za-z0-9](?:[A-Za-z0-9_]|[.-](?=[A-Za-z0-9])){0,20}", fullmatch=True),
    st.sampled_from(sorted(RESERVED)),
    st.sampled_from(["if-all", "if-team-1", "team-1", "1-3", "_a_", "v1.io", "2h", "status"]),
)
ids = st.builds("{}/{}".format, st.sampled_from(["acme", "beta", "Acme"]), repos)
fleets = st.dictionaries(ids, st.sampled_from(STAGES), min_size=1, max_size=12).map(
    lambda stages: {id: Space(id, stage) for id, stage in stages.items()}
)

#: Text like people's, only worse.
pieces = st.sampled_from(
    [
        *sorted(RESERVED),
        *VERBS,
        *("team-1", "acme/team-1", "team-*", "*", "team-1..3", "..", "…", "–", " – ", " - "),
        *("<@U1|x>", "<!here>", "<https://a.b|c>", "<", "|", ">", "&lt;", "`", '"', "“", "”"),
        *("_", "~", "'", ",", " ", "\u200b", "\u202e", "\ufdfa", "\u0300\u0316", "🚀", "\ud800"),
        *("9", "13:50", "2h", "mon", "weekday", "=", "!", "?", "9" * 50),
    ]
)
texts = st.one_of(st.text(max_size=200), st.lists(pieces, max_size=40).map("".join))


def everything(text: str, fleet: Fleet, *, acting: bool) -> tuple[str, ...]:
    """Send *text* through the whole grammar."""
    names = Names.of(fleet, "if-")
    said = words(text)
    for take in (span, when):
        with suppress(Misunderstood):
            said = take(said, NOW, "Europe/Vienna")[0]
    with suppress(Misunderstood):
        said = verb(said, VERBS, names)[1]
    return select(said, fleet, names, acting=acting)


def refusal(text: str, fleet: Fleet, *, acting: bool) -> str:
    try:
        everything(text, fleet, acting=acting)
    except Misunderstood as error:
        return str(error)
    return ""


@unhurried
@given(texts, fleets, st.booleans())
def test_any_text_is_read_or_misunderstood(text: str, fleet: Fleet, acting: bool) -> None:
    with suppress(Misunderstood):
        chosen = everything(text, fleet, acting=acting)
        in_order = [id for id in Names.of(fleet, "if-").ids if id in chosen]
        assert list(chosen) == in_order
        assert chosen


@unhurried
@given(texts, fleets, st.booleans())
def test_a_sentence_stays_short_and_keeps_its_code_marks(
    text: str, fleet: Fleet, acting: bool
) -> None:
    sentence = refusal(text, fleet, acting=acting)

    assert len(sentence) < 600
    assert sentence.count("`") % 2 == 0
    assert not sentence or sentence.isprintable()


@unhurried
@given(texts, fleets)
def test_what_was_chosen_chooses_itself(text: str, fleet: Fleet) -> None:
    names = Names.of(fleet, "if-")
    with suppress(Misunderstood):
        chosen = select(words(text), fleet, names, acting=True)
        assert select(chosen, fleet, names, acting=True) == chosen
        assert select(tuple(reversed(chosen)), fleet, names, acting=True) == chosen


@unhurried
@given(fleets)
def test_every_space_is_reached_by_its_short_name_and_its_id(fleet: Fleet) -> None:
    names = Names.of(fleet, "if-")
    for id in fleet:
        for said in (names.short(id), id):
            name, rest = verb(words(spell(["wake", said])), VERBS, names)
            assert (name, select(rest, fleet, names, acting=True)) == ("wake", (id,))


@unhurried
@given(fleets)
def test_a_space_except_itself_is_nothing(fleet: Fleet) -> None:
    names = Names.of(fleet, "if-")
    for id in fleet:
        with pytest.raises(Misunderstood, match="That leaves no Space"):
            select([names.short(id), "except", id], fleet, names, acting=False)


@unhurried
@given(st.lists(st.text(max_size=30).map(lambda text: text.replace('"', "")), max_size=5))
def test_quoted_words_are_kept_as_they_are(typed: list[str]) -> None:
    plain = [word for word in typed if word.isascii() and word.isprintable() and word.strip()]
    quoted = [word.strip() for word in plain if not set("<>&") & set(word)]

    assert words(" ".join(["x", *(f'"{word}"' for word in quoted)])) == ("x", *quoted)


@unhurried
@given(st.text(max_size=200))
def test_an_echo_is_always_one_code_span(text: str) -> None:
    shown = echo(text)

    assert (shown[0], shown[-1], shown.count("`")) == ("`", "`", 2)
    assert len(shown) <= 62


WORST = {
    "stacked marks": "\u0300\u0316" * (LONGEST // 2),
    "ligatures": "\ufdfa" * LONGEST,
    "quotes": ' "' * (LONGEST // 2),
    "dots": "a" + "." * (LONGEST - 1),
    "ranges": "a.." * (LONGEST // 3),
    "stars": "*a" * (LONGEST // 2),
    "globs": "*a " * (LONGEST // 3),
    "tokens": "<@a|" * (LONGEST // 4),
    "spaces": "1" + " " * (LONGEST - 2) + "x",
    "dashes": "1 –" * (LONGEST // 3),
    "digits": "1" * LONGEST,
    "one range": "1" * (LONGEST // 2) + ".." + "9" * (LONGEST // 2 - 2),
    "marks": "_" * (LONGEST // 2) + "a" + "_" * (LONGEST // 2 - 1),
    "bold": "*" + "a " * (LONGEST // 2 - 1) + "*",
    "links": "http://a.b " * (LONGEST // 11),
    "names": "tema-1-2 " * (LONGEST // 9),
    "times": "every mon at " * (LONGEST // 13),
}


def test_what_begins_like_a_token_again_and_again_is_looked_through_in_a_moment() -> None:
    """In the acknowledgement: a square of the length would hold up everybody's."""

    def cost() -> float:
        begun = process_time()
        secrecy.concerns("sk-" * (4 * LONGEST))
        return process_time() - begun

    assert min(cost() for _ in range(3)) < 0.5


@pytest.mark.parametrize("text", WORST.values(), ids=WORST)
def test_the_worst_text_is_read_in_a_moment(text: str) -> None:
    """Far more than the 50 ms it may take, far less than the square of its length."""
    fleet = {f"acme/team-{n}": Space(f"acme/team-{n}", "RUNNING") for n in range(60)}

    def cost() -> float:
        begun = process_time()
        with suppress(Misunderstood):
            everything(text, fleet, acting=True)
        return process_time() - begun

    assert min(cost() for _ in range(3)) < 0.25
