"""What a tap on an alert may name beside the fleet: who is gone, and who shares a card."""

from bot.alerts import groups, nags
from bot.alerts.groups import Kind
from bot.alerts.troubles import NO_STAGE
from bot.errors import Misunderstood
from bot.model import Fleet, Space
from bot.service.parts import Parts
from bot.store import incidents


def spaces(parts: Parts) -> Fleet:
    """Return every Space of which an alert is open: some the Hub may not show any more."""
    with parts.transaction() as tx:
        return {id: Space(id, NO_STAGE) for id in incidents.open_now(tx)}


def named(parts: Parts, words: tuple[str, ...], fleet: Fleet) -> tuple[str, ...]:
    """Return *words* with those of *fleet* for each group that a card's button names."""
    said = [(word, groups.read(word)) for word in words]
    if not any(group for _, group in said):
        return words
    return tuple(
        name for word, group in said for name in (_of(parts, group, fleet) if group else [word])
    )


def _of(parts: Parts, group: int, fleet: Fleet) -> list[str]:
    """Return whom a group's button means, as they stand at the time of the tap."""
    with parts.transaction() as tx:
        known = incidents.group(tx, group)
        members = incidents.get(tx, known.members).values() if known else ()
    if known and known.kind is Kind.QUESTION:
        meant = [member for member in members if nags.is_waiting(known, member)]
    else:
        meant = groups.down(members)
    found = [member.space for member in meant if member.space in fleet]
    if not found:
        raise Misunderstood("Nothing of that card is in trouble any more, so nothing was done.")
    return found
