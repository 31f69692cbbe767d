"""The real `hf` command line, run many times in one process because its start takes a second."""

import contextlib
import io
import json
import os
import subprocess
import sys
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.contract.sandbox.hub_client import TOKEN

#: The executable that people run, next to the interpreter.
HF = Path(sys.executable).with_name("hf")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run of `hf` printed, and its exit code."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        return json.loads(self.stdout)


class HfSession:
    """Runs commands one after the other in a process of its own, through `hf`'s entry point."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def run(self, *words: str) -> Outcome:
        """Run `hf` with *words* and return what it printed."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()
        return Outcome(*json.loads(self._process.stdout.readline()))

    def run_json(self, *words: str) -> Any:
        """Run a command that succeeds and prints JSON."""
        outcome = self.run(*words, "--format", "json")
        assert outcome.exit_code == 0, outcome
        return outcome.json


def environment(endpoint: str, home: Path) -> Mapping[str, str]:
    """Return the environment of `hf`: the sandbox's Hub, a folder of its own, nothing else."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "HF_HOME": str(home / "hf"),
        "HF_ENDPOINT": endpoint,
        "HF_TOKEN": TOKEN,
        "HF_HUB_DISABLE_UPDATE_CHECK": "1",  # it asks PyPI
        "HF_HUB_DISABLE_XET": "1",  # the sandbox has the LFS store only
        "NO_PROXY": "127.0.0.1",
    }


@contextlib.contextmanager
def hf_session(endpoint: str, home: Path) -> Iterator[HfSession]:
    """Start a process that runs commands until the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", __name__],
        env={**environment(endpoint, home), "PYTHONPATH": os.pathsep.join(sys.path)},
        cwd=home,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        yield HfSession(process)
        assert process.stdin
        process.stdin.close()


def run_executable(endpoint: str, home: Path, *words: str) -> Outcome:
    """Run the installed executable, as a person does."""
    result = subprocess.run(
        [HF, *words],
        env=environment(endpoint, home),
        cwd=home,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Outcome(result.returncode, result.stdout, result.stderr)


def _serve() -> None:
    """Run one command for each line of the input, and print its outcome."""
    from huggingface_hub.cli.hf import main

    for line in sys.stdin:
        sys.argv = ["hf", *json.loads(line)]
        stdout, stderr, exit_code = io.StringIO(), io.StringIO(), 0
        with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
            try:
                main()  # type: ignore[no-untyped-call]  # huggingface_hub's own
            except SystemExit as end:
                exit_code = int(end.code or 0)
            except Exception:  # noqa: BLE001 - the interpreter would end with it
                traceback.print_exc()
                exit_code = 1
        sys.stdout.write(json.dumps([exit_code, stdout.getvalue(), stderr.getvalue()]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve()
