"""What the bot asks of the Hub and does there, as one object that threads may share."""

import warnings
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
from huggingface_hub.utils.tqdm import disable_progress_bars

from bot.errors import HubUnavailable
from bot.hub import account, bounded_call, large_files, logs, parse_space
from bot.hub.client import Client
from bot.hub.guards import reading, writing
from bot.hub.http import LIBRARY_NAME, HubHttp, package_version
from bot.hub.text import replace_unstorable
from bot.model import Account, Commit, Flavor, RateBudget, Space

_LIST_TIMEOUT_FACTOR = 6  # a list of many pages may take so many times what one call may
_CREATION_TIMEOUT_FACTOR = 3  # so may a new Space, which the Hub makes while we wait
_UPLOAD_SECONDS = 180.0  # seconds for a commit with its files
_NEVER_SLEEP = -1  # a Space that never sleeps, on the wire


class Hub:
    """
    Every method takes a bounded time (*timeout* seconds for one call, a few times that for a
    list or a new Space, three minutes for a commit), raises only errors of ours, and may be
    called from any thread. Questions are asked a second time when the connection breaks or the
    Hub stumbles; acts are never repeated.

    One process has one Hub: huggingface_hub keeps one HTTP client for everybody, and the
    constructor puts ours in its place. It also turns off what that library does unasked: the
    call for its user-agent (which goes to the real Hub whatever *endpoint* says), its log of
    whole requests, its progress bars, and warnings about sleep times.
    """

    def __init__(
        self,
        token: str,
        *,
        endpoint: str | None = None,
        now: Callable[[], datetime],
        timeout: float = 10.0,
    ) -> None:
        self._endpoint = endpoint = (endpoint or constants.ENDPOINT).rstrip("/")
        self._timeout = timeout
        self._http = HubHttp(endpoint, token)
        self._api = HfApi(
            endpoint, token, library_name=LIBRARY_NAME, library_version=package_version()
        )
        self._rate_budget: RateBudget | None = None
        self._creation_lock = Lock()  # the Hub refuses two creations of one account at a time
        _silence_library()
        set_client_factory(
            partial(Client, seconds=timeout, now=now, on_rate_limit=self._on_rate_limit)
        )

    def __repr__(self) -> str:
        return f"Hub({self._http!r})"

    def close(self) -> None:
        """Close the connections. A later call opens new ones."""
        close_session()

    def budget(self) -> RateBudget | None:
        """Return what the last answer said about our rate limit, None before the first."""
        return self._rate_budget  # a single reference: read and written whole

    def _on_rate_limit(self, budget: RateBudget) -> None:
        self._rate_budget = budget

    # -- questions

    def fleet(self, owner: str) -> list[Space]:
        """Return all Spaces of *owner*, or raise: never a part of them."""
        spaces_by_id: dict[str, Space] = {}  # an entry may move to the next page while we turn it
        with reading(_LIST_TIMEOUT_FACTOR * self._timeout):
            for page in self._http.pages(owner, parse_space.EXPAND_FIELDS, self._timeout):
                spaces_by_id.update(parse_space.from_page(page))
        return list(spaces_by_id.values())

    def runtime(self, id: str) -> Space:
        """Return the Space at its stage now; sdk, privacy and subdomain are not in the answer."""
        with reading(self._timeout):
            return parse_space.from_runtime(
                id, self._http.get(self._http.space_url(id, "/runtime"))
            )

    def space(self, id: str) -> Space:
        """Return everything the Hub says about one Space, its host included."""
        with reading(self._timeout):
            return parse_space.from_entry(self._http.get(self._http.space_url(id)))

    def head(self, id: str) -> str | None:
        """Return the newest commit of the Space's files, whether or not it serves."""
        with reading(self._timeout):
            return account.parse_commit_id(self._http.get(self._http.space_url(id)))

    def whoami(self) -> Account:
        """Return whose token we have. The Hub allows this question rarely."""
        with reading(self._timeout):
            return account.parse_account(self._http.get(self._http.url("/api/whoami-v2")))

    def flavors(self) -> tuple[Flavor, ...]:
        """Return the hardware there is, with its price."""
        with reading(self._timeout):
            table = self._http.get(self._http.url("/api/spaces/hardware"))
            return account.parse_flavors(table)

    def logs(
        self, id: str, *, build: bool = False, seconds: float = 8.0, lines: int = 200
    ) -> tuple[str, ...]:
        """Return the tail of a log as it came: colours, tokens and all. It never waits longer."""
        with reading(seconds):
            url = self._http.space_url(id, "/logs/build" if build else "/logs/run")
            return logs.read_tail(url, self._http.headers(), lines)

    def secrets(self, id: str) -> tuple[str, ...]:
        """Return the names of a Space's secrets; nobody can read their values."""
        with reading(self._timeout):
            return account.parse_secret_names(self._http.get(self._http.space_url(id, "/secrets")))

    def variables(self, id: str) -> Mapping[str, str]:
        """Return a Space's variables, which everyone may read."""
        with reading(self._timeout):
            return account.parse_variables(self._http.get(self._http.space_url(id, "/variables")))

    def validate_card(self, text: str) -> tuple[str, ...]:
        """Have the Hub read a README.md: return its warnings, raise its refusal."""
        with reading(self._timeout):
            body = {"content": text, "repoType": "space"}
            return account.parse_warnings(
                self._http.post(self._http.url("/api/validate-yaml"), body)
            )

    # -- acts on a Space

    def restart(self, id: str, *, factory: bool = False) -> str:
        """Restart, or build from scratch. Return the stage in the answer, often still the old."""
        with writing(self._timeout):
            return parse_space.parse_stage(
                self._api.restart_space(id, factory_reboot=factory).stage
            )

    def pause(self, id: str) -> str:
        with writing(self._timeout):
            return parse_space.parse_stage(self._api.pause_space(id).stage)

    def set_sleep(self, id: str, seconds: int | None) -> None:
        """Sleep after so many seconds without visitors, or never. The Space restarts."""
        with writing(self._timeout):
            self._api.set_space_sleep_time(id, _NEVER_SLEEP if seconds is None else seconds)

    def set_hardware(self, id: str, flavor: str) -> None:
        """Move the Space to other hardware. The Hub decides when it sleeps there."""
        with writing(self._timeout):
            self._api.request_space_hardware(id, _as_hardware(flavor))

    def set_secret(self, id: str, key: str, value: str) -> None:
        with writing(self._timeout):
            self._api.add_space_secret(id, key, value)

    def delete_secret(self, id: str, key: str) -> None:
        with writing(self._timeout):
            self._api.delete_space_secret(id, key)

    def set_variable(self, id: str, key: str, value: str) -> None:
        with writing(self._timeout):
            self._api.add_space_variable(id, key, value)

    def delete_variable(self, id: str, key: str) -> None:
        with writing(self._timeout):
            self._api.delete_space_variable(id, key)

    def commit(self, id: str, files: Mapping[str, bytes], message: str) -> Commit:
        """Put *files* (path in the repo → content) into one commit. The Space builds anew."""
        with writing(_UPLOAD_SECONDS):
            additions = [CommitOperationAdd(path, content) for path, content in files.items()]
            info = bounded_call.run_with_timeout(
                partial(self._upload_and_commit, id, additions, message), _UPLOAD_SECONDS
            )
            return Commit(url=replace_unstorable(info.commit_url), oid=replace_unstorable(info.oid))

    def _upload_and_commit(
        self, id: str, additions: list[CommitOperationAdd], message: str
    ) -> CommitInfo:
        large_files.upload(id, additions, self._http.headers(), self._endpoint)
        create_commit = self._api.create_commit
        return create_commit(id, additions, commit_message=message, repo_type="space")

    # -- Spaces that come and go

    def create(self, id: str, *, sdk: str, private: bool) -> str:
        """Create an empty Space and return its page's address. `Conflict` when it is there."""
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
        """Copy *template* with secrets and variables set before the first build."""
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
        """Delete the Space with its files and history, for ever."""
        with writing(self._timeout):
            self._api.delete_repo(id, repo_type="space")

    @contextmanager
    def _serialize_creation(self) -> Iterator[None]:
        """Wrap the making of a Space: one at a time, each with more time than another call."""
        if not self._creation_lock.acquire(timeout=self._timeout):
            raise HubUnavailable(
                "Other Spaces are being created and the Hub makes one at a time. "
                "Nothing was done. Try again in a moment."
            )
        try:
            with writing(_CREATION_TIMEOUT_FACTOR * self._timeout):
                yield
        finally:
            self._creation_lock.release()


def _silence_library() -> None:
    constants.HF_HUB_DISABLE_TELEMETRY = True
    constants.HF_HUB_DISABLE_XET = True  # see `large_files`
    constants.HF_DEBUG = False
    disable_progress_bars()
    warnings.filterwarnings("ignore", module=r"huggingface_hub\.")
    # Of how that library hands a file over to its HTTP client.
    warnings.filterwarnings("ignore", "Use 'content=", DeprecationWarning)


def _as_hardware(flavor: str) -> Any:
    """A flavour in the type that huggingface_hub declares; any word goes out as it is."""
    return flavor


def _to_key_values(values: Mapping[str, str]) -> list[dict[str, str]] | None:
    return [{"key": key, "value": value} for key, value in values.items()] or None
