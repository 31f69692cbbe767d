"""Putting files from Slack into a Space: fetched, judged, committed, then followed to the end.

Until the files are known to be good nothing is changed and only the person who asked hears of it.
From then on one card tells all of it; the operation that follows the build takes it over.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock

from bot import collisions, uploads
from bot.cards import Message
from bot.command import Upload
from bot.errors import (
    BotError,
    HubError,
    HubUnavailable,
    Misunderstood,
    Unanswered,
    traced,
)
from bot.model import Ask, Attachment, Commit
from bot.operations import Operation, Progress, Step, Verb
from bot.parsing import Names
from bot.render import uploads as render
from bot.service import booking, replying
from bot.service.operations import starting
from bot.service.parts import Job, Parts
from bot.store import Tx, asks, cards

logger = logging.getLogger(__name__)

# An upload may need half a gigabyte while it is unpacked and sent: one at a time.
_alone = Lock()
_TURN = 120.0  # seconds to wait for it
# For all files together. Past it no other is begun.
_FETCHED_WITHIN = timedelta(seconds=120)


@dataclass(frozen=True, slots=True)
class _Load:
    """Files that are known to be good, and how far they are on their way into the Space."""

    ask: Ask
    what: Upload
    plan: uploads.Plan
    lacking: Sequence[str]  # secrets that are to be set before the commit …
    clashing: Sequence[str]  # … that are not, since variables have their names …
    done: list[str] = field(default_factory=list)  # … and those that are

    @property
    def key(self) -> str:
        """The secret whose turn it is; nothing: it is the commit's."""
        return next(iter(self.lacking[len(self.done) :]), "")

    @property
    def way(self) -> render.Way:
        """How far its secrets are."""
        return render.Way(self.done, self.key, self.clashing)


def upload(parts: Parts, ask: Ask, what: Upload) -> tuple[str, str]:
    """Put the files into the Space; return how the audit keeps it."""
    _live(parts, ask)
    _tell_begun(parts, ask, what)
    if not _alone.acquire(timeout=_TURN):
        raise Misunderstood("I am busy with other uploads, and nothing was done. Try again soon.")
    try:
        return _upload(parts, ask, what)
    finally:
        _alone.release()


def abandon(tx: Tx, ask: Ask) -> None:
    """Let the card of an upload say that its process died over it, if there is such a card."""
    for card in cards.of(tx, _subject(ask)):
        cards.change(tx, card.id, render.interrupted())


def _upload(parts: Parts, ask: Ask, what: Upload) -> tuple[str, str]:
    _live(parts, ask)
    plan = uploads.plan(_fetched(parts, ask, what.files), what.folder, unpack=what.unpack)
    _check_card(parts, plan)
    load = _Load(ask, what, plan, *_lacking(parts, what.space))
    try:
        was, head, commit = _put(parts, load)
    except BotError as error:
        logger.info("upload to %s: %s", what.space, traced(error))
        return "failed", _told(parts, load, error)
    except Exception:
        _show(parts, ask, render.interrupted())
        raise
    if commit.oid == head:
        return "acted", _told_unchanged(parts, load)
    followed = _followed(parts, load, was, commit)
    return "acted", starting.go_on(parts, ask, followed, _subject(ask))


def _told(parts: Parts, load: _Load, error: BotError) -> str:
    """Tell on the card what went wrong; return a line for the audit."""
    space, user, names = load.what.space, load.ask.user, _names(parts, load.what)
    kept = f" Set before that: {', '.join(load.done)}." if load.done else ""
    if isinstance(error, Unanswered) and not load.key:
        _show(parts, load.ask, render.unanswered(names, space, user, str(error), load.done))
        return f"no answer to the upload to {space}: {error}{kept}"
    why = f"{load.key}: {error}" if load.key else str(error)
    _show(parts, load.ask, render.failed(names, space, user, why, load.done))
    return f"failed to upload to {space}: {why}{kept}"


def _told_unchanged(parts: Parts, load: _Load) -> str:
    """Tell on the card that the Space has these files already; return a line for the audit."""
    names, space, files = _names(parts, load.what), load.what.space, len(load.plan.files)
    _show(parts, load.ask, render.unchanged(names, space, files, load.ask.user, load.way))
    kept = f". Set before that: {', '.join(load.done)}" if load.done else ""
    return f"nothing to upload to {space}: it already has these files{kept}"


def _fetched(parts: Parts, ask: Ask, ids: Sequence[str]) -> list[tuple[str, bytes]]:
    """Return the files by name; nothing is fetched before all may be had and are small enough."""
    known = [parts.slack.attachment(id) for id in dict.fromkeys(ids)]
    uploads.check_held(known)
    uploads.check_sizes([(file.name, file.size) for file in known])
    until, room = parts.now() + _FETCHED_WITHIN, uploads.MOST_BYTES
    files = []
    for file in known:
        _live(parts, ask)
        if parts.now() > until:
            raise Misunderstood(
                "Slack hands the files over too slowly, so nothing was uploaded. Try again with "
                "fewer files."
            )
        content = _content(parts, file, room)
        room -= len(content)
        files.append((file.name, content))
    return files


def _content(parts: Parts, file: Attachment, room: int) -> bytes:
    """Fetch even what is announced as empty: only Slack's own store can say that it is."""
    content = parts.slack.download(file, room)
    uploads.check_whole(file, content)
    return content


def _check_card(parts: Parts, plan: uploads.Plan) -> None:
    """Have the Hub read the front matter before it refuses the commit for it."""
    if plan.card is None:
        return
    try:
        text = plan.card.decode()
    except UnicodeDecodeError as error:
        raise Misunderstood(
            "README.md is not written in UTF-8, so nothing was uploaded. Save it as UTF-8."
        ) from error
    try:
        parts.hub.validate_card(text)
    except HubUnavailable:
        raise
    except HubError as error:
        raise Misunderstood(f"README.md: {error} Nothing was uploaded.") from error


def _lacking(parts: Parts, space: str) -> tuple[list[str], list[str]]:
    """Return which of the configured secrets the Space lacks: to be set, and not to be set.

    A secret with the name of a variable would stop the Space, so both lists are read before
    anything is set; where one cannot be read, nothing is uploaded.
    """
    wanted = parts.settings.secrets
    lacking = wanted.keys() - set(parts.hub.secrets(space)) if wanted else set[str]()
    clashing = collisions.shared(lacking, parts.hub.variables(space)) if lacking else []
    return sorted(lacking - set(clashing)), clashing


def _put(parts: Parts, load: _Load) -> tuple[str, str | None, Commit]:
    """Set what is lacking, then commit; return the stage and the newest commit before.

    A commit without an address: its answer was lost, but it has arrived.
    """
    space = load.what.space
    for key in load.lacking:
        _show_load(parts, load)
        parts.hub.set_secret(space, key, parts.settings.secrets[key].get_secret_value())
        load.done.append(key)
    _show_load(parts, load)
    was, head = parts.hub.runtime(space).stage, parts.hub.head(space)
    try:
        return was, head, parts.hub.commit(space, load.plan.files, load.what.message)
    except Unanswered as error:
        arrived = _arrived(parts, space, head)
        if arrived is None:
            raise
        logger.info("upload to %s: it has arrived although: %s", space, traced(error))
        return was, head, Commit(url="", oid=arrived)


def _arrived(parts: Parts, space: str, head: str | None) -> str | None:
    """Return the commit that has come after *head*; None if there is none, or nobody knows."""
    try:
        now = parts.hub.head(space)
    except HubError:
        return None
    return now if now != head else None


def _followed(parts: Parts, load: _Load, was: str, commit: Commit) -> Operation:
    """Return the operation that follows the build: its one step has been sent and accepted."""
    now, ask, space = parts.now(), load.ask, load.what.space
    step = Step(space, Progress.SENT, stage=was, was=was, sent_at=now, accepted=True, tries=1)
    args = {"commit": commit.url, "sha": commit.oid, "clashing": " ".join(load.clashing)}
    return Operation(Verb.UPLOAD, (step,), ask.user, ask.channel, now, thread=ask.thread, args=args)


def _tell_begun(parts: Parts, ask: Ask, what: Upload) -> None:
    names, files = _names(parts, what), len(set(what.files))
    replying.tell(parts, ask, render.begun(names, what.space, files, waits=_alone.locked()))


def _live(parts: Parts, ask: Ask) -> None:
    """Show that this process has not died over the upload."""
    with parts.transaction() as tx:
        asks.touch(tx, ask.key, parts.now())


def _show_load(parts: Parts, load: _Load) -> None:
    names, space, user = _names(parts, load.what), load.what.space, load.ask.user
    card = render.card(names, space, load.plan, user, load.way)
    _show(parts, load.ask, card, begins=not load.done)


def _names(parts: Parts, what: Upload) -> Names:
    return Names.of([what.space], parts.settings.prefix)


def _show(parts: Parts, ask: Ask, message: Message, *, begins: bool = False) -> None:
    with parts.transaction() as tx:
        asks.touch(tx, ask.key, parts.now())
        if begins:
            booking.acting(tx, ask)
        cards.want(
            tx,
            _subject(ask),
            ask.channel,
            message,
            parts.now(),
            user=ask.user,
            thread=ask.thread,
        )
    parts.nudge(Job.DELIVER)


def _subject(ask: Ask) -> str:
    return f"upload:{ask.key[:100]}"
