"""Planning of notifications: one pure function per cause of a notification pass."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from bot.alerts.card_updates import plan_card_updates
from bot.alerts.diagnosis import with_diagnosis
from bot.alerts.followups import plan_reminders
from bot.alerts.incident import Diagnosis, Incident
from bot.alerts.incident_update import IncidentEvent
from bot.alerts.notification_board import Draft, NotificationBoard
from bot.alerts.notification_plan import NotificationPlan
from bot.alerts.placement import merge_same_cause, place_unnotified


def plan_notifications(
    board: NotificationBoard,
    events: Mapping[int, IncidentEvent],
    now: datetime,
    *,
    is_initial: bool = False,
    unmuted: Collection[str] = (),
) -> NotificationPlan:
    """Return the notification plan after a sweep.

    *events* are by incident id, *unmuted* are the Spaces whose mute just ended. The initial scan
    posts one card with its findings, even if there are none.
    """
    draft = Draft.of(board, now, events)
    if not board.incidents and not is_initial:
        return draft.plan()
    plan_reminders(draft)
    draft.dirty |= {i.id for i in draft.open_incidents() if i.space in unmuted}
    place_unnotified(draft, is_initial=is_initial)
    merge_same_cause(draft)
    plan_card_updates(draft)
    return draft.plan()


def plan_diagnosis(
    board: NotificationBoard, found: Sequence[tuple[Incident, Diagnosis]], now: datetime
) -> NotificationPlan:
    """Return the notification plan after logs were read.

    Skips incidents that have changed since, because the log may be that of another error.
    """
    draft = Draft.of(board, now)
    for before, diagnosis in found:
        incident = draft.incidents.get(before.id)
        if incident and incident.changed_at == before.changed_at:
            draft.change(with_diagnosis(incident, diagnosis))
    merge_same_cause(draft)
    plan_card_updates(draft)
    return draft.plan()


def plan_refresh(
    board: NotificationBoard,
    now: datetime,
    *,
    changed: Sequence[Incident] = (),
    spaces: Collection[str] = (),
) -> NotificationPlan:
    """Return the notification plan after a user's action on *changed* incidents or *spaces*."""
    draft = Draft.of(board, now)
    for incident in changed:
        draft.change(incident)
    draft.dirty |= {i.id for i in draft.open_incidents() if i.space in spaces}
    plan_card_updates(draft)
    return draft.plan()
