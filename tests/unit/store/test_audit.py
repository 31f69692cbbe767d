"""The audit of requests, on SQLite and on PostgreSQL."""

from datetime import datetime, timedelta

import pytest

from bot.audit import AskState, OperationLink, Outcome
from bot.model import Ask, Source
from bot.operations import Operation, OperationState, Step, StepState, Verb
from bot.queries import AuditQuery
from bot.store import Store, Tx, asks, audit, operations
from tests.unit.store.samples import NOW


def record(tx: Tx, text: str, state: AskState, at: datetime, user: str = "U1") -> int:
    """Store a request that took two seconds; return its number."""
    ask = Ask(text, user, "C1", Source.MENTION, idempotency_key=f"{text} {state} {user} {at}")
    id = asks.receive(tx, ask, text, at)
    assert id is not None
    if state not in (AskState.RECEIVED, AskState.CLAIMED):
        asks.finish(tx, id, Outcome(state, f"{text} was {state}"), at + timedelta(seconds=2))
    elif state is AskState.CLAIMED:
        asks.claim(tx, id)
    return id


def find_texts(
    tx: Tx, hours: int = 24, user: str | None = None, *, include_reads: bool = False
) -> list[str]:
    since = NOW - timedelta(hours=hours)
    rows = audit.find_asks(tx, since, AuditQuery(user, include_reads=include_reads))
    return [row.text for row in rows]


def test_acts_are_listed_newest_first_and_reads_on_request(any_store: Store) -> None:
    states = (
        AskState.ACTED,
        AskState.ANSWERED,
        AskState.REFUSED,
        AskState.FAILED,
        AskState.RECEIVED,
        AskState.CLAIMED,
    )
    with any_store.transaction() as tx:
        for n, state in enumerate(states):
            record(tx, state, state, NOW + timedelta(seconds=n))

        assert find_texts(tx) == ["failed", "refused", "acted"]
        assert find_texts(tx, include_reads=True) == list(reversed(states))


def test_asks_of_the_same_time_are_ordered_by_id(any_store: Store) -> None:
    with any_store.transaction() as tx:
        for text in ("first", "second", "third"):
            record(tx, text, AskState.ACTED, NOW)

        assert find_texts(tx) == ["third", "second", "first"]


def test_asks_are_filtered_by_user_and_time(any_store: Store) -> None:
    with any_store.transaction() as tx:
        record(tx, "old", AskState.ACTED, NOW - timedelta(hours=25))
        record(tx, "just in", AskState.ACTED, NOW - timedelta(hours=24))
        record(tx, "hers", AskState.ACTED, NOW, user="U2")

        assert find_texts(tx) == ["hers", "just in"]
        assert find_texts(tx, hours=48) == ["hers", "just in", "old"]
        assert find_texts(tx, user="U2") == ["hers"]


def test_until_excludes_later_asks(any_store: Store) -> None:
    with any_store.transaction() as tx:
        for hours in (-1, 0, 23, 24):
            record(tx, f"{hours} h", AskState.ACTED, NOW + timedelta(hours=hours))
        rows = audit.find_asks(tx, NOW, AuditQuery(until=NOW + timedelta(days=1)))

    assert [row.text for row in rows] == ["23 h", "0 h"]


def test_only_one_more_than_the_limit_is_read(any_store: Store) -> None:
    with any_store.transaction() as tx:
        for n in range(5):
            record(tx, str(n), AskState.ACTED, NOW + timedelta(seconds=n))
        rows = audit.find_asks(tx, NOW, AuditQuery(limit=2))

    assert [row.text for row in rows] == ["4", "3", "2"], "one more, to know that there is more"


# The Space's name in the query, and whether it finds requests about acme/if-Team_a.
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
def test_asks_about_a_space_are_found_by_its_name(
    any_store: Store, target: str, found: bool
) -> None:
    with any_store.transaction() as tx:
        audit.record_targets(
            tx, record(tx, "all", AskState.ACTED, NOW), ["acme/if-Team_a", "acme/if-Team_a", "a/b"]
        )
        record(tx, "others", AskState.ACTED, NOW)
        rows = audit.find_asks(tx, NOW, AuditQuery(target=target), "if-")

    assert [row.text for row in rows if row.is_about_target] == (["all"] if found else [])


def test_limit_counts_only_asks_about_the_space(any_store: Store) -> None:
    with any_store.transaction() as tx:
        audit.record_targets(tx, record(tx, "touched", AskState.ACTED, NOW), ["a/team-a"])
        record(tx, "of a/team-a", AskState.REFUSED, NOW)
        for n in range(5):
            record(tx, f"other {n}", AskState.ACTED, NOW + timedelta(seconds=n))
        rows = audit.find_asks(tx, NOW, AuditQuery(target="a/team-a", limit=2))

    assert [(row.text, row.is_about_target) for row in rows] == [
        ("of a/team-a", False),
        ("touched", True),
    ]


def test_confirming_ask_has_the_spaces_of_its_operation(any_store: Store) -> None:
    operation = Operation(Verb.PAUSE, (Step("a/a"), Step("a/b")), "U1", "C1", NOW)
    with any_store.transaction() as tx:
        number = operations.add(tx, operation, state=OperationState.PROPOSED).id
        ask_id = record(tx, f"confirm {number}", AskState.ACTED, NOW)
        audit.link_operation(tx, id=ask_id, operation_id=number, link=OperationLink.ANSWERED)
        (row,) = audit.find_asks(tx, NOW, AuditQuery(target="a/b"))

    assert (row.id, row.operation_id, row.operation_link) == (
        ask_id,
        number,
        OperationLink.ANSWERED,
    )


def test_ask_that_names_no_known_operation_is_linked_to_none(any_store: Store) -> None:
    with any_store.transaction() as tx:
        ask_id = record(tx, "stop 999", AskState.REFUSED, NOW)
        audit.link_operation(tx, id=ask_id, operation_id=999, link=OperationLink.STOPPED)
        (row,) = audit.find_asks(tx, NOW, AuditQuery())

    assert row.operation_id is None


def test_audit_row_has_all_columns(any_store: Store) -> None:
    with any_store.transaction() as tx:
        record(tx, "wake all", AskState.REFUSED, NOW)
        (row,) = audit.find_asks(tx, NOW, AuditQuery())

    assert (row.received_at, row.finished_at) == (NOW, NOW + timedelta(seconds=2))
    assert (row.user, row.channel, row.source) == ("U1", "C1", "mention")
    assert (row.state, row.result) == ("refused", "wake all was refused")


def test_operation_summary_counts_steps_by_state(any_store: Store) -> None:
    steps = (
        Step("a/a", StepState.DONE),
        Step("a/b", StepState.DONE),
        Step("a/c", StepState.FAILED, message="no plan"),
        Step("a/d", StepState.FAILED, message="no rights"),
    )
    operation = Operation(Verb.HARDWARE, steps, "U1", "C1", NOW, args={"flavor": "t4-small"})
    with any_store.transaction() as tx:
        id = operations.add(tx, operation, state=OperationState.RUNNING).id
        operations.transition(tx, id, OperationState.RUNNING, OperationState.FINISHED, NOW)
        summaries = audit.summarize_operations(tx, [id, id, 999, *range(2000, 2600)])

    assert summaries.keys() == {id}
    assert (summaries[id].verb, summaries[id].args) == (Verb.HARDWARE, {"flavor": "t4-small"})
    assert summaries[id].finished_at == NOW
    assert summaries[id].state == "finished"
    assert summaries[id].spaces == ("a/a", "a/b", "a/c", "a/d")
    assert summaries[id].counts == {StepState.DONE: 2, StepState.FAILED: 2}
    assert summaries[id].first_failure == "a/c: no plan"


def test_no_operations_have_no_summaries(any_store: Store) -> None:
    with any_store.transaction() as tx:
        assert audit.summarize_operations(tx, []) == {}
