"""How the bot itself is, as one of its replicas sees it."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from bot.cards import Card
from bot.errors import DatabaseUnavailable
from bot.model import Finding
from bot.render import notes, words
from bot.service.parts import Parts
from bot.store import Tx, asks, cards, lease, spaces
from bot.timeouts import run_with_timeout

# So many polls without a good look, and nothing that is shown can be believed.
_LATE = 3
_LEAST_LATE = timedelta(minutes=1)
# Cards that were given up are told of for so long.
_LATELY = timedelta(days=1)
# Fewer calls than that are kept for the sweep and for people who look.
_FEW = 20
# Seconds to wait for the database.
_DATABASE_SECONDS = 3.0


def examine(parts: Parts) -> tuple[Finding, ...]:
    """Look at ourselves, then at everything that we stand on.

    A database that hangs has a line of its own there, and hides no other.
    """
    try:
        ours = run_with_timeout(partial(_ourselves, parts), _DATABASE_SECONDS)
    except (TimeoutError, DatabaseUnavailable):
        ours = ()
    return (*ours, _budget(parts), *parts.examine())


def _ourselves(parts: Parts) -> tuple[Finding, ...]:
    with parts.transaction() as tx:
        ours = (_sweep(parts, tx), _leader(parts, tx), _cards(parts, tx))
        return (*ours, slash_command(tx, parts.settings.command))


def slash_command(tx: Tx, configured: str) -> Finding:
    """Return whether the app's slash command is called as the settings say.

    Slack tells a bot its commands' names in no other way than by sending one.
    """
    typed = asks.last_slash(tx)
    if typed in ("", configured):
        return Finding("slash command", detail=configured)
    return Finding(
        "slash command",
        f"people type {typed}, and SPACEBOT_COMMAND says {configured}, so my messages name the "
        f"wrong one. Set SPACEBOT_COMMAND={typed}.",
    )


def _sweep(parts: Parts, tx: Tx) -> Finding:
    last = spaces.last_sweep(tx)
    if last is None:
        return Finding("last sweep", "none yet. If it stays so, read the lines below and the log.")
    age = parts.now() - last
    late = age > max(_LEAST_LATE, _LATE * timedelta(seconds=parts.settings.poll_seconds))
    wrong = f"{words.span(age)} ago. What I show is that old; see the Hub and the leader below."
    return Finding("last sweep", wrong if late else "", f"{words.span(age)} ago")


def _leader(parts: Parts, tx: Tx) -> Finding:
    if held := parts.leading():
        return Finding("leader", detail=f"I lead, in epoch {held.epoch}")
    holder = lease.holder(tx)
    if holder is None:
        return Finding("leader", "nobody leads. Wait 15 s and look again; then restart a replica.")
    return Finding("leader", detail=f"another replica: {holder}; I stand by")


def _cards(parts: Parts, tx: Tx) -> Finding:
    waiting, dead = cards.unequal(tx), cards.dead(tx, parts.now() - _LATELY)
    failing = [card for card in waiting if card.failing_since]
    wrong = [_undelivered(failing)] if failing else []
    wrong += [f"{words.count(len(dead), 'card')} given up: {dead[-1].error}"] if dead else []
    pending = f"{words.count(len(waiting), 'card')} pending"
    fine = pending if waiting else "all shown as they should be"
    return Finding("cards", " ".join(wrong), fine)


def _undelivered(failing: Sequence[Card]) -> str:
    """Say how many cards are not delivered, and why the one that has waited longest is not."""
    oldest = min(failing, key=lambda card: str(card.failing_since))
    return f"{words.count(len(failing), 'card')} {notes.not_delivered(oldest.error)}"


def _budget(parts: Parts) -> Finding:
    budget = parts.hub.budget()
    if budget is None or parts.now() >= budget.resets_at:
        return Finding("Hub budget", detail="the Hub has not said lately, so it is not short")
    left = f"{words.count(budget.remaining, 'call')} left until {budget.resets_at:%H:%M:%S} UTC"
    wrong = f"{left}. Acts wait until then." if budget.remaining < _FEW else ""
    return Finding("Hub budget", wrong, left)
