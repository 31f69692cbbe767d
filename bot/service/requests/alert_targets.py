"""The targets that only alert buttons name: missing Spaces, and the Spaces of a group."""

from bot.alerts import grouping, reminders, repair
from bot.alerts.grouping import GroupKind
from bot.alerts.problems import MISSING_STAGE
from bot.errors import Misunderstood
from bot.model import Fleet, Space
from bot.store import Store, alert_groups, incidents


def load_missing_spaces(store: Store) -> Fleet:
    """Return every Space with an open incident, because the Hub may not list it."""
    with store.transaction() as tx:
        return {id: Space(id, MISSING_STAGE) for id in incidents.open_incidents(tx)}


def expand_groups(store: Store, words: tuple[str, ...], fleet: Fleet) -> tuple[str, ...]:
    """Return *words* with each group token replaced by the group's Spaces in *fleet*."""
    parsed = [(word, grouping.from_token(word)) for word in words]
    if not any(group for _, group in parsed):
        return words
    return tuple(
        name
        for word, group in parsed
        for name in (_group_spaces(store, group, fleet) if group else [word])
    )


def _group_spaces(store: Store, group: int, fleet: Fleet) -> list[str]:
    """Return the Spaces that a group's button selects at the time of the click.

    Raises:
        Misunderstood: No Space of the group has an incident any more.
    """
    with store.transaction() as tx:
        stored = alert_groups.get(tx, group)
        members = incidents.get(tx, stored.members).values() if stored else ()
    if stored and stored.kind is GroupKind.ACK_CHECK:
        selected = [member for member in members if reminders.awaits_answer(stored, member)]
    else:
        selected = repair.restartable(members)
    found = [member.space for member in selected if member.space in fleet]
    if not found:
        raise Misunderstood("Everything on that card has recovered, so there's nothing to do.")
    return found
