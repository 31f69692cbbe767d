"""The client of the Hub: its writes, and the reads of the module `reads`."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from threading import Lock
from typing import Any

from huggingface_hub import (
    CommitInfo,
    CommitOperationAdd,
    HfApi,
    close_session,
    constants,
    set_client_factory,
)

from bot.errors import HubUnavailable
from bot.hub import guards, large_files, space_parsers
from bot.hub.client import Client
from bot.hub.http import LIBRARY_NAME, HubHttp, package_version, silence_library
from bot.hub.reads import HubReads
from bot.hub.text import replace_unstorable
from bot.hub_facts import Commit, RateBudget

_CREATION_TIMEOUT_FACTOR = 3  # for a new Space, which the Hub creates before it answers
_NEVER_SLEEP = -1  # the Hub's value


class Hub(HubReads):
    """
    The Hub, with bounded calls and only our errors.

    Any thread may call any method. A call takes at most *timeout* seconds, a list or a new Space
    a few times that, a commit with its files *upload_timeout* seconds. Reads are retried once when
    the connection breaks or the Hub fails; writes are never retried.

    One process has one Hub, because huggingface_hub keeps one HTTP client per process and the
    constructor replaces it.
    """

    def __init__(
        self,
        token: str,
        *,
        endpoint: str | None = None,
        now: Callable[[], datetime],
        timeout: float = 10.0,
        upload_timeout: float = 180.0,
    ) -> None:
        self._endpoint = endpoint = (endpoint or constants.ENDPOINT).rstrip("/")
        super().__init__(HubHttp(endpoint, token), timeout)
        self._upload_timeout = upload_timeout
        self._api = HfApi(
            endpoint, token, library_name=LIBRARY_NAME, library_version=package_version()
        )
        self._rate_budget: RateBudget | None = None
        self._creation_lock = Lock()  # the Hub refuses two creations of one account at a time
        silence_library()
        set_client_factory(
            partial(Client, seconds=timeout, now=now, on_rate_limit=self._on_rate_limit)
        )

    def __repr__(self) -> str:
        return f"Hub({self._http!r})"

    def close(self) -> None:
        """Close the connections; a later call opens new ones."""
        close_session()

    def budget(self) -> RateBudget | None:
        """Return the rate-limit window of the last answer, None before the first."""
        return self._rate_budget  # reading one reference is atomic

    def _on_rate_limit(self, budget: RateBudget) -> None:
        self._rate_budget = budget

    # -- writes to a Space

    def restart(self, id: str, *, factory: bool = False) -> str:
        """Restart the Space, or rebuild it; return the stage, often still the old one."""
        with guards.guard(self._timeout):
            return space_parsers.parse_stage(
                self._api.restart_space(id, factory_reboot=factory).stage
            )

    def pause(self, id: str) -> str:
        """Pause the Space; return the stage."""
        with guards.guard(self._timeout):
            return space_parsers.parse_stage(self._api.pause_space(id).stage)

    def set_sleep(self, id: str, seconds: int | None) -> None:
        """Set the seconds without visitors until the Space sleeps; this restarts it."""
        with guards.guard(self._timeout):
            self._api.set_space_sleep_time(id, _NEVER_SLEEP if seconds is None else seconds)

    def set_hardware(self, id: str, flavor: str, sleep_seconds: int | None = None) -> None:
        """Move the Space to other hardware, with its sleep time; None: the Hub sets that."""
        with guards.guard(self._timeout):
            self._api.request_space_hardware(id, _as_hardware(flavor), sleep_time=sleep_seconds)

    def set_secret(self, id: str, key: str, value: str) -> None:
        """Add or replace a secret of the Space."""
        with guards.guard(self._timeout):
            self._api.add_space_secret(id, key, value)

    def delete_secret(self, id: str, key: str) -> None:
        """Delete a secret of the Space."""
        with guards.guard(self._timeout):
            self._api.delete_space_secret(id, key)

    def set_variable(self, id: str, key: str, value: str) -> None:
        """Add or replace a variable of the Space."""
        with guards.guard(self._timeout):
            self._api.add_space_variable(id, key, value)

    def delete_variable(self, id: str, key: str) -> None:
        """Delete a variable of the Space."""
        with guards.guard(self._timeout):
            self._api.delete_space_variable(id, key)

    def commit(self, id: str, files: Mapping[str, bytes], message: str) -> Commit:
        """Commit *files* (path in the repo → content); the Space rebuilds."""
        with guards.guard(self._upload_timeout):
            additions = [CommitOperationAdd(path, content) for path, content in files.items()]
            upload = partial(self._upload_and_commit, id, additions, message)
            info = guards.run_upload(upload, self._upload_timeout)
            return Commit(url=replace_unstorable(info.commit_url), oid=replace_unstorable(info.oid))

    def _upload_and_commit(
        self, id: str, additions: list[CommitOperationAdd], message: str
    ) -> CommitInfo:
        large_files.upload(id, additions, self._http.headers(), self._endpoint)
        create_commit = self._api.create_commit
        return create_commit(id, additions, commit_message=message, repo_type="space")

    # -- creation and deletion

    def create(self, id: str, *, sdk: str, private: bool) -> str:
        """Create an empty Space and return its address.

        Raises:
            Conflict: The Space exists.

        """
        with self._serialize_creation():
            url = self._api.create_repo(id, repo_type="space", space_sdk=sdk, private=private)
            return replace_unstorable(str(url))

    def duplicate(
        self,
        template: str,
        id: str,
        *,
        private: bool,
        secrets: Mapping[str, str],
        variables: Mapping[str, str],
    ) -> str:
        """Create a copy of *template* with its secrets and variables; return its address."""
        with self._serialize_creation():
            url = self._api.duplicate_repo(
                template,
                id,
                repo_type="space",
                private=private,
                space_secrets=_to_key_values(secrets),
                space_variables=_to_key_values(variables),
            )
            return replace_unstorable(str(url))

    def delete(self, id: str) -> None:
        """Delete the Space with its files and history permanently."""
        with guards.guard(self._timeout):
            self._api.delete_repo(id, repo_type="space")

    @contextmanager
    def _serialize_creation(self) -> Iterator[None]:
        """Guard the creation of a Space: one at a time, with a longer timeout."""
        if not self._creation_lock.acquire(timeout=self._timeout):
            raise HubUnavailable(
                "Other Spaces are being created, and Hugging Face creates one at a time.",
                effect="Nothing changed.",
                next_step="Try again in a moment.",
            )
        try:
            with guards.guard(_CREATION_TIMEOUT_FACTOR * self._timeout):
                yield
        finally:
            self._creation_lock.release()


def _as_hardware(flavor: str) -> Any:
    """Return *flavor* as the type that huggingface_hub declares; it sends any string."""
    return flavor


def _to_key_values(values: Mapping[str, str]) -> list[dict[str, str]] | None:
    return [{"key": key, "value": value} for key, value in values.items()] or None
