"""A proxy on loopback that refuses every request and records it."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


class FakeProxy:
    """The recorded requests: method, target and credentials."""

    def __init__(self) -> None:
        self.port = 0
        self.requests: list[tuple[str, str, str]] = []


@contextmanager
def serve_proxy() -> Iterator[FakeProxy]:
    recorder = FakeProxy()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(recorder))
    recorder.port = server.server_address[1]
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield recorder
    server.shutdown()
    server.server_close()
    thread.join()


def _handler(recorder: FakeProxy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _reject(self) -> None:
            secret = self.headers.get("Proxy-Authorization", "")
            recorder.requests.append((self.command, self.path, secret))
            self.send_error(407)

        do_CONNECT = do_GET = do_POST = _reject  # noqa: N815 - the names that http.server calls

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler
