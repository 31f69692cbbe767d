"""A signal stops the process at every moment, without delay, and so does the end of its input."""

import subprocess
import sys

import pytest

BEGIN = """
import os, signal
from threading import Event
from bot import signals
stop = Event()
"""
ASKED = "os.kill(os.getpid(), signal.{})"
# The moment just before an event is awaited.
IN_BETWEEN = f"""
signals.set_on_signal(stop)
with stop._cond:
    {ASKED}
print(stop.wait(10))
"""
DEAF = f"""
signals.set_on_signal(stop, exit_after=0.1)
{ASKED}
Event().wait(60)
print("nobody ended it")
"""
UNDER_NOHUP = """
signal.signal(signal.SIGHUP, signal.SIG_IGN)
signals.set_on_signal(stop)
os.kill(os.getpid(), signal.SIGHUP)
print(stop.wait(0.2))
"""
AT_EOF = """
signals.set_on_signal(stop)
signals.terminate_at_eof(0)
print(stop.wait({}))
"""


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP"])
@pytest.mark.parametrize(
    ("program", "said"),
    [
        pytest.param(IN_BETWEEN, "True\n", id="about to wait"),
        pytest.param(DEAF, "", id="something does not let go"),
    ],
)
def test_process_stops_on_a_signal(program: str, said: str, name: str) -> None:
    line = [sys.executable, "-c", BEGIN + program.format(name)]
    ended = subprocess.run(line, capture_output=True, timeout=30, check=False)

    assert (ended.returncode, ended.stdout.decode(), ended.stderr.decode()) == (0, said, "")


def test_nohup_lets_a_process_outlive_its_terminal() -> None:
    program = BEGIN + UNDER_NOHUP
    ended = subprocess.run([sys.executable, "-c", program], stdout=-1, timeout=30, check=False)

    assert (ended.returncode, ended.stdout) == (0, b"False\n")


def test_process_stops_at_the_end_of_its_input() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", BEGIN + AT_EOF.format(30)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        said, _ = process.communicate(b"text is no end\n", timeout=30)

    assert (process.returncode, said) == (0, b"True\n")
