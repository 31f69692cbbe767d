"""What alert cards look like, kept as files, within Slack's limits."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.alerts.blindness import Blindness
from bot.alerts.groups import Group, Kind
from bot.alerts.incidents import Ack, Blame, Evidence, Incident
from bot.alerts.mutes import Mute
from bot.alerts.troubles import Trouble
from bot.alerts.watches import SETTINGS, Watch
from bot.alerts.wishes import Past, Trail
from bot.cards import Message
from bot.model import Space
from bot.parsing import Names
from bot.render import (
    alerts,
    alerts_blind,
    alerts_groups,
    alerts_questions,
    alerts_taps,
    alerts_trail,
)
from bot.render.alerts_scene import Scene
from bot.render.blocks import block, section
from tests import goldens
from tests.limits import complaints

AT = datetime(2026, 3, 2, 13, 42, tzinfo=UTC)
LATER = AT + timedelta(minutes=18)
REMINDER = AT + timedelta(hours=4)
VERBS = frozenset(["wake", "restart", "rebuild", "logs", "status", "ack", "mute", "unmute", "why"])
CLASS = [f"acme/if-team-{n}" for n in range(1, 61)]
SCENE = Scene(Names.of(CLASS, "if-"), VERBS)
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
    Trouble.BROKEN,
    "BUILD_ERROR",
    ERROR,
    AT,
    AT,
    "broken: the Hub shows BUILD_ERROR, and a second look agreed",
    id=1,
    fingerprint="no matching distribution found for torch==#.#",
)
ASLEEP = replace(BROKEN, trouble=Trouble.ASLEEP, stage="SLEEPING", error="", fingerprint="")
READ = Evidence(
    ("ERROR: Could not find a version that satisfies the requirement torch==9.9",),
    Blame.DEPENDENCY,
    "ERROR: Could not find a version that satisfies the requirement torch==9.9",
)
CLOSED: dict[str, Any] = {
    "closed_at": LATER,
    "changed_at": LATER,
    "ending": "fixed",
    "stage": "RUNNING",
}
MUTED = replace(SCENE, mutes={CLASS[0]: Mute(CLASS[0], LATER, "UANA", AT, "demo prep")})
GROUP = Group(1, Kind.ALIKE, "asleep", "C0OPS", 1, AT, tuple(range(14)))
REMINDED = Group(2, Kind.REMINDER, "", "C0OPS", 2, REMINDER)


def many(incident: Incident, number: int) -> list[Incident]:
    return [replace(incident, space=CLASS[n], id=n) for n in range(number)]


TAKEN = replace(BROKEN, ack=Ack("UANA", AT, LATER))
ASKED = Group(3, Kind.QUESTION, "UANA", "C0OPS", 3, LATER)
# Asked about ten: six are left, two are over, two were taken by somebody else.
MIXED = [
    *many(TAKEN, 6),
    *many(replace(TAKEN, **CLOSED), 8)[6:],
    *many(replace(TAKEN, ack=Ack("UBEN", LATER)), 10)[8:],
]


CARDS: dict[str, Message] = {
    "broken": alerts.card(BROKEN, SCENE, REMINDER),
    "broken_with_log": alerts.card(replace(BROKEN, evidence=READ), SCENE, REMINDER),
    "broken_acked": alerts.card(replace(BROKEN, ack=Ack("UANA", AT)), SCENE),
    "broken_muted": alerts.card(BROKEN, MUTED),
    "crashed": alerts.card(replace(BROKEN, stage="RUNTIME_ERROR"), SCENE, REMINDER),
    "crashed_with_traceback": alerts.card(
        replace(BROKEN, stage="RUNTIME_ERROR", error=TRACEBACK), SCENE, REMINDER
    ),
    "asleep": alerts.card(ASLEEP, SCENE, REMINDER),
    "paused": alerts.card(replace(ASLEEP, trouble=Trouble.PAUSED, stage="PAUSED"), SCENE, REMINDER),
    "stuck": alerts.card(replace(ASLEEP, trouble=Trouble.STUCK, stage="BUILDING"), SCENE, REMINDER),
    "unknown": alerts.card(
        replace(ASLEEP, trouble=Trouble.UNKNOWN, stage="DREAMING"), SCENE, REMINDER
    ),
    "gone": alerts.card(replace(ASLEEP, trouble=Trouble.GONE), SCENE),
    "coming_up": alerts.card(replace(BROKEN, stage="BUILDING"), SCENE, REMINDER),
    "unstable": alerts.card(replace(BROKEN, unstable_since=AT), SCENE),
    "fixed": alerts.card(replace(BROKEN, **CLOSED), SCENE),
    "fixed_while_away": alerts.card(
        replace(BROKEN, **CLOSED | {"ending": "fixed while I was away"}, unseen_since=AT), SCENE
    ),
    "fixed_reply": alerts.fixed(replace(BROKEN, **CLOSED), SCENE),
    "worse_reply": alerts.worse(BROKEN, SCENE),
    "told_elsewhere": alerts.told_elsewhere(BROKEN, 4, SCENE),
    "without_other_verbs": alerts.card(
        BROKEN, replace(SCENE, verbs=frozenset({"rebuild"})), REMINDER
    ),
    "group_asleep": alerts_groups.group(GROUP, many(ASLEEP, 14), (46, 60), SCENE),
    "group_half_back": alerts_groups.group(
        GROUP,
        [*many(ASLEEP, 6), replace(ASLEEP, space=CLASS[8], id=8, **CLOSED)],
        (54, 60),
        SCENE,
    ),
    "group_over": alerts_groups.group(GROUP, many(replace(ASLEEP, **CLOSED), 14), (60, 60), SCENE),
    "group_over_reply": alerts_groups.over(GROUP, many(replace(ASLEEP, **CLOSED), 14), (60, 60)),
    "group_worse_reply": alerts_groups.worse(many(BROKEN, 2), SCENE),
    "same_cause": alerts_groups.group(
        replace(GROUP, kind=Kind.CAUSE, key=BROKEN.fingerprint), many(BROKEN, 23), (37, 60), SCENE
    ),
    "hello": alerts_groups.group(
        replace(GROUP, kind=Kind.FIRST),
        [*many(ASLEEP, 3), replace(BROKEN, space=CLASS[9], id=9)],
        (56, 60),
        SCENE,
    ),
    "hello_all_well": alerts_groups.group(replace(GROUP, kind=Kind.FIRST), [], (60, 60), SCENE),
    "reminder": alerts_groups.reminder(REMINDED, many(BROKEN, 5), (55, 60), SCENE),
    "still_on_it": alerts_questions.question(ASKED, [TAKEN], SCENE),
    "still_on_all": alerts_questions.question(ASKED, many(TAKEN, 14), SCENE),
    "still_on_the_rest": alerts_questions.question(ASKED, MIXED, SCENE),
    "no_longer_on_it": alerts_questions.question(ASKED, [BROKEN], SCENE),
    "no_longer_on_some": alerts_questions.question(ASKED, [*many(BROKEN, 4), *MIXED[6:]], SCENE),
    "nothing_to_be_on": alerts_questions.question(ASKED, many(replace(TAKEN, **CLOSED), 4), SCENE),
    "blind": alerts_blind.blind(Blindness(AT, {"acme": "The Hub does not answer."}, 2, told=True)),
    "blind_again": alerts_blind.blind(
        Blindness(LATER, {"acme": "The Hub does not answer."}, told=True, times=3, first=AT)
    ),
    "blind_over": alerts_blind.blind(
        Blindness(AT, {"acme": "The Hub does not answer."}, 9, told=True, until=LATER)
    ),
    "why": alerts_trail.trail(
        Trail(
            CLASS[0],
            Space(CLASS[0], "BUILD_ERROR"),
            (
                Past("BUILDING", "BUILD_ERROR", AT, "broken; card for C0OPS: one of its kind"),
                Past("RUNNING", "BUILDING", AT, "on its way up: nothing to tell"),
            ),
            BROKEN,
            Mute(CLASS[0], LATER, "UANA", AT),
            {"C0OPS": [Trouble.BROKEN]},
            {"C0OPS": "", "C1LAB": "not delivered yet: I am not a member of that channel."},
        ),
        "team-1",
    ),
    "watches": alerts_trail.watches(
        [
            Watch("space-alerts", (), ("error", "sleeping"), SETTINGS),
            Watch("C1LAB", ("lab-*",), ("error",), "UANA"),
        ],
        "/space",
    ),
    "muted": alerts_trail.muted(CLASS[:2], LATER, "UANA", "demo prep", SCENE),
    "watching": alerts_trail.watching(
        Watch("C2", ("team-*",), ("error",), "UANA"), trouble=1, slash="/space"
    ),
    "unwatched": alerts_trail.unwatched(2, is_main=False),
    "acked": alerts_trail.acked(CLASS[:1], SCENE),
}


@pytest.mark.parametrize("name", CARDS)
def test_is_what_its_golden_says(name: str) -> None:
    goldens.check(f"alerts/{name}", CARDS[name])


@pytest.mark.parametrize("name", CARDS)
def test_a_lock_screen_shows_the_reason(name: str) -> None:
    assert 0 < len(CARDS[name].text) <= 90
    assert "<" not in CARDS[name].text


@pytest.mark.parametrize("name", CARDS)
def test_offers_at_most_two_buttons_and_a_menu(name: str) -> None:
    rows = [b["elements"] for b in CARDS[name].blocks if b["type"] == "actions"]
    assert len(rows) <= 1
    assert all(sum(e["type"] == "button" for e in row) <= 2 for row in rows)


@pytest.mark.parametrize("number", [4, 60, 500])
def test_a_group_of_any_size_fits(number: int) -> None:
    ids = [f"acme/{'x' * 80}-{n}" for n in range(number)]
    scene = Scene(Names.of(ids), VERBS)
    members = [replace(BROKEN, space=id, id=n, error="e" * 5000) for n, id in enumerate(ids)]
    assert complaints(alerts_groups.group(GROUP, members, (0, number), scene)) == []
    assert complaints(alerts_groups.reminder(REMINDED, members, (0, number), scene)) == []
    taken = [replace(member, ack=TAKEN.ack) for member in members]
    assert complaints(alerts_questions.question(ASKED, taken, scene)) == []
    assert complaints(alerts_questions.question(ASKED, members, scene)) == []


@pytest.mark.parametrize(
    ("names", "spelled"),
    [
        # Three and more in a row are a range; two are not worth one.
        (["team-1", "team-2", "team-3"], ["team-1..3"]),
        (["team-1", "team-2"], ["team-1", "team-2"]),
        # A gap ends a range, and so does another stem.
        (["a-1", "a-2", "a-3", "a-5", "b-6"], ["a-1..3", "a-5", "b-6"]),
        # A leading zero would be lost in a range.
        (["t-01", "t-02", "t-03"], ["t-01", "t-02", "t-03"]),
        (["a", "b", "a1"], ["a", "b", "a1"]),
        ([], []),
    ],
)
def test_numbered_names_become_ranges(names: list[str], spelled: list[str]) -> None:
    assert alerts_taps.ranges(names) == spelled


@pytest.mark.parametrize("text", ["‹&<>" * 400, "<" * 1500, "&\n" * 1000])
def test_a_code_block_is_never_cut_open(text: str) -> None:
    shown = section(block(text))["text"]["text"]

    assert len(shown) <= 3000
    assert (shown[:3], shown[-3:], shown.count("```")) == ("```", "```", 2)
