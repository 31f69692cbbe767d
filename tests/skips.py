"""A pytest plugin that turns a skipped test into a failed one where nothing may be skipped."""

import os
from collections.abc import Iterator

import pytest

# Removed from the environment, because a started process would reject the unknown name.
_FAIL_ON_SKIP = os.environ.pop("SPACEBOT_NOTHING_SKIPPED", "")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_logreport(report: pytest.TestReport) -> Iterator[None]:
    """Turn a skip into a failure.

    Around every other hook, because pytest itself counts the failures of a run in one of them.
    """
    if report.skipped and _FAIL_ON_SKIP:
        report.outcome = "failed"
    yield
