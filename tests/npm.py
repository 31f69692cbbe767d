"""The npm packages that tests use, installed once per machine in the user's cache."""

import fcntl
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest

PACKAGES = {
    "@slack/types": "3.2.0",
    "@slack/web-api": "8.2.0",  # the types of an app manifest
    "axe-core": "4.14.1",  # checks pages for accessibility
    "emulate": "0.12.2",  # the tag `latest` belongs to an unrelated package
    "node": "24.21.0",  # `emulate` needs 22.15; distributions carry older ones
    "typescript": "7.0.2",
}
# `node` fetches the binary for this machine when it is installed.
_MANIFEST = {"private": True, "dependencies": PACKAGES, "allowScripts": {"node": True}}
# Seconds. The packages have 250 MB, most of it Node.
_TIMEOUT_SECONDS = 300


@cache
def modules() -> Path:
    """Return the folder `node_modules` with PACKAGES in it; skip the test where npm is missing."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("No npm on this machine: Slack's types, the emulator and axe come from there.")
    digest = sha256(json.dumps(_MANIFEST).encode()).hexdigest()[:12]
    folder = cache_folder() / f"npm-{digest}"
    with _file_lock(folder.parent):
        if not folder.exists():
            _install(npm, folder)
    return folder / "node_modules"


def node(script: str) -> list[str]:
    """Return the start of a command line that runs *script*, a path below `node_modules`."""
    return [str(modules() / "node/bin/node"), str(modules() / script)]


def cache_folder() -> Path:
    """Return the folder of this user for what tests keep between runs."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base) / "spacebot-tests"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _install(npm: str, folder: Path) -> None:
    """Install into a temporary folder and rename it, so that *folder* is never incomplete."""
    staging = Path(tempfile.mkdtemp(prefix="npm-", dir=folder.parent))
    try:
        (staging / "package.json").write_text(json.dumps(_MANIFEST))
        _run([npm, "install", "--no-audit", "--no-fund", "--loglevel=error"], staging)
        staging.rename(folder)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=_TIMEOUT_SECONDS, check=False
    )
    if done.returncode:
        raise RuntimeError(f"npm could not install {_names(PACKAGES)}:\n{done.stdout}{done.stderr}")


def _names(packages: Mapping[str, str]) -> str:
    return ", ".join(f"{name}@{version}" for name, version in packages.items())


@contextmanager
def _file_lock(folder: Path) -> Iterator[None]:
    """Lock out other workers and other test runs for the block."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
