"""The examples in docstrings are true.

Without `--doctest-modules`, because each worker would then search a thousand files for a few.
"""

import doctest
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for folder in ("bot", "tests")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "\n    >>> " in path.read_text() or "\n        >>> " in path.read_text()
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_give_what_they_show(name: str) -> None:
    found = doctest.testmod(import_module(name))

    assert found.attempted > 0
    assert found.failed == 0, "the output above shows the difference"
