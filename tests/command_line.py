"""Commands of the command line in this process, where the process itself is not what is tested."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.__main__ import main


def run_command(folder: Path, environ: Mapping[str, str], *words: str) -> tuple[int, str]:
    """Run `spacebot …` in *folder* with just this environment; return its exit code and output.

    A process takes most of a second to import the bot. The command configures the log, so a test
    that calls this uses `restore_logging`. `run` can't be called: it ends the process.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "environ", dict(environ))
        patch.chdir(folder)
        result = CliRunner().invoke(main, words)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output
