from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UsageError
from bot.parsing import (
    to_command,
    tokenize,
)
from bot.parsing.text import MAX_TEXT_LENGTH
from tests.unit.parsing.samples import without_deadline


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Words are separated by spaces; empty text has none.
        ("wake team-a", ["wake", "team-a"]),
        ("  \t\n ", []),
        # Case is kept: KEY names matter.
        ("Secret set Team-A OPENAI_KEY", ["Secret", "set", "Team-A", "OPENAI_KEY"]),
        # Phones curl quotes; around one word they mean nothing.
        ("wake “team-a” ‘team-b’", ["wake", "team-a", "team-b"]),
        ("wake „team-a“ »team-b«", ["wake", "team-a", "team-b"]),
        # An apostrophe inside a word, and an unmatched quote, are no error.
        ("it’s team-a", ["it's", "team-a"]),
        ('wake "team-a', ["wake", '"team-a']),
        # Quotes keep several words together, as they are; a key may stand before them.
        ("variable set a K “Rock, and roll…”", ["variable", "set", "a", "K", "Rock, and roll…"]),
        ('variable set a K="x, y" b', ["variable", "set", "a", "K=x, y", "b"]),
        # Quotes around everything mean nothing.
        ("“wake team-a, team-b”", ["wake", "team-a", "team-b"]),
        ('variable set a K "?"', ["variable", "set", "a", "K", "?"]),
        # An empty quotation is no word.
        ('wake "" team-a', ["wake", "team-a"]),
        # Phones make long dashes of two hyphens, and of one inside a name.
        ("status —wide", ["status", "--wide"]),
        ("wake team–a team‑b team−c", ["wake", "team-a", "team-b", "team-c"]),
        # Between numbers a dash is a range; so are dots, spaces or not, and an ellipsis.
        ("wake team-1–12", ["wake", "team-1..12"]),
        ("wake team-1 – 12", ["wake", "team-1..12"]),
        ("wake team-1 - 12", ["wake", "team-1..12"]),
        ("wake team-1 .. 12", ["wake", "team-1..12"]),
        ("wake team-1… 12", ["wake", "team-1..12"]),
        ("wake team-a.. team-f", ["wake", "team-a..team-f"]),
        # ... but dots before any other word only trail off.
        ("wake all... please", ["wake", "all", "please"]),
        # A minus may mean "except": it is kept, so that it is rejected.
        ("pause all - team-a", ["pause", "all", "-", "team-a"]),
        # No-break, thin and ideographic spaces part words.
        ("wake\u00a0team-a\u2009team-b\u3000team-c", ["wake", "team-a", "team-b", "team-c"]),
        # Zero-width characters and bidi controls are removed.
        ("wa\u200bke \u2066team-a\u2069 te\u00adam\ufeff-b\u202e", ["wake", "team-a", "team-b"]),
        # Compatibility forms are their plain selves.
        ("ｗａｋｅ team－１，ｔeam-②", ["wake", "team-1", "team-2"]),
        # Commas, semicolons and "and" only list.
        ("wake team-a,team-b, team-c; team-d、team-e", ["wake", *[f"team-{c}" for c in "abcde"]]),
        ("wake a and b AND c &amp; d & e", ["wake", "a", "b", "c", "d", "e"]),
        ("wake • team-a • team-b + team-c", ["wake", "team-a", "team-b", "team-c"]),
        # What ends a sentence is no part of a name; French puts a space before it.
        ("status team-a?", ["status", "team-a"]),
        ("wake: team-a... !", ["wake", "team-a"]),
        ("wake all!!! ?!", ["wake", "all"]),
        # ... but alone between words it may be meant.
        ("pause all ! team-a", ["pause", "all", "!", "team-a"]),
        # Bold, italic, struck and code marks around words go, one by one or around all.
        ("*wake* _team-a_ ~team-b~ `team-c`", ["wake", "team-a", "team-b", "team-c"]),
        ("***wake***, _*team-a*_.", ["wake", "team-a"]),
        ("*wake team-a*", ["wake", "team-a"]),
        ("```wake all```", ["wake", "all"]),
        ("_a_ _b_", ["a", "b"]),
        # ... but a glob stays one, and an underscore inside is the name's own.
        ("status * team-* *-a *a*b*", ["status", "*", "team-*", "*-a", "*a*b*"]),
        ("secret set a _MY_KEY_", ["secret", "set", "a", "_MY_KEY_"]),
        # Quotes are the way to a glob with a star at both ends.
        ('status "*api*" x', ["status", "*api*", "x"]),
        # Slack's tokens are what they stand for.
        # A channel is its name; of a person the command may want either.
        ("audit <@U1|ana> <@W2>", ["audit", "@U1|ana", "@W2"]),
        ("wake <#C1|team-a> <#C2>", ["wake", "team-a", "#C2"]),
        ("watch <!subteam^S1|@tas> <!subteam^S2>", ["watch", "@S1|@tas", "@S2"]),
        # A label of several words is no name.
        ("wake <@U1|Ana B> <#C1|a b>", ["wake", "@U1", "#C1"]),
        ("wake <!here> <!channel|channel> @here", ["wake", "@here", "@channel", "@here"]),
        ("<https://a.hf.space/docs|a>", ["https://a.hf.space/docs"]),
        ("<mailto:a@b.org|a@b.org>", ["a@b.org"]),
        # ... and its entities, as in "wake <targets>" copied from the help.
        ("wake &lt;team-a&gt;", ["wake", "team-a"]),
        ('x "&amp;lt;"', ["x", "&lt;"]),
        # Emoji and right-to-left text are words like others.
        ("wake 🚀 فريق-١", ["wake", "🚀", "فريق-١"]),
        # Marks stacked on one letter end after the fourth.
        ("wake q" + "\u0323" * 9 + "x", ["wake", "q" + "\u0323" * 4 + "x"]),
        # Characters that no database stores are removed.
        ("wake\x00 te\ud800am-a", ["wake", "team-a"]),
    ],
)
def test_phone_and_slack_formatting_is_undone(text: str, expected: list[str]) -> None:
    assert tokenize(text) == tuple(expected)


@pytest.mark.parametrize(
    "text",
    [
        # More than is read at once is not read in part: what is cut off may say `except`.
        "a " * (MAX_TEXT_LENGTH // 2) + "b",
        # It counts after normalising, where one character can become eighteen.
        "\ufdfa" * 1_000,
    ],
)
def test_too_long_text_is_rejected(text: str) -> None:
    with pytest.raises(UsageError, match="Name fewer Spaces"):
        tokenize(text)


def test_reads_the_longest_text() -> None:
    assert len(tokenize("a " * (MAX_TEXT_LENGTH // 2))) == MAX_TEXT_LENGTH // 2


@pytest.mark.parametrize(
    "tokens",
    [
        ["wake", "team-a", "team-1..12"],
        # What `words` would change is quoted ...
        ["variable", "set", "a", "MOTTO", "Rock, and roll."],
        ["wake", "*api*", "and"],
        # ... which a key before it does not break.
        ["variable", "set", "a", "K=x y"],
    ],
)
def test_to_command_round_trips_through_tokenize(tokens: Sequence[str]) -> None:
    assert tokenize(to_command(tokens)) == tuple(tokens)


@without_deadline
@given(st.lists(st.text(max_size=30).map(lambda text: text.replace('"', "")), max_size=5))
def test_quoted_words_are_kept_as_they_are(typed: list[str]) -> None:
    plain = [word for word in typed if word.isascii() and word.isprintable() and word.strip()]
    quoted = [word.strip() for word in plain if not set("<>&") & set(word)]

    assert tokenize(" ".join(["x", *(f'"{word}"' for word in quoted)])) == ("x", *quoted)
