"""Stand-ins for the world outside. They work, they remember, and they can be broken on purpose."""

import re
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from bot.cards import Message, Place
from bot.errors import (
    Conflict,
    HubError,
    HubUnavailable,
    NotFound,
    SlackAmbiguous,
    SlackError,
    SlackTooFast,
    SlackUnavailable,
    Unanswered,
)
from bot.model import Attachment, Budget, Commit, Flavour, Person, Space
from bot.service.parts import Job
from bot.store.lease import Lease


class FakeClock:
    """Time that stands still until it is told to move."""

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
        self.down: HubError | None = None
        self.refuses: dict[str, HubError] = {}
        self.refuses_of: dict[str, HubError] = {}  # by what is asked, of any Space
        self.unlisted: set[str] = set()
        self.stale: dict[str, str] = {}  # what the list shows, while the truth is another
        self.sent: list[tuple[str, str]] = []
        self.calls: list[str] = []
        self.left: Budget | None = None
        self.lines: dict[str, tuple[str, ...]] = {}
        self.after_restart = "BUILDING"
        self.commits: list[tuple[str, Mapping[str, bytes], str]] = []
        self.bad_card: HubError | None = None  # what the Hub says of a README.md
        self.after_making = "NO_APP_FILE"
        self.unheard: set[str] = (
            set()
        )  # Spaces that are made or changed, but the answer never comes
        self.secret_values: dict[str, dict[str, str]] = {}
        self.variable_values: dict[str, dict[str, str]] = {}
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
        # What is up serves the newest commit, unless the test says otherwise.
        sha = head if stage == "RUNNING" and known.sdk != "static" else None
        told = {"host": host, "error": "", "sha": sha, "head": head, **values}
        self.spaces[id] = replace(known, stage=stage, **told)

    def fleet(self, owner: str) -> list[Space]:
        self._called("list")
        if error := self.refuses.get(owner):
            raise error
        listed = [s for s in self.spaces.values() if s.id not in self.unlisted]
        mine = [space for space in listed if space.id.startswith(f"{owner}/")]
        return [replace(s, stage=self.stale.get(s.id, s.stage)) for s in mine]

    def runtime(self, id: str) -> Space:
        self._called(f"runtime {id}")
        return self._one(id)

    def space(self, id: str) -> Space:
        self._called(f"space {id}")
        return self._one(id)

    def head(self, id: str) -> str | None:
        self._asked("head", id)
        return self._head(id)

    def _head(self, id: str) -> str:
        return f"{sum(one == id for one, _, _ in self.commits):040}"

    def restart(self, id: str, *, factory: bool = False) -> str:
        return self._act("rebuild" if factory else "restart", id, self.after_restart)

    def pause(self, id: str) -> str:
        return self._act("pause", id, "PAUSED")

    def budget(self) -> Budget | None:
        return self.left

    def flavours(self) -> tuple[Flavour, ...]:
        self._called("flavours")
        return (Flavour("cpu-basic", "CPU basic"), Flavour("t4-small", "T4", dollars_per_hour=0.4))

    def logs(
        self, id: str, *, build: bool = False, seconds: float = 8.0, lines: int = 200
    ) -> tuple[str, ...]:
        self._called(f"logs {id}")
        return self.lines.get(id, ())[-lines:]

    def secrets(self, id: str) -> tuple[str, ...]:
        self._asked("secrets", id)
        return tuple(sorted(self.secret_values.get(id, {})))

    def variables(self, id: str) -> Mapping[str, str]:
        self._asked("variables", id)
        return dict(self.variable_values.get(id, {}))

    def set_secret(self, id: str, key: str, value: str) -> None:
        self._change(f"set_secret {key}", id)
        self.secret_values.setdefault(id, {})[key] = value

    def delete_secret(self, id: str, key: str) -> None:
        self._change(f"delete_secret {key}", id)
        self.secret_values.get(id, {}).pop(key, None)

    def set_variable(self, id: str, key: str, value: str) -> None:
        self._change(f"set_variable {key}", id)
        self.variable_values.setdefault(id, {})[key] = value

    def delete_variable(self, id: str, key: str) -> None:
        self._change(f"delete_variable {key}", id)
        self.variable_values.get(id, {}).pop(key, None)

    def set_sleep(self, id: str, seconds: int | None) -> None:
        self._change("set_sleep", id)
        if self.spaces[id].is_paid:  # free hardware keeps its own, without a word
            self.spaces[id] = replace(self.spaces[id], sleep_after=seconds)

    def set_hardware(self, id: str, flavour: str) -> None:
        self._change("set_hardware", id)
        self.spaces[id] = replace(self.spaces[id], hardware=flavour)

    def create(self, id: str, *, sdk: str, private: bool) -> str:
        self._may_make("create", id)
        return self._make("create", id, sdk=sdk, private=private)

    def duplicate(
        self,
        template: str,
        id: str,
        *,
        private: bool,
        secrets: Mapping[str, str],
        variables: Mapping[str, str],
    ) -> str:
        source = self._one(template)
        self._may_make("duplicate", id)
        self.secret_values[id] = dict(secrets)
        self.variable_values[id] = {**self.variable_values.get(template, {}), **variables}
        return self._make("duplicate", id, sdk=source.sdk, private=private)

    def validate_card(self, text: str) -> tuple[str, ...]:
        self._called("validate_card")
        if self.bad_card:
            raise self.bad_card
        return ()

    def commit(self, id: str, files: Mapping[str, bytes], message: str) -> Commit:
        self._change("commit", id)
        url = f"https://hub.test/spaces/{id}/commit/"
        if any((one, put) == (id, files) for one, put, _ in self.commits[-1:]):
            return Commit(f"{url}{self._head(id)}", self._head(id))  # nothing has changed
        self.commits.append((id, files, message))
        self.put(id, "BUILDING")
        if id in self.unheard:
            raise Unanswered("The request left for the Hub and no answer came.")
        return Commit(f"{url}{self._head(id)}", self._head(id))

    def delete(self, id: str) -> None:
        self._change("delete", id)
        del self.spaces[id]

    def _may_make(self, what: str, id: str) -> None:
        self._called(f"{what} {id}")
        if error := self.refuses.get(id):
            raise error
        if id in self.spaces:
            raise Conflict("It exists already: “You already created this space repo”.")

    def _make(self, what: str, id: str, **values: Any) -> str:
        self.sent.append((what, id))
        self.put(id, self.after_making, **values)
        if id in self.unheard:
            raise Unanswered("The request left for the Hub and no answer came.")
        return f"https://hub.test/spaces/{id}"

    def _change(self, what: str, id: str) -> None:
        """Change something of a Space that is not its stage."""
        self._asked(what, id)
        self.sent.append((what, id))

    def _asked(self, what: str, id: str) -> None:
        self._called(f"{what} {id}")
        if error := self.refuses.get(id) or self.refuses_of.get(what):
            raise error
        self._one(id)

    def _act(self, what: str, id: str, stage: str) -> str:
        self._called(f"{what} {id}")
        if error := self.refuses.get(id):
            raise error
        self._one(id)
        self.sent.append((what, id))
        self.put(id, stage)
        return stage

    def _one(self, id: str) -> Space:
        if id not in self.spaces:
            raise NotFound(f"There is no Space {id}, or my token may not see it.")
        return self.spaces[id]

    def _called(self, what: str) -> None:
        self.calls.append(what)
        if self.down:
            raise self.down

    def break_down(self) -> None:
        self.down = HubUnavailable("The Hub does not answer.")

    def mend(self) -> None:
        self.down = None


@dataclass
class Shown:
    """One message as people see it in the fake Slack."""

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
        """What each button types, by its label."""
        elements = [e for b in self.message.blocks for e in b.get("elements", []) if "value" in e]
        return {e["text"]["text"]: e["value"] for e in elements}


@dataclass
class Handed:
    """One file as it was handed over."""

    channel: str
    name: str
    content: str
    thread: str | None = None


@dataclass
class FakeSlack:
    """A workspace that remembers every message, whisper and response."""

    shown: list[Shown] = field(default_factory=list)
    whispers: list[tuple[str, Message]] = field(default_factory=list)
    responses: list[tuple[str, Message, bool]] = field(default_factory=list)
    files: list[Handed] = field(default_factory=list)
    no_files: SlackError | None = None  # what an upload meets
    admins: set[str] = field(default_factory=lambda: {"ULEAD"})
    guests: set[str] = field(default_factory=set)
    forms: dict[str, Mapping[str, Any]] = field(default_factory=dict)  # open modals, by id
    no_form: SlackError | None = None  # what opening one meets
    shared: dict[str, tuple[str, bytes]] = field(default_factory=dict)  # by id: name, content
    sizes: dict[str, int] = field(default_factory=dict)  # what Slack says, if not the truth
    absent: dict[str, str] = field(default_factory=dict)  # by id: why Slack has no content of it
    groups: dict[str, frozenset[str]] = field(default_factory=dict)
    no_person: SlackError | None = None  # what asking for a person meets
    no_group: SlackError | None = None  # … and for a group
    missing: set[str] = field(default_factory=set)  # channels without us …
    missing_because: str = "not_in_channel"  # … in Slack's word
    unjoined: set[str] = field(default_factory=set)  # names of channels without us
    lookups: list[str] = field(default_factory=list)  # names that were looked up
    crowded: dict[str, float] = field(default_factory=dict)  # channel → seconds to hold back
    refused: list[str] = field(default_factory=list)  # channels of the calls that were refused
    downloads: list[str] = field(default_factory=list)  # ids of files that were fetched
    trouble: SlackError | None = None  # what every call meets
    refuses: dict[str, str] = field(default_factory=dict)  # by call: Slack's code
    swallow: int = 0  # so many posts are shown, but their answer never comes
    posts: int = 0
    clock: Callable[[], datetime] | None = None
    _ids: Any = field(default_factory=lambda: count(1))

    def post(
        self, channel: str, message: Message, *, thread: str | None = None, nonce: str = ""
    ) -> Place:
        self._meet(channel, "post", message)
        self.posts += 1
        place = Place(_id(channel), f"{next(self._ids)}.0")
        self.shown.append(Shown(place.channel, place.ts, message, nonce, thread))
        if self.swallow:
            self.swallow -= 1
            raise SlackAmbiguous("Slack did not answer in time.")
        return place

    def update(self, place: Place, message: Message) -> None:
        self._meet(place.channel, "update", message)
        if place.channel[:1] not in "CD":
            raise SlackError("Only an id will do here.", "channel_not_found")
        found = self.at(place.ts)
        if found is None:
            raise SlackError("The message is gone.", "message_not_found")
        found.message, found.edits = message, found.edits + 1

    def delete(self, place: Place) -> None:
        self._meet(place.channel, "delete")
        found = self.at(place.ts)
        if found is None:
            raise SlackError("The message is gone.", "message_not_found")
        self.shown.remove(found)

    def find(
        self, channel: str, nonce: str, since: datetime, *, thread: str | None = None
    ) -> Place | None:
        self._meet(channel, "find")
        hits = [s for s in self.shown if s.nonce == nonce and s.channel == _id(channel)]
        return Place(hits[0].channel, hits[0].ts) if hits else None

    def whisper(
        self, channel: str, user: str, message: Message, *, thread: str | None = None
    ) -> None:
        self._meet(channel, "whisper", message)
        self.whispers.append((user, message))

    def respond(self, url: str, message: Message, *, replace: bool = False) -> None:
        self._meet("", "respond", message)
        self.responses.append((url, message, replace))

    def upload(self, channel: str, name: str, content: str, *, thread: str | None = None) -> None:
        self._meet(channel)
        if self.no_files:
            raise self.no_files
        self.files.append(Handed(channel, name, content, thread))

    def open_form(self, trigger: str, view: Mapping[str, Any]) -> str:
        self._meet("")
        if self.no_form:
            raise self.no_form
        id = f"V{next(self._ids)}"
        self.forms[id] = view
        return id

    def update_form(self, id: str, view: Mapping[str, Any]) -> None:
        self._meet("")
        self.forms[id] = view

    def attachment(self, id: str) -> Attachment:
        self._meet("")
        if id not in self.shared:
            raise SlackError("Slack said no (file_not_found). Nothing was done.", "file_not_found")
        name, content = self.shared[id]
        size, url = self.sizes.get(id, len(content)), f"https://files.test/{id}"
        return Attachment(id, name, size, url, absent=self.absent.get(id, ""))

    def download(self, attachment: Attachment, most: int) -> bytes:
        self._meet("")
        self.downloads.append(attachment.id)
        content = self.shared[attachment.id][1]
        if len(content) > most:
            raise SlackError("It is longer than Slack said. Nothing was done.", "long")
        return content

    def find_channel(self, name: str) -> str | None:
        self._meet("")
        self.lookups.append(name)
        return None if name in self.unjoined else _id(name)

    def person(self, user: str) -> Person:
        self._meet("")
        if self.no_person:
            raise self.no_person
        is_guest = user in self.guests
        return Person(user, user.lower(), user in self.admins and not is_guest, is_guest)

    def group(self, id: str) -> frozenset[str]:
        self._meet("")
        if self.no_group:
            raise self.no_group
        return self.groups.get(id, frozenset())

    def at(self, ts: str) -> Shown | None:
        return next((s for s in self.shown if s.ts == ts), None)

    def remove(self, shown: Shown) -> None:
        """A person deletes a message."""
        self.shown.remove(shown)

    def go_down(self) -> None:
        self.trouble = SlackUnavailable("Slack does not answer.")

    def come_back(self) -> None:
        self.trouble = None

    @property
    def cards(self) -> list[Shown]:
        """What stands in channels, without replies in threads."""
        return [s for s in self.shown if s.thread is None]

    @property
    def replies(self) -> list[Shown]:
        return [s for s in self.shown if s.thread is not None]

    def _meet(self, channel: str, call: str = "", message: Message | None = None) -> None:
        if self.trouble:
            raise self.trouble
        if channel in self.crowded:
            self.refused.append(channel)
            raise SlackTooFast("Slack says slower.", "ratelimited", self.crowded[channel])
        if channel in self.missing:
            raise SlackError("I am not in that channel.", self.missing_because)
        code = self.refuses.get(call)
        # What Slack blames on the content, it takes without blocks.
        if code and not (code in BLAMES_BLOCKS and message and not message.blocks):
            self.refused.append(channel)
            raise says(code)


#: Codes by which Slack refuses the blocks of a message.
BLAMES_BLOCKS = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})
_IN_DOUBT = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})


def says(code: str) -> SlackError:
    """Return what the adapter raises when Slack refuses with *code*."""
    if code in {"ratelimited", "rate_limited"}:
        return SlackTooFast(f"Slack says {code}.", code)
    if code in _IN_DOUBT or code.startswith("http_"):
        return SlackAmbiguous(f"Slack says {code}.", code)
    return SlackError(f"Slack says {code}.", code)


def _id(channel: str) -> str:
    """The id of a channel that is called by its name, or by the person at its other end."""
    if channel.startswith("U"):
        return f"D{channel}"
    return channel if channel.isupper() else f"C0{re.sub(r'[^a-z0-9]', '', channel).upper()}"


class Inline(Executor):
    """An executor that runs the work at once, in the caller's thread."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - a future carries whatever was raised
            future.set_exception(error)
        return future


class Nudges:
    """Remembers which jobs were asked to run."""

    def __init__(self) -> None:
        self.asked: list[Job] = []

    def __call__(self, job: Job) -> None:
        self.asked.append(job)


class FakeLead:
    """Whether we lead, as the test says."""

    def __init__(self, lease: Lease | None) -> None:
        self.lease = lease

    def __call__(self) -> Lease | None:
        return self.lease
