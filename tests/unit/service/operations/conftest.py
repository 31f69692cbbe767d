"""The fixture of work that dies at each of its moments."""

from functools import partial

import pytest

from tests.database import Database
from tests.fakes import FakeClock, FakeHub, FakeSlack
from tests.unit.service.operations import samples
from tests.unit.service.operations.samples import Deaths


@pytest.fixture
def deaths(
    database: Database, second_database: Database, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> Deaths:
    return partial(
        samples.deaths,
        database=database,
        copies=second_database,
        hub=hub,
        slack=slack,
        clock=clock,
    )
