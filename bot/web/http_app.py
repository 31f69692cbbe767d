"""The routes of the HTTP server: probes, metrics and Slack's events."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import time

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from slack_bolt import App
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot import metrics
from bot.error_boundary import report_unexpected
from bot.errors import UnexpectedError
from bot.web.events import Events
from bot.web.server import max_connections

logger = logging.getLogger(__name__)

#: Returns the problem in a few words, or an empty string.
Check = Callable[[], str]

# A request waits in its thread for the group commit, so many threads share one fsync.
_EVENT_THREADS, _CHECK_THREADS = 64, 4
# Both spellings, because Slack follows no redirect.
_EVENTS_PATHS = ("/slack/events", "/slack/events/")


@dataclass(frozen=True)
class Probes:
    """The checks behind `/healthz` (*alive*) and `/readyz` (*ready*).

    *alive* must check only the process itself and return at once, because an orchestrator
    restarts the process if it fails, and a restart doesn't repair an unavailable Hub. *ready* may
    check other services, and may hang. *role* returns "leader" or "standby".
    """

    alive: Mapping[str, Check]
    ready: Mapping[str, Check]
    role: Callable[[], str]
    timeout: float = 2.0  # seconds; orchestrators wait no longer either


def make_http_app(
    probes: Probes,
    app: App | None = None,
    signing_secret: str = "",
    now: Callable[[], float] = time,
    capacity: int | None = None,
) -> Starlette:
    """Return the Starlette app, with the endpoint of HTTP mode if *app* is given.

    *capacity* limits the events in progress. Probes don't count.
    """
    events = ThreadPoolExecutor(_EVENT_THREADS, "http-event")
    checks = ThreadPoolExecutor(_CHECK_THREADS, "http-check")

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        for threads in (events, checks):
            threads.shutdown(wait=False, cancel_futures=True)

    routes = [*_probe_routes(probes, checks), Route("/metrics", _show_metrics)]
    if app is not None:
        # The other half of the connections is reserved for the probes.
        endpoint = Events(app, signing_secret, events, now, capacity or max_connections() // 2)
        routes += [Route(path, endpoint.__call__, methods=["POST"]) for path in _EVENTS_PATHS]
    return Starlette(routes=routes, lifespan=lifespan)


def _probe_routes(probes: Probes, checks: Executor) -> list[Route]:
    """Return the routes of the probes, whose slow checks run in *checks*."""

    async def healthz(_: Request) -> Response:
        return _report(probes, {name: _run_check(check) for name, check in probes.alive.items()})

    async def readyz(_: Request) -> Response:
        results = (
            _run_check_with_timeout(checks, check, probes.timeout)
            for check in probes.ready.values()
        )
        return _report(probes, dict(zip(probes.ready, await asyncio.gather(*results), strict=True)))

    return [Route("/healthz", healthz), Route("/readyz", readyz)]


def _report(probes: Probes, problems: Mapping[str, str]) -> Response:
    is_ok = not any(problems.values())
    report = {
        "status": "ok" if is_ok else "failing",
        "role": probes.role(),
        "checks": {name: problem or "ok" for name, problem in problems.items()},
    }
    return JSONResponse(report, 200 if is_ok else 503)


def _run_check(check: Check) -> str:
    try:
        with report_unexpected(logger, "a probe", expected=(), with_traceback=False):
            return check()
    except UnexpectedError as error:
        return f"could not be checked ({error.kind})"


async def _run_check_with_timeout(threads: Executor, check: Check, seconds: float) -> str:
    result = asyncio.get_running_loop().run_in_executor(threads, _run_check, check)
    try:
        return await asyncio.wait_for(result, seconds)
    except TimeoutError:
        return f"no answer within {seconds:g} s"


async def _show_metrics(_: Request) -> Response:
    text = generate_latest(metrics.REGISTRY)
    return Response(text, headers={"content-type": CONTENT_TYPE_LATEST})
