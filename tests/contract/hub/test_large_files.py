"""Large files go to the Hub's store before the commit: complete, in time, and to no other host."""

import hashlib
import time
from collections.abc import Callable

import httpx2
import pytest

from bot.errors import HubError, HubForbidden, HubUnavailable, RateLimited
from bot.hub import Hub
from bot.sandbox.hub.control import World
from tests.contract.hub.conftest import FakeHubApi, ok

A = "ifcore-org/ifcore-team-a"
MODEL = bytes(range(256)) * 50_000  # 12.8 MB
IMAGE = b"\0PNG" * 50_000
LIMIT = (
    "Private repository storage limit reached, please upgrade your plan to increase your private "
    "storage limit."
)


def calls(world: World) -> list[str]:
    return [call.name for call in world.calls]


def test_large_and_binary_files_go_to_the_store_and_arrive_with_the_rest(
    sandbox_hub: Hub, world: World
) -> None:
    """Two, because huggingface_hub itself sends several from threads that know no deadline."""
    files = {"model.bin": MODEL, "logo.png": IMAGE, "app.py": b"print(1)\n"}
    commit = sandbox_hub.commit(A, files, "Hand in")

    assert {path: world.files(A)[path] for path in files} == files
    assert calls(world).count("store") == 2
    assert calls(world).count("lfs-verify") == 2
    assert calls(world).count("commit") == 1
    assert sandbox_hub.head(A) == commit.oid


def test_the_store_may_be_another_host_and_gets_no_token(
    sandbox_hub: Hub, world: World, endpoint: str
) -> None:
    """The sandbox's store refuses a request with a token, as Amazon's does."""
    world.faults.store_url = endpoint.replace("127.0.0.1", "localhost")
    sandbox_hub.commit(A, {"model.bin": MODEL}, "Hand in")

    assert world.files(A)["model.bin"] == MODEL


def test_file_already_in_the_store_is_not_uploaded_again(sandbox_hub: Hub, world: World) -> None:
    first = sandbox_hub.commit(A, {"model.bin": MODEL}, "Hand in")
    second = sandbox_hub.commit(A, {"model.bin": MODEL}, "Hand in again")
    moved = sandbox_hub.commit(A, {"copy.bin": MODEL}, "Under another name")

    assert second.oid == first.oid
    assert moved.oid != first.oid
    assert calls(world).count("store") == 1


def test_empty_file_with_an_lfs_extension_is_a_regular_file(sandbox_hub: Hub, world: World) -> None:
    sandbox_hub.commit(A, {"empty.bin": b""}, "Hand in")

    assert world.files(A)["empty.bin"] == b""
    assert "store" not in calls(world)


def test_storage_limit_raises_the_hubs_message_and_changes_no_file(
    sandbox_hub: Hub, world: World
) -> None:
    world.faults.fill_storage()
    with pytest.raises(HubForbidden) as raised:
        sandbox_hub.commit(A, {"model.bin": MODEL, "app.py": b"1"}, "Hand in")

    assert LIMIT in str(raised.value)
    assert "No file changed" in str(raised.value)
    assert "commit" not in calls(world)


@pytest.mark.parametrize(
    ("status", "kind"),
    [(403, HubForbidden), (404, HubError), (429, RateLimited), (503, HubUnavailable)],
)
@pytest.mark.parametrize("call", ["lfs-batch", "store", "lfs-verify"])
def test_each_upload_rejection_names_the_file_or_quotes_the_hub(
    sandbox_hub: Hub, world: World, call: str, status: int, kind: type[HubError]
) -> None:
    world.faults.refuse(status, "The Hub's own words", call=call)
    with pytest.raises(kind) as raised:
        sandbox_hub.commit(A, {"model.bin": MODEL, "logo.png": IMAGE}, "Hand in")

    assert "The Hub's own words" in str(raised.value)
    assert "changed" in str(raised.value)
    assert call == "lfs-batch" or ".bin: " in str(raised.value) or ".png: " in str(raised.value)
    assert "commit" not in calls(world)


def test_store_error_is_retried_once(sandbox_hub: Hub, world: World) -> None:
    world.faults.refuse(503, call="store", times=1)
    sandbox_hub.commit(A, {"model.bin": MODEL}, "Hand in")

    assert world.files(A)["model.bin"] == MODEL
    assert calls(world).count("store") == 2


def test_unreachable_store_is_reported_at_once(sandbox_hub: Hub, world: World) -> None:
    """The issue's example: "I was stopped over it"."""
    world.faults.lose_store()
    started_at = time.monotonic()
    with pytest.raises(HubUnavailable) as raised:
        sandbox_hub.commit(A, {"model.bin": MODEL, "logo.png": IMAGE}, "Hand in")

    assert "Hugging Face's file storage can't be reached" in str(raised.value)
    assert "No file changed. Try again in a moment." in str(raised.value)
    assert time.monotonic() - started_at < 10
    assert "commit" not in calls(world)


@pytest.mark.parametrize("call", ["lfs-batch", "store", "lfs-verify"])
def test_silent_store_ends_at_the_deadline(
    make_hub: Callable[..., Hub], endpoint: str, world: World, call: str
) -> None:
    sandbox_hub = make_hub(endpoint=endpoint, upload_timeout=2.0)
    world.faults.hang(call=call)
    started_at = time.monotonic()
    with pytest.raises(HubUnavailable) as raised:
        sandbox_hub.commit(A, {"model.bin": MODEL, "logo.png": IMAGE}, "Hand in")

    assert "respond in time" in str(raised.value)
    assert "No file changed" in str(raised.value)
    assert time.monotonic() - started_at < 6
    assert "commit" not in calls(world)


@pytest.mark.parametrize("status", [403, 404])
def test_xet_token_is_never_requested(sandbox_hub: Hub, world: World, status: int) -> None:
    world.faults.refuse(status, "Xet is not for you", call="xet-write-token")
    sandbox_hub.commit(A, {"model.bin": MODEL}, "Hand in")

    assert world.files(A)["model.bin"] == MODEL
    assert "xet-write-token" not in calls(world)


# -- where files and the token may go: a Hub at https://hub.test

OID = hashlib.sha256(MODEL).hexdigest()
STORE, VERIFY = "https://store.test/put?signature=1", "https://hub.test/o/a.git/info/lfs/verify"


def serve_store(hub_api: FakeHubApi, upload: object, verify: object = None) -> None:
    """Make the Hub request one large file, to be uploaded as *upload* says."""
    file = {"path": "model.bin", "uploadMode": "lfs", "shouldIgnore": False}
    actions = {"upload": upload} | ({"verify": verify} if verify else {})
    batch = {"objects": [{"oid": OID, "size": len(MODEL), "actions": actions}]}
    hub_api.reply("POST /api/spaces/o/a/preupload/main", ok({"files": [file]}))
    hub_api.reply("POST /spaces/o/a.git/info/lfs/objects/batch", ok(batch))
    hub_api.reply("PUT /put", httpx2.Response(200))
    hub_api.reply("POST /o/a.git/info/lfs/verify", ok({}))
    done = {"success": True, "commitOid": "4" * 40, "commitUrl": "https://hub.test/c/4"}
    hub_api.reply("POST /api/spaces/o/a/commit/main", ok(done))


def test_the_token_goes_to_the_hub_alone(hub: Hub, hub_api: FakeHubApi) -> None:
    serve_store(hub_api, {"href": STORE}, {"href": VERIFY})
    hub.commit("o/a", {"model.bin": MODEL}, "Hand in")

    with_token = {one.url.host for one in hub_api.requests if "authorization" in one.headers}
    assert {one.url.host for one in hub_api.requests} == {"hub.test", "store.test"}
    assert with_token == {"hub.test"}


@pytest.mark.parametrize(
    ("upload", "verify", "said"),
    [
        ({"href": "http://store.test/put"}, None, "without encryption"),
        ({"href": "http://127.0.0.1/put"}, None, "without encryption"),
        ({"href": "ftp://store.test/put"}, None, "without encryption"),
        (
            {"href": VERIFY, "header": {"chunk_size": "20000000", "1": "http://store.test/put"}},
            None,
            "without encryption",
        ),
        ({"href": STORE}, {"href": "https://evil.test/verify"}, "token on another host"),
        ({"href": STORE}, {"href": "http://hub.test/verify"}, "token on another host"),
        ({"href": STORE}, {"href": "https://hub.test:8443/v"}, "token on another host"),
    ],
)
def test_unsafe_upload_url_gets_neither_file_nor_token(
    hub: Hub, hub_api: FakeHubApi, upload: object, verify: object, said: str
) -> None:
    serve_store(hub_api, upload, verify)
    with pytest.raises(HubError, match=said):
        hub.commit("o/a", {"model.bin": MODEL}, "Hand in")

    assert {one.url.host for one in hub_api.requests} == {"hub.test"}
    assert [one.url.path for one in hub_api.requests][-1].endswith("/batch")


def test_redirect_of_the_store_to_another_host_is_not_followed(
    hub: Hub, hub_api: FakeHubApi
) -> None:
    serve_store(hub_api, {"href": STORE})
    redirect = httpx2.Response(307, headers={"Location": "https://evil.test/put"})
    hub_api.reply("PUT /put", redirect)
    with pytest.raises(HubError):
        hub.commit("o/a", {"model.bin": MODEL}, "Hand in")

    assert "evil.test" not in {one.url.host for one in hub_api.requests}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            httpx2.Response(
                403,
                content=b'<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code>'
                b"<Message>Request has expired</Message></Error>",
                headers={"Content-Type": "application/xml"},
            ),
            (
                "model.bin: Hugging Face's file storage refused it: “Request has expired”. "
                "No file changed"
            ),
        ),
        (
            httpx2.Response(501),
            "model.bin: Hugging Face's file storage has a problem: “HTTP 501”. No file",
        ),
    ],
)
def test_store_error_message_is_quoted(
    hub: Hub, hub_api: FakeHubApi, answer: httpx2.Response, said: str
) -> None:
    serve_store(hub_api, {"href": STORE})
    hub_api.reply("PUT /put", answer)
    with pytest.raises(HubError) as raised:
        hub.commit("o/a", {"model.bin": MODEL}, "Hand in")

    assert said in str(raised.value)
    assert raised.value.__context__ is None or raised.value.__suppress_context__


@pytest.mark.parametrize(
    "batch",
    [
        {},
        {"objects": "?"},
        {"objects": [{"oid": OID}]},
        {"objects": [{"oid": "unknown", "size": 1, "actions": {"upload": {"href": STORE}}}]},
        {"objects": [{"oid": OID, "size": 1, "actions": {"upload": {"href": 7}}}]},
        {"objects": [{"oid": OID, "size": 1, "actions": {"upload": {"href": "http://["}}}]},
    ],
)
def test_malformed_batch_raises_our_error(hub: Hub, hub_api: FakeHubApi, batch: object) -> None:
    serve_store(hub_api, {"href": STORE})
    hub_api.reply("POST /spaces/o/a.git/info/lfs/objects/batch", ok(batch))
    with pytest.raises(HubError):
        hub.commit("o/a", {"model.bin": MODEL}, "Hand in")

    assert not [one for one in hub_api.requests if one.url.path.endswith("/commit/main")]


def test_store_that_accepts_only_another_protocol_is_reported(
    hub: Hub, hub_api: FakeHubApi
) -> None:
    """Without this check, missing upload addresses would mean that the file exists."""
    serve_store(hub_api, {"href": STORE})
    batch = {"transfer": "xet", "objects": [{"oid": OID, "size": len(MODEL)}]}
    hub_api.reply("POST /spaces/o/a.git/info/lfs/objects/batch", ok(batch))
    with pytest.raises(HubError, match="only takes files by “xet”, which I don't support"):
        hub.commit("o/a", {"model.bin": MODEL}, "Hand in")

    assert not [one for one in hub_api.requests if one.url.path.endswith("/commit/main")]


def test_rejected_object_is_named_with_the_hubs_message(hub: Hub, hub_api: FakeHubApi) -> None:
    serve_store(hub_api, {"href": STORE})
    rejected = {"oid": OID, "size": len(MODEL), "error": {"code": 403, "message": LIMIT}}
    hub_api.reply("POST /spaces/o/a.git/info/lfs/objects/batch", ok({"objects": [rejected]}))
    with pytest.raises(
        HubError, match=f"model.bin: Hugging Face's file storage refused it: “{LIMIT}”"
    ):
        hub.commit("o/a", {"model.bin": MODEL}, "Hand in")
