"""A Space's logs, generated from its stage unless a test has set them."""

from bot.sandbox.hub.space import Space

LogLines = list[tuple[float, str]]
INSTALL_OUTPUT = "\x1b[36mStep 3/5: RUN pip install --no-cache-dir -r requirements.txt\x1b[0m"


def read_log(space: Space, kind: str, now: float) -> LogLines:
    """Return the lines of the build or run log, each with its time."""
    if kind in space.logs:
        return list(space.logs[kind])
    lines = _build_lines(space) if kind == "build" else _run_lines(space)
    started_at = min(space.modified_at, now - 1)
    return [(min(started_at + 0.1 * number, now - 0.1), line) for number, line in enumerate(lines)]


def _build_lines(space: Space) -> list[str]:
    lines = [
        "===== Build Queued =====",
        f"--> Cloning {space.id} at {space.repo.head[:7]}",
        "Step 1/5: FROM python:3.11-slim",
        INSTALL_OUTPUT,
    ]
    if space.stage in ("BUILDING", "RUNNING_BUILDING"):
        return lines
    if space.stage in ("BUILD_ERROR", "CONFIG_ERROR"):
        return [*lines, *space.error.splitlines()]
    return [*lines, "Successfully installed fastapi uvicorn", "--> Pushing image", "DONE 11.8s"]


def _run_lines(space: Space) -> list[str]:
    """Return the container's log, which is empty once the container is gone."""
    if space.stage in ("RUNNING", "RUNNING_BUILDING", "RUNNING_APP_STARTING"):
        is_running = "INFO:     Uvicorn running on http://0.0.0.0:7860 (Press CTRL+C to quit)"
        return [
            *_startup_lines(),
            is_running,
            'INFO:     10.16.4.2:0 - "GET /health HTTP/1.1" 200 OK',
        ]
    if space.stage == "RUNTIME_ERROR":
        return [*_startup_lines(), *space.error.splitlines()]
    return _startup_lines() if space.stage == "APP_STARTING" else []


def _startup_lines() -> list[str]:
    return [
        "===== Application Startup =====",
        "\x1b[32mINFO\x1b[0m:     Started server process [1]",
        "INFO:     Waiting for application startup.",
    ]
