"""The proof that a started app is ready: its answer to a probe, in time."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.health.plan import may_probe
from bot.health.record import DOWN_AFTER, HealthRecord
from bot.health.verdict import describe_problem
from bot.model import Space
from bot.operations.outcomes import fail
from bot.operations.step import Operation, Step, StepState
from bot.operations.verb_spec import VerbSpec

#: A step without a verdict about its app ends after this time. It must exceed `DOWN_AFTER` plus
#: the time of two probes.
PROOF_TIMEOUT = timedelta(minutes=2)
_FAILURES = 2


def needs_proof(spec: VerbSpec, step: Step, space: Space | None) -> bool:
    """Return whether *step*, which is done by stage, also needs the app's answer."""
    return (
        spec.starts_app and step.state is StepState.DONE and space is not None and may_probe(space)
    )


def prove(before: Step, done: Step, health: HealthRecord | None, now: datetime) -> Step:
    """Return *done*, or the step as still undecided, or failed because its app doesn't answer.

    *before* is the step as stored. Only probes since the Space was seen running count.
    """
    since = before.running_since or now
    record = health if health and health.at >= since else None
    if record and record.verdict.is_ready:
        return replace(done, running_since=since)
    if (record and _has_failed(record, since)) or now - since > PROOF_TIMEOUT:
        reason = describe_problem(record.verdict) if record else "no probe has ended in time"
        unready = fail(done, f"running, but not answering ({reason})")
        return replace(unready, running_since=since, is_unready=True)
    return replace(done, state=StepState.SENT, running_since=since)


def _has_failed(record: HealthRecord, since: datetime) -> bool:
    began = max(record.failing_since or record.at, since)
    return record.failures >= _FAILURES and record.at - began >= DOWN_AFTER


def unproven(operation: Operation) -> tuple[str, ...]:
    """Return the Spaces of *operation* that run and whose app hasn't answered yet."""
    return tuple(s.space for s in operation.in_state(StepState.SENT) if s.running_since)
