"""The prober against real sockets: bad apps, redirects, forbidden addresses and the token."""

import socket
import ssl
from collections.abc import Callable
from threading import Event
from time import monotonic, process_time
from typing import Any

import httpcore2
import pytest

from bot.health.check import HealthCheck
from bot.health.verdict import ProbeAnswer, ProbeProblem, judge
from bot.model import Space
from bot.probe import Prober
from tests.contract.fake_proxy import serve_proxy
from tests.contract.probe.conftest import App, Script, answer, redirect

TOKEN = "hf_" + "t0ken" * 7
PUBLIC_HUB = "https://huggingface.co"
LOCAL_HUB = "http://127.0.0.1:1"
Serve = Callable[..., App]


def probe(
    host: str,
    *paths: str,
    hub: str = LOCAL_HUB,
    seconds: float = 5.0,
    private: bool = False,
) -> ProbeAnswer:
    space = Space("acme/team-a", "RUNNING", host=host, private=private)
    return Prober(TOKEN, hub).probe(space, paths or ("/",), seconds)


def wait_for_the_end(_: socket.socket, stop: Event) -> None:
    stop.wait()


def drip(connection: socket.socket, stop: Event) -> None:
    """Send a good answer, a byte every 50 ms."""
    for byte in b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + b"x" * 1000:
        if stop.wait(0.05):
            return
        connection.sendall(bytes([byte]))


def pour(connection: socket.socket, stop: Event) -> None:
    """Send a gigabyte."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    for _ in range(1024):
        if stop.is_set():
            return
        connection.sendall(b"x" * 1024 * 1024)


def send(raw: bytes) -> Script:
    def script(connection: socket.socket, _: Event) -> None:
        connection.sendall(raw)
        connection.shutdown(socket.SHUT_RDWR)

    return script


@pytest.mark.parametrize(
    ("script", "status", "problem"),
    [
        (answer(200, b"hello"), 200, None),
        (answer(404, b"Not Found"), 404, ProbeProblem.STATUS),
        (answer(502, b"<title>502 Bad Gateway</title>"), 502, ProbeProblem.STATUS),
        (answer(200, b"<title>502 Bad Gateway</title>"), 200, ProbeProblem.ERROR_PAGE),
        (answer(200, b"<TITLE>Error 503</TITLE>"), 200, ProbeProblem.ERROR_PAGE),
        (answer(200, b"Your space is in error, check it"), 200, ProbeProblem.ERROR_PAGE),
        (answer(200, b"<title>404 ways to cook</title>", kind="text/json"), 200, None),
        (answer(200, b"<title>Sign in</title><form>"), 200, None),  # the app's own login
        (redirect("https://other.example/"), 302, None),
        (redirect("http://127.0.0.1:1/login"), 302, ProbeProblem.LOGIN),
        (redirect("http://[::1"), 302, None),
        (send(b""), 0, ProbeProblem.UNREACHABLE),
        (send(b"\x00\xff not HTTP\r\n\r\n"), 0, ProbeProblem.UNREACHABLE),
        (send(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 300_000), 0, ProbeProblem.UNREACHABLE),
    ],
    ids=[
        "200",
        "404",
        "502",
        "title-502",
        "title-503",
        "hub-error",
        "json",
        "login-page",
        "other-host",
        "hub-login",
        "no-url",
        "empty",
        "no-http",
        "long-header",
    ],
)
def test_answer_is_judged(
    serve: Serve, script: Script, status: int, problem: ProbeProblem | None
) -> None:
    found = probe(serve({"/": script}).url)

    assert found.status == status
    assert judge(HealthCheck(), found).problem is problem


@pytest.mark.parametrize("script", [wait_for_the_end, drip])
def test_app_that_never_ends_its_answer_is_given_up_in_time(serve: Serve, script: Script) -> None:
    before = monotonic()

    found = probe(serve({"/": script}).url, seconds=0.4)

    assert found.problem is ProbeProblem.TIMEOUT
    assert monotonic() - before < 2


def test_gigabyte_is_not_read(serve: Serve) -> None:
    before = process_time()

    found = probe(serve({"/": pour}).url)

    assert found.status == 200
    assert found.problem is None
    assert process_time() - before < 1


def test_redirects_are_followed_on_the_same_host_only(serve: Serve) -> None:
    other = serve({"/x": answer(200)})
    app = serve(
        {
            "/": redirect("/a"),
            "/a": redirect("b"),
            "/b": answer(200),
            "/out": redirect(f"{other.url}/x"),
            "/metadata": redirect("http://169.254.169.254/latest/meta-data"),
            "/scheme": redirect("file:///etc/passwd"),
            "/user": redirect("http://user@127.0.0.1:%d/b"),
            "/network": redirect("//10.0.0.1/"),
        }
    )

    assert probe(app.url).status == 200
    assert app.paths == ["/", "/a", "/b"]
    for path in ("/out", "/metadata", "/scheme", "/user", "/network"):
        assert probe(app.url, path).status == 302
    assert other.requests == []


def test_thirty_redirects_are_too_many(serve: Serve) -> None:
    app = serve({f"/{n}": redirect(f"/{n + 1}") for n in range(30)})

    assert probe(app.url, "/0").problem is ProbeProblem.REDIRECTS
    assert len(app.requests) == 6


def test_second_path_is_requested_only_if_the_first_does_not_decide(serve: Serve) -> None:
    json = serve({"/gradio_api/info": answer(200, b"{}", kind="application/json")})
    old = serve({"/": answer(200)})
    broken = serve({"/gradio_api/info": answer(502), "/": answer(200)})

    statuses = [probe(app.url, "/gradio_api/info", "/").status for app in (json, old, broken)]

    assert statuses == [200, 200, 502]
    assert old.paths == ["/gradio_api/info", "/"]
    assert len(json.requests) == len(broken.requests) == 1


def test_certificate_that_nobody_signed_is_refused(serve: Serve, tls: ssl.SSLContext) -> None:
    app = serve({"/": answer(200)}, tls)

    assert probe(app.url, private=True).problem is ProbeProblem.CERTIFICATE
    assert app.requests == []


def test_token_goes_to_private_spaces_only(serve: Serve) -> None:
    app = serve({"/": answer(200)})

    probe(app.url, private=True)
    probe(app.url)

    assert [TOKEN in request for request in app.requests] == [True, False]


def test_token_does_not_follow_a_redirect(serve: Serve) -> None:
    other = serve({"/": answer(200)})
    app = serve({"/": redirect(other.url)})

    probe(app.url, private=True)

    assert other.requests == []


@pytest.mark.parametrize(
    "host",
    [
        "http://app.hf.space",
        "https://app.hf.space:8443",
        "https://127.0.0.1",
        "https://[::1]",
        "https://10.0.0.1",
        "https://169.254.169.254",
        "https://[64:ff9b::a9fe:a9fe]",
        "https://2130706433",  # 127.0.0.1 as one number
        "https://0x7f.1",
        "https://0177.0.0.1",
        "https://127.1",
        "https://localhost",
        "https://app.localhost",
    ],
)
def test_forbidden_host_is_refused_without_a_connection(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setattr(socket.socket, "connect", fail_test)

    assert probe(host, hub=PUBLIC_HUB, private=True).problem is ProbeProblem.FORBIDDEN


def test_space_without_a_host_is_not_probed() -> None:
    assert probe("").problem is ProbeProblem.NO_ADDRESS


def test_name_is_resolved_once_and_its_address_is_connected_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name whose address changes between the check and the connection gains nothing."""
    answers, lookups = iter(["93.184.215.14", "127.0.0.1"]), list[str]()
    connected: list[str] = []

    def resolve(host: str, port: int, **_: Any) -> list[Any]:
        lookups.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", (next(answers), port))]

    def connect(_: object, host: str, *__: object) -> httpcore2.NetworkStream:
        connected.append(host)
        raise httpcore2.ConnectError("not from a test")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(httpcore2.SyncBackend, "connect_tcp", connect)

    first = probe("https://rebind.example", hub=PUBLIC_HUB)
    second = probe("https://rebind.example", hub=PUBLIC_HUB)

    assert first.problem is ProbeProblem.UNREACHABLE
    assert second.problem is ProbeProblem.FORBIDDEN
    assert lookups == ["rebind.example"] * 2
    assert connected == ["93.184.215.14"]


def test_proxy_gets_only_names_of_the_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy resolves the name, so the address of a custom domain can't be checked."""
    with serve_proxy() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")

        hub = probe("https://app.hf.space", hub=PUBLIC_HUB)
        custom = probe("https://app.example", hub=PUBLIC_HUB)

    assert hub.problem is ProbeProblem.UNREACHABLE  # the proxy of this test refuses
    assert custom.problem is ProbeProblem.FORBIDDEN
    assert [target for _, target, _ in proxy.requests] == ["app.hf.space:443"]


def fail_test(*_: object) -> None:
    raise AssertionError("a probe connected to a forbidden address")
