"""What can be read of Spaces: the list with its pages, one Space, its runtime, its address."""

import base64
import json
from collections.abc import Callable, Collection
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from bot.sandbox.hub import shapes
from bot.sandbox.hub.refusal import Refused, not_found
from bot.sandbox.hub.space import Space
from bot.sandbox.hub.visit import Json, Visit

Cursor = tuple[str, int]


async def list_spaces(visit: Visit) -> Response:
    """Answer one page, and say in `Link` where the next one is."""
    query = visit.request.query_params
    after, page = _cursor(query.get("cursor"))
    faults = visit.world.faults
    if page == faults.missing_page:
        raise Refused(faults.missing_status, "This page of the list is missing.")
    fields = _fields(visit.request, shapes.LISTED, extra=())
    size = _limit(query.get("limit"), visit.world.page_size)
    with visit.world.still():
        found = visit.world.spaces(after=after, limit=size + 1, keep=_wanted(visit))
        entries = [_entry(visit, space, fields) for space in found[:size]]
    more = len(found) > size and page != faults.cut_list_after
    return Json(entries, headers=_link(visit, (found[size - 1].id, page + 1)) if more else {})


async def space_info(visit: Visit) -> Response:
    """Answer everything about one Space, or the fields that are asked for."""
    with visit.world.open(visit.id) as space:
        visit.may_read(space)
        if "expand" not in visit.request.query_params:
            return Json(shapes.info(space, visit.host_of(space)))
        fields = _fields(visit.request, (), extra=("xetEnabled",))
        body = shapes.entry(space, [name for name in fields if name != "xetEnabled"])
        return Json(body | ({"xetEnabled": False} if "xetEnabled" in fields else {}))


async def revision(visit: Visit) -> Response:
    """Answer the same as for the Space; there is one branch, and the ids of its commits."""
    with visit.world.open(visit.id) as space:
        visit.may_read(space)
        wanted = visit.request.path_params["revision"]
        if wanted not in {"main", *(commit.oid for commit in space.repo.commits)}:
            raise Refused(404, f"Invalid rev id: {wanted}", code="RevisionNotFound")
    return await space_info(visit)


async def runtime(visit: Visit) -> Response:
    with visit.world.open(visit.id) as space:
        visit.may_read(space)
        return Json(shapes.runtime(space))


async def host(visit: Visit) -> Response:
    with visit.world.open(visit.id) as space:
        visit.may_read(space)
        return Json({"subdomain": space.subdomain, "host": visit.host_of(space)})


async def by_subdomain(visit: Visit) -> Response:
    label = visit.request.path_params["subdomain"]
    with visit.world.still():
        for space in visit.world.spaces(keep=lambda s: s.subdomain == label, limit=1):
            visit.may_read(space)
            return Json(shapes.info(space, visit.host_of(space)))
    raise not_found()


async def tree(visit: Visit) -> Response:
    """Answer the files of the repo."""
    params = visit.request.path_params
    recursive = visit.request.query_params.get("recursive", "").lower() == "true"
    with visit.world.open(visit.id) as space:
        visit.may_read(space)
        folder = params.get("path", "").strip("/")
        entries = shapes.tree(space, folder, recursive=recursive)
    if folder and not entries:
        raise Refused(404, f"{folder} does not exist on main", code="EntryNotFound")
    return Json(entries)


def _wanted(visit: Visit) -> Callable[[Space], bool]:
    author = visit.request.query_params.get("author")
    search = visit.request.query_params.get("search", "").lower()
    unlisted = visit.world.faults.unlisted

    def wanted(space: Space) -> bool:
        named = (author is None or space.owner == author) and search in space.id.lower()
        return named and space.id not in unlisted and visit.sees(space)

    return wanted


def _entry(visit: Visit, space: Space, fields: Collection[str]) -> dict[str, object] | None:
    faults = visit.world.faults
    if space.id in faults.unreadable:
        return None
    shown = shapes.entry(space, fields, stage=faults.list_shows.get(space.id))
    if space.id in faults.without_runtime:
        shown.pop("runtime", None)
    return shown


def _fields(request: Request, default: Collection[str], extra: Collection[str]) -> Collection[str]:
    asked = request.query_params.getlist("expand")
    for name in asked:
        if name not in shapes.EXPANDABLE and name not in extra:
            raise Refused(400, f'"expand" must be one of [{", ".join(shapes.EXPANDABLE)}]')
    return asked or default


def _limit(asked: str | None, most: int) -> int:
    if asked is None:
        return most
    if not asked.isdecimal() or int(asked) < 1:
        raise Refused(400, '"limit" must be a positive number')
    return min(int(asked), most)


def _cursor(text: str | None) -> Cursor:
    if text is None:
        return "", 1
    try:
        after, page = json.loads(base64.urlsafe_b64decode(text))
    except ValueError:
        raise Refused(400, "Invalid cursor") from None
    return str(after), int(page)


def _link(visit: Visit, cursor: Cursor) -> dict[str, str]:
    """Return the header; its address is absolute, as a relative one would stop the client."""
    query = [(k, v) for k, v in visit.request.query_params.multi_items() if k != "cursor"]
    text = base64.urlsafe_b64encode(json.dumps(cursor).encode()).decode()
    query.append(("cursor", text))
    return {"Link": f'<{visit.base}/api/spaces?{urlencode(query)}>; rel="next"'}
