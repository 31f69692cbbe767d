"""The book of asks, on SQLite and on PostgreSQL alike."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.model import Ask, Source
from bot.operations import Operation, Progress, Step, Verb
from bot.questions import Audit
from bot.store import Store, Tx, asks, audit, cards, lease, operations

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


def book(tx: Tx, text: str, state: str, at: datetime, user: str = "U1") -> int:
    """Write down an ask that took two seconds; return its number."""
    ask = Ask(text, user, "C1", Source.MENTION, key=f"{text} {state} {user} {at}")
    id = asks.receive(tx, ask, text, at)
    assert id is not None
    if state not in ("received", "taken"):
        asks.settle(tx, id, state, f"{text} was {state}", at + timedelta(seconds=2))
    elif state == "taken":
        asks.take(tx, id)
    return id


def asked(
    tx: Tx, hours: int = 24, who: str | None = None, *, everything: bool = False
) -> list[str]:
    since = NOW - timedelta(hours=hours)
    rows = audit.asked(tx, since, Audit(who, everything=everything))
    return [row.text for row in rows]


def test_acts_and_refusals_are_told_newest_first_and_looks_on_request(any_store: Store) -> None:
    states = ("acted", "answered", "refused", "failed", "received", "taken")
    with any_store.transaction() as tx:
        for n, state in enumerate(states):
            book(tx, state, state, NOW + timedelta(seconds=n))

        assert asked(tx) == ["failed", "refused", "acted"]
        assert asked(tx, everything=True) == list(reversed(states))


def test_what_was_asked_at_the_same_moment_keeps_its_order(any_store: Store) -> None:
    with any_store.transaction() as tx:
        for text in ("first", "second", "third"):
            book(tx, text, "acted", NOW)

        assert asked(tx) == ["third", "second", "first"]


def test_a_person_and_a_time_narrow_it_down(any_store: Store) -> None:
    with any_store.transaction() as tx:
        book(tx, "old", "acted", NOW - timedelta(hours=25))
        book(tx, "just in", "acted", NOW - timedelta(hours=24))
        book(tx, "hers", "acted", NOW, user="U2")

        assert asked(tx) == ["hers", "just in"]
        assert asked(tx, hours=48) == ["hers", "just in", "old"]
        assert asked(tx, who="U2") == ["hers"]


def test_a_day_that_is_over_has_an_end(any_store: Store) -> None:
    with any_store.transaction() as tx:
        for hours in (-1, 0, 23, 24):
            book(tx, f"{hours} h", "acted", NOW + timedelta(hours=hours))
        rows = audit.asked(tx, NOW, Audit(until=NOW + timedelta(days=1)))

    assert [row.text for row in rows] == ["23 h", "0 h"]


def test_no_more_than_the_newest_are_read(any_store: Store) -> None:
    with any_store.transaction() as tx:
        for n in range(5):
            book(tx, str(n), "acted", NOW + timedelta(seconds=n))
        rows = audit.asked(tx, NOW, Audit(limit=2))

    assert [row.text for row in rows] == ["4", "3", "2"], "one more, to know that there is more"


# How a Space is called in the question, and whether that finds what touched acme/if-Team_a.
@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("team_a", True),
        ("TEAM_A", True),
        ("IF-team_a", True),
        ("acme/if-team_a", True),
        ("acme/team_a", False),
        ("umbrella/if-team_a", False),
        ("cme/if-team_a", False),
        # Neither part of a name, nor a pattern.
        ("a", False),
        ("team", False),
        ("teamxa", False),
        ("%", False),
    ],
)
def test_what_touched_a_space_is_found_by_its_name(
    any_store: Store, target: str, found: bool
) -> None:
    with any_store.transaction() as tx:
        audit.touch(tx, book(tx, "all", "acted", NOW), ["acme/if-Team_a", "acme/if-Team_a", "a/b"])
        book(tx, "others", "acted", NOW)
        rows = audit.asked(tx, NOW, Audit(target=target), "if-")

    assert [row.text for row in rows if row.touches] == (["all"] if found else [])


def test_other_acts_take_no_room_from_those_on_a_space(any_store: Store) -> None:
    with any_store.transaction() as tx:
        audit.touch(tx, book(tx, "touched", "acted", NOW), ["a/team-a"])
        book(tx, "of a/team-a", "refused", NOW)
        for n in range(5):
            book(tx, f"other {n}", "acted", NOW + timedelta(seconds=n))
        rows = audit.asked(tx, NOW, Audit(target="a/team-a", limit=2))

    assert [(row.text, row.touches) for row in rows] == [("of a/team-a", False), ("touched", True)]


def test_the_spaces_of_an_operation_are_those_of_its_answer(any_store: Store) -> None:
    operation = Operation(Verb.PAUSE, (Step("a/a"), Step("a/b")), "U1", "C1", NOW)
    with any_store.transaction() as tx:
        number = operations.add(tx, operation, state="proposed").id
        answer = book(tx, f"confirm {number}", "acted", NOW)
        audit.touch_those_of(tx, answer, number)
        audit.touch_those_of(tx, answer, 999)
        rows = audit.asked(tx, NOW, Audit(target="a/b"))

    assert [row.id for row in rows] == [answer]


def test_a_row_has_all_that_was_written_down(any_store: Store) -> None:
    with any_store.transaction() as tx:
        book(tx, "wake all", "refused", NOW)
        (row,) = audit.asked(tx, NOW, Audit())

    assert (row.at, row.settled_at) == (NOW, NOW + timedelta(seconds=2))
    assert (row.user, row.channel, row.source) == ("U1", "C1", "mention")
    assert (row.state, row.result) == ("refused", "wake all was refused")


def test_operations_are_counted_by_what_became_of_their_steps(any_store: Store) -> None:
    steps = (
        Step("a/a", Progress.DONE),
        Step("a/b", Progress.DONE),
        Step("a/c", Progress.FAILED, note="no plan"),
        Step("a/d", Progress.FAILED, note="no rights"),
    )
    operation = Operation(Verb.HARDWARE, steps, "U1", "C1", NOW, args={"flavour": "t4-small"})
    with any_store.transaction() as tx:
        id = operations.add(tx, operation, state="running").id
        operations.turn(tx, id, "running", "finished", NOW)
        found = audit.began(tx, [id, id, 999, *range(2000, 2600)])

    assert found.keys() == {id}
    assert (found[id].verb, found[id].args) == (Verb.HARDWARE, {"flavour": "t4-small"})
    assert found[id].finished_at == NOW
    assert found[id].state == "finished"
    assert found[id].spaces == ("a/a", "a/b", "a/c", "a/d")
    assert found[id].counts == {Progress.DONE: 2, Progress.FAILED: 2}
    assert found[id].trouble == "a/c: no plan"


def test_no_operation_is_nothing_to_ask_for(any_store: Store) -> None:
    with any_store.transaction() as tx:
        assert audit.began(tx, []) == {}


def test_the_leader_is_known_until_the_lease_runs_out(any_store: Store) -> None:
    with any_store.transaction() as tx:
        nobody = lease.holder(tx)
        held = lease.acquire(tx, "me")
        assert held is not None
        leading = lease.holder(tx)
        lease.release(tx, held)

        assert (nobody, leading, lease.holder(tx)) == (None, "me", None)


def test_given_up_cards_are_told_of_for_a_while(any_store: Store) -> None:
    from dataclasses import replace

    from bot.cards import Message, State

    with any_store.transaction() as tx:
        for n, made in enumerate((NOW, NOW - timedelta(days=2))):
            cards.want(tx, f"incident:{n}", "C1", Message("broken"), made)
        for card in cards.unequal(tx):
            cards.keep(tx, replace(card, state=State.DEAD, error="no"))

        assert [card.subject for card in cards.dead(tx, NOW - timedelta(days=1))] == ["incident:0"]
