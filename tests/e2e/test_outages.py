"""During an outage of the Hub or Slack the bot keeps running, reports it and recovers."""

from collections.abc import Iterator

import pytest

from bot.sandbox.slack.directory import OPS
from bot.sandbox.slack.model import Message
from tests.e2e.environment import Environment

# One Space for each test, because a flapping Space gets another card.
FIRST, SECOND = "ifcore-org/ifcore-team-a", "ifcore-org/ifcore-team-c"
# More than twice the timeout of one call.
SOON = 25.0


@pytest.fixture(autouse=True)
def recover_all(env: Environment) -> Iterator[None]:
    yield
    env.world.faults.clear()
    env.sandbox.slack.faults.clear()
    env.sandbox.slack.come_up()


def test_hub_outage_is_reported_without_false_alerts(env: Environment) -> None:
    status = ask_and_wait(env, "status")
    env.wait_for_sweeps(4)  # otherwise a cached list would answer
    env.world.faults.hub = "down"
    env.world.break_(FIRST)
    env.sandbox.ta.type(OPS.id, "/space status")
    env.sandbox.ta.type(OPS.id, "/space wake team-b")
    stale = env.wait_until(lambda: first_new_message(env, status, "Last known status"), SOON)
    refusal = env.wait_until(lambda: first_new_message(env, status, "Nothing changed"), SOON)
    assert "Hugging Face isn't responding. Last known status" in str(stale.blocks)
    assert refusal.text.startswith("Hugging Face")
    assert env.world.restarts["ifcore-org/ifcore-team-b"] == 0

    # The second failed sweep is reported. It needn't last as long as the first.
    env.world.faults.refuse(503, call="list")
    env.world.faults.hub = "up"
    outage = env.wait_until(lambda: env.bot_messages("Can't reach the Spaces"))[0]
    assert env.bot_messages("^team-a ") == [], "nothing is concluded during an outage"
    env.world.faults.clear()
    env.wait_until(lambda: env.bot_messages("Hugging Face is reachable again"))
    alert = env.wait_until(lambda: env.bot_messages("^team-a "))[0]
    assert [m.ts for m in env.bot_messages("Can't reach|reachable again")] == [outage.ts]

    env.world.heal(FIRST)
    env.wait_until(lambda: env.sandbox.workspace.replies(alert))
    assert "12 Spaces" in ask_and_wait(env, "status")[-1].text


def test_messages_delayed_by_a_slack_outage_are_posted_once(env: Environment) -> None:
    env.wait_for_initial_scan()
    before = {m.ts for m in env.bot_messages("")}
    env.sandbox.slack.go_down()
    env.world.break_(SECOND)
    env.wait_for_sweeps(3)
    env.sandbox.ta.type(OPS.id, "/space status")  # Slack itself reports it
    assert env.sandbox.ta.wait_for_message(OPS.id, "dispatch_failed")
    env.world.build_error(SECOND)
    env.wait_for_sweeps(3)
    assert {m.ts for m in env.bot_messages("")} == before

    env.sandbox.slack.come_up()
    env.wait_until(lambda: env.sandbox.slack.sockets.open_sockets)
    env.wait_for_sweeps(2)
    # Seconds before an unanswered post is verified.
    env.execute_sql("UPDATE card SET sending_since = sending_since - 12")
    cards = env.wait_until(lambda: env.bot_messages("^team-c (build failed|failed to build)"))
    env.wait_for_sweeps(3)
    assert [m.ts for m in env.bot_messages("") if m.ts not in before] == [cards[0].ts]
    assert "12 Spaces" in ask_and_wait(env, "status")[-1].text

    env.world.heal(SECOND)
    env.wait_until(lambda: env.sandbox.workspace.replies(cards[0]))


def ask_and_wait(env: Environment, command: str) -> list[Message]:
    """Send a request, and return the ephemeral messages of this person, the reply last."""
    before = len(env.ephemeral_messages(env.sandbox.ta.id))
    env.sandbox.ta.type(OPS.id, f"/space {command}")
    env.wait_until(lambda: len(env.ephemeral_messages(env.sandbox.ta.id)) > before)
    return env.ephemeral_messages(env.sandbox.ta.id)


def first_new_message(env: Environment, before: list[Message], words: str) -> Message:
    """Return the first new reply that contains *text*; None while there is none."""
    messages = env.ephemeral_messages(env.sandbox.ta.id)[len(before) :]
    return next((m for m in messages if words in f"{m.text} {m.blocks}"), None)  # type: ignore[return-value]
