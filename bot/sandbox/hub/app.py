"""The simulated Hub as an ASGI app: the routes of all endpoints."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.html_page import not_found_page
from bot.sandbox.hub import (
    routes_account,
    routes_act,
    routes_commit,
    routes_lfs,
    routes_logs,
    routes_read,
    routes_repo,
)
from bot.sandbox.hub.control import World
from bot.sandbox.hub.errors import HubHttpError
from bot.sandbox.hub.middleware import Endpoint, Handler, error_response
from bot.sandbox.hub.routes_app import AppServer
from bot.sandbox.hub.routes_page import SpacePages

SPACE_PATH = "/api/spaces/{owner}/{name}"
LFS_PATH = "/spaces/{owner}/{name}.git/info/lfs/objects"

#: Path, name of the call, handler. Fixed paths must precede paths with ids.
READ_ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("/api/whoami-v2", "whoami", routes_account.whoami),
    ("/api/organizations/{name}/overview", "organization", routes_account.organization),
    ("/api/users/{name}/overview", "user", routes_account.user),
    ("/api/agent-harnesses", "harnesses", routes_account.agent_harnesses),
    ("/api/spaces", "list", routes_read.list_spaces),
    ("/api/spaces/hardware", "flavors", routes_account.hardware),
    ("/api/spaces/templates", "templates", routes_account.templates),
    ("/api/spaces/zero-gpu/quota", "quota", routes_account.quota),
    ("/api/spaces/by-subdomain/{subdomain}", "by-subdomain", routes_read.by_subdomain),
    (SPACE_PATH, "info", routes_read.space_info),
    (f"{SPACE_PATH}/revision/{{revision:path}}", "revision", routes_read.revision),
    (f"{SPACE_PATH}/runtime", "runtime", routes_read.runtime),
    (f"{SPACE_PATH}/host", "host", routes_read.host),
    (f"{SPACE_PATH}/tree/{{revision}}", "tree", routes_read.tree),
    (f"{SPACE_PATH}/tree/{{revision}}/{{path:path}}", "tree", routes_read.tree),
    (f"{SPACE_PATH}/commits/{{revision:path}}", "commits", routes_commit.commits),
    (f"{SPACE_PATH}/secrets", "secrets", routes_act.read_secrets),
    (f"{SPACE_PATH}/variables", "variables", routes_act.read_variables),
    (f"{SPACE_PATH}/logs/{{kind}}", "logs", routes_logs.stream),
    (f"{SPACE_PATH}/xet-write-token/{{revision}}", "xet-write-token", routes_lfs.xet_write_token),
)
WRITE_ROUTES: tuple[tuple[str, str, str, Handler], ...] = (
    ("POST", f"{SPACE_PATH}/restart", "restart", routes_act.restart),
    ("POST", f"{SPACE_PATH}/pause", "pause", routes_act.pause),
    ("POST", f"{SPACE_PATH}/sleeptime", "sleeptime", routes_act.sleeptime),
    ("POST", f"{SPACE_PATH}/hardware", "hardware", routes_act.hardware),
    ("POST", f"{SPACE_PATH}/secrets", "set-secret", routes_act.set_secret),
    ("DELETE", f"{SPACE_PATH}/secrets", "delete-secret", routes_act.delete_secret),
    ("POST", f"{SPACE_PATH}/variables", "set-variable", routes_act.set_variable),
    ("DELETE", f"{SPACE_PATH}/variables", "delete-variable", routes_act.delete_variable),
    ("POST", f"{SPACE_PATH}/duplicate", "duplicate", routes_repo.duplicate),
    ("POST", f"{SPACE_PATH}/preupload/{{revision:path}}", "preupload", routes_commit.preupload),
    ("POST", f"{SPACE_PATH}/commit/{{revision:path}}", "commit", routes_commit.commit),
    ("PUT", f"{SPACE_PATH}/settings", "settings", routes_repo.settings),
    ("POST", f"{LFS_PATH}/batch", "lfs-batch", routes_lfs.batch),
    ("POST", f"{LFS_PATH}/verify", "lfs-verify", routes_lfs.verify),
    ("POST", "/api/validate-yaml", "validate-yaml", routes_commit.validate_yaml),
    ("POST", "/api/repos/create", "create", routes_repo.create),
    ("DELETE", "/api/repos/delete", "delete", routes_repo.delete),
    ("POST", "/api/repos/move", "move", routes_repo.move),
)


def create_hub_app(world: World, base: str = "") -> Starlette:
    """Return the Hub of *world*, to be served or mounted below a path.

    URLs in its responses begin with *base*, or with the address that the caller used.
    """
    world.faults.is_released = False  # a previous server of this world may have stopped
    reads = [
        Route(path, Endpoint(world, base, call, answer).handle, methods=["GET"])
        for path, call, answer in READ_ROUTES
    ]
    writes = [
        Route(path, Endpoint(world, base, call, answer, is_write=True).handle, methods=[method])
        for method, path, call, answer in WRITE_ROUTES
    ]
    store = Endpoint(world, base, "store", routes_lfs.put, is_presigned=True)
    file = Endpoint(world, base, "file", routes_read.resolve)
    apps, pages = AppServer(world), SpacePages(world)
    hosts = [
        Route("/store/{oid}", store.handle, methods=["PUT"]),
        Route("/host/{subdomain}", apps.handle),
        Route("/host/{subdomain}/{path:path}", apps.handle),
        Route("/spaces/{owner}/{name}/resolve/{revision}/{path:path}", file.handle),
        Route("/spaces/{owner}/{name}", pages.handle),
        Route("/spaces/{owner}/{name}/{rest:path}", pages.handle),
    ]
    return Starlette(
        routes=[*reads, *writes, *hosts], exception_handlers={HTTPException: _not_found}
    )


async def _not_found(request: Request, exc: Exception) -> Response:
    """Return the Hub's response for an unknown path, to a browser as a page."""
    if "text/html" in request.headers.get("accept", ""):
        return await not_found_page(request, exc)
    status = exc.status_code if isinstance(exc, HTTPException) else 500
    return error_response(
        HubHttpError(status, "Sorry, we can't find the page you are looking for.")
    )
