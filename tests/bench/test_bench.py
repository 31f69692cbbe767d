"""The benchmark runs at a tiny size, which proves that it works but not its figures."""

import pytest

from tests.bench.__main__ import main
from tests.bench.figure import Figure, table
from tests.bench.sizes import TINY


def test_small_bench_prints_each_figure_with_its_goal(capsys: pytest.CaptureFixture[str]) -> None:
    main(["wake"], TINY)
    title, wake, *_ = capsys.readouterr().out.splitlines()
    assert title.split() == ["measured", "goal"]
    assert "wake all of 4: ack to last restart" in wake
    assert "≤ 0.0183 s" in wake


def test_tiny_flood_is_answered(capsys: pytest.CaptureFixture[str]) -> None:
    main(["flood"], TINY)
    assert "20 idle connections: failed requests and probes  0 " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        pytest.param(99.9, "ok", id="below"),
        pytest.param(100.0, "ok", id="just so"),
        pytest.param(100.1, "MISSED", id="above"),
    ],
)
def test_missed_goal_is_marked(value: float, verdict: str) -> None:
    figure = Figure("ack", value, "ms", 100.0)
    assert table([figure]).splitlines()[1].endswith(verdict)
    assert figure.is_met == (verdict == "ok")
