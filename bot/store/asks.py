"""Requests as rows: written before the act, with the result after it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.audit import AskState, OperationLink, Outcome
from bot.model import Ask, Source
from bot.store.engine import Tx
from bot.store.schema import ask as table

# Built once, because an acknowledgment waits for this statement. A repeated delivery has a key
# that exists, and then nothing is inserted or returned.
_INSERT_BY_DIALECT = {
    "sqlite": sqlite.insert(table).on_conflict_do_nothing().returning(table.c.id),
    "postgresql": postgresql.insert(table).on_conflict_do_nothing().returning(table.c.id),
}
# Built once, because each request or sweep runs them.
_UPDATE = update(table).where(table.c.id == bindparam("ask"))
_UPDATE_BY_KEY = update(table).where(table.c.idempotency_key == bindparam("key"))
_IS_UNFINISHED = table.c.finished_at.is_(None)
_UPDATE_UNFINISHED_BY_KEY = _UPDATE_BY_KEY.where(_IS_UNFINISHED)
_CLAIM = _UPDATE.where(table.c.state == AskState.RECEIVED).values(state=AskState.CLAIMED)
_ORPHANS = (
    select(table)
    .where(_IS_UNFINISHED, table.c.received_at < bindparam("before"))
    .order_by(table.c.id)
)
_UNCLAIMED_RUNS = (
    select(table)
    .where(_IS_UNFINISHED, table.c.received_at >= bindparam("since"))
    .where(table.c.schedule_id.is_not(None), table.c.state == AskState.RECEIVED)
    .order_by(table.c.id)
)


@dataclass(frozen=True, slots=True)
class PendingAsk:
    """A stored request that has no result yet."""

    id: int
    ask: Ask
    received_at: datetime
    heartbeat_at: datetime | None = None  # when long work on it last reported to be alive
    is_started: bool = False  # its act may have had an effect
    is_claimed: bool = True  # a process has begun to answer it


def receive(tx: Tx, ask: Ask, text: str, now: datetime) -> int | None:
    """Insert a request; return its id, or None for a repeated delivery.

    *text* is the redacted text, because a secret typed by mistake must not be stored.
    """
    values = {
        "idempotency_key": ask.idempotency_key,
        "text": text,
        "user": ask.user,
        "channel": ask.channel,
        "thread": ask.thread,
        "source": ask.source,
        "slash": ask.slash[:40] or None,
        "schedule_id": ask.schedule,
        "received_at": now,
        "state": AskState.RECEIVED,
    }
    return tx.execute(_INSERT_BY_DIALECT[tx.dialect.name], values).scalar()


def claim(tx: Tx, id: int) -> bool:
    """Claim a request; return False if it is claimed already."""
    return tx.execute(_CLAIM, {"ask": id}).rowcount == 1


def heartbeat(tx: Tx, key: str, now: datetime) -> None:
    """Record that the process working on a request is alive."""
    tx.execute(_UPDATE_BY_KEY, {"key": key, "heartbeat_at": now})


def finish(tx: Tx, id: int, outcome: Outcome, now: datetime) -> None:
    """Save the outcome of a request, its line cut to 2,000 characters."""
    tx.execute(_UPDATE, {"ask": id, **_values(outcome, now)})


def mark_started(tx: Tx, key: str) -> bool:
    """Record that the act of a request starts; return False if it was abandoned."""
    values = {"key": key, "state": AskState.STARTED}
    return tx.execute(_UPDATE_UNFINISHED_BY_KEY, values).rowcount == 1


def link_operation(tx: Tx, key: str, operation_id: int, link: OperationLink) -> None:
    """Link a request to the operation that it started or proposed."""
    values = {"operation_id": operation_id, "operation_link": link}
    tx.execute(_UPDATE_BY_KEY, {"key": key, **values})


def conclude(tx: Tx, key: str, outcome: Outcome, now: datetime) -> None:
    """Save the outcome of an unfinished request, in the transaction of its act."""
    tx.execute(_UPDATE_UNFINISHED_BY_KEY, {"key": key, **_values(outcome, now)})


def abandon(tx: Tx, id: int, reason: str, now: datetime) -> bool:
    """Mark a request as failed; return False if it was finished meanwhile."""
    values = _values(Outcome(AskState.FAILED, reason), now)
    return tx.execute(_UPDATE.where(_IS_UNFINISHED), {"ask": id, **values}).rowcount == 1


def release(tx: Tx, id: int) -> None:
    """Let another process answer a request that no one has started to act on."""
    unstarted = _UPDATE.where(_IS_UNFINISHED, table.c.state != AskState.STARTED)
    tx.execute(unstarted, {"ask": id, "state": AskState.RECEIVED})


def _values(outcome: Outcome, now: datetime) -> dict[str, Any]:
    return {"state": outcome.state, "result": outcome.line[:2000], "finished_at": now}


def last_slash_command(tx: Tx) -> str:
    """Return the slash command of the newest request that has one, or ""."""
    query = select(table.c.slash).where(table.c.slash.is_not(None))
    return tx.execute(query.order_by(table.c.id.desc()).limit(1)).scalar() or ""


def orphans(tx: Tx, before: datetime) -> list[PendingAsk]:
    """Return the unfinished requests received before *before*, whose process may have died."""
    return [_pending_ask(row) for row in tx.execute(_ORPHANS, {"before": before})]


def unclaimed_runs(tx: Tx, since: datetime) -> list[PendingAsk]:
    """Return the requests of schedules since *since* that no process has begun to answer."""
    return [_pending_ask(row) for row in tx.execute(_UNCLAIMED_RUNS, {"since": since})]


def result_before(tx: Tx, ask: Ask) -> str:
    """Return the result of the schedule's run before *ask*; "" if there is none."""
    own = table.c.idempotency_key == ask.idempotency_key
    query = select(table.c.result).where(table.c.schedule_id == ask.schedule, ~own)
    return tx.execute(query.order_by(table.c.id.desc()).limit(1)).scalar() or ""


def _pending_ask(row: Row[tuple[object, ...]]) -> PendingAsk:
    ask = Ask(
        row.text,
        row.user,
        row.channel,
        Source(row.source),
        row.idempotency_key,
        row.thread,
        schedule=row.schedule_id,
    )
    return PendingAsk(
        row.id,
        ask,
        row.received_at,
        row.heartbeat_at,
        is_started=row.state == AskState.STARTED,
        is_claimed=row.state != AskState.RECEIVED,
    )
