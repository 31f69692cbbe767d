"""The start of an operation: equal requests and confirmations at the same time."""

import pytest

from bot.errors import UsageError
from bot.model import Ask
from bot.operations import Operation, Step, Verb
from bot.service import Bot
from bot.service.operations import begin
from tests.fakes import FakeHub, FakeSlack


def test_simultaneous_equal_requests_start_one_operation(
    bot: Bot, hub: FakeHub, slack: FakeSlack
) -> None:
    """Both were planned before either was stored, as on two replicas."""
    hub.set(team_a="SLEEPING")
    step = Step("acme/team-a", stage="SLEEPING")
    for person in ("UTA", "UOTHER"):
        ask = Ask("wake all", person, "C1", idempotency_key=person)
        bot.receive(ask).result()
        begin.begin(bot.deps, ask, Operation(Verb.WAKE, (step,), person, "C1", bot.deps.now()))
    bot.advance()
    bot.deliver()

    assert hub.writes == [("restart", "acme/team-a")]
    assert [card.text for card in slack.cards] == ["Waking team-a · requested by <@UTA>"]
    [(person, message)] = slack.ephemeral_messages
    assert (person, message.text) == (
        "UOTHER",
        "Already being woken",
    )


@pytest.mark.parametrize("second", ["confirm", "cancel"])
def test_simultaneous_confirmations_count_once(bot: Bot, hub: FakeHub, second: str) -> None:
    hub.set(team_a="RUNNING")
    bot.ask(Ask("pause team-a", "UTA", "C1", idempotency_key="pause"))
    proposal = begin.get_proposal(bot.deps.store, 1, bot.deps.now())
    late = Ask(f"{second} 1", "UTA", "C1", idempotency_key="late")
    bot.receive(late).result()

    bot.ask(Ask("confirm 1", "UTA", "C1", idempotency_key="yes"))
    with pytest.raises(UsageError, match="Already confirmed"):
        getattr(begin, second)(bot.deps, late, proposal)
    bot.advance()

    assert hub.writes == [("pause", "acme/team-a")]
