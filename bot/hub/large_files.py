"""
Upload of files too large for a commit, to the Hub's file store.

The protocol is Git LFS over HTTP, which the Hub supports for every repository
(https://huggingface.co/docs/hub/xet/legacy-git-lfs). huggingface_hub prefers hf_xet, whose
compiled sockets have neither our deadline nor our errors.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import Any

from httpx2 import URL
from huggingface_hub import CommitOperationAdd

# Private, because the only public way to it, `preupload_lfs_files`, uploads with hf_xet as well.
from huggingface_hub._commit_api import _fetch_upload_modes
from huggingface_hub.lfs import lfs_upload, post_lfs_batch_info

from bot.errors import HubError, HubUnavailable, RateLimited
from bot.network import deadline

_MAX_PARALLEL = 4  # files
_BATCH_FILES = 256  # files per request for upload addresses
_PROTOCOLS = frozenset({None, "basic", "multipart"})  # of Git LFS; None means basic
_NO_FILE_CHANGED = "No file changed."
_LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})

LfsAction = dict[str, Any]


def upload(
    id: str, additions: Sequence[CommitOperationAdd], headers: Mapping[str, str], endpoint: str
) -> None:
    """
    Upload those *additions* that are too large for a commit to the Hub's file store.

    Raises:
        HubError: The store refuses one of them. No file of the Space has changed.

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
    large = [addition for addition in additions if _is_large(addition)]
    for start in range(0, len(large), _BATCH_FILES):
        _upload_batch(id, large[start : start + _BATCH_FILES], request_headers, endpoint)


def _upload_batch(
    id: str, additions: Sequence[CommitOperationAdd], headers: dict[str, str], endpoint: str
) -> None:
    by_hash = {addition.upload_info.sha256.hex(): addition for addition in additions}
    actions, rejections, protocol = post_lfs_batch_info(
        upload_infos=[addition.upload_info for addition in by_hash.values()],
        token=None,  # it is in the headers
        repo_type="space",
        repo_id=id,
        revision="main",
        endpoint=endpoint,
        headers=headers,
    )
    _check_protocol(protocol)
    for rejection in rejections:
        raise _rejection_error(by_hash, rejection)
    transfer = partial(_transfer, headers=headers, endpoint=endpoint)
    _run_parallel(partial(transfer, by_hash[action["oid"]], action) for action in actions)
    for addition in additions:
        addition._is_uploaded = True  # noqa: SLF001 - the commit skips it then


def _check_protocol(protocol: str | None) -> None:
    """
    Check that the store accepts Git LFS.

    An answer for another protocol has no upload addresses, as if the files were there already.

    Raises:
        HubError: It accepts only another protocol.

    """
    if protocol not in _PROTOCOLS:
        name = " ".join((protocol or "").split())[:40]
        raise HubError(
            f"Hugging Face's file storage only takes files by “{name}”, which I don't support.",
            effect=_NO_FILE_CHANGED,
            next_step="Push the files with git.",
        )


def _run_parallel(calls: Iterator[partial[None]]) -> None:
    """Run *calls* in threads with the deadline of the caller; raise the first error."""
    with ThreadPoolExecutor(_MAX_PARALLEL, thread_name_prefix="large-file") as pool:
        running = [pool.submit(copy_context().run, call) for call in calls]
        try:
            for future in running:
                future.result()
        except HubError:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _transfer(
    addition: CommitOperationAdd, action: LfsAction, *, headers: dict[str, str], endpoint: str
) -> None:
    """Send one file to the store; retry once, because an upload alone changes nothing."""
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
        raise error.replace(fact=f"{addition.path_in_repo}: {error.fact}") from None


def _check_destinations(action: LfsAction, endpoint: str) -> None:
    """
    Check that the file and the token go only to allowed addresses.

    A file goes to another host only over https, unless the Hub and that host are on this machine.
    The request that verifies the upload carries the token, so it goes only to the Hub.

    Raises:
        HubError: An address isn't allowed.

    """
    hub = URL(endpoint)
    actions = action.get("actions") or {}
    upload, verify = actions.get("upload") or {}, actions.get("verify") or {}
    part_urls = [value for key, value in (upload.get("header") or {}).items() if key.isdigit()]
    for address in (*([upload["href"]] if upload else ()), *part_urls):
        if not _may_receive_files(URL(str(address)), hub):
            raise HubError(
                "Hugging Face asked for the file without encryption, so I didn't send it.",
                effect=_NO_FILE_CHANGED,
                next_step="Check HF_ENDPOINT.",
            )
    if verify and URL(str(verify["href"])).origin != hub.origin:
        raise HubError(
            "Hugging Face asked for its token on another host, so I didn't send it.",
            effect=_NO_FILE_CHANGED,
            next_step="Check HF_ENDPOINT.",
        )


def _may_receive_files(address: URL, hub: URL) -> bool:
    is_loopback = hub.host in _LOOPBACK_HOSTS and address.host in _LOOPBACK_HOSTS
    return address.scheme == "https" or (address.scheme == "http" and is_loopback)


def _rejection_error(by_hash: Mapping[str, CommitOperationAdd], rejection: LfsAction) -> HubError:
    addition, message = by_hash.get(rejection["oid"]), str(rejection["error"]["message"])
    path = f"{addition.path_in_repo}: " if addition else ""
    quoted = " ".join(message.split())[:300]
    return HubError(
        f"{path}Hugging Face's file storage refused it: “{quoted}”.",
        effect=_NO_FILE_CHANGED,
        next_step="Fix what it says, then upload again.",
    )


def _is_large(addition: CommitOperationAdd) -> bool:
    """Return whether the Hub wants the file in its store and doesn't have it yet."""
    is_new = addition._remote_oid != addition._local_oid  # noqa: SLF001 - the library has no public field
    is_wanted = addition._upload_mode == "lfs" and not addition._should_ignore  # noqa: SLF001 - the same
    return is_wanted and is_new


def _gitignore(additions: Sequence[CommitOperationAdd]) -> str | None:
    """Return the content of the .gitignore in the same commit, None without one."""
    for addition in additions:
        if addition.path_in_repo == ".gitignore":
            with addition.as_file() as file:
                return file.read().decode(errors="replace")
    return None
