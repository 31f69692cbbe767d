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
from bot.hub import answers, large_files, logs, patience, spaces
from bot.hub.border import acting, asking
from bot.hub.client import Client
from bot.hub.text import storable
from bot.hub.wire import NAME, Wire, our_version
from bot.model import Account, Budget, Commit, Flavour, Space

_LIST = 6  # a list of many pages may take so many times what one call may
_NEW = 3  # so may a new Space, which the Hub makes while we wait
_UPLOAD = 180.0  # seconds for a commit with its files
_FOR_EVER = -1  # a Space that never sleeps, on the wire


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
        self._wire = Wire(endpoint, token)
        self._api = HfApi(endpoint, token, library_name=NAME, library_version=our_version())
        self._budget: Budget | None = None
        self._creating = Lock()  # the Hub refuses two creations of one account at a time
        _quieten()
        set_client_factory(partial(Client, seconds=timeout, now=now, hear=self._hear))

    def __repr__(self) -> str:
        return f"Hub({self._wire!r})"

    def close(self) -> None:
        """Close the connections. A later call opens new ones."""
        close_session()

    def budget(self) -> Budget | None:
        """Return what the last answer said about our rate limit, None before the first."""
        return self._budget  # a single reference: read and written whole

    def _hear(self, budget: Budget) -> None:
        self._budget = budget

    # -- questions

    def fleet(self, owner: str) -> list[Space]:
        """Return all Spaces of *owner*, or raise: never a part of them."""
        found: dict[str, Space] = {}  # an entry may move to the next page while we turn it
        with asking(_LIST * self._timeout):
            for page in self._wire.pages(owner, spaces.EXPAND, self._timeout):
                found.update(spaces.from_page(page))
        return list(found.values())

    def runtime(self, id: str) -> Space:
        """Return the Space at its stage now; sdk, privacy and subdomain are not in the answer."""
        with asking(self._timeout):
            return spaces.from_runtime(id, self._wire.get(self._wire.of(id, "/runtime")))

    def space(self, id: str) -> Space:
        """Return everything the Hub says about one Space, its host included."""
        with asking(self._timeout):
            return spaces.from_entry(self._wire.get(self._wire.of(id)))

    def head(self, id: str) -> str | None:
        """Return the newest commit of the Space's files, whether or not it serves."""
        with asking(self._timeout):
            return answers.commit_id(self._wire.get(self._wire.of(id)))

    def whoami(self) -> Account:
        """Return whose token we have. The Hub allows this question rarely."""
        with asking(self._timeout):
            return answers.account(self._wire.get(self._wire.url("/api/whoami-v2")))

    def flavours(self) -> tuple[Flavour, ...]:
        """Return the hardware there is, with its price."""
        with asking(self._timeout):
            table = self._wire.get(self._wire.url("/api/spaces/hardware"))
            return answers.flavours(table)

    def logs(
        self, id: str, *, build: bool = False, seconds: float = 8.0, lines: int = 200
    ) -> tuple[str, ...]:
        """Return the tail of a log as it came: colours, tokens and all. It never waits longer."""
        with asking(seconds):
            url = self._wire.of(id, "/logs/build" if build else "/logs/run")
            return logs.tail(url, self._wire.headers(), lines)

    def secrets(self, id: str) -> tuple[str, ...]:
        """Return the names of a Space's secrets; nobody can read their values."""
        with asking(self._timeout):
            return answers.secrets(self._wire.get(self._wire.of(id, "/secrets")))

    def variables(self, id: str) -> Mapping[str, str]:
        """Return a Space's variables, which everyone may read."""
        with asking(self._timeout):
            return answers.variables(self._wire.get(self._wire.of(id, "/variables")))

    def validate_card(self, text: str) -> tuple[str, ...]:
        """Have the Hub read a README.md: return its warnings, raise its refusal."""
        with asking(self._timeout):
            body = {"content": text, "repoType": "space"}
            return answers.warnings(self._wire.post(self._wire.url("/api/validate-yaml"), body))

    # -- acts on a Space

    def restart(self, id: str, *, factory: bool = False) -> str:
        """Restart, or build from scratch. Return the stage in the answer, often still the old."""
        with acting(self._timeout):
            return spaces.stage(self._api.restart_space(id, factory_reboot=factory).stage)

    def pause(self, id: str) -> str:
        with acting(self._timeout):
            return spaces.stage(self._api.pause_space(id).stage)

    def set_sleep(self, id: str, seconds: int | None) -> None:
        """Sleep after so many seconds without visitors, or never. The Space restarts."""
        with acting(self._timeout):
            self._api.set_space_sleep_time(id, _FOR_EVER if seconds is None else seconds)

    def set_hardware(self, id: str, flavour: str) -> None:
        """Move the Space to other hardware. The Hub decides when it sleeps there."""
        with acting(self._timeout):
            self._api.request_space_hardware(id, _hardware(flavour))

    def set_secret(self, id: str, key: str, value: str) -> None:
        with acting(self._timeout):
            self._api.add_space_secret(id, key, value)

    def delete_secret(self, id: str, key: str) -> None:
        with acting(self._timeout):
            self._api.delete_space_secret(id, key)

    def set_variable(self, id: str, key: str, value: str) -> None:
        with acting(self._timeout):
            self._api.add_space_variable(id, key, value)

    def delete_variable(self, id: str, key: str) -> None:
        with acting(self._timeout):
            self._api.delete_space_variable(id, key)

    def commit(self, id: str, files: Mapping[str, bytes], message: str) -> Commit:
        """Put *files* (path in the repo → content) into one commit. The Space builds anew."""
        with acting(_UPLOAD):
            additions = [CommitOperationAdd(path, content) for path, content in files.items()]
            info = patience.bounded(partial(self._put, id, additions, message), _UPLOAD)
            return Commit(url=storable(info.commit_url), oid=storable(info.oid))

    def _put(self, id: str, additions: list[CommitOperationAdd], message: str) -> CommitInfo:
        large_files.upload(id, additions, self._wire.headers(), self._endpoint)
        put = self._api.create_commit
        return put(id, additions, commit_message=message, repo_type="space")

    # -- Spaces that come and go

    def create(self, id: str, *, sdk: str, private: bool) -> str:
        """Create an empty Space and return its page's address. `Conflict` when it is there."""
        with self._making():
            made = self._api.create_repo(id, repo_type="space", space_sdk=sdk, private=private)
            return storable(str(made))

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
        with self._making():
            made = self._api.duplicate_repo(
                template,
                id,
                repo_type="space",
                private=private,
                space_secrets=_pairs(secrets),
                space_variables=_pairs(variables),
            )
            return storable(str(made))

    def delete(self, id: str) -> None:
        """Delete the Space with its files and history, for ever."""
        with acting(self._timeout):
            self._api.delete_repo(id, repo_type="space")

    @contextmanager
    def _making(self) -> Iterator[None]:
        """Wrap the making of a Space: one at a time, each with more time than another call."""
        if not self._creating.acquire(timeout=self._timeout):
            raise HubUnavailable(
                "Other Spaces are being created and the Hub makes one at a time. "
                "Nothing was done. Try again in a moment."
            )
        try:
            with acting(_NEW * self._timeout):
                yield
        finally:
            self._creating.release()


def _quieten() -> None:
    constants.HF_HUB_DISABLE_TELEMETRY = True
    constants.HF_HUB_DISABLE_XET = True  # see `large_files`
    constants.HF_DEBUG = False
    disable_progress_bars()
    warnings.filterwarnings("ignore", module=r"huggingface_hub\.")
    # Of how that library hands a file over to its HTTP client.
    warnings.filterwarnings("ignore", "Use 'content=", DeprecationWarning)


def _hardware(flavour: str) -> Any:
    """A flavour in the type that huggingface_hub declares; any word goes out as it is."""
    return flavour


def _pairs(values: Mapping[str, str]) -> list[dict[str, str]] | None:
    return [{"key": key, "value": value} for key, value in values.items()] or None
