"""The prober: one GET to the app of a Space, with every wait bounded.

The bearer token goes only to private Spaces, over HTTPS, to the host that the Hub reported. A
redirect is followed only on the same host.
"""

import re
import ssl
import string
from collections.abc import Sequence
from dataclasses import replace
from time import monotonic
from urllib.parse import SplitResult, quote, urljoin, urlsplit

import httpcore2

from bot.health.check import PROBE_SECONDS
from bot.health.verdict import ProbeAnswer, ProbeProblem, is_conclusive
from bot.model import Space
from bot.network import deadline
from bot.network.connections import ERRORS, DeadlineBackend, make_proxy, tls_context
from bot.network.proxies import proxy_for
from bot.probe.addresses import is_loopback_host, parse_host, select_addresses

_Headers = Sequence[tuple[bytes | str, bytes | str]]

_MAX_BYTES = 64 * 1024  # of an answer; what follows isn't read
_MAX_REDIRECTS = 5
_REDIRECTS = (301, 302, 303, 307, 308)
_HUB_DOMAIN = ".hf.space"
#: The title of an error page, such as "502 Bad Gateway" or "Error 503".
_ERROR_TITLE = re.compile(rb"<title>\s*(error:?\s+)?[45]\d\d\b", re.IGNORECASE)
#: The body of the Hub's own answer for an app that is down.
_HUB_ERROR = b"Your space is in error"


class _PublicBackend(DeadlineBackend):
    """A network backend that connects only to the addresses that a probe may reach."""

    def __init__(self, *, allow_loopback: bool) -> None:
        super().__init__()
        self._allow_loopback = allow_loopback

    def select(self, host: str, addresses: Sequence[str]) -> Sequence[str]:
        """Return the addresses of *host*.

        Raises:
            _ForbiddenAddressError: One of them isn't public.

        """
        found = select_addresses(host, addresses, allow_loopback=self._allow_loopback)
        if addresses and not found:
            raise _ForbiddenAddressError
        return found


class _ForbiddenAddressError(Exception):
    """The name of a host leads to an address that a probe may not reach."""


class Prober:
    """Probes apps. Any thread may call it; *endpoint* is the Hub's, *token* the bot's."""

    def __init__(self, token: str, endpoint: str) -> None:
        self._token = token
        self._hub_host = urlsplit(endpoint).hostname or ""
        self._allow_loopback = is_loopback_host(self._hub_host)
        self._backend = _PublicBackend(allow_loopback=self._allow_loopback)

    def __repr__(self) -> str:
        return f"Prober({self._hub_host!r})"

    def probe(
        self, space: Space, paths: Sequence[str], seconds: float = PROBE_SECONDS
    ) -> ProbeAnswer:
        """Return the answer of *space* to the first of *paths* that decides, within *seconds*."""
        host = parse_host(space.host or "", allow_loopback=self._allow_loopback)
        if host is None:
            problem = ProbeProblem.FORBIDDEN if space.host else ProbeProblem.NO_ADDRESS
            return ProbeAnswer(problem=problem, path=paths[0])
        started = monotonic()
        answer = ProbeAnswer()
        with deadline.within(seconds):
            for path in paths:
                answer = self._get(host, path, self._headers(space, host))
                if is_conclusive(answer):
                    break
        return replace(answer, seconds=round(monotonic() - started, 3))

    def _headers(self, space: Space, host: SplitResult) -> _Headers:
        headers: list[tuple[bytes | str, bytes | str]] = [
            ("User-Agent", "spacebot"),
            ("Accept", "*/*"),
            ("Accept-Encoding", "identity"),
        ]
        is_private_way = host.scheme == "https" or is_loopback_host(host.hostname or "")
        if space.private and is_private_way:
            headers.append(("Authorization", f"Bearer {self._token}"))
        return headers

    def _get(self, host: SplitResult, path: str, headers: _Headers) -> ProbeAnswer:
        """Return the answer to one request, with the reason if there is none."""
        try:
            with self._open_pool(host) as pool:
                answer = self._follow(pool, host.geturl().rstrip("/") + path, headers)
        except _ForbiddenAddressError:
            answer = ProbeAnswer(problem=ProbeProblem.FORBIDDEN)
        except httpcore2.TimeoutException:
            answer = ProbeAnswer(problem=ProbeProblem.TIMEOUT)
        except httpcore2.ConnectError as error:
            is_certificate = isinstance(_root_cause(error), ssl.SSLCertVerificationError)
            problem = ProbeProblem.CERTIFICATE if is_certificate else ProbeProblem.UNREACHABLE
            answer = ProbeAnswer(problem=problem)
        except ERRORS:
            answer = ProbeAnswer(problem=ProbeProblem.UNREACHABLE)
        return replace(answer, path=path)

    def _open_pool(self, host: SplitResult) -> httpcore2.ConnectionPool:
        """Return a pool for one request and its redirects.

        Raises:
            _ForbiddenAddressError: A proxy resolves the name, which isn't the Hub's own.

        """
        proxy = proxy_for(host.geturl())
        if proxy is None:
            return httpcore2.ConnectionPool(
                ssl_context=tls_context(), network_backend=self._backend
            )
        if not (host.hostname or "").endswith(_HUB_DOMAIN):
            raise _ForbiddenAddressError
        return httpcore2.ConnectionPool(
            ssl_context=tls_context(),
            proxy=make_proxy(proxy),
            network_backend=DeadlineBackend(),
        )

    def _follow(self, pool: httpcore2.ConnectionPool, url: str, headers: _Headers) -> ProbeAnswer:
        """Return the answer at the end of the redirects within the host."""
        for _ in range(_MAX_REDIRECTS + 1):
            with pool.stream("GET", url, headers=headers) as response:
                location = _location(response)
                if location is None:
                    return _read(response)
            target = _join(url, location)
            if _origin(target) != _origin(url):
                is_login = urlsplit(target).hostname == self._hub_host
                problem = ProbeProblem.LOGIN if is_login else None
                return ProbeAnswer(response.status, problem=problem)
            url = target
        return ProbeAnswer(response.status, problem=ProbeProblem.REDIRECTS)


def _location(response: httpcore2.Response) -> str | None:
    """Return where a redirect leads; None for another answer."""
    if response.status not in _REDIRECTS:
        return None
    values = (value for name, value in response.headers if name.lower() == b"location")
    return next((value.decode("latin-1") for value in values), None)


def _join(url: str, location: str) -> str:
    """Return the target of a redirect; "" if *location* isn't a URL."""
    try:
        target = urljoin(url, location)
        urlsplit(target)
    except ValueError:
        return ""
    return quote(target, safe=string.punctuation)


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _read(response: httpcore2.Response) -> ProbeAnswer:
    """Return the answer, after reading as much of its body as decides."""
    types = [value for name, value in response.headers if name.lower() == b"content-type"]
    kind = types[0].lower() if types else b""
    body = bytearray()
    for chunk in response.iter_stream():
        body += chunk
        if len(body) >= _MAX_BYTES:
            break
    is_error_page = response.status < 400 and b"json" not in kind and _shows_error(bytes(body))
    problem = ProbeProblem.ERROR_PAGE if is_error_page else None
    return ProbeAnswer(response.status, is_json=b"json" in kind, problem=problem)


def _shows_error(body: bytes) -> bool:
    return _ERROR_TITLE.search(body) is not None or _HUB_ERROR in body


def _root_cause(error: BaseException) -> BaseException:
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__  # type: ignore[assignment]  # one of them is set
    return error
