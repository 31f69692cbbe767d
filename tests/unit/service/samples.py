"""Helpers of the tests in this folder."""

from bot.cards import Message
from bot.cards.keys import CardKey, CardKind
from bot.errors import DatabaseUnavailable
from bot.model import Ask, Source
from bot.service import Bot
from bot.store import cards
from tests.conftest import ListenToEngine
from tests.fakes import FakeLeadership, FakeSlack, with_parts
from tests.requests import last_message


def last_reply_text(slack: FakeSlack) -> str:
    """Return the blocks of the last ephemeral reply."""
    return str(last_message(slack).blocks)


def pause_in_commits(bot: Bot, commits: int, listen_to_engine: ListenToEngine) -> Bot:
    """Return *bot*, paused in its n-th commit until it has lost the lease."""
    lead, left = FakeLeadership(bot.deps.store, bot.deps.leadership.current_lease()), commits

    def pause(_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            lead.lease = None

    listen_to_engine("commit", pause)
    return with_parts(bot, leadership=lead)


def fail_transactions(listen_to_engine: ListenToEngine, after: int = 0) -> list[bool]:
    """Fail every transaction after the next *after* ones, until the returned list is empty."""
    away, begun = [True], 0

    def fail(_: object) -> None:
        nonlocal begun
        begun += 1
        if away and begun > after:
            raise DatabaseUnavailable

    listen_to_engine("begin", fail)
    return away


def wake(bot: Bot, channel: str = "C1", respond: str | None = "https://hooks.test/1") -> None:
    key = f"wake {channel} {bot.deps.now()}"
    bot.ask(
        Ask(
            "wake team-a", "UTA", channel, Source.COMMAND, idempotency_key=key, response_url=respond
        )
    )


def add_cards(bot: Bot, channel: str, *texts: str) -> None:
    """Add a card with each text to *channel*."""
    with bot.deps.store.transaction() as tx:
        for text in texts:
            key = CardKey(CardKind.INCIDENT, text)
            cards.upsert(tx, key, channel, Message(text), bot.deps.now())
