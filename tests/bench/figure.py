"""A measured figure beside its goal, and the table of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the table; a figure without a goal is a baseline."""

    label: str
    value: float
    unit: str
    goal: float | None = None

    @property
    def is_met(self) -> bool:
        return self.goal is None or self.value <= self.goal

    def cells(self) -> tuple[str, str, str, str]:
        goal = "" if self.goal is None else f"≤ {format_number(self.goal)} {self.unit}"
        verdict = "" if self.goal is None else ("ok" if self.is_met else "MISSED")
        return self.label, f"{format_number(self.value)} {self.unit}", goal, verdict


def format_number(value: float) -> str:
    """Return *number* with three significant digits.

    >>> format_number(0.01234), format_number(12.34), format_number(1234.5)
    ('0.0123', '12.3', '1234')
    """
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def table(figures: Iterable[Figure]) -> str:
    """Return the figures in columns."""
    rows = [("", "measured", "goal", ""), *(figure.cells() for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join(_row(row, widths) for row in rows)


def _row(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
    return "  ".join([first, *others]).rstrip()


def quantile(values: Iterable[float], fraction: float) -> float:
    """Return the value that this share of *values* doesn't exceed.

    >>> quantile([5, 1, 4, 2, 3], 0.5), quantile(range(100), 0.99)
    (3, 98)
    """
    ordered = sorted(values)
    return ordered[max(0, -int(-fraction * len(ordered) // 1) - 1)]
