"""`.ci/run` counts a skipped test as a failed one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SKIPPED = """
import pytest

@pytest.fixture
def browser():
    pytest.skip("no browser")

def test_in_a_fixture(browser): ...
"""


@pytest.mark.parametrize(
    ("nothing_skipped", "workers", "code"),
    [("1", "1", pytest.ExitCode.TESTS_FAILED), ("", "0", pytest.ExitCode.OK)],
)
def test_a_skip_fails_the_run_where_nothing_may_be_skipped(
    tmp_path: Path, nothing_skipped: str, workers: str, code: int
) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "test_x.py").write_text(SKIPPED)
    root = str(Path(__file__).parent.parent)
    environ = {**os.environ, "SPACEBOT_NOTHING_SKIPPED": nothing_skipped, "PYTHONPATH": root}
    environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # it takes half of the time of a start
    plugins = ["-p", "xdist", "-p", "tests.skips"]
    command = [sys.executable, "-m", "pytest", *plugins, "-n", workers]
    done = subprocess.run(
        command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stdout + done.stderr
