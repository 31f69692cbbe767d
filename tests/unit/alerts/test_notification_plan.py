"""The notification plan: keys of replies."""

import pytest

from bot.alerts.notification_plan import RecoveryContent, Reply
from bot.cards.keys import CardKey, CardKind
from tests.unit.alerts.samples import NOW, incident

CONTENT = RecoveryContent(incident())


@pytest.mark.parametrize(
    ("reply", "key"),
    [
        (
            Reply(1, "C1", CardKind.RECOVERY, CONTENT, 7),
            CardKey.incident_reply(CardKind.RECOVERY, 7, None),
        ),
        (
            Reply(1, "C1", CardKind.ESCALATION, CONTENT, 7, at=NOW),
            CardKey.incident_reply(CardKind.ESCALATION, 7, NOW),
        ),
        # A new group has a negative id until it is stored; its key has the stored one.
        (
            Reply(1, "C1", CardKind.GROUP_RECOVERY, CONTENT, group=-2),
            CardKey.group_reply(CardKind.GROUP_RECOVERY, 5, None),
        ),
    ],
)
def test_the_key_of_a_reply_names_its_incident_or_its_stored_group(
    reply: Reply, key: CardKey
) -> None:
    assert reply.key(group=5) == key
