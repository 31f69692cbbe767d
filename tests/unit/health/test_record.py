"""Records: two failures in 90 seconds make an app count as down, two good answers as up."""

import pytest

from tests.unit.health.samples import BAD_GATEWAY, READY, after


@pytest.mark.parametrize(
    ("probes", "is_down", "is_decided"),
    [
        ([(0, READY)], False, True),
        ([(0, BAD_GATEWAY)], False, False),
        ([(0, BAD_GATEWAY), (25, BAD_GATEWAY)], False, False),
        ([(0, BAD_GATEWAY), (25, BAD_GATEWAY), (50, BAD_GATEWAY)], True, True),
        ([(0, BAD_GATEWAY), (60, BAD_GATEWAY)], True, True),
        ([(0, BAD_GATEWAY), (91, BAD_GATEWAY)], False, False),  # the bot was down between them
        ([(0, BAD_GATEWAY), (30, READY), (60, BAD_GATEWAY)], False, False),
        ([(0, BAD_GATEWAY), (60, BAD_GATEWAY), (90, READY)], True, False),
        ([(0, BAD_GATEWAY), (60, BAD_GATEWAY), (90, READY), (115, READY)], False, True),
        ([(0, BAD_GATEWAY), (60, BAD_GATEWAY), (90, READY), (115, BAD_GATEWAY)], True, True),
    ],
)
def test_app_is_down_after_failures_and_up_after_good_answers(
    probes: list[tuple[float, object]], *, is_down: bool, is_decided: bool
) -> None:
    found = after(*probes)  # type: ignore[arg-type]

    assert found.is_down is is_down
    assert found.is_decided is is_decided
