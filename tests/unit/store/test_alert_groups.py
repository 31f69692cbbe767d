"""Groups of incidents, with their members in the order of joining."""

from dataclasses import replace

from bot.alerts.grouping import Group, GroupKind
from bot.alerts.incident import Incident
from bot.alerts.problems import ProblemKind
from bot.cards import Message
from bot.cards.keys import CardKey
from bot.store import Store, Tx, alert_groups, cards, incidents
from tests.unit.store.samples import NOW


def saved(tx: Tx) -> Group:
    """Return a group of three incidents on a card."""
    found = [Incident(f"a/{n}", ProblemKind.ASLEEP, "SLEEPING", "", NOW, NOW) for n in range(3)]
    ids = [incident.id for incident in incidents.add(tx, found)]
    card = cards.upsert(tx, CardKey.group(1), "C1", Message("3 asleep"), NOW)
    group = Group(0, GroupKind.SAME_PROBLEM, "asleep", "C1", card, NOW, (ids[2], ids[0]))
    return alert_groups.add(tx, replace(group, announce_recovery=True))


def test_a_group_round_trips_with_its_members_in_order(any_store: Store) -> None:
    with any_store.transaction() as tx:
        group = saved(tx)
        assert alert_groups.open_groups(tx) == [group]
        assert alert_groups.get(tx, group.id) == group


def test_a_new_member_comes_last(any_store: Store) -> None:
    with any_store.transaction() as tx:
        group = saved(tx)
        second = next(id for id in (1, 2, 3) if id not in group.members)
        joined = replace(group, members=(*group.members, second))
        alert_groups.save(tx, joined)
        alert_groups.save(tx, joined)
        assert alert_groups.get(tx, group.id) == joined


def test_a_closed_group_is_read_by_its_id_only(any_store: Store) -> None:
    with any_store.transaction() as tx:
        group = replace(saved(tx), closed_at=NOW)
        alert_groups.save(tx, group)
        assert alert_groups.open_groups(tx) == []
        assert alert_groups.get(tx, group.id) == group
        assert alert_groups.get(tx, group.id + 1) is None
