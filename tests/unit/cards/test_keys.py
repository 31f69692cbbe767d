"""Keys of cards: one for each subject, and read back as they were stored."""

from datetime import timedelta

from bot.cards.keys import CardKey, CardKind
from tests.unit.cards.samples import NOW

LONG_ID = "message:C1:" + "1" * 180  # an idempotency key has at most 200 characters


KEYS = [
    CardKey.incident(7),
    CardKey.incident(71),
    CardKey.group(7),
    CardKey.initial_scan(NOW),
    CardKey.reminder(NOW),
    CardKey.reminder(NOW + timedelta(minutes=1)),
    CardKey.ack_check("U1", NOW, NOW),
    CardKey.ack_check("U1", NOW + timedelta(milliseconds=1), NOW),
    CardKey.incident_reply(CardKind.RECOVERY, 7, None),
    CardKey.incident_reply(CardKind.ESCALATION, 7, None),
    CardKey.incident_reply(CardKind.ESCALATION, 7, NOW),
    CardKey.group_reply(CardKind.ESCALATION, 7, NOW),
    CardKey.hub_outage(NOW),
    CardKey.operation(7),
    CardKey.final_reply(7),
    CardKey.of_request(CardKind.UPLOAD, f"{LONG_ID}1"),
    CardKey.of_request(CardKind.UPLOAD, f"{LONG_ID}2"),
    CardKey.of_request(CardKind.ANNOUNCEMENT, f"{LONG_ID}1"),
    CardKey.unique(CardKind.BULK_ACTION),
    CardKey.unique(CardKind.BULK_ACTION),
    CardKey.notice("undelivered:msg_too_long"),
    CardKey.notice("undelivered:msg_too_long", NOW),
]


def test_every_subject_has_a_key_of_its_own() -> None:
    assert len({str(key) for key in KEYS}) == len(KEYS)


def test_a_key_is_read_back_as_it_was_stored() -> None:
    assert [CardKey.parse(str(key)) for key in KEYS] == KEYS
    assert max(len(str(key)) for key in KEYS) <= 240  # the column's size, for PostgreSQL
