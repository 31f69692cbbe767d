"""Hostile input of people or Spaces gets a helpful reply, is shown as text and has no effect."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from bot.sandbox.slack.directory import OPS
from bot.sandbox.slack.model import Message
from tests.e2e.environment import Environment

HOSTILE = (
    "<!channel> <!here> <@U0LEAD> <https://evil.example|your bank> *bold* ```code``` "
    "&lt;!everyone&gt; \u202egpj.exe\u202c \x1b[31mred\x1b[0m <script>alert(1)</script>"
)
# A mention that notifies, a link with a label, a control character.
ALIVE = re.compile("<!(channel|here|everyone)|<@U0LEAD|<https://evil|\x1b|\u202e")


@pytest.fixture(autouse=True)
def assert_hub_was_only_read(env: Environment) -> Iterator[None]:
    yield
    assert {call.method for call in env.world.calls} == {"GET"}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        # Empty input means status.
        pytest.param("", "12 Spaces", id="nothing"),
        # Unknown words are answered with a suggestion.
        pytest.param("statsu", "status", id="a verb with a slip"),
        pytest.param("wake team-bb", "team-b", id="a target with a slip"),
        pytest.param("frobnicate everything", "frobnicate", id="an unknown verb"),
        pytest.param("wake team-zzzzzz", "team-zzzzzz", id="an unknown target"),
        # Too long.
        pytest.param("x" * 8000, "", id="one word of 8,000 characters"),
        pytest.param("wake " + "team-a;rm " * 800, "", id="800 targets"),
        pytest.param("🦄" * 2000, "", id="emoji"),
        pytest.param("wake 🐍👩‍💻🇳🇱", "", id="emoji as a target"),
        pytest.param("الحالة كل الفرق", "", id="from right to left"),
        # Text that would notify, link, format or run as markup.
        pytest.param("@here @channel @everyone", "", id="mentions"),
        pytest.param(f"wake {HOSTILE}", "", id="markup"),
        pytest.param("wake <!channel|team-b>", "", id="a mention in disguise"),
        pytest.param("status '; DROP TABLE ask; --", "", id="SQL"),
        pytest.param("status ../../etc/passwd %s %(x)s {0.__class__}", "", id="paths and formats"),
    ],
)
def test_any_input_gets_a_helpful_reply(env: Environment, typed: str, expected: str) -> None:
    answer = type_command(env, typed)
    assert expected in f"{answer.text} {answer.blocks}"
    assert_harmless(answer)


def test_garbage_mention_gets_a_reply(env: Environment) -> None:
    before = len(env.ephemeral_messages(env.sandbox.student.id))
    env.sandbox.student.type(OPS.id, f"@spacebot {HOSTILE}")
    env.wait_until(lambda: len(env.ephemeral_messages(env.sandbox.student.id)) > before)
    assert_harmless(env.ephemeral_messages(env.sandbox.student.id)[-1])


@pytest.mark.parametrize(
    ("team", "error"),
    [
        pytest.param("team-e", HOSTILE, id="short"),
        pytest.param("team-h", HOSTILE * 700, id="100 kB"),
    ],
)
def test_space_error_is_shown_without_markup(env: Environment, team: str, error: str) -> None:
    env.world.break_(f"ifcore-org/ifcore-{team}", error)
    [alert] = env.wait_until(lambda: env.bot_messages(f"^{team} "))
    closely = type_command(env, f"status {team}")
    listed = type_command(env, "status")
    env.world.heal(f"ifcore-org/ifcore-{team}")
    [fixed] = env.wait_until(lambda: env.sandbox.workspace.replies(alert))
    over = next(m for m in env.bot_messages("") if m.ts == alert.ts)
    for message in (alert, closely, listed, fixed, over):
        assert_harmless(message)
    assert "your bank" in str(alert.blocks), "it is shown all the same"


def type_command(env: Environment, typed: str) -> Message:
    before = len(env.ephemeral_messages(env.sandbox.ta.id))
    env.sandbox.ta.type(OPS.id, f"/space {typed}")
    env.wait_until(lambda: len(env.ephemeral_messages(env.sandbox.ta.id)) > before)
    return env.ephemeral_messages(env.sandbox.ta.id)[-1]


def assert_harmless(message: Message) -> None:
    """Check that Slack would show *text* literally; the sandbox has checked the limits."""
    assert message.is_bot
    for text in (message.text, *texts_with_markup(message.blocks)):
        assert not ALIVE.search(text), text
    assert "reference" not in message.text, "an unforeseen error"


def texts_with_markup(blocks: Any) -> Iterator[str]:
    """Return every text in which Slack parses mentions, links and formatting."""
    if isinstance(blocks, Mapping):
        if blocks.get("type") == "mrkdwn":
            yield str(blocks["text"])
        blocks = blocks.values()
    elif not isinstance(blocks, Sequence) or isinstance(blocks, str):
        return
    for inner in blocks:
        yield from texts_with_markup(inner)
