"""One sandbox with one bot, for all tests that leave it as they found it."""

from collections.abc import Iterator

import pytest

from tests.e2e.house import House, house


@pytest.fixture(scope="package")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("home")) as home:
        home.start()
        home.said_first()
        yield home
        assert home.bots[0].runs, home.report()
        assert home.bots[0].terminate() == 0
        assert "Traceback" not in home.bots[0].said
