"""Commits: a step is done once the Hub serves its commit, or a newer one."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.model import Space
from bot.operations import VERB_SPECS, Step, StepState, Verb, mark_accepted, mark_sent
from bot.operations.commits import SERVE_TIMEOUT, follow_commit, follows_commit

NOW = datetime(2026, 3, 2, tzinfo=UTC)
OURS, OLD, NEWER = "1" * 40, "0" * 40, "2" * 40
ARGS = {"sha": OURS, "commit": "https://hub.test/c"}
SENT = mark_accepted(mark_sent(Step("a/b", stage_before="RUNNING"), NOW), "RUNNING")


def follow(*observations: tuple[float, Space]) -> Step:
    """Show the step one state of its Space after another, each at its second."""
    step = SENT
    for seconds, space in observations:
        now = NOW + timedelta(seconds=seconds)
        step = follow_commit(VERB_SPECS[Verb.UPLOAD], ARGS, step, space, now)
    return step


def serving(sha: str | None, stage: str = "RUNNING", head: str = OURS, error: str = "") -> Space:
    return Space("a/b", stage, sdk="docker", sha=sha, head=head, error=error)


@pytest.mark.parametrize(
    ("observations", "state", "message"),
    [
        ([(5, serving(OURS))], StepState.DONE, ""),
        # The old version serves: it isn't done, whatever the stage.
        ([(5, serving(OLD))], StepState.SENT, ""),
        ([(5, serving(OLD, "RUNNING_BUILDING")), (9, serving(OLD))], StepState.SENT, ""),
        # A newer commit that serves includes this one.
        ([(5, serving(NEWER, head=NEWER))], StepState.DONE, "a newer commit replaced it"),
        # Without a sha a build that was seen must have been of this commit.
        ([(5, serving(None))], StepState.SENT, ""),
        ([(5, serving(None, "BUILDING")), (9, serving(None))], StepState.DONE, ""),
        # The same error as before is no answer; a new one is a failure.
        ([(5, serving(OLD, "BUILDING")), (9, serving(OLD, "BUILD_ERROR"))], StepState.FAILED, None),
    ],
)
def test_step_is_done_once_the_commit_is_served(
    observations: list[tuple[float, Space]], state: StepState, message: str | None
) -> None:
    step = follow(*observations)

    assert step.state is state
    assert message is None or step.message == message


@pytest.mark.parametrize(
    ("space", "message"),
    [
        (serving(OLD), "hasn't started building it; the old version is still serving."),
        (
            serving(OLD, "DREAMING"),
            "hasn't started building it; the Space still shows “in an unknown stage (DREAMING)”.",
        ),
        (serving(None), "doesn't say which version is serving."),
    ],
)
def test_wait_is_explained_after_a_minute_and_ends_after_a_quarter_of_an_hour(
    space: Space, message: str
) -> None:
    late = SERVE_TIMEOUT.total_seconds() + 1

    assert message not in follow((0, space), (60, space)).message
    assert message in follow((0, space), (61, space)).message
    assert follow((0, space), (late - 1, space)).state is StepState.SENT
    ended = follow((0, space), (late, space))
    assert ended.state is StepState.FAILED
    assert f"{message} I stopped watching after 15 minutes" in ended.message


@pytest.mark.parametrize(
    ("args", "sdk", "expected"),
    [(ARGS, "docker", True), (ARGS, "static", False), ({}, "docker", False)],
)
def test_a_static_space_and_an_unknown_commit_are_followed_by_stage(
    args: dict[str, str], sdk: str, *, expected: bool
) -> None:
    assert follows_commit(args, Space("a/b", "RUNNING", sdk=sdk)) is expected
