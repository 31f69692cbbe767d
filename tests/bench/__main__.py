"""Measure the figures of the design and print them with their goals; exit 1 if one is missed.

uv run python -m tests.bench            everything
uv run python -m tests.bench wake idle  some of it
"""

import sys
from collections.abc import Callable, Iterator, Sequence

from tests import bytecode  # noqa: F401 - an installed bot has bytecode as well
from tests.bench import flood, measures, polling, probes, redaction, replies
from tests.bench.figure import Figure, table
from tests.bench.sizes import FULL, Sizes

MEASURES: dict[str, Callable[[Sizes], Iterator[Figure]]] = {
    "ack": measures.measure_ack,
    "read": replies.measure_read,
    "wake": measures.measure_wake,
    "sweep": measures.measure_sweep,
    "storm": measures.measure_storm,
    "alert": measures.measure_alert,
    "polling": polling.measure_polling,
    "probes": probes.measure_probes,
    "idle": measures.measure_idle,
    "start": replies.measure_start,
    "flood": flood.measure_flood,
    "redaction": redaction.measure_redaction,
}


def main(names: Sequence[str], sizes: Sizes = FULL) -> int:
    """Print the table; return 0 when every goal is met."""
    figures = [figure for name in names or MEASURES for figure in MEASURES[name](sizes)]
    sys.stdout.write(table(figures) + "\n")
    return 0 if all(figure.is_met for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
