"""Whatever people type or a Space says is answered in words, shown as text, and does nothing."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from bot.sandbox.slack.nouns import Message
from bot.sandbox.slack.rooms import OPS
from tests.e2e.house import House

HOSTILE = (
    "<!channel> <!here> <@U0LEAD> <https://evil.example|your bank> *bold* ```code``` "
    "&lt;!everyone&gt; \u202egpj.exe\u202c \x1b[31mred\x1b[0m <script>alert(1)</script>"
)
# A mention that rings, a link with a face of its own, a control character.
ALIVE = re.compile("<!(channel|here|everyone)|<@U0LEAD|<https://evil|\x1b|\u202e")


@pytest.fixture(autouse=True)
def nothing_is_executed(home: House) -> Iterator[None]:
    yield
    assert {call.method for call in home.world.calls} == {"GET"}


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        # Nothing at all means status.
        pytest.param("", "12 Spaces", id="nothing"),
        # Unknown words are answered with what was probably meant.
        pytest.param("statsu", "status", id="a verb with a slip"),
        pytest.param("wake team-bb", "team-b", id="a target with a slip"),
        pytest.param("frobnicate everything", "frobnicate", id="a verb that nobody knows"),
        pytest.param("wake team-zzzzzz", "team-zzzzzz", id="a target that nobody knows"),
        # Too much of anything.
        pytest.param("x" * 8000, "", id="one word of 8,000 characters"),
        pytest.param("wake " + "team-a;rm " * 800, "", id="800 targets"),
        pytest.param("🦄" * 2000, "", id="emoji"),
        pytest.param("wake 🐍👩‍💻🇳🇱", "", id="emoji as a target"),
        pytest.param("الحالة كل الفرق", "", id="from right to left"),
        # What would ring, link, format or run if it were believed.
        pytest.param("@here @channel @everyone", "", id="mentions"),
        pytest.param(f"wake {HOSTILE}", "", id="markup"),
        pytest.param("wake <!channel|team-b>", "", id="a mention in disguise"),
        pytest.param("status '; DROP TABLE ask; --", "", id="SQL"),
        pytest.param("status ../../etc/passwd %s %(x)s {0.__class__}", "", id="paths and formats"),
    ],
)
def test_anything_typed_is_answered_in_words(home: House, typed: str, told: str) -> None:
    answer = asks(home, typed)
    assert told in f"{answer.text} {answer.blocks}"
    assert_harmless(answer)


def test_a_mention_full_of_garbage_is_answered_too(home: House) -> None:
    before = len(home.whispers(home.sandbox.student.id))
    home.sandbox.student.type(OPS.id, f"@spacebot {HOSTILE}")
    home.until(lambda: len(home.whispers(home.sandbox.student.id)) > before)
    assert_harmless(home.whispers(home.sandbox.student.id)[-1])


@pytest.mark.parametrize(
    ("team", "error"),
    [
        pytest.param("team-e", HOSTILE, id="short"),
        pytest.param("team-h", HOSTILE * 700, id="100 kB"),
    ],
)
def test_the_error_of_a_space_is_shown_as_text(home: House, team: str, error: str) -> None:
    home.world.break_(f"ifcore-org/ifcore-{team}", error)
    [alert] = home.until(lambda: home.said(f"^{team} "))
    closely = asks(home, f"status {team}")
    listed = asks(home, "status")
    home.world.heal(f"ifcore-org/ifcore-{team}")
    [fixed] = home.until(lambda: home.sandbox.workspace.replies(alert))
    over = next(m for m in home.said("") if m.ts == alert.ts)
    for message in (alert, closely, listed, fixed, over):
        assert_harmless(message)
    assert "your bank" in str(alert.blocks), "it is shown all the same"


def asks(home: House, typed: str) -> Message:
    before = len(home.whispers(home.sandbox.ta.id))
    home.sandbox.ta.type(OPS.id, f"/space {typed}")
    home.until(lambda: len(home.whispers(home.sandbox.ta.id)) > before)
    return home.whispers(home.sandbox.ta.id)[-1]


def assert_harmless(message: Message) -> None:
    """Slack would show it as it stands; that no limit is broken, the sandbox has seen to."""
    assert message.is_bot
    for text in (message.text, *marked_up(message.blocks)):
        assert not ALIVE.search(text), text
    assert "reference" not in message.text, "an unforeseen error"


def marked_up(blocks: Any) -> Iterator[str]:
    """Return every text in which Slack looks for mentions, links and marks."""
    if isinstance(blocks, Mapping):
        if blocks.get("type") == "mrkdwn":
            yield str(blocks["text"])
        blocks = blocks.values()
    elif not isinstance(blocks, Sequence) or isinstance(blocks, str):
        return
    for inner in blocks:
        yield from marked_up(inner)
