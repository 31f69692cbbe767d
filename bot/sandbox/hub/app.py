"""The simulated Hub as an ASGI app: every address of the wire, each behind its door."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.hub import (
    routes_account,
    routes_act,
    routes_commit,
    routes_lfs,
    routes_logs,
    routes_read,
    routes_repo,
)
from bot.sandbox.hub.door import Answer, Door, refused
from bot.sandbox.hub.refusal import Refused
from bot.sandbox.hub.routes_app import Apps
from bot.sandbox.hub.world import World

ONE = "/api/spaces/{owner}/{name}"
LFS = "/spaces/{owner}/{name}.git/info/lfs/objects"

#: Path, name of the call, answer. The order matters: fixed words before ids.
READS: tuple[tuple[str, str, Answer], ...] = (
    ("/api/whoami-v2", "whoami", routes_account.whoami),
    ("/api/agent-harnesses", "harnesses", routes_account.agent_harnesses),
    ("/api/spaces", "list", routes_read.list_spaces),
    ("/api/spaces/hardware", "flavours", routes_account.hardware),
    ("/api/spaces/templates", "templates", routes_account.templates),
    ("/api/spaces/zero-gpu/quota", "quota", routes_account.quota),
    ("/api/spaces/by-subdomain/{subdomain}", "by-subdomain", routes_read.by_subdomain),
    (ONE, "info", routes_read.space_info),
    (f"{ONE}/revision/{{revision:path}}", "revision", routes_read.revision),
    (f"{ONE}/runtime", "runtime", routes_read.runtime),
    (f"{ONE}/host", "host", routes_read.host),
    (f"{ONE}/tree/{{revision}}", "tree", routes_read.tree),
    (f"{ONE}/tree/{{revision}}/{{path:path}}", "tree", routes_read.tree),
    (f"{ONE}/secrets", "secrets", routes_act.read_secrets),
    (f"{ONE}/variables", "variables", routes_act.read_variables),
    (f"{ONE}/logs/{{kind}}", "logs", routes_logs.stream),
    (f"{ONE}/xet-write-token/{{revision}}", "xet-write-token", routes_lfs.xet_write_token),
)
ACTS: tuple[tuple[str, str, str, Answer], ...] = (
    ("POST", f"{ONE}/restart", "restart", routes_act.restart),
    ("POST", f"{ONE}/pause", "pause", routes_act.pause),
    ("POST", f"{ONE}/sleeptime", "sleeptime", routes_act.sleeptime),
    ("POST", f"{ONE}/hardware", "hardware", routes_act.hardware),
    ("POST", f"{ONE}/secrets", "set-secret", routes_act.set_secret),
    ("DELETE", f"{ONE}/secrets", "delete-secret", routes_act.delete_secret),
    ("POST", f"{ONE}/variables", "set-variable", routes_act.set_variable),
    ("DELETE", f"{ONE}/variables", "delete-variable", routes_act.delete_variable),
    ("POST", f"{ONE}/duplicate", "duplicate", routes_repo.duplicate),
    ("POST", f"{ONE}/preupload/{{revision}}", "preupload", routes_commit.preupload),
    ("POST", f"{ONE}/commit/{{revision}}", "commit", routes_commit.commit),
    ("POST", f"{LFS}/batch", "lfs-batch", routes_lfs.batch),
    ("POST", f"{LFS}/verify", "lfs-verify", routes_lfs.verify),
    ("POST", "/api/validate-yaml", "validate-yaml", routes_commit.validate_yaml),
    ("POST", "/api/repos/create", "create", routes_repo.create),
    ("DELETE", "/api/repos/delete", "delete", routes_repo.delete),
    ("POST", "/api/repos/move", "move", routes_repo.move),
)


def hub(world: World, base: str = "") -> Starlette:
    """
    Return the Hub of *world*, to be served or mounted below a path.

    Addresses in its answers begin with *base*, or with the address that the caller used.
    """
    world.faults.released = False  # an earlier server of this world may have stopped
    reads = [
        Route(path, Door(world, base, call, answer).enter, methods=["GET"])
        for path, call, answer in READS
    ]
    acts = [
        Route(path, Door(world, base, call, answer, act=True).enter, methods=[method])
        for method, path, call, answer in ACTS
    ]
    store = Door(world, base, "store", routes_lfs.put, public=True)
    apps = Apps(world)
    hosts = [
        Route("/store/{oid}", store.enter, methods=["PUT"]),
        Route("/host/{subdomain}", apps.enter),
        Route("/host/{subdomain}/{path:path}", apps.enter),
    ]
    return Starlette(routes=[*reads, *acts, *hosts], exception_handlers={HTTPException: _unknown})


def _unknown(_: Request, exc: Exception) -> Response:
    """Answer what this Hub does not know as the Hub does."""
    status = exc.status_code if isinstance(exc, HTTPException) else 500
    return refused(Refused(status, "Sorry, we can't find the page you are looking for."))
