"""The card of a schedule: posted when it is kept, edited with its state.

Its runs don't edit it, because each one has a card of its own.
"""

from datetime import datetime

from bot.cards import Message
from bot.cards.keys import CardKey
from bot.render import schedules as render
from bot.schedules import Schedule
from bot.schedules.actions import AddSchedule
from bot.store import Tx, cards


def show(tx: Tx, schedule: Schedule, add: AddSchedule | None, now: datetime) -> None:
    """Update the card with the state of *schedule*; *add* has what it would select now."""
    report(tx, CardKey.schedule(schedule.id), schedule, render.card(schedule, add), now)


def report(tx: Tx, key: CardKey, schedule: Schedule, message: Message, now: datetime) -> None:
    """Post *message* as the card of *key*, where *schedule* was asked for."""
    cards.upsert(
        tx,
        key,
        schedule.channel,
        message,
        now,
        user=schedule.owner,
        thread=schedule.thread,
    )
