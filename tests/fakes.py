"""Fakes of the outside world: they work, record calls, and can be broken on purpose."""

import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.alerts.channels import AlertChannel
from bot.cards import Message, MessageRef
from bot.errors import (
    Conflict,
    HubError,
    HubUnavailable,
    NotFound,
    OutcomeUnknown,
    SlackError,
    SlackOutcomeUnknown,
    SlackRateLimited,
    SlackUnavailable,
)
from bot.health.verdict import ProbeAnswer, ProbeProblem
from bot.hub_facts import Commit, Flavor, LastCommit, RateBudget, SpaceSettings
from bot.model import CheckResult, Person, SlackFile, Space
from bot.service import Bot
from bot.service.dependencies import Job
from bot.service.leadership import Leadership
from bot.store import Store
from bot.store.lease import Lease


class FakeClock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 2, 10, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def tick(self, **delta: float) -> None:
        self.time += timedelta(**delta)


class FakeHub:
    """A fleet whose stages are set by the test. `down` makes every call fail."""

    def __init__(self, **stages: str) -> None:
        self.spaces: dict[str, Space] = {}
        self.outage: HubError | None = None
        self.errors_by_space: dict[str, HubError] = {}
        self.errors_by_call: dict[str, HubError] = {}  # by call, for any Space
        self.unlisted: set[str] = set()
        self.renames: dict[str, str] = {}  # old id → new id
        self.listed_stages: dict[str, str] = {}  # what the list shows instead of the current Space
        self.writes: list[tuple[str, str]] = []
        self.calls: list[str] = []
        self.rate_limit_window: RateBudget | None = None
        self.settings: dict[str, SpaceSettings] = {}
        self.last_commits: dict[str, LastCommit] = {}
        self.plans: dict[str, str] = {}
        self.log_lines: dict[str, tuple[str, ...]] = {}
        self.stage_after_restart = "BUILDING"
        self.commits: list[tuple[str, Mapping[str, bytes], str]] = []
        self.card_error: HubError | None = None  # the Hub's error about a README.md
        self.stage_after_creation = "NO_APP_FILE"
        self.lost_answers: set[str] = (
            set()
        )  # Spaces whose creations and changes succeed, but without a response
        self.secret_values: dict[str, dict[str, str]] = {}
        self.variable_values: dict[str, dict[str, str]] = {}
        self.lists_commits = True
        self.on_call: Callable[[str], object] = lambda _: None  # called first in each call
        self.set(**stages)

    def set(self, **stages: str) -> None:
        """Set stages by short name: `hub.set(team_a="SLEEPING")`."""
        for short, stage in stages.items():
            self.put(f"acme/{short.replace('_', '-')}", stage)

    def put(self, id: str, stage: str, **values: Any) -> None:
        """Set one Space by its full id."""
        known = self.spaces.get(id, Space(id, stage, hardware="cpu-basic", sdk="docker"))
        host = f"https://{id.replace('/', '-').lower()}.hf.space"
        head = self._head(id)
        # A running Space serves the newest commit, unless the test says otherwise.
        sha = head if stage == "RUNNING" and known.sdk != "static" else None
        fields = {"host": host, "error": "", "sha": sha, "head": head, **values}
        self.spaces[id] = replace(known, stage=stage, **fields)

    def fleet(self, owner: str) -> list[Space]:
        self._record_call("list")
        if error := self.errors_by_space.get(owner):
            raise error
        listed = [s for s in self.spaces.values() if s.id not in self.unlisted]
        mine = [space for space in listed if space.id.startswith(f"{owner}/")]
        mine = mine if self.lists_commits else [replace(space, sha=None) for space in mine]
        stages = self.listed_stages
        return [replace(s, stage=stages[s.id]) if s.id in stages else s for s in mine]

    def runtime(self, id: str) -> Space:
        self._record_call(f"runtime {id}")
        return self._get_space(id)

    def space(self, id: str) -> Space:
        self._record_call(f"space {id}")
        is_known = id in self.spaces  # a new Space with the old name of another
        return self._get_space(id if is_known else self.renames.get(id, id))

    def details(self, id: str) -> tuple[Space, SpaceSettings]:
        return self.space(id), self.settings.get(id, SpaceSettings())

    def last_commit(self, id: str) -> LastCommit | None:
        self._check_call("last_commit", id)
        return self.last_commits.get(id)

    def plan(self, owner: str) -> str:
        self._record_call(f"plan {owner}")
        return self.plans.get(owner, "team")

    def head(self, id: str) -> str | None:
        self._check_call("head", id)
        return self._head(id)

    def _head(self, id: str) -> str:
        return f"{sum(one == id for one, _, _ in self.commits):040}"

    def restart(self, id: str, *, factory: bool = False) -> str:
        return self._act("rebuild" if factory else "restart", id, self.stage_after_restart)

    def pause(self, id: str) -> str:
        return self._act("pause", id, "PAUSED")

    def budget(self) -> RateBudget | None:
        return self.rate_limit_window

    def flavors(self) -> tuple[Flavor, ...]:
        self._record_call("flavors")
        return (Flavor("cpu-basic", "CPU basic"), Flavor("t4-small", "T4", dollars_per_hour=0.4))

    def logs(
        self, id: str, *, build: bool = False, seconds: float = 8.0, lines: int = 200
    ) -> tuple[str, ...]:
        self._record_call(f"logs {id}")
        return self.log_lines.get(id, ())[-lines:]

    def secrets(self, id: str) -> tuple[str, ...]:
        self._check_call("secrets", id)
        return tuple(sorted(self.secret_values.get(id, {})))

    def variables(self, id: str) -> Mapping[str, str]:
        self._check_call("variables", id)
        return dict(self.variable_values.get(id, {}))

    def set_secret(self, id: str, key: str, value: str) -> None:
        self._record_write(f"set_secret {key}", id)
        self.secret_values.setdefault(id, {})[key] = value

    def delete_secret(self, id: str, key: str) -> None:
        self._record_write(f"delete_secret {key}", id)
        self.secret_values.get(id, {}).pop(key, None)

    def set_variable(self, id: str, key: str, value: str) -> None:
        self._record_write(f"set_variable {key}", id)
        self.variable_values.setdefault(id, {})[key] = value

    def delete_variable(self, id: str, key: str) -> None:
        self._record_write(f"delete_variable {key}", id)
        self.variable_values.get(id, {}).pop(key, None)

    def set_sleep(self, id: str, seconds: int | None) -> None:
        self._record_write("set_sleep", id)
        if self.spaces[id].is_paid:  # free hardware silently keeps its own
            self.spaces[id] = replace(self.spaces[id], sleep_after=seconds)

    def set_hardware(self, id: str, flavor: str, sleep_seconds: int | None = None) -> None:
        self._record_write("set_hardware", id)
        self.spaces[id] = replace(self.spaces[id], hardware=flavor, sleep_after=sleep_seconds)

    def create(self, id: str, *, sdk: str, private: bool) -> str:
        self._require_can_create("create", id)
        return self._create("create", id, sdk=sdk, private=private)

    def duplicate(
        self,
        template: str,
        id: str,
        *,
        private: bool,
        secrets: Mapping[str, str],
        variables: Mapping[str, str],
    ) -> str:
        source = self._get_space(template)
        self._require_can_create("duplicate", id)
        self.secret_values[id] = dict(secrets)
        self.variable_values[id] = {**self.variable_values.get(template, {}), **variables}
        return self._create("duplicate", id, sdk=source.sdk, private=private)

    def validate_card(self, text: str) -> None:
        self._record_call("validate_card")
        if self.card_error:
            raise self.card_error

    def commit(self, id: str, files: Mapping[str, bytes], message: str) -> Commit:
        self._record_write("commit", id)
        url = f"https://hub.test/spaces/{id}/commit/"
        if any((one, put) == (id, files) for one, put, _ in self.commits[-1:]):
            return Commit(f"{url}{self._head(id)}", self._head(id))  # nothing has changed
        self.commits.append((id, files, message))
        self.put(id, "BUILDING")
        if id in self.lost_answers:
            raise OutcomeUnknown("The request left for the Hub and no answer came.")
        return Commit(f"{url}{self._head(id)}", self._head(id))

    def delete(self, id: str) -> None:
        self._record_write("delete", id)
        del self.spaces[id]

    def _require_can_create(self, what: str, id: str) -> None:
        self._record_call(f"{what} {id}")
        if error := self.errors_by_space.get(id):
            raise error
        if id in self.spaces:
            raise Conflict("It exists already: “You already created this space repo”.")

    def _create(self, what: str, id: str, **values: Any) -> str:
        self.writes.append((what, id))
        self.put(id, self.stage_after_creation, **values)
        if id in self.lost_answers:
            raise OutcomeUnknown("The request left for the Hub and no answer came.")
        return f"https://hub.test/spaces/{id}"

    def _record_write(self, what: str, id: str) -> None:
        """Change fields of a Space other than its stage."""
        self._check_call(what, id)
        self.writes.append((what, id))

    def _check_call(self, what: str, id: str) -> None:
        self._record_call(f"{what} {id}")
        if error := self.errors_by_space.get(id) or self.errors_by_call.get(what):
            raise error
        self._get_space(id)

    def _act(self, what: str, id: str, stage: str) -> str:
        self._record_call(f"{what} {id}")
        if error := self.errors_by_space.get(id):
            raise error
        self._get_space(id)
        self.writes.append((what, id))
        self.put(id, stage)
        return stage

    def _get_space(self, id: str) -> Space:
        if id not in self.spaces:
            raise NotFound(f"There is no Space {id}, or my token may not see it.")
        return self.spaces[id]

    def _record_call(self, what: str) -> None:
        self.calls.append(what)
        self.on_call(what)
        if self.outage:
            raise self.outage

    def go_down(self) -> None:
        self.outage = HubUnavailable("The Hub does not answer.")

    def come_up(self) -> None:
        self.outage = None


class FakeProber:
    """Apps that answer 200 unless the test says otherwise."""

    def __init__(self) -> None:
        self.answers: dict[str, ProbeAnswer] = {}  # by Space
        self.probes: list[str] = []  # the probed Spaces, in order
        self.paths: dict[str, Sequence[str]] = {}  # requested last, by Space

    def set(self, id: str, status: int = 200, problem: ProbeProblem | None = None) -> None:
        self.answers[id] = ProbeAnswer(status, 0.1, problem=problem)

    def probe(self, space: Space, paths: Sequence[str]) -> ProbeAnswer:
        self.probes.append(space.id)
        self.paths[space.id] = paths
        return replace(self.answers.get(space.id, ProbeAnswer(200, 0.1)), path=paths[0])


@dataclass
class PostedMessage:
    """One message of the fake Slack, as people see it."""

    channel: str
    ts: str
    message: Message
    nonce: str = ""
    thread: str | None = None
    edits: int = 0

    @property
    def text(self) -> str:
        return self.message.text

    @property
    def buttons(self) -> dict[str, str]:
        """Return the command of each button, by its label."""
        elements = [e for b in self.message.blocks for e in b.get("elements", []) if "value" in e]
        return {e["text"]["text"]: e["value"] for e in elements}


@dataclass
class UploadedFile:
    """One uploaded file."""

    channel: str
    name: str
    content: str
    thread: str | None = None


@dataclass
class FakeSlack:
    """A workspace that records every message, ephemeral message and response."""

    messages: list[PostedMessage] = field(default_factory=list)
    ephemeral_messages: list[tuple[str, Message]] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    channel_names: dict[str, str] = field(default_factory=dict)
    responses: list[tuple[str, Message, bool]] = field(default_factory=list)
    files: list[UploadedFile] = field(default_factory=list)
    upload_error: SlackError | None = None  # the error of an upload
    admins: set[str] = field(default_factory=lambda: {"ULEAD"})
    guests: set[str] = field(default_factory=set)
    deactivated: set[str] = field(default_factory=set)
    open_forms: dict[str, Mapping[str, Any]] = field(default_factory=dict)  # open modals, by id
    form_error: SlackError | None = None  # the error of opening one
    shared_files: dict[str, tuple[str, bytes]] = field(default_factory=dict)  # by id: name, content
    reported_sizes: dict[str, int] = field(
        default_factory=dict
    )  # what Slack reports, if not the real one
    unavailable_files: dict[str, str] = field(
        default_factory=dict
    )  # by id: why Slack has no content of it
    groups: dict[str, frozenset[str]] = field(default_factory=dict)
    person_error: SlackError | None = None  # the error of looking up a person
    group_error: SlackError | None = None  # … and a group
    channels_without_bot: set[str] = field(default_factory=set)  # channels without the bot …
    channel_error: str = "not_in_channel"  # … with Slack's code
    unjoined_names: set[str] = field(default_factory=set)  # names of channels without the bot
    lookups: list[str] = field(default_factory=list)  # names that were looked up
    retry_after_by_channel: dict[str, float] = field(
        default_factory=dict
    )  # channel → seconds of Retry-After
    calls: list[str] = field(default_factory=list)  # post, update, find, … in order
    rejected_channels: list[str] = field(default_factory=list)  # channels of the rejected calls
    downloads: list[str] = field(default_factory=list)  # ids of files that were fetched
    outage: SlackError | None = None  # the error of every call
    rejections: dict[str, str] = field(default_factory=dict)  # by call: Slack's code
    rejections_by_channel: dict[str, str] = field(default_factory=dict)  # by channel: Slack's code
    lost_post_answers: int = 0  # the number of posts that succeed without a response
    post_count: int = 0
    call_count: int = 0  # of every kind, failed ones included
    clock: Callable[[], datetime] | None = None
    on_message: Callable[[str], object] = lambda _: None  # called with the text of each new message
    _last_id: int = 0

    def post(
        self, channel: str, message: Message, *, thread: str | None = None, nonce: str = ""
    ) -> MessageRef:
        self._check_call(channel, "post", message)
        self.post_count += 1
        ref = MessageRef(_channel_id(channel), f"{self._next_id()}.0")
        self.messages.append(PostedMessage(ref.channel, ref.ts, message, nonce, thread))
        self.on_message(message.text)
        if self.lost_post_answers:
            self.lost_post_answers -= 1
            raise SlackOutcomeUnknown("Slack did not answer in time.")
        return ref

    def update(self, ref: MessageRef, message: Message) -> None:
        self._check_call(ref.channel, "update", message)
        if ref.channel[:1] not in "CD":
            raise SlackError("Only an id will do here.", "channel_not_found")
        posted = self.message_at(ref.ts)
        if posted is None:
            raise SlackError("The message is gone.", "message_not_found")
        posted.message, posted.edits = message, posted.edits + 1

    def delete(self, ref: MessageRef) -> None:
        self._check_call(ref.channel, "delete")
        posted = self.message_at(ref.ts)
        if posted is None:
            raise SlackError("The message is gone.", "message_not_found")
        self.messages.remove(posted)

    def find(
        self, channel: str, nonce: str, since: datetime, *, thread: str | None = None
    ) -> MessageRef | None:
        self._check_call(channel, "find")
        hits = [s for s in self.messages if s.nonce == nonce and s.channel == _channel_id(channel)]
        return MessageRef(hits[0].channel, hits[0].ts) if hits else None

    def post_ephemeral(
        self, channel: str, user: str, message: Message, *, thread: str | None = None
    ) -> None:
        self._check_call(channel, "post_ephemeral", message)
        self.ephemeral_messages.append((user, message))

    def respond(self, url: str, message: Message, *, replace: bool = False) -> None:
        self._check_call("", "respond", message)
        self.responses.append((url, message, replace))
        self.on_message(message.text)

    def upload(self, channel: str, name: str, content: str, *, thread: str | None = None) -> None:
        self._check_call(channel)
        if self.upload_error:
            raise self.upload_error
        self.files.append(UploadedFile(channel, name, content, thread))

    def open_form(self, trigger_id: str, view: Mapping[str, Any]) -> str:
        self._check_call("")
        if self.form_error:
            raise self.form_error
        id = f"V{self._next_id()}"
        self.open_forms[id] = view
        return id

    def update_form(self, id: str, view: Mapping[str, Any]) -> None:
        self._check_call("")
        self.open_forms[id] = view

    def attachment(self, id: str) -> SlackFile:
        self._check_call("")
        if id not in self.shared_files:
            raise SlackError("Slack said no (file_not_found). Nothing was done.", "file_not_found")
        name, content = self.shared_files[id]
        size, url = self.reported_sizes.get(id, len(content)), f"https://files.test/{id}"
        return SlackFile(id, name, size, url, unavailable_reason=self.unavailable_files.get(id, ""))

    def download(self, attachment: SlackFile, max_bytes: int) -> bytes:
        self._check_call("")
        self.downloads.append(attachment.id)
        content = self.shared_files[attachment.id][1]
        if len(content) > max_bytes:
            raise SlackError("It is larger than Slack reported. Nothing was done.", "long")
        return content

    def find_channel(self, name: str) -> str | None:
        self._check_call("")
        self.lookups.append(name)
        return None if name in self.unjoined_names else _channel_id(name)

    def list_channel_names(self) -> Mapping[str, str]:
        self._check_call("")
        if self.person_error:
            raise self.person_error
        return self.channel_names

    def person(self, user: str) -> Person:
        self._check_call("")
        if self.person_error:
            raise self.person_error
        has_left = user in self.deactivated
        is_guest = user in self.guests or has_left
        is_admin = user in self.admins and not is_guest
        return Person(user, is_admin, is_guest, has_left, self.names.get(user, ""))

    def group(self, id: str) -> frozenset[str]:
        self._check_call("")
        if self.group_error:
            raise self.group_error
        return self.groups.get(id, frozenset())

    def message_at(self, ts: str) -> PostedMessage | None:
        return next((s for s in self.messages if s.ts == ts), None)

    def remove(self, posted: PostedMessage) -> None:
        """A person deletes a message."""
        self.messages.remove(posted)

    def go_down(self) -> None:
        self.outage = SlackUnavailable("Slack does not answer.")

    def come_up(self) -> None:
        self.outage = None

    @property
    def cards(self) -> list[PostedMessage]:
        """Return the messages in channels, without replies in threads."""
        return [s for s in self.messages if s.thread is None]

    @property
    def replies(self) -> list[PostedMessage]:
        return [s for s in self.messages if s.thread is not None]

    def _next_id(self) -> int:
        self._last_id += 1
        return self._last_id

    def _check_call(self, channel: str, call: str = "", message: Message | None = None) -> None:
        self.call_count += 1
        if call:
            self.calls.append(call)
        if self.outage:
            raise self.outage
        if channel in self.retry_after_by_channel:
            self.rejected_channels.append(channel)
            raise SlackRateLimited(
                "Slack says slower.", "ratelimited", self.retry_after_by_channel[channel]
            )
        if channel in self.channels_without_bot:
            raise SlackError("I am not in that channel.", self.channel_error)
        rejection = self.rejections.get(call) or self.rejections_by_channel.get(channel)
        # Slack accepts content errors without the blocks.
        if rejection and not (rejection in BLOCK_ERRORS and message and not message.blocks):
            self.rejected_channels.append(channel)
            raise slack_error(rejection)


#: Codes by which Slack refuses the blocks of a message.
BLOCK_ERRORS = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})
_AMBIGUOUS_CODES = frozenset(
    {"fatal_error", "internal_error", "request_timeout", "service_unavailable"}
)


def slack_error(code: str) -> SlackError:
    """Return the error that the client raises when Slack rejects with *code*."""
    if code in {"ratelimited", "rate_limited"}:
        return SlackRateLimited(f"Slack says {code}.", code)
    if code in _AMBIGUOUS_CODES or code.startswith("http_"):
        return SlackOutcomeUnknown(f"Slack says {code}.", code)
    return SlackError(f"Slack says {code}.", code)


def _channel_id(channel: str) -> str:
    """Return the id of a channel given by its name, or by the person of a direct message."""
    if channel.startswith("U"):
        return f"D{channel}"
    return channel if channel.isupper() else f"C0{re.sub(r'[^a-z0-9]', '', channel).upper()}"


class InlineExecutor(Executor):
    """An executor that runs the work at once, in the caller's thread."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - a future carries whatever was raised
            future.set_exception(error)
        return future


class RecordingTrigger:
    """Records the triggered jobs."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []

    def __call__(self, job: Job) -> None:
        self.jobs.append(job)


class FakeLeadership(Leadership):
    """Leads as long as the test says so."""

    def __init__(self, store: Store, lease: Lease | None) -> None:
        super().__init__(store, lambda: 0.0)
        self.lease = lease

    def current_lease(self) -> Lease | None:
        return self.lease


class FakeSetupChecks:
    """Checks of the setup with these results."""

    def __init__(self, *results: CheckResult) -> None:
        self._results = results

    def run(self, channel: Callable[[], AlertChannel]) -> Sequence[CheckResult]:
        channel()
        return self._results


def with_parts(bot: Bot, **parts: Any) -> Bot:
    """Return *bot* with *parts* instead of its own; its leadership writes to a new store."""
    if "store" in parts and "leadership" not in parts:
        own_lease = bot.deps.leadership.current_lease()
        parts["leadership"] = FakeLeadership(parts["store"], own_lease)
    return Bot(replace(bot.deps, **parts))
