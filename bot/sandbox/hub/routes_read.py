"""The endpoints that read Spaces: the paginated list, one Space, its runtime, URL and files."""

import base64
import json
from collections.abc import Callable, Collection
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from bot.sandbox.hub import serializers
from bot.sandbox.hub.errors import HubHttpError, not_found
from bot.sandbox.hub.request import HubJsonResponse, HubRequest
from bot.sandbox.hub.space import Space

Cursor = tuple[str, int]


async def list_spaces(request: HubRequest) -> Response:
    """Return one page, with the URL of the next one in `Link`."""
    query = request.http.query_params
    after, page = _parse_cursor(query.get("cursor"))
    faults = request.world.faults
    if page == faults.missing_page:
        raise HubHttpError(faults.missing_status, "This page of the list is missing.")
    fields = _fields(request.http, serializers.DEFAULT_LIST_FIELDS, extra=())
    size = _parse_limit(query.get("limit"), request.world.page_size)
    with request.world.locked():
        spaces = request.world.spaces(after=after, limit=size + 1, predicate=_list_filter(request))
        entries = [_list_entry(request, space, fields) for space in spaces[:size]]
    has_more = len(spaces) > size and page != faults.truncate_list_after_page
    return HubJsonResponse(
        entries, headers=_link_header(request, (spaces[size - 1].id, page + 1)) if has_more else {}
    )


async def space_info(request: HubRequest) -> Response:
    """Return all fields of one Space, or the requested ones."""
    with request.world.open(request.id) as space:
        request.require_read(space)
        if "expand" not in request.http.query_params:
            return HubJsonResponse(serializers.info(space, request.app_url(space)))
        fields = _fields(request.http, (), extra=("xetEnabled",))
        body = serializers.entry(space, [name for name in fields if name != "xetEnabled"])
        return HubJsonResponse(body | ({"xetEnabled": False} if "xetEnabled" in fields else {}))


async def revision(request: HubRequest) -> Response:
    """Return the same as `space_info` for `main` and for the id of each commit."""
    with request.world.open(request.id) as space:
        request.require_read(space)
        revision_id = request.http.path_params["revision"]
        if space.repo.find_revision(revision_id) is None:
            raise HubHttpError(404, f"Invalid rev id: {revision_id}", code="RevisionNotFound")
    return await space_info(request)


async def runtime(request: HubRequest) -> Response:
    """Return the runtime of one Space."""
    with request.world.open(request.id) as space:
        request.require_read(space)
        return HubJsonResponse(serializers.runtime(space))


async def host(request: HubRequest) -> Response:
    """Return the URL of a Space's app."""
    with request.world.open(request.id) as space:
        request.require_read(space)
        return HubJsonResponse({"subdomain": space.subdomain, "host": request.app_url(space)})


async def by_subdomain(request: HubRequest) -> Response:
    """Return the Space with this subdomain."""
    label = request.http.path_params["subdomain"]
    with request.world.locked():
        for space in request.world.spaces(predicate=lambda s: s.subdomain == label, limit=1):
            request.require_read(space)
            return HubJsonResponse(serializers.info(space, request.app_url(space)))
    raise not_found()


async def tree(request: HubRequest) -> Response:
    """Return the files and folders of the repo."""
    params = request.http.path_params
    recursive = request.http.query_params.get("recursive", "").lower() == "true"
    with request.world.open(request.id) as space:
        request.require_read(space)
        folder = params.get("path", "").strip("/")
        entries = serializers.tree(space, folder, recursive=recursive)
    if folder and not entries:
        raise HubHttpError(404, f"{folder} does not exist on main", code="EntryNotFound")
    return HubJsonResponse(entries)


async def resolve(request: HubRequest) -> Response:
    """Return a file at the head of `main`, with the headers that huggingface_hub caches it by."""
    path = request.http.path_params["path"]
    with request.world.open(request.id) as space:
        request.require_read(space)
        if request.http.path_params["revision"] not in ("main", space.repo.head):
            raise HubHttpError(404, "Invalid rev id", code="RevisionNotFound")
        content, oid = space.repo.files.get(path), space.repo.oid(path)
        if content is None:
            raise HubHttpError(404, f"{path} does not exist on main", code="EntryNotFound")
        headers = {"X-Repo-Commit": space.repo.head, "ETag": f'"{oid}"'}
        if path in space.repo.large:
            headers |= {"X-Linked-ETag": f'"{oid}"', "X-Linked-Size": str(len(content))}
    return Response(content, media_type="application/octet-stream", headers=headers)


def _list_filter(request: HubRequest) -> Callable[[Space], bool]:
    author = request.http.query_params.get("author")
    search = request.http.query_params.get("search", "").lower()
    unlisted = request.world.faults.unlisted

    def matches(space: Space) -> bool:
        named = (author is None or space.owner == author) and search in space.id.lower()
        return named and space.id not in unlisted and request.can_see(space)

    return matches


def _list_entry(
    request: HubRequest, space: Space, fields: Collection[str]
) -> dict[str, object] | None:
    faults = request.world.faults
    if space.id in faults.unreadable:
        return None
    stage = serializers.entry(space, fields, stage=faults.listed_stages.get(space.id))
    if space.id in faults.without_runtime:
        stage.pop("runtime", None)
    return stage


def _fields(request: Request, default: Collection[str], extra: Collection[str]) -> Collection[str]:
    requested = request.query_params.getlist("expand")
    for name in requested:
        if name not in serializers.EXPANDABLE_FIELDS and name not in extra:
            raise HubHttpError(
                400, f'"expand" must be one of [{", ".join(serializers.EXPANDABLE_FIELDS)}]'
            )
    return requested or default


def _parse_limit(requested: str | None, maximum: int) -> int:
    if requested is None:
        return maximum
    if not requested.isdecimal() or int(requested) < 1:
        raise HubHttpError(400, '"limit" must be a positive number')
    return min(int(requested), maximum)


def _parse_cursor(text: str | None) -> Cursor:
    if text is None:
        return "", 1
    try:
        after, page = json.loads(base64.urlsafe_b64decode(text))
    except ValueError:
        raise HubHttpError(400, "Invalid cursor") from None
    return str(after), int(page)


def _link_header(request: HubRequest, cursor: Cursor) -> dict[str, str]:
    """Return the Link header. Its URL is absolute, because huggingface_hub fails on others."""
    query = [(k, v) for k, v in request.http.query_params.multi_items() if k != "cursor"]
    text = base64.urlsafe_b64encode(json.dumps(cursor).encode()).decode()
    query.append(("cursor", text))
    return {"Link": f'<{request.base_url}/api/spaces?{urlencode(query)}>; rel="next"'}
