"""The words for reasons and resolutions: each code has a sentence, and its data is escaped."""

import string
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.alerts.incident import Incident, Resolution
from bot.alerts.problems import ProblemKind
from bot.alerts.reasons import Reason, ReasonCode
from bot.render.alerts import reasons
from bot.render.alerts.incident_card import closing_emoji
from bot.render.alerts.reasons import describe_reason, describe_resolution

NOW = datetime(2026, 3, 2, 13, 42, tzinfo=UTC)
FULL = Reason(
    ReasonCode.PROBLEM,
    ProblemKind.FAILED,
    ProblemKind.ASLEEP,
    "RUNTIME_ERROR",
    "acme/team-1",
    "C0OPS",
    5,
    NOW,
)
BROKEN = Incident("acme/a", ProblemKind.FAILED, "RUNNING", "", NOW, NOW)


def names_in(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("code", ReasonCode)
def test_every_reason_has_a_sentence_of_its_own(code: ReasonCode) -> None:
    sentences = [describe_reason(replace(FULL, code=each)) for each in ReasonCode]

    assert sentences.count(describe_reason(replace(FULL, code=code))) == 1


@pytest.mark.parametrize("code", ReasonCode)
def test_sentence_mentions_only_data_of_the_reason(code: ReasonCode) -> None:
    known = {each.name for each in fields(Reason)} | {"observed", "kind"}

    assert names_in(reasons._SENTENCES[code]) <= known


@pytest.mark.parametrize("resolution", Resolution)
def test_every_resolution_has_words_of_its_own(resolution: Resolution) -> None:
    words = [describe_resolution(replace(BROKEN, resolution=each)) for each in Resolution]

    assert words.count(describe_resolution(replace(BROKEN, resolution=resolution))) == 1


def test_open_incident_has_no_resolution_in_words() -> None:
    assert describe_resolution(BROKEN) == ""


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        (
            Reason(ReasonCode.PROBLEM, ProblemKind.STUCK, stage="BUILDING"),
            "Hugging Face reports `BUILDING` (for over 25 minutes)",
        ),
        (
            Reason(ReasonCode.PROBLEM_CONFIRMED, ProblemKind.FAILED, stage="RUNTIME_ERROR"),
            "Confirmed twice: `RUNTIME_ERROR`",
        ),
        (Reason(ReasonCode.NO_ROUTE, ProblemKind.ASLEEP), "No channel gets alerts for `asleep`"),
        # Slack shows the time in the reader's own zone.
        (Reason(ReasonCode.MUTED, until=NOW), "No alert: muted until <!date^"),
        (Reason(ReasonCode.OWN_CARD, channel="C0OPS"), "Alert posted in <#C0OPS>"),
        (Reason(ReasonCode.WATCH_RENAMED, channel="ops"), "The watch in #ops follows its new name"),
    ],
)
def test_sentence_contains_the_data(reason: Reason, sentence: str) -> None:
    assert describe_reason(reason).startswith(sentence)


@pytest.mark.parametrize("code", ReasonCode)
def test_external_words_are_no_markup(code: ReasonCode) -> None:
    hostile = replace(FULL, code=code, stage="<!channel>", space="<@U1>")

    assert "<!channel" not in describe_reason(hostile)
    assert "<@" not in describe_reason(hostile)


@pytest.mark.parametrize("gap", [None, NOW - timedelta(minutes=5)], ids=["seen", "in a gap"])
def test_space_that_is_back_is_green(gap: datetime | None) -> None:
    back = replace(
        BROKEN,
        problem=ProblemKind.MISSING,
        resolution=Resolution.BACK,
        closed_at=NOW,
        gap_since=gap,
    )

    assert closing_emoji(back) == ":large_green_circle:"
