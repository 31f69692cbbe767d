"""Keys of cards: what a card is about, and how that is stored."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import uuid4


class CardKind(StrEnum):
    """What a card is about. The values are stored."""

    INCIDENT = "incident"
    GROUP = "group"
    INITIAL_SCAN = "initial_scan"
    REMINDER = "reminder"
    ACK_CHECK = "ack_check"
    ESCALATION = "escalation"  # a reply: incidents became more severe
    RECOVERY = "recovery"  # a reply: the incident is resolved
    GROUP_RECOVERY = "group_recovery"  # a reply: all incidents of the group are resolved
    HUB_OUTAGE = "hub_outage"
    OPERATION = "operation"
    FINAL_REPLY = "final_reply"  # of an operation
    HOLD_REPLY = "hold_reply"  # of a rollout that a failure holds
    BULK_ACTION = "bulk_action"
    UPLOAD = "upload"
    ANNOUNCEMENT = "announcement"  # of a mute, an unmute or a watch
    DELAY_NOTICE = "delay_notice"  # to the requester of a card that Slack delays
    DIRECT_REPLY = "direct_reply"  # of a request, queued because Slack refused every other way
    NOTICE = "notice"  # to an admin
    SCHEDULE = "schedule"  # that it is kept
    SCHEDULE_CHANGE = "schedule_change"
    SCHEDULE_RUN = "schedule_run"  # one that was missed or failed, or had nothing to do
    DEADLINE_CHECK = "deadline_check"  # who is ready 15 minutes before a deadline
    DEADLINE_REPORT = "deadline_report"  # who is ready at a deadline
    LOAN = "loan"  # of hardware: it ends soon, or was changed


#: Replies in the thread of an alert's card.
REPLY_KINDS = (CardKind.ESCALATION, CardKind.RECOVERY, CardKind.GROUP_RECOVERY)


@dataclass(frozen=True, slots=True, order=True)
class CardKey:
    """What a card is about. A channel has at most one card of each key.

    Only this class knows how a key is stored. Code reads `kind` and compares whole keys.
    """

    kind: CardKind
    subject: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.subject}"

    @classmethod
    def parse(cls, stored: str) -> "CardKey":
        """Return the key that `str` of it stored.

        >>> CardKey.parse(str(CardKey.incident(7))) == CardKey.incident(7)
        True
        """
        kind, _, subject = stored.partition(":")
        return cls(CardKind(kind), subject)

    @classmethod
    def incident(cls, id: int) -> "CardKey":
        """Return the key of the own card of an incident."""
        return cls(CardKind.INCIDENT, str(id))

    @classmethod
    def group(cls, newest: int) -> "CardKey":
        """Return the key of a group's card, given its *newest* incident without a card."""
        return cls(CardKind.GROUP, str(newest))

    @classmethod
    def initial_scan(cls, at: datetime) -> "CardKey":
        """Return the key of the card of an initial scan that found nothing."""
        return cls(CardKind.INITIAL_SCAN, _epoch(at))

    @classmethod
    def reminder(cls, at: datetime) -> "CardKey":
        """Return the key of a reminder."""
        return cls(CardKind.REMINDER, _epoch(at))

    @classmethod
    def ack_check(cls, by: str, acked_at: datetime, at: datetime) -> "CardKey":
        """Return the key of an ack check, one of several of the same ack."""
        return cls(CardKind.ACK_CHECK, f"{by}:{acked_at.timestamp():.3f}:{_epoch(at)}")

    @classmethod
    def incident_reply(cls, kind: CardKind, incident: int, at: datetime | None) -> "CardKey":
        """Return the key of a reply about an incident. *at* distinguishes several of a kind."""
        return cls(kind, f"incident:{incident}" + (f":{_epoch(at)}" if at else ""))

    @classmethod
    def group_reply(cls, kind: CardKind, group: int, at: datetime | None) -> "CardKey":
        """Return the key of a reply about a group. *at* distinguishes several of a kind."""
        return cls(kind, f"group:{group}" + (f":{_epoch(at)}" if at else ""))

    @classmethod
    def hub_outage(cls, started_at: datetime) -> "CardKey":
        """Return the key of the card of a Hub outage."""
        return cls(CardKind.HUB_OUTAGE, _epoch(started_at))

    @classmethod
    def operation(cls, id: int) -> "CardKey":
        """Return the key of an operation's card."""
        return cls(CardKind.OPERATION, str(id))

    @classmethod
    def final_reply(cls, operation: int) -> "CardKey":
        """Return the key of the reply at the end of an operation."""
        return cls(CardKind.FINAL_REPLY, str(operation))

    @classmethod
    def hold_reply(cls, operation: int, accepted_failures: int) -> "CardKey":
        """Return the key of the reply about a held rollout, one for each hold."""
        return cls(CardKind.HOLD_REPLY, f"{operation}:{accepted_failures}")

    @classmethod
    def deadline_check(cls, operation: int) -> "CardKey":
        """Return the key of the card before the deadline of an operation."""
        return cls(CardKind.DEADLINE_CHECK, str(operation))

    @classmethod
    def deadline_report(cls, operation: int) -> "CardKey":
        """Return the key of the report at the deadline of an operation."""
        return cls(CardKind.DEADLINE_REPORT, str(operation))

    @classmethod
    def delay_notice(cls, card: int) -> "CardKey":
        """Return the key of the notice that a card is delayed."""
        return cls(CardKind.DELAY_NOTICE, str(card))

    @classmethod
    def schedule(cls, id: int) -> "CardKey":
        """Return the key of the card of a schedule."""
        return cls(CardKind.SCHEDULE, str(id))

    @classmethod
    def of_request(cls, kind: CardKind, idempotency_key: str) -> "CardKey":
        """Return the key of the card of one request."""
        return cls(kind, idempotency_key)

    @classmethod
    def announcement(cls, request: str) -> "CardKey":
        """Return the key of the announcement of a mute, an unmute or a watch.

        *request* is the idempotency key of the first request that it announces.
        """
        return cls.of_request(CardKind.ANNOUNCEMENT, request)

    @classmethod
    def unique(cls, kind: CardKind) -> "CardKey":
        """Return a key that no other card has."""
        return cls(kind, uuid4().hex)

    @classmethod
    def notice(cls, cause: str, resolved_at: datetime | None = None) -> "CardKey":
        """Return the key of a notice to an admin, unresolved or resolved at a time."""
        return cls(CardKind.NOTICE, f"{cause}:{resolved_at.isoformat()}" if resolved_at else cause)


def _epoch(at: datetime) -> str:
    return f"{at.timestamp():.0f}"
