"""
The answers by which the Hub confirms a write, checked for each endpoint.

A status of 200 proves nothing, because a proxy, a sign-in page and a redirect also return one.
The outcome of a write without its confirmation is unknown.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeGuard

import httpx2

Json = Mapping[str, Any]


def is_confirmed(request: httpx2.Request, response: httpx2.Response) -> bool:
    """
    Return whether *response* confirms the write that *request* asks for.

    *request* is the first request, before any redirect. A request to a file store has no check
    here, because its client has one.
    """
    if not response.is_success:
        return False
    call = _call_name(request)
    if call == "DELETE delete":
        return response.content.strip() == b"OK"
    check = _CHECKS.get(call)
    return check is None or _passes(check, request, response)


def _call_name(request: httpx2.Request) -> str:
    """Return the method and the last part of the endpoint, without the Space's name."""
    match request.url.path.partition("/api/")[2].strip("/").split("/"):
        case ["spaces", _, _, endpoint, *_] | ["repos", endpoint]:
            return f"{request.method} {endpoint}"
        case _:
            return ""


def _passes(
    check: Callable[[Json, Json], bool], request: httpx2.Request, response: httpx2.Response
) -> bool:
    try:
        data = json.loads(response.content)
    except (ValueError, RecursionError):
        return False
    return isinstance(data, dict) and check(data, _request_body(request))


def _request_body(request: httpx2.Request) -> Json:
    """Return the body of *request*, empty if it isn't a JSON object.

    A commit has several lines of JSON, a restart has no body.
    """
    try:
        body = json.loads(request.content)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _is_runtime(data: Json, _: Json) -> bool:
    return _is_text(data.get("stage"))


def _is_empty(data: Json, _: Json) -> bool:
    return not data


def _has_variable(data: Json, sent: Json) -> bool:
    entry = data.get(sent["key"])
    return isinstance(entry, dict) and isinstance(entry.get("value"), str)


def _lacks_variable(data: Json, sent: Json) -> bool:
    """Return whether the variable is gone from the map.

    An error instead of the map lacks the key, too, so all entries must be objects.
    """
    return sent["key"] not in data and all(isinstance(item, dict) for item in data.values())


def _has_space_url(data: Json, sent: Json) -> bool:
    """Return whether the answer has the new Space's URL.

    The Hub may change the case of the owner. A request without an owner means the token's account.
    """
    name = sent.get("repository") or f"{sent.get('organization') or ''}/{sent['name']}"
    url = data.get("url")
    return _is_text(url) and url.casefold().endswith(f"/{name.lstrip('/').casefold()}")


def _is_commit(data: Json, _: Json) -> bool:
    if data.get("success") is False:
        return False
    return _is_text(data.get("commitOid")) and _is_text(data.get("commitUrl"))


def _is_text(value: Any) -> TypeGuard[str]:
    return isinstance(value, str) and value != ""


_CHECKS: Mapping[str, Callable[[Json, Json], bool]] = {
    "POST restart": _is_runtime,
    "POST pause": _is_runtime,
    "POST sleeptime": _is_runtime,
    "POST hardware": _is_runtime,
    "POST secrets": _is_empty,
    "DELETE secrets": _is_empty,
    "POST variables": _has_variable,
    "DELETE variables": _lacks_variable,
    "POST create": _has_space_url,
    "POST duplicate": _has_space_url,
    "POST commit": _is_commit,
}
