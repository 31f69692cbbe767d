"""The reads of the Hub as methods of one thread-safe object."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from urllib.parse import quote

from bot.errors import HubError, NoLog, NotFound
from bot.hub import account_parsers, guards, logs, space_parsers
from bot.hub.http import HubHttp
from bot.hub_facts import Account, Flavor, LastCommit, SpaceSettings
from bot.model import Space, with_runtime

_LIST_TIMEOUT_FACTOR = 6  # times the timeout of one call, for a list of many pages
_MAX_STAGE_LOOKUPS = 8  # of Spaces that one list has without a stage


class HubReads:
    """The reads of the Hub. Each takes at most *timeout* seconds, a list a few times that."""

    def __init__(self, http: HubHttp, timeout: float) -> None:
        self._http, self._timeout = http, timeout

    def fleet(self, owner: str) -> list[Space]:
        """Return all Spaces of *owner*, never only some of them.

        Some that the Hub lists without a stage are looked up.
        """
        spaces_by_id: dict[str, Space] = {}  # an entry may move to the next page meanwhile
        with guards.guard(_LIST_TIMEOUT_FACTOR * self._timeout):
            for page in self._http.pages(owner, space_parsers.EXPAND_FIELDS, self._timeout):
                spaces_by_id.update(space_parsers.from_page(page))
            return self._with_runtimes(spaces_by_id.values())

    def _with_runtimes(self, listed: Iterable[Space]) -> list[Space]:
        """Return *listed*, with the runtime of the first few that have no stage."""
        found = list(listed)
        unreported = [
            n for n, space in enumerate(found) if space.stage == space_parsers.UNKNOWN_STAGE
        ]
        for n in unreported[:_MAX_STAGE_LOOKUPS]:
            with suppress(HubError):
                found[n] = with_runtime(found[n], self.runtime(found[n].id))
        return found

    def runtime(self, id: str) -> Space:
        """Return the Space with its current stage, without sdk, privacy and subdomain."""
        with guards.guard(self._timeout):
            return space_parsers.from_runtime(
                id, self._http.get(self._http.space_url(id, "/runtime"))
            )

    def space(self, id: str) -> Space:
        """Return the Space with all its fields, including its host."""
        with guards.guard(self._timeout):
            return space_parsers.from_entry(self._http.get(self._http.space_url(id)))

    def details(self, id: str) -> tuple[Space, SpaceSettings]:
        """Return the Space with all its fields, and its settings."""
        with guards.guard(self._timeout):
            data = self._http.get(self._http.space_url(id))
            return space_parsers.from_entry(data), space_parsers.parse_settings(data)

    def last_commit(self, id: str) -> LastCommit | None:
        """Return the newest commit of the Space's files; None for an empty repository."""
        with guards.guard(self._timeout):
            commits = self._http.get(self._http.space_url(id, "/commits/main"))
            return space_parsers.parse_last_commit(commits)

    def plan(self, owner: str) -> str:
        """Return the plan of *owner*: "pro", "team", "enterprise" or "free"."""
        with guards.guard(self._timeout):
            try:
                data = self._http.get(self._http.url(f"/api/organizations/{quote(owner)}/overview"))
            except NotFound:
                data = self._http.get(self._http.url(f"/api/users/{quote(owner)}/overview"))
            return account_parsers.parse_plan(data)

    def head(self, id: str) -> str | None:
        """Return the newest commit of the Space's files, which may not be running yet."""
        with guards.guard(self._timeout):
            return space_parsers.parse_commit_id(self._http.get(self._http.space_url(id)))

    def whoami(self) -> Account:
        """Return the account of the token. The Hub allows few of these calls."""
        with guards.guard(self._timeout):
            return account_parsers.parse_account(self._http.get(self._http.url("/api/whoami-v2")))

    def flavors(self) -> tuple[Flavor, ...]:
        """Return the available hardware with its prices."""
        with guards.guard(self._timeout):
            table = self._http.get(self._http.url("/api/spaces/hardware"))
            return account_parsers.parse_flavors(table)

    def logs(
        self, id: str, *, build: bool = False, seconds: float = 8.0, lines: int = 200
    ) -> tuple[str, ...]:
        """Return the tail of a log within *seconds*, unredacted and with color codes.

        A Space without a container has none.
        """
        with guards.guard(seconds):
            url = self._http.space_url(id, "/logs/build" if build else "/logs/run")
            try:
                return logs.read_tail(url, self._http.headers(), lines)
            except NoLog:
                return ()

    def secrets(self, id: str) -> tuple[str, ...]:
        """Return the names of a Space's secrets; their values can't be read."""
        with guards.guard(self._timeout):
            return space_parsers.parse_secret_names(
                self._http.get(self._http.space_url(id, "/secrets"))
            )

    def variables(self, id: str) -> Mapping[str, str]:
        """Return a Space's variables, which are public."""
        with guards.guard(self._timeout):
            return space_parsers.parse_variables(
                self._http.get(self._http.space_url(id, "/variables"))
            )

    def validate_card(self, text: str) -> None:
        """Raise the Hub's refusal of a README.md."""
        with guards.guard(self._timeout):
            body = {"content": text, "repoType": "space"}
            self._http.post(self._http.url("/api/validate-yaml"), body)
