"""However much there is to say, what is sent is a message that Slack takes."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.render.blocks import actions, button, context, fitting, lines, message, section
from tests.limits import complaints

TAPS = actions(button("Wake", "wake all"), button("More", "status " + "x" * 1900))
WORDS = st.text(alphabet='ab<&"\n🟩', min_size=1, max_size=900).map(lambda text: f"- {text}")


@settings(deadline=None, max_examples=60)
@given(st.lists(WORDS, max_size=150))
def test_any_number_of_lines_is_a_message(texts: list[str]) -> None:
    said = message("A list", section("*A list*"), *lines(texts), TAPS, context("Why: it is so."))

    assert complaints(said) == []
    assert said.blocks[0] == section("*A list*")
    assert said.blocks[-2:] == (TAPS, context("Why: it is so."))


def test_what_is_left_out_is_counted() -> None:
    texts = [f"line {n} {'x' * 90}" for n in range(500)]

    said = message("A list", section("A list"), *lines(texts), TAPS)

    shown = [line for block in said.blocks[1:-1] for line in block["text"]["text"].split("\n")]
    assert shown[:-1] == texts[: len(shown) - 1]
    assert shown[-1] == f"… and {500 - len(shown) + 1} lines more."
    assert len(shown) > 50


def test_code_is_never_cut_open() -> None:
    code = section(f"```{'x' * 2900}```")

    said = message("A log", section("A log"), code, *lines(["y" * 500] * 40))

    assert code in said.blocks
    assert complaints(said) == []


def test_a_list_that_fits_is_said_whole() -> None:
    texts = [f"line {n}" for n in range(500)]

    assert fitting(texts) == len(texts)
    assert message("A list", section("A list"), *lines(texts)).blocks[1:] == tuple(lines(texts))
