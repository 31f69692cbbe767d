"""The rules of the engine, one row each."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.alerts import blindness, flaps, nags, sights
from bot.alerts.blindness import Blindness
from bot.alerts.evidence import clean, pick, read
from bot.alerts.fingerprints import fingerprint
from bot.alerts.follow import Seen, Turn, follow, lost, opened
from bot.alerts.groups import Alone, Founds, Group, Joins, Kind, places
from bot.alerts.hearing import Audience, Hearing
from bot.alerts.incidents import Ack, Blame, Incident, Telling
from bot.alerts.sights import looked_up
from bot.alerts.troubles import NO_STAGE, Sighting, Trouble, trouble
from bot.errors import HubUnavailable, NotFound
from bot.model import Space

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
AGO = {minutes: NOW - timedelta(minutes=minutes) for minutes in (1, 5, 9, 11, 24, 26, 31, 130)}
LONG_AGO = NOW - timedelta(hours=9)


def incident(what: Trouble = Trouble.BROKEN, **values: object) -> Incident:
    stages = {"asleep": "SLEEPING", "stuck": "BUILDING", "gone": NO_STAGE}
    stage = stages.get(what, "RUNTIME_ERROR")
    known = Incident("acme/a", what, stage, "", AGO[5], AGO[5], id=1)
    return replace(known, **values)  # type: ignore[arg-type]


def told(at: datetime, **values: object) -> Telling:
    return replace(Telling(1, at), **values)  # type: ignore[arg-type]


def seen(stage: str, what: Trouble | None, **values: object) -> Seen:
    return replace(Seen(Space("acme/a", stage), what, NOW), **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("stage", "since", "found_at", "expected"),
    [
        ("RUNNING", AGO[1], None, None),
        # An old version that serves while a new one builds is up.
        ("RUNNING_BUILDING", AGO[130], None, None),
        # Coming up is nothing, until it takes too long.
        ("BUILDING", AGO[24], None, None),
        ("BUILDING", AGO[26], None, Trouble.STUCK),
        ("APP_STARTING", AGO[26], None, Trouble.STUCK),
        ("SLEEPING", AGO[1], None, Trouble.ASLEEP),
        ("STOPPED", AGO[1], None, Trouble.ASLEEP),
        ("PAUSED", AGO[1], None, Trouble.PAUSED),
        ("CONFIG_ERROR", AGO[1], None, Trouble.BROKEN),
        # A newborn may lack its app file, for a while.
        ("NO_APP_FILE", AGO[9], AGO[9], None),
        ("NO_APP_FILE", AGO[11], AGO[11], Trouble.BROKEN),
        # One that was there before us is no newborn, and nor is one that had its file.
        ("NO_APP_FILE", AGO[1], None, Trouble.BROKEN),
        ("NO_APP_FILE", AGO[1], AGO[9], Trouble.BROKEN),
        # Deleting is leaving, not trouble; a word nobody knows is not fine.
        ("DELETING", AGO[1], None, None),
        ("DREAMING", AGO[1], None, Trouble.UNKNOWN),
    ],
)
def test_a_stage_is_trouble(
    stage: str, since: datetime, found_at: datetime | None, expected: Trouble | None
) -> None:
    assert trouble(Sighting(Space("acme/a", stage), since, found_at), NOW) is expected


@pytest.mark.parametrize(
    ("before", "after", "turn"),
    [
        # The same again is nothing.
        (incident(), seen("RUNTIME_ERROR", Trouble.BROKEN), None),
        # Another stage of the same weight, or a lighter trouble, is an edit.
        (incident(), seen("BUILD_ERROR", Trouble.BROKEN), Turn.CHANGED),
        (incident(), seen("SLEEPING", Trouble.ASLEEP), Turn.BETTER),
        # Heavier is worse, and pings.
        (incident(Trouble.ASLEEP), seen("RUNTIME_ERROR", Trouble.BROKEN), Turn.WORSE),
        (incident(Trouble.ASLEEP), seen("BUILDING", Trouble.STUCK), Turn.WORSE),
        (incident(Trouble.STUCK), seen("BUILD_ERROR", Trouble.BROKEN), Turn.WORSE),
        # Asleep and paused are cured alike.
        (incident(Trouble.ASLEEP), seen("PAUSED", Trouble.PAUSED), Turn.CHANGED),
        # On the way up is an edit; up is the end.
        (incident(), seen("BUILDING", None), Turn.CHANGED),
        (incident(), seen("RUNNING", None), Turn.CLOSED),
        # A lighter trouble of which nobody wants to hear is the end too.
        (incident(), seen("PAUSED", None, unwanted=Trouble.PAUSED), Turn.CLOSED),
        # The same, or a heavier one, is no recovery: it ends without a word.
        (incident(), seen("RUNTIME_ERROR", None, unwanted=Trouble.BROKEN), Turn.ENDED),
        (incident(), seen("BUILD_ERROR", None, unwanted=Trouble.BROKEN), Turn.ENDED),
        (
            incident(Trouble.ASLEEP),
            seen("RUNTIME_ERROR", None, unwanted=Trouble.BROKEN),
            Turn.ENDED,
        ),
        (incident(Trouble.STUCK), seen("BUILDING", None, unwanted=Trouble.STUCK), Turn.ENDED),
        (
            incident(unstable_since=AGO[5]),
            seen("RUNTIME_ERROR", None, unwanted=Trouble.BROKEN, flips=[AGO[1]]),
            Turn.ENDED,
        ),
        # Who is on the way up for too long may still come up.
        (
            incident(stage="BUILDING"),
            seen("BUILDING", None, unwanted=Trouble.STUCK),
            None,
        ),
        (
            incident(Trouble.ASLEEP, stage="BUILDING"),
            seen("BUILDING", None, unwanted=Trouble.STUCK),
            None,
        ),
        # Three changes before this one: the fourth makes it unstable, and is only shown.
        (incident(), seen("RUNNING", None, flips=[AGO[11], AGO[9], AGO[5]]), Turn.BETTER),
        # Changes of long ago do not count.
        (incident(), seen("RUNNING", None, flips=[AGO[130], AGO[31], AGO[5]]), Turn.CLOSED),
        # Unstable: every change is shown, none pings, not even a worse one.
        (
            incident(Trouble.ASLEEP, unstable_since=AGO[5]),
            seen("RUNTIME_ERROR", Trouble.BROKEN, flips=[AGO[1]]),
            Turn.CHANGED,
        ),
        (
            incident(unstable_since=AGO[5], is_up=True, stage="RUNNING"),
            seen("RUNNING", None, flips=[AGO[1]]),
            None,
        ),
        # Quiet for half an hour: steady without a word, or plainly in trouble.
        (incident(unstable_since=AGO[130]), seen("RUNNING", None, flips=[AGO[31]]), Turn.ENDED),
        (
            incident(unstable_since=AGO[130]),
            seen("RUNTIME_ERROR", Trouble.BROKEN, flips=[AGO[31]]),
            Turn.WORSE,
        ),
        # ... but nothing is decided on the way up.
        (
            incident(unstable_since=AGO[130], stage="BUILDING"),
            seen("BUILDING", None, flips=[AGO[31]]),
            None,
        ),
    ],
)
def test_an_incident_follows_what_is_seen(before: Incident, after: Seen, turn: Turn | None) -> None:
    verdict = follow(before, after)
    assert (verdict.turn if verdict else None) is turn
    assert verdict is None or verdict.reason


@pytest.mark.parametrize(
    ("was", "stage", "unwanted"),
    [
        (Trouble.BROKEN, "DREAMING", Trouble.UNKNOWN),
        (Trouble.GONE, "RUNTIME_ERROR", Trouble.BROKEN),
    ],
)
def test_another_trouble_that_nobody_asks_for_is_never_called_fixed(
    was: Trouble, stage: str, unwanted: Trouble
) -> None:
    verdict = follow(incident(was), seen(stage, None, unwanted=unwanted))
    assert verdict
    assert verdict.incident.ending == f"{stage}, of which nobody wants to hear"


def test_every_decision_says_why() -> None:
    verdict = opened(seen("RUNTIME_ERROR", Trouble.BROKEN))
    assert verdict
    assert verdict.reason == "broken: the Hub shows RUNTIME_ERROR"
    assert verdict.incident.reason == verdict.reason


def test_a_second_look_is_claimed_only_where_there_was_one() -> None:
    verdict = opened(seen("RUNTIME_ERROR", Trouble.BROKEN, is_confirmed=True))
    assert verdict
    assert verdict.reason == "broken: the Hub shows RUNTIME_ERROR, and a second look agreed"


def test_the_fourth_change_opens_as_unstable() -> None:
    verdict = opened(seen("RUNTIME_ERROR", Trouble.BROKEN, flips=[AGO[11], AGO[9], AGO[5]]))
    assert verdict
    assert verdict.incident.unstable_since == NOW


def test_a_recovery_after_a_gap_says_since_when_nobody_looked() -> None:
    verdict = follow(incident(), seen("RUNNING", None, unseen_since=AGO[26]))
    assert verdict
    assert verdict.incident.ending == "fixed while I was away"
    assert verdict.incident.unseen_since == AGO[26]


@pytest.mark.parametrize(
    ("known", "turn"),
    [
        (incident(), Turn.CLOSED),
        (incident(Trouble.GONE), None),
        (incident(Trouble.GONE, opened_at=NOW - timedelta(hours=24)), None),
        (incident(Trouble.GONE, changed_at=NOW - timedelta(hours=24)), Turn.ENDED),
        # It was back in part, and is gone again.
        (incident(Trouble.GONE, stage="BUILDING"), Turn.CHANGED),
    ],
)
def test_a_space_that_the_hub_does_not_know(known: Incident, turn: Turn | None) -> None:
    verdict = lost(known, NOW)
    assert (verdict.turn if verdict else None) is turn


@pytest.mark.parametrize(
    ("was", "stage", "told", "is_doubted"),
    [
        ("RUNNING", "RUNTIME_ERROR", None, True),
        ("RUNTIME_ERROR", "RUNTIME_ERROR", Trouble.BROKEN, False),
        ("RUNTIME_ERROR", "SLEEPING", Trouble.BROKEN, False),
        ("SLEEPING", "RUNTIME_ERROR", Trouble.ASLEEP, True),
        # Unstable, and told as the worst of it: broken anew is a change for the worse.
        ("RUNNING", "RUNTIME_ERROR", Trouble.BROKEN, True),
        ("PAUSED", "RUNTIME_ERROR", Trouble.BROKEN, True),
    ],
)
def test_a_change_for_the_worse_is_doubted(
    was: str, stage: str, told: Trouble | None, *, is_doubted: bool
) -> None:
    known = {"acme/a": Sighting(Space("acme/a", was), AGO[5])}
    troubles = {"acme/a": told} if told else {}
    found = sights.doubts(known, {"acme/a": Space("acme/a", stage)}, troubles, NOW)
    assert bool(found) is is_doubted


@pytest.mark.parametrize(
    ("is_up", "after", "flips"),
    [
        (False, seen("RUNNING", None, flips=[AGO[1]]), True),
        (True, seen("RUNTIME_ERROR", Trouble.BROKEN, flips=[AGO[1]]), True),
        # Broken otherwise, or on its way, is no change between up and trouble.
        (False, seen("BUILD_ERROR", Trouble.BROKEN, flips=[AGO[1]]), False),
        (False, seen("BUILDING", None, flips=[AGO[1]]), False),
    ],
)
def test_only_up_and_down_keep_an_unstable_space_unstable(
    after: Seen, *, is_up: bool, flips: bool
) -> None:
    stage = "RUNNING" if is_up else "RUNTIME_ERROR"
    verdict = follow(incident(unstable_since=AGO[5], is_up=is_up, stage=stage), after)
    assert verdict
    assert verdict.flips is flips


def test_flapping_starts_at_four_and_ends_only_after_quiet() -> None:
    assert not flaps.begins([AGO[9], AGO[5]], NOW)
    assert flaps.begins([AGO[24], AGO[9], AGO[5]], NOW)
    assert not flaps.ends([AGO[24]], NOW)
    assert flaps.ends([AGO[31]], NOW)


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


ASLEEP = [incident(Trouble.ASLEEP, id=n, space=f"acme/{n}") for n in range(6)]
CAUSE = [incident(id=n, space=f"acme/{n}", fingerprint="no torch") for n in range(6)]
GROUP = Group(7, Kind.ALIKE, "asleep", "C", 1, AGO[9])
SAME_CAUSE = Group(8, Kind.CAUSE, "no torch", "C", 1, AGO[130])


@pytest.mark.parametrize(
    ("untold", "single", "groups", "kinds"),
    [
        # Three alike stand alone, four share.
        (ASLEEP[:3], [], [], [Alone, Alone, Alone]),
        (ASLEEP[:4], [], [], [Founds]),
        # Within ten minutes they join, later they do not.
        (ASLEEP[:1], [], [GROUP], [Joins]),
        (ASLEEP[:1], [], [replace(GROUP, opened_at=AGO[11])], [Alone]),
        # Another kind does not join.
        (CAUSE[:1], [], [GROUP], [Alone]),
        # The same cause counts those who are told already.
        (CAUSE[:1], CAUSE[1:4], [], [Founds]),
        (CAUSE[:1], CAUSE[1:3], [], [Alone]),
        # ... and takes whoever shares it, however late.
        (CAUSE[:1], [], [SAME_CAUSE], [Joins]),
        # The unstable stand for themselves, and join nobody.
        ([replace(ASLEEP[0], unstable_since=NOW)], [], [GROUP], [Alone]),
        ([replace(one, unstable_since=NOW) for one in ASLEEP[:4]], [], [], [Alone] * 4),
        # Several at once are sorted out.
        ([*CAUSE[:4], *ASLEEP[:4]], [], [], [Founds, Founds]),
    ],
)
def test_an_incident_has_its_place(
    untold: list[Incident], single: list[Incident], groups: list[Group], kinds: list[type]
) -> None:
    assert [type(place) for place in places(untold, single, groups, NOW)] == kinds


@pytest.mark.parametrize(
    ("known", "told", "due"),
    [
        (incident(), told(NOW - timedelta(hours=3, minutes=59)), False),
        (incident(), told(NOW - timedelta(hours=4)), True),
        # It counts from when the channel was told, not from when the trouble began.
        (incident(opened_at=NOW - timedelta(hours=9)), told(AGO[5]), False),
        # After a reminder the next is four hours later, and three are enough.
        (incident(), told(NOW - timedelta(hours=9), reminders=1, reminded_at=AGO[130]), False),
        (incident(), told(NOW - timedelta(days=2), reminders=3, reminded_at=LONG_AGO), False),
        # Nobody is reminded of what somebody is on, what goes up and down, what is gone.
        (incident(ack=Ack("U", AGO[1])), told(LONG_AGO), False),
        (incident(unstable_since=AGO[9]), told(LONG_AGO), False),
        (incident(Trouble.GONE), told(LONG_AGO), False),
        # ... and of what is over.
        (incident(closed_at=NOW), told(LONG_AGO), False),
    ],
)
def test_a_reminder_is_due(known: Incident, told: Telling, *, due: bool) -> None:
    assert bool(nags.due([(known, told)], NOW)) is due


def test_a_reminder_takes_along_what_would_be_due_soon() -> None:
    now_due = (incident(), told(NOW - timedelta(hours=4)))
    soon = (incident(id=2), told(NOW - timedelta(hours=2, minutes=30)))
    fresh = (incident(id=3), told(AGO[5]))
    assert nags.due([now_due, soon, fresh], NOW) == [now_due[0], soon[0]]


@pytest.mark.parametrize(
    ("ack", "asked", "unacked"),
    [
        (None, False, False),
        (Ack("U", NOW - timedelta(minutes=119)), False, False),
        (Ack("U", NOW - timedelta(hours=2)), True, False),
        (Ack("U", NOW - timedelta(hours=3), asked_at=AGO[9]), False, False),
        (Ack("U", NOW - timedelta(hours=3), asked_at=AGO[31]), False, True),
    ],
)
def test_an_ack_is_asked_about_and_ends(ack: Ack | None, *, asked: bool, unacked: bool) -> None:
    known = incident(ack=ack)
    assert (bool(nags.to_ask([known], NOW)), nags.is_unacked(known, NOW)) == (asked, unacked)


def test_blindness_is_told_at_the_second_failed_look_and_ends() -> None:
    one = blindness.after(None, {"acme": "down"}, AGO[1])
    assert one == Blindness(AGO[1], {"acme": "down"})
    two = blindness.after(one, {"acme": "down"}, NOW)
    assert two
    assert two.told
    assert two.since == AGO[1]
    over = blindness.after(two, {}, NOW)
    assert over
    assert over.until == NOW
    assert blindness.read(blindness.kept(two)) == Blindness(AGO[1], {"acme": "down"}, 2, told=True)


def test_blindness_that_comes_back_soon_is_the_same_and_later_another() -> None:
    over = Blindness(AGO[130], {"acme": "down"}, 9, told=True, until=AGO[26])
    assert blindness.after(over, {}, NOW) == over
    again = blindness.after(over, {"acme": "down"}, NOW)
    assert again
    assert (again.since, again.begun, again.times, again.told) == (NOW, AGO[130], 2, True)
    assert blindness.read(blindness.kept(again)) == again
    old = replace(over, until=AGO[31])
    assert blindness.after(old, {}, NOW) is None
    assert blindness.after(old, {"acme": "down"}, NOW) == Blindness(NOW, {"acme": "down"})


def test_a_hiccup_is_not_remembered() -> None:
    assert blindness.after(Blindness(AGO[1], {"acme": "down"}), {}, NOW) is None


def test_who_sees_was_never_blind() -> None:
    assert blindness.after(None, {}, NOW) is None


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
def test_a_list_is_cut_short(
    missing: int, there: int, gone: int, listed: int, *, short: bool
) -> None:
    assert sights.is_cut_short(missing, there, gone, listed) is short


def test_of_many_missing_each_has_its_turn() -> None:
    lacking = [f"acme/{n:02}" for n in range(20)]
    last, asked = "", []
    for _ in range(3):
        asked += (now := sights.in_turn(lacking, last))
        last = now[-1]
    assert set(asked) == set(lacking)


def test_a_look_up_tells_gone_moved_and_unanswered_apart() -> None:
    sight = looked_up(
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
    assert set(sight.seen) == {"acme/there", "acme/new"}
    assert sight.gone == {"acme/gone", "acme/sold"}
    assert sight.renamed == {"acme/old": "acme/new"}


def test_each_channel_hears_once_of_what_it_asked_for() -> None:
    broken, asleep = frozenset({Trouble.BROKEN}), frozenset({Trouble.ASLEEP})
    ears = Audience.of(
        [Hearing("C1", broken), Hearing("C2", broken, frozenset({"a"})), Hearing("C1", asleep)]
    )
    assert ears.channels("a", Trouble.BROKEN) == ("C1", "C2")
    assert ears.channels("b", Trouble.BROKEN) == ("C1",)
    assert not ears.wants("a", Trouble.GONE)
    assert ears.covered("C2", ["a", "b"]) == ["a"]


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
def test_a_line_of_a_log_is_shown_without_colours_and_secrets(line: str, shown: str) -> None:
    assert clean(line) == shown


@pytest.mark.parametrize(
    ("line", "blame"),
    [
        ("ERROR: No matching distribution found for torch==9.9", Blame.DEPENDENCY),
        ("ImportError: cannot import name 'X' from 'y'", Blame.DEPENDENCY),
        ("NameError: name 'x' is not defined", Blame.CODE),
        ("KeyError: 'OPENAI_API_KEY'", Blame.CONFIGURATION),
        ("KeyError: 'name'", Blame.CODE),
        ("Scheduling failure: unable to schedule", Blame.PLATFORM),
        ("failed to create containerd task: no", Blame.PLATFORM),
        ("Launch timed out, workload was not healthy after 30 min", Blame.CONFIGURATION),
        ("Application startup complete.", None),
    ],
)
def test_the_blame_is_guessed_with_its_line(line: str, blame: Blame | None) -> None:
    found = read([line], "")
    assert found.blame is blame
    assert found.clue == (line if blame else "")


def test_of_a_traceback_the_exception_and_their_own_line_are_picked() -> None:
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
    assert pick(log) == [log[6], log[7], log[2], log[3]]


def test_of_other_logs_the_last_telling_lines_are_picked() -> None:
    log = [f"step {n} failed" for n in range(20)] + ["bye"]
    assert pick(log) == [f"step {n} failed" for n in range(15, 20)]
