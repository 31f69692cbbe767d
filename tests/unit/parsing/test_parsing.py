"""What holds for any text at all, and for any fleet."""

from contextlib import suppress
from datetime import UTC, datetime
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UsageError
from bot.model import Fleet, Space
from bot.parsing import (
    NameIndex,
    parse_moment,
    parse_verb,
    select,
    split_span,
    split_time_clause,
    to_command,
    tokenize,
)
from bot.parsing.text import MAX_TEXT_LENGTH
from bot.parsing.vocabulary import RESERVED_WORDS
from tests.unit.parsing.samples import without_deadline

NOW = datetime(2026, 3, 2, 11, tzinfo=UTC)
VERBS = ("status", "wake", "pause", "help", "secret set", "variable list")
STAGES = ("RUNNING", "SLEEPING", "STOPPED", "PAUSED", "BUILDING", "RUNTIME_ERROR", "DREAMING")


#: As the Hub takes them, with the names most likely to be read as something else.
repos = st.one_of(
    st.from_regex(r"[A-Za-z0-9](?:[A-Za-z0-9_]|[.-](?=[A-Za-z0-9])){0,20}", fullmatch=True),
    st.sampled_from(sorted(RESERVED_WORDS)),
    st.sampled_from(["if-all", "if-team-1", "team-1", "1-3", "_a_", "v1.io", "2h", "status"]),
)


ids = st.builds("{}/{}".format, st.sampled_from(["acme", "beta", "Acme"]), repos)
fleets = st.dictionaries(ids, st.sampled_from(STAGES), min_size=1, max_size=12).map(
    lambda stages: {id: Space(id, stage) for id, stage in stages.items()}
)


#: Text like people's, only worse.
pieces = st.sampled_from(
    [
        *sorted(RESERVED_WORDS),
        *VERBS,
        *("team-1", "acme/team-1", "team-*", "*", "team-1..3", "..", "…", "–", " – ", " - "),
        *("<@U1|x>", "<!here>", "<https://a.b|c>", "<", "|", ">", "&lt;", "`", '"', "“", "”"),
        *("_", "~", "'", ",", " ", "\u200b", "\u202e", "\ufdfa", "\u0300\u0316", "🚀", "\ud800"),
        *("9", "13:50", "2h", "mon", "weekday", "=", "!", "?", "9" * 50),
    ]
)


texts = st.one_of(st.text(max_size=200), st.lists(pieces, max_size=40).map("".join))


def resolve(text: str, fleet: Fleet, *, acting: bool) -> tuple[str, ...]:
    """Send *text* through the whole grammar."""
    names = NameIndex.of(fleet, "if-")
    tokens = tokenize(text)
    tokens, time_words = split_time_clause(tokens)
    with suppress(UsageError):
        parse_moment(time_words or ["at"], NOW, "Europe/Vienna")
    with suppress(UsageError):
        tokens = split_span(tokens, NOW, "Europe/Vienna")[0]
    with suppress(UsageError):
        tokens = parse_verb(tokens, VERBS, names)[1]
    return select(tokens, fleet, names, acting=acting)


def refusal(text: str, fleet: Fleet, *, acting: bool) -> str:
    try:
        resolve(text, fleet, acting=acting)
    except UsageError as error:
        return str(error)
    return ""


@without_deadline
@given(texts, fleets, st.booleans())
def test_any_text_is_read_or_misunderstood(text: str, fleet: Fleet, acting: bool) -> None:
    with suppress(UsageError):
        chosen = resolve(text, fleet, acting=acting)
        in_order = [id for id in NameIndex.of(fleet, "if-").ids if id in chosen]
        assert list(chosen) == in_order
        assert chosen


@without_deadline
@given(texts, fleets, st.booleans())
def test_error_message_stays_short_with_balanced_code_marks(
    text: str, fleet: Fleet, acting: bool
) -> None:
    sentence = refusal(text, fleet, acting=acting)

    assert len(sentence) < 600
    assert sentence.count("`") % 2 == 0
    assert not sentence or sentence.isprintable()


@without_deadline
@given(texts, fleets)
def test_selection_is_idempotent(text: str, fleet: Fleet) -> None:
    names = NameIndex.of(fleet, "if-")
    with suppress(UsageError):
        chosen = select(tokenize(text), fleet, names, acting=True)
        assert select(chosen, fleet, names, acting=True) == chosen
        assert select(tuple(reversed(chosen)), fleet, names, acting=True) == chosen


@without_deadline
@given(fleets)
def test_every_space_is_reached_by_its_short_name_and_its_id(fleet: Fleet) -> None:
    names = NameIndex.of(fleet, "if-")
    for id in fleet:
        for typed in (names.short_name(id), id):
            name, rest = parse_verb(tokenize(to_command(["wake", typed])), VERBS, names)
            assert (name, select(rest, fleet, names, acting=True)) == ("wake", (id,))


@without_deadline
@given(fleets)
def test_excluding_the_only_named_space_leaves_none(fleet: Fleet) -> None:
    names = NameIndex.of(fleet, "if-")
    for id in fleet:
        with pytest.raises(UsageError, match="That leaves no Space"):
            select([names.short_name(id), "except", id], fleet, names, acting=False)


WORST = {
    "stacked marks": "\u0300\u0316" * (MAX_TEXT_LENGTH // 2),
    "ligatures": "\ufdfa" * MAX_TEXT_LENGTH,
    "quotes": ' "' * (MAX_TEXT_LENGTH // 2),
    "dots": "a" + "." * (MAX_TEXT_LENGTH - 1),
    "ranges": "a.." * (MAX_TEXT_LENGTH // 3),
    "stars": "*a" * (MAX_TEXT_LENGTH // 2),
    "globs": "*a " * (MAX_TEXT_LENGTH // 3),
    "tokens": "<@a|" * (MAX_TEXT_LENGTH // 4),
    "spaces": "1" + " " * (MAX_TEXT_LENGTH - 2) + "x",
    "dashes": "1 –" * (MAX_TEXT_LENGTH // 3),
    "digits": "1" * MAX_TEXT_LENGTH,
    "one range": "1" * (MAX_TEXT_LENGTH // 2) + ".." + "9" * (MAX_TEXT_LENGTH // 2 - 2),
    "marks": "_" * (MAX_TEXT_LENGTH // 2) + "a" + "_" * (MAX_TEXT_LENGTH // 2 - 1),
    "bold": "*" + "a " * (MAX_TEXT_LENGTH // 2 - 1) + "*",
    "links": "http://a.b " * (MAX_TEXT_LENGTH // 11),
    "names": "tema-1-2 " * (MAX_TEXT_LENGTH // 9),
    "times": "every mon at " * (MAX_TEXT_LENGTH // 13),
}


@pytest.mark.timed
@pytest.mark.parametrize("text", WORST.values(), ids=WORST)
def test_worst_case_text_is_parsed_quickly(text: str) -> None:
    """Far more than the 50 ms it may take, far less than the square of its length."""
    fleet = {f"acme/team-{n}": Space(f"acme/team-{n}", "RUNNING") for n in range(60)}

    def measure_seconds() -> float:
        started = process_time()
        with suppress(UsageError):
            resolve(text, fleet, acting=True)
        return process_time() - started

    assert min(measure_seconds() for _ in range(3)) < 0.25
