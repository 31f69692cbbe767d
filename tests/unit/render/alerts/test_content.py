"""Content: every kind of notification content has its message."""

from dataclasses import replace
from typing import get_args

import pytest

from bot.alerts.grouping import Group, GroupKind
from bot.alerts.notification_plan import (
    Content,
    EscalationContent,
    GroupContent,
    GroupRecoveryContent,
    IncidentContent,
    MovedContent,
    RecoveryContent,
)
from bot.render.alerts.content import render_content
from tests.slack_limits import violations
from tests.unit.render.alerts.samples import (
    ACK_CHECK,
    ACKED,
    BROKEN,
    CONTEXT,
    GROUP,
    REMINDER_GROUP,
    score,
)

MEMBERS = (BROKEN, replace(BROKEN, space="acme/if-team-2", id=2))
CONTENTS: list[Content] = [
    IncidentContent(BROKEN, None),
    MovedContent(BROKEN, 4),
    EscalationContent(MEMBERS, in_group=True),
    EscalationContent(MEMBERS[:1], in_group=False),
    RecoveryContent(BROKEN),
    GroupRecoveryContent(GROUP, MEMBERS, score(1, 2)),
]


def test_every_kind_of_content_is_in_the_table() -> None:
    assert {type(content) for content in CONTENTS} | {GroupContent} == {*get_args(Content)}


@pytest.mark.parametrize("content", CONTENTS)
def test_content_has_a_message(content: Content) -> None:
    message = render_content(content, CONTEXT)

    assert message.text
    assert violations(message) == []


@pytest.mark.parametrize(
    ("group", "part"),
    [
        (GROUP, "team-1"),
        (REMINDER_GROUP, "still need attention"),
        (replace(GROUP, kind=GroupKind.INITIAL), "Watching"),
    ],
)
def test_each_kind_of_group_has_its_own_card(group: Group, part: str) -> None:
    message = render_content(GroupContent(group, MEMBERS, score(58, 60)), CONTEXT)

    assert part in f"{message.text} {message.blocks}"


def test_an_ack_check_asks_the_person() -> None:
    message = render_content(GroupContent(ACK_CHECK, (ACKED,), score(59, 60)), CONTEXT)

    assert "<@UANA>" in str(message.blocks)
