"""One sandbox with one bot, for all tests that restore its state."""

from collections.abc import Iterator

import pytest

from tests.e2e.environment import Environment, open_environment


@pytest.fixture(scope="package")
def env(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Environment]:
    with open_environment(tmp_path_factory.mktemp("home")) as env:
        env.start()
        env.wait_for_initial_scan()
        yield env
        assert env.bots[0].is_running, env.describe()
        assert env.bots[0].terminate() == 0
        assert "Traceback" not in env.bots[0].output
