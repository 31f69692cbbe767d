"""A leader that is held up says and does nothing afterwards; its successor takes what it left."""

from contextlib import suppress

import pytest

from bot.card_keys import CardKey
from bot.cards import Message
from bot.errors import Misunderstood
from bot.model import Ask
from bot.operations import Operation, Step, Verb
from bot.service import Bot
from bot.service.operations import begin
from bot.store import cards
from bot.store.lease import LeaseLost
from tests.conftest import ListenToEngine
from tests.fakes import FakeClock, FakeHub, FakeLeadership, FakeSlack, with_parts


def pause_in_commits(bot: Bot, commits: int, listen_to_engine: ListenToEngine) -> Bot:
    """Return the bot as one that is paused in so many commits from now, until it leads no more."""
    lead, left = FakeLeadership(bot.deps.store, bot.deps.leadership.current_lease()), commits

    def pause(_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            lead.lease = None

    listen_to_engine("commit", pause)
    return with_parts(bot, leadership=lead)


def add_card(bot: Bot, text: str) -> None:
    with bot.deps.store.transaction() as tx:
        cards.upsert(tx, CardKey.incident(1), "C1", Message(text), bot.deps.now())


# Commits of a round: the cards are read, one is claimed, and then it would be posted.
@pytest.mark.parametrize("commits", [1, 2], ids=["before the claim", "after the claim"])
def test_a_post_does_not_leave_after_a_pause(
    bot: Bot, slack: FakeSlack, clock: FakeClock, listen_to_engine: ListenToEngine, commits: int
) -> None:
    add_card(bot, "new")

    with pytest.raises(LeaseLost):
        pause_in_commits(bot, commits, listen_to_engine).deliver()
    assert slack.cards == []

    clock.tick(seconds=13)
    bot.deliver()  # whoever leads next looks for it
    bot.deliver()
    assert [card.text for card in slack.cards] == ["new"]


def test_an_old_edit_does_not_leave_after_a_pause(
    bot: Bot, slack: FakeSlack, clock: FakeClock, listen_to_engine: ListenToEngine
) -> None:
    add_card(bot, "first")
    bot.deliver()
    clock.tick(seconds=2)
    add_card(bot, "second")

    with pytest.raises(LeaseLost):
        pause_in_commits(bot, 1, listen_to_engine).deliver()

    assert [card.text for card in slack.cards] == ["first"]


# Commits: the operations are read, a look is kept, a step is claimed, and then it would be sent.
@pytest.mark.parametrize("commits", [1, 2, 3])
def test_a_restart_does_not_leave_after_a_pause(
    bot: Bot, hub: FakeHub, listen_to_engine: ListenToEngine, commits: int
) -> None:
    hub.set(team_a="SLEEPING")
    bot.ask(Ask("wake all", "UTA", "C1", idempotency_key="wake"))

    with suppress(LeaseLost):
        pause_in_commits(bot, commits, listen_to_engine).advance()

    assert hub.writes == []


def test_simultaneous_equal_requests_start_one_operation(
    bot: Bot, hub: FakeHub, slack: FakeSlack
) -> None:
    """Both were planned before either was written down, as on two replicas."""
    hub.set(team_a="SLEEPING")
    step = Step("acme/team-a", stage="SLEEPING")
    for person in ("UTA", "UOTHER"):
        ask = Ask("wake all", person, "C1", idempotency_key=person)
        bot.receive(ask).result()
        begin.begin(bot.deps, ask, Operation(Verb.WAKE, (step,), person, "C1", bot.deps.now()))
    bot.advance()
    bot.deliver()

    assert hub.writes == [("restart", "acme/team-a")]
    assert [card.text for card in slack.cards] == ["Waking 1 Space"]
    [(person, message)] = slack.ephemeral_messages
    assert (person, message.text) == ("UOTHER", "Already running: wake 0/1, for 0 s")


@pytest.mark.parametrize("second", ["confirm", "cancel"])
def test_simultaneous_confirmations_count_once(bot: Bot, hub: FakeHub, second: str) -> None:
    hub.set(team_a="RUNNING")
    bot.ask(Ask("pause team-a", "UTA", "C1", idempotency_key="pause"))
    proposal = begin.get_proposal(bot.deps.store, 1, bot.deps.now())
    late = Ask(f"{second} 1", "UTA", "C1", idempotency_key="late")
    bot.receive(late).result()

    bot.ask(Ask("confirm 1", "UTA", "C1", idempotency_key="yes"))
    with pytest.raises(Misunderstood, match="was answered with"):
        getattr(begin, second)(bot.deps, late, proposal)
    bot.advance()

    assert hub.writes == [("pause", "acme/team-a")]
