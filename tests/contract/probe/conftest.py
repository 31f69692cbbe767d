"""Apps on loopback whose answers are written byte by byte."""

import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

import pytest

#: Writes an answer to a connection; the event ends a slow one when the test ends.
Script = Callable[[socket.socket, Event], None]


def answer(status: int, body: bytes = b"", *headers: str, kind: str = "text/html") -> Script:
    """Return a script that answers at once."""
    lines = [f"HTTP/1.1 {status} X", f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    head = "\r\n".join([*lines, *headers, "", ""]).encode()
    return lambda connection, _: connection.sendall(head + body)


def redirect(location: str, status: int = 302) -> Script:
    return answer(status, b"", f"Location: {location}")


@dataclass
class App:
    """One app; `scripts` answers by path, and `requests` has the head of each request."""

    scripts: dict[str, Script]
    port: int = 0
    requests: list[str] = field(default_factory=list)
    scheme: str = "http"
    sent_bytes: int = 0

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    @property
    def paths(self) -> list[str]:
        return [request.split()[1] for request in self.requests]


@dataclass
class AppServer:
    """Serves an app in threads until the test ends."""

    app: App
    listener: socket.socket
    stop: Event
    context: ssl.SSLContext | None = None

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        try:
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
            with connection:
                while head := self._read_head(connection):
                    self.app.requests.append(head)
                    script = self.app.scripts.get(head.split()[1], answer(404))
                    script(connection, self.stop)
        except OSError:
            pass  # the prober closed the connection, as some tests expect

    @staticmethod
    def _read_head(connection: socket.socket) -> str:
        head = b""
        while b"\r\n\r\n" not in head and (chunk := connection.recv(4096)):
            head += chunk
        return head.decode("latin-1")


@pytest.fixture
def serve() -> Iterator[Callable[..., App]]:
    """Serve an app with scripts by path."""
    stop, listeners = Event(), list[socket.socket]()

    def start(scripts: dict[str, Script], context: ssl.SSLContext | None = None) -> App:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)
        app = App(scripts, listener.getsockname()[1], scheme="https" if context else "http")
        server = AppServer(app, listener, stop, context)
        Thread(target=server.serve, daemon=True).start()
        return app

    yield start
    stop.set()
    for listener in listeners:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


@pytest.fixture(scope="session")
def self_signed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate with its key."""
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    name = ["-subj", "/CN=app.localhost", "-addext", "subjectAltName=DNS:app.localhost"]
    files = ["-keyout", str(file), "-out", f"{file}.crt"]
    subprocess.run(
        ["openssl", "req", "-x509", *curve, *name, *files], check=True, capture_output=True
    )
    file.write_bytes(file.read_bytes() + Path(f"{file}.crt").read_bytes())
    return file


@pytest.fixture
def tls(self_signed: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed)
    return context
