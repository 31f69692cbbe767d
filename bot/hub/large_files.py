"""
Files that the Hub doesn't take with a commit: put into its store first, then named by their hash.

This is Git LFS over HTTP, which the Hub takes for every repository
(https://huggingface.co/docs/hub/xet/legacy-git-lfs). huggingface_hub would rather use hf_xet,
whose compiled sockets know neither our deadline nor our errors; these requests are ours.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import Any

from httpx2 import URL
from huggingface_hub import CommitOperationAdd
from huggingface_hub._commit_api import _fetch_upload_modes
from huggingface_hub.lfs import lfs_upload, post_lfs_batch_info

from bot.errors import HubError, HubUnavailable, RateLimited
from bot.hub import deadline

_MAX_PARALLEL = 4  # files, beside each other
_BATCH_FILES = 256  # files whose addresses are asked for together
_LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})

LfsAction = dict[str, Any]


def upload(
    id: str, additions: Sequence[CommitOperationAdd], headers: Mapping[str, str], endpoint: str
) -> None:
    """
    Put those of *additions* into the Hub's store that are too large for a commit.

    Raises: HubError when the store takes one of them not, which changes no file of the Space.
    """
    request_headers = dict(headers)
    _fetch_upload_modes(
        additions=additions,
        repo_type="space",
        repo_id=id,
        headers=request_headers,
        revision="main",
        endpoint=endpoint,
        gitignore_content=_gitignore(additions),
    )
    large = [one for one in additions if _is_large(one)]
    for start in range(0, len(large), _BATCH_FILES):
        _upload_batch(id, large[start : start + _BATCH_FILES], request_headers, endpoint)


def _upload_batch(
    id: str, additions: Sequence[CommitOperationAdd], headers: dict[str, str], endpoint: str
) -> None:
    by_hash = {one.upload_info.sha256.hex(): one for one in additions}
    actions, rejections, _ = post_lfs_batch_info(
        upload_infos=[one.upload_info for one in by_hash.values()],
        token=None,  # it is in the headers
        repo_type="space",
        repo_id=id,
        revision="main",
        endpoint=endpoint,
        headers=headers,
    )
    for rejection in rejections:
        raise _rejection_error(by_hash, rejection)
    transfer = partial(_transfer, headers=headers, endpoint=endpoint)
    _run_parallel(partial(transfer, by_hash[action["oid"]], action) for action in actions)
    for addition in additions:
        addition._is_uploaded = True  # noqa: SLF001 - so that the commit doesn't send it again


def _run_parallel(calls: Iterator[partial[None]]) -> None:
    """Run *calls* in threads that know the deadline of the call around them; raise the first no."""
    with ThreadPoolExecutor(_MAX_PARALLEL, thread_name_prefix="large-file") as pool:
        running = [pool.submit(copy_context().run, call) for call in calls]
        try:
            for one in running:
                one.result()
        except HubError:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _transfer(
    addition: CommitOperationAdd, action: LfsAction, *, headers: dict[str, str], endpoint: str
) -> None:
    """Send one file to the store; once more when the store stumbles, as nothing comes of it."""
    _check_destinations(action, endpoint)
    send = partial(lfs_upload, addition, action, headers=headers, endpoint=endpoint)
    try:
        try:
            send()
        except RateLimited:
            raise
        except HubUnavailable:
            if deadline.remaining() <= 0:
                raise
            send()
    except HubError as error:
        raise _with_path(error, addition.path_in_repo) from None


def _check_destinations(action: LfsAction, endpoint: str) -> None:
    """
    Raise HubError where the Hub wants a file, or its token, in a place that must not have it.

    A file goes to another host only over https, unless the Hub itself is on this machine; the
    request that checks it carries the token, and goes to the Hub alone.
    """
    hub = URL(endpoint)
    actions = action.get("actions") or {}
    upload, verify = actions.get("upload") or {}, actions.get("verify") or {}
    part_urls = [value for key, value in (upload.get("header") or {}).items() if key.isdigit()]
    for address in (*([upload["href"]] if upload else ()), *part_urls):
        if not _may_receive_files(URL(str(address)), hub):
            raise HubError(
                "The Hub wants the file sent without encryption, so nothing was sent. No file was "
                "changed. Check HF_ENDPOINT."
            )
    if verify and URL(str(verify["href"])).origin != hub.origin:
        raise HubError(
            "The Hub wants its token sent to another host, so nothing was sent. No file was "
            "changed. Check HF_ENDPOINT."
        )


def _may_receive_files(address: URL, hub: URL) -> bool:
    is_loopback = hub.host in _LOOPBACK_HOSTS and address.host in _LOOPBACK_HOSTS
    return address.scheme == "https" or (address.scheme == "http" and is_loopback)


def _rejection_error(by_hash: Mapping[str, CommitOperationAdd], rejection: LfsAction) -> HubError:
    addition, message = by_hash.get(rejection["oid"]), str(rejection["error"]["message"])
    path = f"{addition.path_in_repo}: " if addition else ""
    quoted = " ".join(message.split())[:300]
    return HubError(f"{path}The Hub's file store refused it: “{quoted}”. No file was changed.")


def _with_path(error: HubError, path: str) -> HubError:
    message = f"{path}: {error}"
    if isinstance(error, RateLimited):
        return RateLimited(message, error.until, error.request_id)
    return type(error)(message, error.request_id)


def _is_large(addition: CommitOperationAdd) -> bool:
    """Whether the Hub wants it in its store, and has not got it."""
    is_new = addition._remote_oid != addition._local_oid  # noqa: SLF001 - the library's own field
    is_wanted = addition._upload_mode == "lfs" and not addition._should_ignore  # noqa: SLF001 - the same
    return is_wanted and is_new


def _gitignore(additions: Sequence[CommitOperationAdd]) -> str | None:
    """Return what the commit itself says is to be left out."""
    for addition in additions:
        if addition.path_in_repo == ".gitignore":
            with addition.as_file() as file:
                return file.read().decode(errors="replace")
    return None
