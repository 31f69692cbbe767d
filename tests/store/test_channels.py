"""What is kept of channels, and what follows a channel to its new id, on both engines."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.alerts.channels import AlertChannel, Problem, Status
from bot.alerts.groups import Group, Kind
from bot.alerts.incidents import Incident, Telling
from bot.alerts.troubles import Trouble
from bot.alerts.watches import Watch
from bot.cards import Card, Message, State
from bot.delivery import posted
from bot.operations import Operation, Step, Verb
from bot.store import Store, Tx, cards, channels, incidents, operations, watches

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


def test_what_is_known_of_channels_comes_back(any_store: Store) -> None:
    waiting = AlertChannel("space-ops", None, 3, NOW)
    with any_store.transaction() as tx:
        assert channels.alert_channel(tx) is None
        channels.keep_alert_channel(tx, waiting)
        channels.keep_statuses(tx, {"C1": Status(Problem.ARCHIVED, None, 12.5)})
    with any_store.transaction() as tx:
        assert channels.alert_channel(tx) == waiting
        assert channels.statuses(tx) == {"C1": Status(Problem.ARCHIVED, None, 12.5)}
        channels.keep_alert_channel(tx, AlertChannel("space-ops", "C1"))
        assert channels.alert_channel(tx) == AlertChannel("space-ops", "C1")


def opened(tx: Tx, space: str = "acme/team-a") -> Incident:
    broken = Incident(space, Trouble.BROKEN, "RUNTIME_ERROR", "boom", NOW, NOW)
    return incidents.add(tx, [broken])[0]


def told(tx: Tx, incident: Incident, channel: str) -> Card:
    """Write down that one channel is told of an incident on a card."""
    id = cards.want(tx, f"incident:{incident.id}", channel, Message("boom"), NOW)
    incidents.save_notified(tx, {(incident.id, channel): Telling(id, NOW)}, {})
    return cards.get(tx, [id])[0]


def test_what_belongs_to_a_channel_follows_it_to_its_new_id(any_store: Store) -> None:
    with any_store.transaction() as tx:
        incident = opened(tx)
        card = told(tx, incident, "C1")
        cards.keep(tx, posted(card, "C1", "7.1", NOW))
        incidents.add_group(tx, Group(0, Kind.ALIKE, "broken", "C1", card.id, NOW, (incident.id,)))
        watches.watch(tx, Watch("C1", ("team-b",), ("error",), "U1"), NOW)
        waking = Operation(Verb.WAKE, (Step("acme/team-a"),), "U1", "C1", NOW)
        operations.add(tx, waking, state="running")

        channels.move(tx, "C1", "C2", NOW)
        channels.move(tx, "C1", "C2", NOW)  # Slack tells it twice

        (moved,) = cards.get(tx, [card.id])
        assert (moved.channel, moved.place, moved.ts) == ("C2", "C2", "7.1")
        assert list(incidents.tellings(tx, [incident.id])[incident.id]) == ["C2"]
        assert [group.channel for group in incidents.open_groups(tx)] == ["C2"]
        assert [watch.channel for watch in watches.every(tx)] == ["C2"]
        assert [operation.channel for operation in operations.running(tx)] == ["C2"]


def test_another_channel_stays_where_it_is(any_store: Store) -> None:
    with any_store.transaction() as tx:
        card = told(tx, opened(tx), "C5")
        channels.move(tx, "C1", "C2", NOW)
        assert cards.get(tx, [card.id])[0].channel == "C5"


def test_a_channel_that_was_known_by_its_name_and_its_id_has_one_card(any_store: Store) -> None:
    with any_store.transaction() as tx:
        incident = opened(tx)
        named, there = told(tx, incident, "space-ops"), told(tx, incident, "C1")
        for card in (named, there):
            ids = (incident.id,)
            incidents.add_group(tx, Group(0, Kind.ALIKE, "broken", card.channel, card.id, NOW, ids))
        watches.watch(tx, Watch("space-ops", ("team-b",), ("error",), "U1"), NOW)
        watches.watch(tx, Watch("C1", ("team-b",), ("sleeping",), "U2"), NOW)

        channels.move(tx, "space-ops", "C1", NOW)

        assert [card.id for card in cards.unequal(tx)] == [there.id]
        assert cards.get(tx, [named.id])[0].state is State.REMOVED
        telling = incidents.tellings(tx, [incident.id])[incident.id]
        assert {channel: told.card for channel, told in telling.items()} == {"C1": there.id}
        assert [group.card for group in incidents.open_groups(tx)] == [there.id]
        (watch,) = watches.every(tx)
        assert (watch.channel, sorted(watch.troubles)) == ("C1", ["error", "sleeping"])


def test_what_waits_for_a_channel_is_tried_at_once(any_store: Store) -> None:
    with any_store.transaction() as tx:
        waiting, elsewhere = told(tx, opened(tx), "C1"), told(tx, opened(tx, "acme/team-b"), "C5")
        for card in (waiting, elsewhere):
            cards.keep(tx, replace(card, not_before=NOW + timedelta(hours=1)))

        channels.retry(tx, "C1")

        held = {card.channel: card.not_before is not None for card in cards.unequal(tx)}
        assert held == {"C1": False, "C5": True}


def test_what_was_posted_while_its_channel_got_another_id_follows_it(any_store: Store) -> None:
    with any_store.transaction() as tx:
        card = told(tx, opened(tx), "C1")
        channels.remember_move(tx, "C1", "C2")
        channels.move(tx, "C1", "C2", NOW)
        cards.keep(tx, posted(card, "C1", "7.1", NOW))  # Slack's answer came after the move
        cards.change(tx, card.id, Message("fixed"))

        channels.catch_up(tx, NOW)

        (caught,) = cards.unequal(tx)
        assert (caught.channel, caught.place, caught.ts) == ("C2", "C2", "7.1")
