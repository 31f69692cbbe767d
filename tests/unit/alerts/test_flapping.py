"""Flapping: when it starts and when a Space has settled."""

from bot.alerts import flapping
from tests.unit.alerts.samples import AGO, NOW


def test_flapping_starts_at_four_and_ends_only_after_quiet() -> None:
    assert not flapping.starts([AGO[9], AGO[5]], NOW)
    assert flapping.starts([AGO[24], AGO[9], AGO[5]], NOW)
    assert not flapping.has_settled([AGO[24]], NOW)
    assert flapping.has_settled([AGO[31]], NOW)
