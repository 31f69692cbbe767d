"""Child processes whose output can be awaited, such as the bot's command line."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

# A start on a busy machine takes some seconds; a hanging process never ends.
WAIT_SECONDS = 60.0


class Child:
    """A command in *folder*, with an environment of its own."""

    def __init__(
        self, command: Sequence[str], folder: Path, environ: Mapping[str, str] | None = None
    ) -> None:
        self._name = Path(command[0]).name
        self._lines: list[str] = []
        self._output_changed = threading.Condition()
        self._process = subprocess.Popen(
            command,
            env=None if environ is None else dict(environ),
            cwd=folder,
            stdin=subprocess.PIPE,  # ends with the tests, even if they are killed
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )
        self._reader = threading.Thread(target=self._read, name="log")
        self._reader.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    @property
    def output(self) -> str:
        """Return all output so far."""
        with self._output_changed:
            return "".join(self._lines)

    def wait_for_line(self, text: str, timeout: float = WAIT_SECONDS) -> str:
        """Wait for a line that matches, and return its match."""

        def find_line() -> str | None:
            return next((line for line in self._lines if text in line), None)

        with self._output_changed:
            line = self._output_changed.wait_for(find_line, timeout)
        if line is None:
            raise TimeoutError(f"{self._name} did not say {text!r}. It said:\n{self.output}")
        return str(json.loads(line)["message"]) if line.startswith("{") else line

    def kill(self) -> None:
        """Kill the process, as a power cut would."""
        self._process.kill()
        self._end(WAIT_SECONDS)

    def terminate(self, timeout: float = 10.0) -> int:
        """Ask the process to stop, and return its exit code. Longer than *timeout* is a failure."""
        self._process.terminate()
        return self._end(timeout)

    def wait(self, timeout: float = WAIT_SECONDS) -> int:
        """Wait for the process to end by itself, and return its exit code."""
        return self._end(timeout)

    def discard(self) -> None:
        """Kill the process and close its pipes, in any state."""
        if self.is_running:
            self._process.kill()
        self._end(WAIT_SECONDS)

    def _end(self, timeout: float) -> int:
        code = self._process.wait(timeout)
        self._reader.join()
        assert self._process.stdin
        self._process.stdin.close()
        return code

    def _read(self) -> None:
        assert self._process.stdout
        with self._process.stdout as output:
            for line in output:
                with self._output_changed:
                    self._lines.append(line)
                    self._output_changed.notify_all()


class Process(Child):
    """`python -m bot …` in *folder*, with an environment of its own."""

    def __init__(self, environ: Mapping[str, str], folder: Path, *words: str) -> None:
        super().__init__([sys.executable, "-m", "bot", *words], folder, environ)


def cpu_seconds(pid: int) -> float:
    """Return the CPU time of a process, as Linux counts it."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid: int, line: str = "VmRSS") -> float:
    """Return the memory of a process in MiB: VmRSS is the current one, VmHWM the peak."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    found = next(text for text in status if text.startswith(f"{line}:"))
    return int(found.split()[1]) / 1024
