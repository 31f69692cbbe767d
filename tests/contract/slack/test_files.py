"""Files are downloaded with the token from Slack's own hosts only, within limits."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from bot.errors import SlackError, SlackUnavailable
from bot.model import SlackFile
from bot.slack.files import Downloads, is_slack_url

Answer = tuple[int, dict[str, str], bytes]
API = "https://slack.com/api/"


class FileServer:
    """A file server on loopback that records requests and their tokens."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.requests: list[tuple[str, str]] = []
        store = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                store.requests.append((self.path, self.headers.get("Authorization", "")))
                status, headers, content = store.answers[self.path]
                self.send_response(status)
                for key, value in {"Content-Length": str(len(content)), **headers}.items():
                    self.send_header(key, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@contextmanager
def serve_files() -> Iterator[FileServer]:
    store = FileServer()
    try:
        yield store
    finally:
        store.stop()


@pytest.fixture
def file_server() -> Iterator[FileServer]:
    with serve_files() as file_server:
        yield file_server


@pytest.fixture
def fetch(file_server: FileServer) -> Callable[..., bytes]:
    downloads = Downloads("xoxb-token", f"{file_server.url}/api/", seconds=3)

    def one(path: str = "/file", *, max_bytes: int = 100, size: int = 5, kind: str = "") -> bytes:
        url = path if "://" in path else file_server.url + path
        return downloads.fetch(SlackFile("F1", "a.txt", size, url, kind), max_bytes)

    return one


def test_a_file_is_fetched_with_the_token(
    file_server: FileServer, fetch: Callable[..., bytes]
) -> None:
    file_server.answers["/file"] = (200, {"Content-Type": "text/plain"}, b"hello")

    assert fetch() == b"hello"
    assert file_server.requests == [("/file", "Bearer xoxb-token")]


def test_file_longer_than_announced_is_not_read_completely(
    file_server: FileServer, fetch: Callable[..., bytes]
) -> None:
    file_server.answers["/file"] = (200, {}, b"x" * 101)

    with pytest.raises(SlackError, match="larger than Slack reported"):
        fetch(max_bytes=100)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/file",
        "https://slack.com.example.com/file",
        "https://notslack.com/file",
        "http://files.slack.com/file",
        "https://files.slack.com:8443/file",
        "https://files.slack.com@example.com/file",
        "file:///etc/passwd",
        "",
    ],
)
def test_token_goes_to_no_other_host(url: str, fetch: Callable[..., bytes]) -> None:
    assert not is_slack_url(url, API)
    with pytest.raises(SlackError, match="not in Slack, so I can't download it"):
        Downloads("xoxb-token", API).fetch(SlackFile("F1", "a.txt", 5, url), 100)


@pytest.mark.parametrize(
    "url",
    [
        "https://files.slack.com/files-pri/T1-F1/download/a.txt",
        "https://acme.slack.com/files/a.txt",
        "https://slack.com/a.txt",
        "https://FILES.SLACK.COM/a.txt",
    ],
)
def test_slacks_own_hosts_are_recognized(url: str) -> None:
    assert is_slack_url(url, API)


def test_only_the_exact_sandbox_server_counts_as_slack() -> None:
    api = "http://127.0.0.1:8700/slack/api/"

    assert is_slack_url("http://127.0.0.1:8700/slack/files-pri/F1", api)
    assert not is_slack_url("http://127.0.0.1:8701/slack/files-pri/F1", api)
    assert not is_slack_url("https://127.0.0.1:8700/slack/files-pri/F1", api)


def test_a_redirect_within_slack_is_followed(
    file_server: FileServer, fetch: Callable[..., bytes]
) -> None:
    file_server.answers["/file"] = (302, {"Location": "/there"}, b"")
    file_server.answers["/there"] = (200, {}, b"hello")

    assert fetch() == b"hello"


def test_redirect_to_another_host_is_rejected(
    file_server: FileServer, fetch: Callable[..., bytes]
) -> None:
    with serve_files() as elsewhere:
        file_server.answers["/file"] = (302, {"Location": f"{elsewhere.url}/file"}, b"")
        elsewhere.answers["/file"] = (200, {}, b"hello")

        with pytest.raises(SlackError, match="not in Slack, so I can't download it"):
            fetch()
        assert elsewhere.requests == []


def test_redirect_loop_ends(file_server: FileServer, fetch: Callable[..., bytes]) -> None:
    file_server.answers["/file"] = (302, {"Location": "/file"}, b"")

    with pytest.raises(SlackError, match="redirects without end"):
        fetch()
    assert len(file_server.requests) == 3


PAGE = b"<!DOCTYPE html><title>Sign in | Slack</title>"


@pytest.mark.parametrize(("kind", "size"), [("text/x-python", 5), ("text/html", 5), ("", 45)])
def test_sign_in_page_is_not_taken_for_the_file(
    file_server: FileServer, fetch: Callable[..., bytes], kind: str, size: int
) -> None:
    file_server.answers["/file"] = (302, {"Location": "/signin"}, b"")
    file_server.answers["/signin"] = (200, {"Content-Type": "text/html; charset=utf-8"}, PAGE)

    with pytest.raises(SlackError, match="sign-in page"):
        fetch(kind=kind, size=size)


def test_shared_html_file_is_downloaded(
    file_server: FileServer, fetch: Callable[..., bytes]
) -> None:
    file_server.answers["/file"] = (200, {"Content-Type": "text/html"}, PAGE)

    assert fetch(kind="text/html", size=len(PAGE)) == PAGE


def test_deleted_file_is_reported(file_server: FileServer, fetch: Callable[..., bytes]) -> None:
    file_server.answers["/file"] = (404, {}, b"not found")

    with pytest.raises(SlackError, match=r"HTTP 404.*Share it again"):
        fetch()


def test_trickling_file_is_abandoned(file_server: FileServer) -> None:
    file_server.answers["/file"] = (200, {}, b"hello")
    times = iter([0.0, 61.0])
    downloads = Downloads("xoxb-token", f"{file_server.url}/api/", clock=lambda: next(times))

    with pytest.raises(SlackUnavailable, match="too slowly"):
        downloads.fetch(SlackFile("F1", "a.txt", 5, f"{file_server.url}/file"), 100)


def test_silent_file_server_is_reported() -> None:
    with serve_files() as store:
        url = store.url
    with pytest.raises(SlackUnavailable, match=r"couldn't download a\.txt"):
        Downloads("xoxb-token", f"{url}/api/").fetch(SlackFile("F1", "a.txt", 5, f"{url}/f"), 100)
