"""A server flooded by a process with its own descriptors; run by test_pressure."""

import subprocess
import sys

from bot.web import Probes, Server, make_http_app
from tests.unit.web.conftest import make_get

FLOOD = """
import resource, socket, sys
_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
kept = [socket.socket() for _ in range(300)]
for each in kept:
    each.setblocking(False)
    each.connect_ex(("127.0.0.1", int(sys.argv[1])))
print("open", flush=True)
sys.stdin.read()
"""


def main() -> None:
    """Serve, let a process open 300 connections, then request a probe."""
    server = Server(make_http_app(Probes({}, {}, lambda: "leader")), port=0)
    server.start()
    with subprocess.Popen(
        [sys.executable, "-c", FLOOD, str(server.port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as flood:
        assert flood.stdout
        flood.stdout.readline()
        print("healthz answers", make_get(server)("/healthz").status)  # noqa: T201 - for the test
        flood.communicate()
    server.stop()


if __name__ == "__main__":
    main()
