"""What alert cards look like, kept as files, within Slack's limits."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.alerts.actions import RecordedTransition, SpaceHistory
from bot.alerts.grouping import Group, GroupKind
from bot.alerts.hub_outage import HubOutage
from bot.alerts.incident import Ack, Diagnosis, Incident, Mute, ProbableCause, Resolution
from bot.alerts.problems import ProblemKind
from bot.alerts.reasons import Reason, ReasonCode
from bot.alerts.routing import SETTINGS, Watch
from bot.cards import Message
from bot.model import Space
from bot.parsing import NameIndex
from bot.render.alerts import ack_check, group_card, history, incident_card, outage_card
from bot.render.alerts.context import AlertContext
from tests import goldens
from tests.slack_limits import violations

AT = datetime(2026, 3, 2, 13, 42, tzinfo=UTC)
LATER = AT + timedelta(minutes=18)
REMINDER = AT + timedelta(hours=4)
VERBS = frozenset(["wake", "restart", "rebuild", "logs", "status", "ack", "mute", "unmute", "why"])
CLASS = [f"acme/if-team-{n}" for n in range(1, 61)]
CONTEXT = AlertContext(NameIndex.of(CLASS, "if-"), VERBS)
ERROR = "No matching distribution found for torch==9.9\nsee the build log"


TRACEBACK = """Exit code: 1. Reason: Traceback (most recent call last):
  File "/home/user/app/main.py", line 23, in <module>
    model = load_model(os.environ['MODEL_REPO_ID'])
  File "/home/user/app/model.py", line 41, in load_model
    return torch.load(weights, map_location=device)
  File "/usr/lib/python3/site-packages/torch/serialization.py", line 9, in load
    raise OutOfMemoryError(size)
torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB"""


BROKEN = Incident(
    CLASS[0],
    ProblemKind.BROKEN,
    "BUILD_ERROR",
    ERROR,
    AT,
    AT,
    Reason(ReasonCode.PROBLEM_CONFIRMED, ProblemKind.BROKEN, stage="BUILD_ERROR"),
    id=1,
    fingerprint="no matching distribution found for torch==#.#",
)


ASLEEP = replace(BROKEN, problem=ProblemKind.ASLEEP, stage="SLEEPING", error="", fingerprint="")


DIAGNOSIS = Diagnosis(
    ("ERROR: Could not find a version that satisfies the requirement torch==9.9",),
    ProbableCause.DEPENDENCY,
    "ERROR: Could not find a version that satisfies the requirement torch==9.9",
)


RESOLVED: dict[str, Any] = {
    "closed_at": LATER,
    "changed_at": LATER,
    "resolution": Resolution.FIXED,
    "stage": "RUNNING",
}


MUTED_CONTEXT = replace(CONTEXT, mutes={CLASS[0]: Mute(CLASS[0], LATER, "UANA", AT, "demo prep")})
GROUP = Group(1, GroupKind.SAME_PROBLEM, "asleep", "C0OPS", 1, AT, tuple(range(14)))
REMINDER_GROUP = Group(2, GroupKind.REMINDER, "", "C0OPS", 2, REMINDER)


def copies_of(incident: Incident, number: int) -> list[Incident]:
    return [replace(incident, space=CLASS[n], id=n) for n in range(number)]


ACKED = replace(BROKEN, ack=Ack("UANA", AT, LATER))
ACK_CHECK = Group(3, GroupKind.ACK_CHECK, "UANA", "C0OPS", 3, LATER)


# Asked about ten: six are left, two are over, two were taken by somebody else.
PARTLY_ACKED = [
    *copies_of(ACKED, 6),
    *copies_of(replace(ACKED, **RESOLVED), 8)[6:],
    *copies_of(replace(ACKED, ack=Ack("UBEN", LATER)), 10)[8:],
]


CARDS: dict[str, Message] = {
    "broken": incident_card.card(BROKEN, CONTEXT, REMINDER),
    "broken_with_log": incident_card.card(replace(BROKEN, diagnosis=DIAGNOSIS), CONTEXT, REMINDER),
    "broken_acked": incident_card.card(replace(BROKEN, ack=Ack("UANA", AT)), CONTEXT),
    "broken_muted": incident_card.card(BROKEN, MUTED_CONTEXT),
    "crashed": incident_card.card(replace(BROKEN, stage="RUNTIME_ERROR"), CONTEXT, REMINDER),
    "crashed_with_traceback": incident_card.card(
        replace(BROKEN, stage="RUNTIME_ERROR", error=TRACEBACK), CONTEXT, REMINDER
    ),
    "asleep": incident_card.card(ASLEEP, CONTEXT, REMINDER),
    "paused": incident_card.card(
        replace(ASLEEP, problem=ProblemKind.PAUSED, stage="PAUSED"), CONTEXT, REMINDER
    ),
    "stuck": incident_card.card(
        replace(ASLEEP, problem=ProblemKind.STUCK, stage="BUILDING"), CONTEXT, REMINDER
    ),
    "unknown": incident_card.card(
        replace(ASLEEP, problem=ProblemKind.UNKNOWN, stage="DREAMING"), CONTEXT, REMINDER
    ),
    "gone": incident_card.card(replace(ASLEEP, problem=ProblemKind.GONE), CONTEXT),
    "coming_up": incident_card.card(replace(BROKEN, stage="BUILDING"), CONTEXT, REMINDER),
    "unstable": incident_card.card(replace(BROKEN, flapping_since=AT), CONTEXT),
    "fixed": incident_card.card(replace(BROKEN, **RESOLVED), CONTEXT),
    "fixed_while_away": incident_card.card(replace(BROKEN, **RESOLVED, gap_since=AT), CONTEXT),
    "fixed_reply": incident_card.recovery_reply(replace(BROKEN, **RESOLVED), CONTEXT),
    "worse_reply": incident_card.escalation_reply(BROKEN, CONTEXT),
    "told_elsewhere": incident_card.moved_to_group(BROKEN, 4, CONTEXT),
    "without_other_verbs": incident_card.card(
        BROKEN, replace(CONTEXT, verbs=frozenset({"rebuild"})), REMINDER
    ),
    "group_asleep": group_card.card(GROUP, copies_of(ASLEEP, 14), (46, 60), CONTEXT),
    "group_half_back": group_card.card(
        GROUP,
        [*copies_of(ASLEEP, 6), replace(ASLEEP, space=CLASS[8], id=8, **RESOLVED)],
        (54, 60),
        CONTEXT,
    ),
    "group_over": group_card.card(
        GROUP, copies_of(replace(ASLEEP, **RESOLVED), 14), (60, 60), CONTEXT
    ),
    "group_over_reply": group_card.resolution_reply(
        GROUP, copies_of(replace(ASLEEP, **RESOLVED), 14), (60, 60)
    ),
    "group_worse_reply": group_card.escalation_reply(copies_of(BROKEN, 2), CONTEXT),
    "same_cause": group_card.card(
        replace(GROUP, kind=GroupKind.SAME_CAUSE, key=BROKEN.fingerprint),
        copies_of(BROKEN, 23),
        (37, 60),
        CONTEXT,
    ),
    "hello": group_card.card(
        replace(GROUP, kind=GroupKind.INITIAL),
        [*copies_of(ASLEEP, 3), replace(BROKEN, space=CLASS[9], id=9)],
        (56, 60),
        CONTEXT,
    ),
    "hello_all_well": group_card.card(
        replace(GROUP, kind=GroupKind.INITIAL), [], (60, 60), CONTEXT
    ),
    "reminder": group_card.reminder(REMINDER_GROUP, copies_of(BROKEN, 5), (55, 60), CONTEXT),
    "still_on_it": ack_check.card(ACK_CHECK, [ACKED], CONTEXT),
    "still_on_all": ack_check.card(ACK_CHECK, copies_of(ACKED, 14), CONTEXT),
    "still_on_the_rest": ack_check.card(ACK_CHECK, PARTLY_ACKED, CONTEXT),
    "no_longer_on_it": ack_check.card(ACK_CHECK, [BROKEN], CONTEXT),
    "no_longer_on_some": ack_check.card(
        ACK_CHECK, [*copies_of(BROKEN, 4), *PARTLY_ACKED[6:]], CONTEXT
    ),
    "nothing_to_be_on": ack_check.card(
        ACK_CHECK, copies_of(replace(ACKED, **RESOLVED), 4), CONTEXT
    ),
    "blind": outage_card.card(HubOutage(AT, {"acme": "The Hub does not answer."}, announced=True)),
    "blind_again": outage_card.card(
        HubOutage(
            LATER, {"acme": "The Hub does not answer."}, announced=True, occurrences=3, first_at=AT
        )
    ),
    "blind_over": outage_card.card(
        HubOutage(AT, {"acme": "The Hub does not answer."}, announced=True, ended_at=LATER)
    ),
    "why": history.space_history(
        SpaceHistory(
            CLASS[0],
            Space(CLASS[0], "BUILD_ERROR"),
            (
                RecordedTransition(
                    "BUILDING",
                    "BUILD_ERROR",
                    AT,
                    (
                        Reason(ReasonCode.PROBLEM, ProblemKind.BROKEN, stage="BUILD_ERROR"),
                        Reason(ReasonCode.OWN_CARD, channel="C0OPS"),
                    ),
                ),
                RecordedTransition("RUNNING", "BUILDING", AT, (Reason(ReasonCode.STARTING),)),
            ),
            BROKEN,
            Mute(CLASS[0], LATER, "UANA", AT),
            {"C0OPS": [ProblemKind.BROKEN]},
            {"C0OPS": "", "C1LAB": "not delivered yet: I am not a member of that channel."},
        ),
        "team-1",
    ),
    "watches": history.watch_list(
        [
            Watch("space-alerts", (), ("error", "sleeping"), SETTINGS),
            Watch("C1LAB", ("lab-*",), ("error",), "UANA"),
        ],
        "/space",
    ),
    "muted": history.mute_announcement(CLASS[:2], LATER, "UANA", "demo prep", CONTEXT),
    "watching": history.watch_announcement(
        Watch("C2", ("team-*",), ("error",), "UANA"), problem_count=1, slash="/space"
    ),
    "unwatched": history.unwatch_reply(2, is_main=False),
    "acked": history.ack_reply(CLASS[:1], CONTEXT),
}


@pytest.mark.parametrize("name", CARDS)
def test_card_matches_its_golden(name: str) -> None:
    goldens.check_message(f"alerts/{name}", CARDS[name])


@pytest.mark.parametrize("name", CARDS)
def test_push_text_fits_a_lock_screen_and_has_no_markup(name: str) -> None:
    assert 0 < len(CARDS[name].text) <= 90
    assert "<" not in CARDS[name].text


@pytest.mark.parametrize("name", CARDS)
def test_card_has_at_most_two_buttons_and_a_menu(name: str) -> None:
    rows = [b["elements"] for b in CARDS[name].blocks if b["type"] == "actions"]
    assert len(rows) <= 1
    assert all(sum(e["type"] == "button" for e in row) <= 2 for row in rows)


@pytest.mark.parametrize("number", [4, 60, 500])
def test_group_card_of_any_size_fits_slack_limits(number: int) -> None:
    ids = [f"acme/{'x' * 80}-{n}" for n in range(number)]
    ctx = AlertContext(NameIndex.of(ids), VERBS)
    members = [replace(BROKEN, space=id, id=n, error="e" * 5000) for n, id in enumerate(ids)]
    assert violations(group_card.card(GROUP, members, (0, number), ctx)) == []
    assert violations(group_card.reminder(REMINDER_GROUP, members, (0, number), ctx)) == []
    acked = [replace(member, ack=ACKED.ack) for member in members]
    assert violations(ack_check.card(ACK_CHECK, acked, ctx)) == []
    assert violations(ack_check.card(ACK_CHECK, members, ctx)) == []
