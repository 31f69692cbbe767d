"""
The answers by which the Hub confirms an act, as recorded for each of them.

A friendly status proves nothing: a proxy, a sign-in page and a redirect have one, too. An act
without its confirmation may have been done, and may not.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeGuard

import httpx2

Json = Mapping[str, Any]


def is_confirmed(request: httpx2.Request, response: httpx2.Response) -> bool:
    """
    Return whether *response* confirms the act that *request* asks for.

    The address is that of the first request: where a redirect has led to says nothing about
    what was asked. A request to a file store is none of the acts below; its client checks it.
    """
    if not response.is_success:
        return False
    act = _act(request)
    if act == "DELETE delete":
        return response.content.strip() == b"OK"
    check = _CHECKS.get(act)
    return check is None or _is_confirmed(check, request, response)


def _act(request: httpx2.Request) -> str:
    """Return the method and the word that says what is done, the same for every Space."""
    match request.url.path.partition("/api/")[2].strip("/").split("/"):
        case ["spaces", _, _, word, *_] | ["repos", word]:
            return f"{request.method} {word}"
        case _:
            return ""


def _is_confirmed(
    check: Callable[[Json, Json], bool], request: httpx2.Request, response: httpx2.Response
) -> bool:
    try:
        answer = json.loads(response.content)
    except (ValueError, RecursionError):
        return False
    return isinstance(answer, dict) and check(answer, _sent(request))


def _sent(request: httpx2.Request) -> Json:
    """Return the body of *request*, if it is an object: a commit has lines, a restart nothing."""
    try:
        body = json.loads(request.content)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _is_runtime(answer: Json, _: Json) -> bool:
    return _is_word(answer.get("stage"))


def _is_empty(answer: Json, _: Json) -> bool:
    return not answer


def _has_variable(answer: Json, sent: Json) -> bool:
    entry = answer.get(sent["key"])
    return isinstance(entry, dict) and isinstance(entry.get("value"), str)


def _lacks_variable(answer: Json, sent: Json) -> bool:
    """An error in the place of the map would lack the key, too."""
    return sent["key"] not in answer and all(isinstance(item, dict) for item in answer.values())


def _is_page(answer: Json, sent: Json) -> bool:
    """The Hub may spell the owner otherwise, and without one it is the token's own account."""
    name = sent.get("repository") or f"{sent.get('organization') or ''}/{sent['name']}"
    url = answer.get("url")
    return _is_word(url) and url.casefold().endswith(f"/{name.lstrip('/').casefold()}")


def _is_commit(answer: Json, _: Json) -> bool:
    if answer.get("success") is False:
        return False
    return _is_word(answer.get("commitOid")) and _is_word(answer.get("commitUrl"))


def _is_word(value: Any) -> TypeGuard[str]:
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
    "POST create": _is_page,
    "POST duplicate": _is_page,
    "POST commit": _is_commit,
}
