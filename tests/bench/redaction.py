"""The cost of searching a paste for secrets, which happens before its acknowledgment."""

from collections.abc import Callable, Iterator
from time import process_time

from bot.redaction import TOKEN_SHAPES, redact_secrets
from tests.bench.figure import Figure
from tests.bench.sizes import Sizes

_GOAL = 20.0  # ms


def measure_redaction(sizes: Sizes) -> Iterator[Figure]:
    """Measure the same number of characters of prose, of all prefixes, and of the worst prefix."""
    prefixes = [prefix for shape in TOKEN_SHAPES for prefix in shape.prefixes]
    prose = "wake team-a and hf-space, then restart 0f1e2d3c4b5a at 13:50\n"
    alone = max(_least_milliseconds(redact_secrets, _paste(prefix, sizes)) for prefix in prefixes)
    what = f"look for secrets in {sizes.pasted} characters"
    yield Figure(
        f"{what}, CPU", _least_milliseconds(redact_secrets, _paste(prose, sizes)), "ms", _GOAL
    )
    every = _least_milliseconds(redact_secrets, _paste(" ".join(prefixes), sizes))
    yield Figure("… of every prefix of a token", every, "ms", _GOAL)
    yield Figure("… of the one that costs most", alone, "ms", _GOAL)


def _paste(part: str, sizes: Sizes) -> str:
    return (part * sizes.pasted)[: sizes.pasted]


def _least_milliseconds(do: Callable[[str], object], text: str) -> float:
    """Return the least CPU time of three runs, to exclude other load."""
    return min(_time_once(do, text) for _ in range(3))


def _time_once(do: Callable[[str], object], text: str) -> float:
    started = process_time()
    do(text)
    return (process_time() - started) * 1000
