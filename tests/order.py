"""A pytest plugin that alternates between modules that wait and modules that compute.

Tests of processes, browsers and timeouts leave the processor idle. If all workers run such tests
at the same time, the machine does nothing. The long stories begin early, then the unit tests of
services, databases and servers. The short unit tests come last, so that no worker is left with a
long module at the end.
"""

from collections.abc import Iterable, Iterator
from itertools import chain, groupby, zip_longest
from pathlib import Path

import pytest

_TESTS = Path(__file__).parent
_WAITING = (_TESTS / "e2e", _TESTS / "contract")
_LONG = (_TESTS / "stories", *(_TESTS / "unit" / name for name in ("service", "store", "web")))

Module = list[pytest.Item]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the modules in another order; the tests of a module keep theirs."""
    modules = [list(tests) for _, tests in groupby(items, key=lambda item: item.path)]
    waiting = list(_below(_WAITING, modules))
    long = list(_below(_LONG, modules))
    others = [module for module in modules if module not in waiting and module not in long]
    pairs = zip_longest(waiting, [*long, *others], fillvalue=list[pytest.Item]())
    items[:] = chain.from_iterable(chain.from_iterable(pairs))


def _below(folders: Iterable[Path], modules: list[Module]) -> Iterator[Module]:
    """Yield the modules below each of *folders*, in the order of the folders."""
    for folder in folders:
        yield from (module for module in modules if folder in module[0].path.parents)
