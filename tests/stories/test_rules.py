"""The rules of the engine, one row each."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.alerts import flapping, hub_outage, observation, reminders
from bot.alerts.diagnosis import diagnose, sanitize_line, select_lines
from bot.alerts.fingerprint import fingerprint
from bot.alerts.grouping import Group, GroupKind, JoinGroup, NewGroup, OwnCard, place_incidents
from bot.alerts.hub_outage import HubOutage
from bot.alerts.incident import Ack, Incident, Notification, ProbableCause
from bot.alerts.incident_update import IncidentEvent
from bot.alerts.lifecycle import apply_observation, mark_missing, open_incident
from bot.alerts.observation import Observation, resolve_missing
from bot.alerts.problems import MISSING_STAGE, ProblemKind, TrackedSpace, classify
from bot.alerts.routing import Route, RoutingTable
from bot.errors import HubUnavailable, NotFound
from bot.model import Space

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
AGO = {minutes: NOW - timedelta(minutes=minutes) for minutes in (1, 5, 9, 11, 24, 26, 31, 130)}
LONG_AGO = NOW - timedelta(hours=9)


def incident(what: ProblemKind = ProblemKind.BROKEN, **values: object) -> Incident:
    stages = {"asleep": "SLEEPING", "stuck": "BUILDING", "gone": MISSING_STAGE}
    stage = stages.get(what, "RUNTIME_ERROR")
    known = Incident("acme/a", what, stage, "", AGO[5], AGO[5], id=1)
    return replace(known, **values)  # type: ignore[arg-type]


def notification_at(at: datetime, **values: object) -> Notification:
    return replace(Notification(1, at), **values)  # type: ignore[arg-type]


def observation_of(stage: str, what: ProblemKind | None, **values: object) -> Observation:
    return replace(Observation(Space("acme/a", stage), what, NOW), **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("stage", "since", "found_at", "expected"),
    [
        ("RUNNING", AGO[1], None, None),
        # An old version that serves while a new one builds is up.
        ("RUNNING_BUILDING", AGO[130], None, None),
        # Coming up is nothing, until it takes too long.
        ("BUILDING", AGO[24], None, None),
        ("BUILDING", AGO[26], None, ProblemKind.STUCK),
        ("APP_STARTING", AGO[26], None, ProblemKind.STUCK),
        ("SLEEPING", AGO[1], None, ProblemKind.ASLEEP),
        ("STOPPED", AGO[1], None, ProblemKind.ASLEEP),
        ("PAUSED", AGO[1], None, ProblemKind.PAUSED),
        ("CONFIG_ERROR", AGO[1], None, ProblemKind.BROKEN),
        # A newborn may lack its app file, for a while.
        ("NO_APP_FILE", AGO[9], AGO[9], None),
        ("NO_APP_FILE", AGO[11], AGO[11], ProblemKind.BROKEN),
        # One that was there before us is no newborn, and nor is one that had its file.
        ("NO_APP_FILE", AGO[1], None, ProblemKind.BROKEN),
        ("NO_APP_FILE", AGO[1], AGO[9], ProblemKind.BROKEN),
        # Deleting is leaving, not trouble; a word nobody knows is not fine.
        ("DELETING", AGO[1], None, None),
        ("DREAMING", AGO[1], None, ProblemKind.UNKNOWN),
    ],
)
def test_classify_stages(
    stage: str, since: datetime, found_at: datetime | None, expected: ProblemKind | None
) -> None:
    assert classify(TrackedSpace(Space("acme/a", stage), since, found_at), NOW) is expected


@pytest.mark.parametrize(
    ("before", "after", "turn"),
    [
        # The same again is nothing.
        (incident(), observation_of("RUNTIME_ERROR", ProblemKind.BROKEN), None),
        # Another stage of the same weight, or a lighter trouble, is an edit.
        (incident(), observation_of("BUILD_ERROR", ProblemKind.BROKEN), IncidentEvent.UPDATED),
        (incident(), observation_of("SLEEPING", ProblemKind.ASLEEP), IncidentEvent.IMPROVED),
        # Heavier is worse, and pings.
        (
            incident(ProblemKind.ASLEEP),
            observation_of("RUNTIME_ERROR", ProblemKind.BROKEN),
            IncidentEvent.ESCALATED,
        ),
        (
            incident(ProblemKind.ASLEEP),
            observation_of("BUILDING", ProblemKind.STUCK),
            IncidentEvent.ESCALATED,
        ),
        (
            incident(ProblemKind.STUCK),
            observation_of("BUILD_ERROR", ProblemKind.BROKEN),
            IncidentEvent.ESCALATED,
        ),
        # Asleep and paused are cured alike.
        (
            incident(ProblemKind.ASLEEP),
            observation_of("PAUSED", ProblemKind.PAUSED),
            IncidentEvent.UPDATED,
        ),
        # On the way up is an edit; up is the end.
        (incident(), observation_of("BUILDING", None), IncidentEvent.UPDATED),
        (incident(), observation_of("RUNNING", None), IncidentEvent.RESOLVED),
        # A lighter trouble of which nobody wants to hear is the end too.
        (
            incident(),
            observation_of("PAUSED", None, unrouted_problem=ProblemKind.PAUSED),
            IncidentEvent.RESOLVED,
        ),
        # The same, or a heavier one, is no recovery: it ends without a word.
        (
            incident(),
            observation_of("RUNTIME_ERROR", None, unrouted_problem=ProblemKind.BROKEN),
            IncidentEvent.CLOSED_SILENTLY,
        ),
        (
            incident(),
            observation_of("BUILD_ERROR", None, unrouted_problem=ProblemKind.BROKEN),
            IncidentEvent.CLOSED_SILENTLY,
        ),
        (
            incident(ProblemKind.ASLEEP),
            observation_of("RUNTIME_ERROR", None, unrouted_problem=ProblemKind.BROKEN),
            IncidentEvent.CLOSED_SILENTLY,
        ),
        (
            incident(ProblemKind.STUCK),
            observation_of("BUILDING", None, unrouted_problem=ProblemKind.STUCK),
            IncidentEvent.CLOSED_SILENTLY,
        ),
        (
            incident(flapping_since=AGO[5]),
            observation_of(
                "RUNTIME_ERROR", None, unrouted_problem=ProblemKind.BROKEN, flips=[AGO[1]]
            ),
            IncidentEvent.CLOSED_SILENTLY,
        ),
        # Who is on the way up for too long may still come up.
        (
            incident(stage="BUILDING"),
            observation_of("BUILDING", None, unrouted_problem=ProblemKind.STUCK),
            None,
        ),
        (
            incident(ProblemKind.ASLEEP, stage="BUILDING"),
            observation_of("BUILDING", None, unrouted_problem=ProblemKind.STUCK),
            None,
        ),
        # Three changes before this one: the fourth makes it unstable, and is only shown.
        (
            incident(),
            observation_of("RUNNING", None, flips=[AGO[11], AGO[9], AGO[5]]),
            IncidentEvent.IMPROVED,
        ),
        # Changes of long ago do not count.
        (
            incident(),
            observation_of("RUNNING", None, flips=[AGO[130], AGO[31], AGO[5]]),
            IncidentEvent.RESOLVED,
        ),
        # Unstable: every change is shown, none pings, not even a worse one.
        (
            incident(ProblemKind.ASLEEP, flapping_since=AGO[5]),
            observation_of("RUNTIME_ERROR", ProblemKind.BROKEN, flips=[AGO[1]]),
            IncidentEvent.UPDATED,
        ),
        (
            incident(flapping_since=AGO[5], is_up=True, stage="RUNNING"),
            observation_of("RUNNING", None, flips=[AGO[1]]),
            None,
        ),
        # Quiet for half an hour: steady without a word, or plainly in trouble.
        (
            incident(flapping_since=AGO[130]),
            observation_of("RUNNING", None, flips=[AGO[31]]),
            IncidentEvent.CLOSED_SILENTLY,
        ),
        (
            incident(flapping_since=AGO[130]),
            observation_of("RUNTIME_ERROR", ProblemKind.BROKEN, flips=[AGO[31]]),
            IncidentEvent.ESCALATED,
        ),
        # ... but nothing is decided on the way up.
        (
            incident(flapping_since=AGO[130], stage="BUILDING"),
            observation_of("BUILDING", None, flips=[AGO[31]]),
            None,
        ),
    ],
)
def test_observation_updates_the_incident(
    before: Incident, after: Observation, turn: IncidentEvent | None
) -> None:
    verdict = apply_observation(before, after)
    assert (verdict.event if verdict else None) is turn
    assert verdict is None or verdict.reason


@pytest.mark.parametrize(
    ("was", "stage", "unrouted"),
    [
        (ProblemKind.BROKEN, "DREAMING", ProblemKind.UNKNOWN),
        (ProblemKind.GONE, "RUNTIME_ERROR", ProblemKind.BROKEN),
    ],
)
def test_unrouted_problem_is_never_called_fixed(
    was: ProblemKind, stage: str, unrouted: ProblemKind
) -> None:
    verdict = apply_observation(
        incident(was), observation_of(stage, None, unrouted_problem=unrouted)
    )
    assert verdict
    assert verdict.incident.resolution == f"{stage}, of which nobody wants to hear"


def test_every_update_has_a_reason() -> None:
    verdict = open_incident(observation_of("RUNTIME_ERROR", ProblemKind.BROKEN))
    assert verdict
    assert verdict.reason == "broken: the Hub shows RUNTIME_ERROR"
    assert verdict.incident.reason == verdict.reason


def test_reason_mentions_confirmation_only_if_there_was_one() -> None:
    verdict = open_incident(observation_of("RUNTIME_ERROR", ProblemKind.BROKEN, is_confirmed=True))
    assert verdict
    assert verdict.reason == "broken: the Hub shows RUNTIME_ERROR, and a second look agreed"


def test_the_fourth_change_opens_as_unstable() -> None:
    verdict = open_incident(
        observation_of("RUNTIME_ERROR", ProblemKind.BROKEN, flips=[AGO[11], AGO[9], AGO[5]])
    )
    assert verdict
    assert verdict.incident.flapping_since == NOW


def test_recovery_after_a_gap_names_the_gap() -> None:
    verdict = apply_observation(incident(), observation_of("RUNNING", None, gap_since=AGO[26]))
    assert verdict
    assert verdict.incident.resolution == "fixed while I was away"
    assert verdict.incident.gap_since == AGO[26]


@pytest.mark.parametrize(
    ("known", "turn"),
    [
        (incident(), IncidentEvent.RESOLVED),
        (incident(ProblemKind.GONE), None),
        (incident(ProblemKind.GONE, opened_at=NOW - timedelta(hours=24)), None),
        (
            incident(ProblemKind.GONE, changed_at=NOW - timedelta(hours=24)),
            IncidentEvent.CLOSED_SILENTLY,
        ),
        # It was back in part, and is gone again.
        (incident(ProblemKind.GONE, stage="BUILDING"), IncidentEvent.UPDATED),
    ],
)
def test_missing_space_updates_the_incident(known: Incident, turn: IncidentEvent | None) -> None:
    verdict = mark_missing(known, NOW)
    assert (verdict.event if verdict else None) is turn


@pytest.mark.parametrize(
    ("was", "stage", "told", "is_doubted"),
    [
        ("RUNNING", "RUNTIME_ERROR", None, True),
        ("RUNTIME_ERROR", "RUNTIME_ERROR", ProblemKind.BROKEN, False),
        ("RUNTIME_ERROR", "SLEEPING", ProblemKind.BROKEN, False),
        ("SLEEPING", "RUNTIME_ERROR", ProblemKind.ASLEEP, True),
        # Unstable, and told as the worst of it: broken anew is a change for the worse.
        ("RUNNING", "RUNTIME_ERROR", ProblemKind.BROKEN, True),
        ("PAUSED", "RUNTIME_ERROR", ProblemKind.BROKEN, True),
    ],
)
def test_escalation_needs_confirmation(
    was: str, stage: str, told: ProblemKind | None, *, is_doubted: bool
) -> None:
    known = {"acme/a": TrackedSpace(Space("acme/a", was), AGO[5])}
    problems = {"acme/a": told} if told else {}
    found = observation.changes_to_confirm(known, {"acme/a": Space("acme/a", stage)}, problems, NOW)
    assert bool(found) is is_doubted


@pytest.mark.parametrize(
    ("is_up", "after", "flips"),
    [
        (False, observation_of("RUNNING", None, flips=[AGO[1]]), True),
        (True, observation_of("RUNTIME_ERROR", ProblemKind.BROKEN, flips=[AGO[1]]), True),
        # Broken otherwise, or on its way, is no change between up and trouble.
        (False, observation_of("BUILD_ERROR", ProblemKind.BROKEN, flips=[AGO[1]]), False),
        (False, observation_of("BUILDING", None, flips=[AGO[1]]), False),
    ],
)
def test_only_up_and_down_changes_count_as_flaps(
    after: Observation, *, is_up: bool, flips: bool
) -> None:
    stage = "RUNNING" if is_up else "RUNTIME_ERROR"
    verdict = apply_observation(incident(flapping_since=AGO[5], is_up=is_up, stage=stage), after)
    assert verdict
    assert verdict.flips is flips


def test_flapping_starts_at_four_and_ends_only_after_quiet() -> None:
    assert not flapping.starts([AGO[9], AGO[5]], NOW)
    assert flapping.starts([AGO[24], AGO[9], AGO[5]], NOW)
    assert not flapping.has_settled([AGO[24]], NOW)
    assert flapping.has_settled([AGO[31]], NOW)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        # Numbers, versions, hashes, paths, addresses and times do not matter.
        ("torch==9.9 not found", "torch==1.2 not found", True),
        ("failed at layer a1b2c3d4e5", "failed at layer 0f0f0f0f0f", True),
        ("no /app/x/main.py here", "no /home/u/app.py here", True),
        ("GET https://x.org/1 refused", "GET https://y.org/2 refused", True),
        ("died 2026-03-02T10:00:00Z badly", "died 2025-01-01T00:00:01Z badly", True),
        # Words do.
        ("No module named 'x'", "No module named 'y'", False),
        # What says nothing is like nothing, not even itself.
        ("Exit code: 1", "Exit code: 137", False),
        ("", "", False),
    ],
)
def test_a_fingerprint_is_the_cause(one: str, other: str, *, same: bool) -> None:
    assert (fingerprint(one) == fingerprint(other) != "") is same


ASLEEP = [incident(ProblemKind.ASLEEP, id=n, space=f"acme/{n}") for n in range(6)]
CAUSE = [incident(id=n, space=f"acme/{n}", fingerprint="no torch") for n in range(6)]
GROUP = Group(7, GroupKind.SAME_PROBLEM, "asleep", "C", 1, AGO[9])
SAME_CAUSE = Group(8, GroupKind.SAME_CAUSE, "no torch", "C", 1, AGO[130])


@pytest.mark.parametrize(
    ("untold", "single", "groups", "kinds"),
    [
        # Three alike stand alone, four share.
        (ASLEEP[:3], [], [], [OwnCard, OwnCard, OwnCard]),
        (ASLEEP[:4], [], [], [NewGroup]),
        # Within ten minutes they join, later they do not.
        (ASLEEP[:1], [], [GROUP], [JoinGroup]),
        (ASLEEP[:1], [], [replace(GROUP, opened_at=AGO[11])], [OwnCard]),
        # Another kind does not join.
        (CAUSE[:1], [], [GROUP], [OwnCard]),
        # The same cause counts those who are told already.
        (CAUSE[:1], CAUSE[1:4], [], [NewGroup]),
        (CAUSE[:1], CAUSE[1:3], [], [OwnCard]),
        # ... and takes whoever shares it, however late.
        (CAUSE[:1], [], [SAME_CAUSE], [JoinGroup]),
        # The unstable stand for themselves, and join nobody.
        ([replace(ASLEEP[0], flapping_since=NOW)], [], [GROUP], [OwnCard]),
        ([replace(one, flapping_since=NOW) for one in ASLEEP[:4]], [], [], [OwnCard] * 4),
        # Several at once are sorted out.
        ([*CAUSE[:4], *ASLEEP[:4]], [], [], [NewGroup, NewGroup]),
    ],
)
def test_incident_placement(
    untold: list[Incident], single: list[Incident], groups: list[Group], kinds: list[type]
) -> None:
    assert [type(place) for place in place_incidents(untold, single, groups, NOW)] == kinds


@pytest.mark.parametrize(
    ("known", "told", "due"),
    [
        (incident(), notification_at(NOW - timedelta(hours=3, minutes=59)), False),
        (incident(), notification_at(NOW - timedelta(hours=4)), True),
        # It counts from when the channel was told, not from when the trouble began.
        (incident(opened_at=NOW - timedelta(hours=9)), notification_at(AGO[5]), False),
        # After a reminder the next is four hours later, and three are enough.
        (
            incident(),
            notification_at(NOW - timedelta(hours=9), reminders=1, reminded_at=AGO[130]),
            False,
        ),
        (
            incident(),
            notification_at(NOW - timedelta(days=2), reminders=3, reminded_at=LONG_AGO),
            False,
        ),
        # Nobody is reminded of what somebody is on, what goes up and down, what is gone.
        (incident(ack=Ack("U", AGO[1])), notification_at(LONG_AGO), False),
        (incident(flapping_since=AGO[9]), notification_at(LONG_AGO), False),
        (incident(ProblemKind.GONE), notification_at(LONG_AGO), False),
        # ... and of what is over.
        (incident(closed_at=NOW), notification_at(LONG_AGO), False),
    ],
)
def test_a_reminder_is_due(known: Incident, told: Notification, *, due: bool) -> None:
    assert bool(reminders.due_reminders([(known, told)], NOW)) is due


def test_reminder_includes_incidents_due_soon() -> None:
    now_due = (incident(), notification_at(NOW - timedelta(hours=4)))
    soon = (incident(id=2), notification_at(NOW - timedelta(hours=2, minutes=30)))
    fresh = (incident(id=3), notification_at(AGO[5]))
    assert reminders.due_reminders([now_due, soon, fresh], NOW) == [now_due[0], soon[0]]


@pytest.mark.parametrize(
    ("ack", "asked", "unacked"),
    [
        (None, False, False),
        (Ack("U", NOW - timedelta(minutes=119)), False, False),
        (Ack("U", NOW - timedelta(hours=2)), True, False),
        (Ack("U", NOW - timedelta(hours=3), checked_at=AGO[9]), False, False),
        (Ack("U", NOW - timedelta(hours=3), checked_at=AGO[31]), False, True),
    ],
)
def test_ack_is_checked_and_expires(ack: Ack | None, *, asked: bool, unacked: bool) -> None:
    known = incident(ack=ack)
    assert (
        bool(reminders.due_ack_checks([known], NOW)),
        reminders.has_ack_expired(known, NOW),
    ) == (asked, unacked)


def test_outage_is_announced_at_the_second_failure() -> None:
    one = hub_outage.update(None, {"acme": "down"}, AGO[1])
    assert one == HubOutage(AGO[1], {"acme": "down"})
    two = hub_outage.update(one, {"acme": "down"}, NOW)
    assert two
    assert two.announced
    assert two.since == AGO[1]
    over = hub_outage.update(two, {}, NOW)
    assert over
    assert over.ended_at == NOW
    assert hub_outage.from_json(hub_outage.to_json(two)) == HubOutage(
        AGO[1], {"acme": "down"}, 2, announced=True
    )


def test_outage_returning_soon_reuses_its_card() -> None:
    over = HubOutage(AGO[130], {"acme": "down"}, 9, announced=True, ended_at=AGO[26])
    assert hub_outage.update(over, {}, NOW) == over
    again = hub_outage.update(over, {"acme": "down"}, NOW)
    assert again
    assert (again.since, again.started_at, again.occurrences, again.announced) == (
        NOW,
        AGO[130],
        2,
        True,
    )
    assert hub_outage.from_json(hub_outage.to_json(again)) == again
    old = replace(over, ended_at=AGO[31])
    assert hub_outage.update(old, {}, NOW) is None
    assert hub_outage.update(old, {"acme": "down"}, NOW) == HubOutage(NOW, {"acme": "down"})


def test_single_failure_is_forgotten() -> None:
    assert hub_outage.update(HubOutage(AGO[1], {"acme": "down"}), {}, NOW) is None


def test_success_without_failures_is_no_outage() -> None:
    assert hub_outage.update(None, {}, NOW) is None


@pytest.mark.parametrize(
    ("missing", "there", "gone", "listed", "short"),
    [
        # Few may be gone, and all of them are looked up.
        (3, 1, 2, 60, False),
        (8, 8, 0, 60, False),
        # Many, of which none is found, are gone; so is a class of which one alone is left out.
        (20, 0, 8, 40, False),
        (20, 1, 7, 40, False),
        # More than can be looked up, or all there was, and most of it exists: cut short.
        (9, 8, 0, 9_991, True),
        (9, 4, 4, 60, True),
        (6, 6, 0, 0, True),
        # Without an answer nothing is known.
        (20, 0, 0, 40, False),
    ],
)
def test_truncated_list_is_detected(
    missing: int, there: int, gone: int, listed: int, *, short: bool
) -> None:
    assert observation.is_truncated(missing, there, gone, listed) is short


def test_missing_spaces_are_looked_up_in_rotation() -> None:
    missing = [f"acme/{n:02}" for n in range(20)]
    last, looked_up = "", []
    for _ in range(3):
        looked_up += (now := observation.next_lookups(missing, last))
        last = now[-1]
    assert set(looked_up) == set(missing)


def test_lookup_distinguishes_deleted_renamed_and_unanswered() -> None:
    observation = resolve_missing(
        {
            "acme/there": Space("acme/there", "RUNNING"),
            "acme/gone": NotFound("no"),
            "acme/dark": HubUnavailable("?"),
            "acme/old": Space("acme/new", "RUNNING"),
            "acme/sold": Space("else/sold", "RUNNING"),
        },
        known={"acme/there", "acme/gone", "acme/dark", "acme/old", "acme/sold"},
        owners=["acme"],
    )
    assert set(observation.spaces) == {"acme/there", "acme/new"}
    assert observation.missing == {"acme/gone", "acme/sold"}
    assert observation.renamed == {"acme/old": "acme/new"}


def test_each_channel_receives_a_problem_once() -> None:
    broken, asleep = frozenset({ProblemKind.BROKEN}), frozenset({ProblemKind.ASLEEP})
    receivers = RoutingTable.of(
        [Route("C1", broken), Route("C2", broken, frozenset({"a"})), Route("C1", asleep)]
    )
    assert receivers.receivers("a", ProblemKind.BROKEN) == ("C1", "C2")
    assert receivers.receivers("b", ProblemKind.BROKEN) == ("C1",)
    assert not receivers.is_routed("a", ProblemKind.GONE)
    assert receivers.spaces_of("C2", ["a", "b"]) == ["a"]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("\x1b[1;31mError\x1b[0m", "Error"),
        ("10%\r50%\r100% done", "100% done"),
        ("password: hunter22", "password: ***"),
        ('{"api_key": "abcdef12"}', '{"api_key": ***}'),
        ("git clone https://me:pw12345@host/x", "git clone https://***@host/x"),
        ("Authorization: Bearer abc.def-ghi", "Authorization: Bearer ***"),
        # What only looks like a secret's name stays readable.
        ("SyntaxError: unexpected token: '}'", "SyntaxError: unexpected token: '}'"),
        ("Loading tokenizer: BertTokenizer", "Loading tokenizer: BertTokenizer"),
    ],
)
def test_log_line_is_sanitized(line: str, shown: str) -> None:
    assert sanitize_line(line) == shown


@pytest.mark.parametrize(
    ("line", "blame"),
    [
        ("ERROR: No matching distribution found for torch==9.9", ProbableCause.DEPENDENCY),
        ("ImportError: cannot import name 'X' from 'y'", ProbableCause.DEPENDENCY),
        ("NameError: name 'x' is not defined", ProbableCause.CODE),
        ("KeyError: 'OPENAI_API_KEY'", ProbableCause.CONFIGURATION),
        ("KeyError: 'name'", ProbableCause.CODE),
        ("Scheduling failure: unable to schedule", ProbableCause.PLATFORM),
        ("failed to create containerd task: no", ProbableCause.PLATFORM),
        ("Launch timed out, workload was not healthy after 30 min", ProbableCause.CONFIGURATION),
        ("Application startup complete.", None),
    ],
)
def test_cause_is_classified_with_its_line(line: str, blame: ProbableCause | None) -> None:
    found = diagnose([line], "")
    assert found.cause is blame
    assert found.matched_line == (line if blame else "")


def test_traceback_selects_the_exception_and_the_app_line() -> None:
    log = [
        "starting",
        "Traceback (most recent call last):",
        '  File "/app/app.py", line 12, in <module>',
        "    model = load()",
        '  File "/usr/lib/python3/site-packages/x.py", line 3, in load',
        "    raise ValueError(y)",
        "ValueError: no model",
        "",
    ]
    assert select_lines(log) == [log[6], log[7], log[2], log[3]]


def test_other_logs_select_the_last_relevant_lines() -> None:
    log = [f"step {n} failed" for n in range(20)] + ["bye"]
    assert select_lines(log) == [f"step {n} failed" for n in range(15, 20)]
