"""Messages of any length stay within Slack's limits."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.render.blocks import (
    actions,
    button,
    code_block,
    context,
    count_fitting,
    escape,
    line_sections,
    message,
    section,
)
from tests.slack_limits import violations

BUTTONS = actions(button("Wake", "wake all"), button("More", "status " + "x" * 1900))
LINE_TEXTS = st.text(alphabet='ab<&"\n🟩', min_size=1, max_size=900).map(lambda text: f"- {text}")


@settings(deadline=None, max_examples=60)
@given(st.lists(LINE_TEXTS, max_size=150))
def test_any_number_of_lines_fits_in_a_message(texts: list[str]) -> None:
    built = message(
        "A list", section("*A list*"), *line_sections(texts), BUTTONS, context("Why: it is so.")
    )

    assert violations(built) == []
    assert built.blocks[0] == section("*A list*")
    assert built.blocks[-2:] == (BUTTONS, context("Why: it is so."))


def test_omitted_lines_are_counted() -> None:
    texts = [f"line {n} {'x' * 90}" for n in range(500)]

    built = message("A list", section("A list"), *line_sections(texts), BUTTONS)

    shown = [line for block in built.blocks[1:-1] for line in block["text"]["text"].split("\n")]
    assert shown[:-1] == texts[: len(shown) - 1]
    assert shown[-1] == f"… and {500 - len(shown) + 1} more lines."
    assert len(shown) > 50


def test_code_section_is_never_truncated() -> None:
    code = section(f"```{'x' * 2900}```")

    built = message("A log", section("A log"), code, *line_sections(["y" * 500] * 40))

    assert code in built.blocks
    assert violations(built) == []


def test_list_that_fits_is_shown_whole() -> None:
    texts = [f"line {n}" for n in range(500)]

    assert count_fitting(texts) == len(texts)
    assert message("A list", section("A list"), *line_sections(texts)).blocks[1:] == tuple(
        line_sections(texts)
    )


@pytest.mark.parametrize("text", ["‹&<>" * 400, "<" * 1500, "&\n" * 1000])
def test_truncated_code_block_keeps_its_closing_fence(text: str) -> None:
    shown = section(code_block(text))["text"]["text"]

    assert len(shown) <= 3000
    assert (shown[:3], shown[-3:], shown.count("```")) == ("```", "```", 2)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<!channel>", "&lt;!channel&gt;"),
        ("*bold* _it_ ~no~ `code`", "∗bold∗ ˍitˍ ∼no∼ ˋcodeˋ"),
        # Inside a word an underscore marks nothing, and a name must stay a name.
        ("TEAM_NAME", "TEAM_NAME"),
        ("a\x1b[31mred\u202e", "a [31mred "),
    ],
)
def test_external_text_is_escaped(text: str, shown: str) -> None:
    assert escape(text) == shown
