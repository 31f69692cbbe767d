"""Putting files from Slack into a Space: fetched, judged, committed, then followed to the end.

Until the files are known to be good nothing is changed and only the person who asked hears of it.
From then on one card tells all of it; the operation that follows the build takes it over.
"""

import logging
from collections.abc import Sequence
from datetime import timedelta
from threading import Lock

from bot import uploads
from bot.cards import Message
from bot.command import Upload
from bot.errors import BotError, HubError, HubUnavailable, Misunderstood
from bot.model import Ask, Attachment, Commit
from bot.operations import Operation, Progress, Step, Verb
from bot.parsing import Names
from bot.render import uploads as render
from bot.service.operations import starting
from bot.service.parts import Job, Parts
from bot.store import Tx, cards

logger = logging.getLogger(__name__)

# An upload may need half a gigabyte while it is unpacked and sent: one at a time.
_alone = Lock()
_TURN = 120.0  # seconds to wait for it
# For all files together. Past it no other is begun.
_FETCHED_WITHIN = timedelta(seconds=120)


def upload(parts: Parts, ask: Ask, what: Upload) -> str:
    """Put the files into the Space; return a line for the audit."""
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


def _upload(parts: Parts, ask: Ask, what: Upload) -> str:
    plan = uploads.plan(_fetched(parts, what.files), what.folder, unpack=what.unpack)
    _check_card(parts, plan)
    lacking = _lacking(parts, what.space)
    names = Names.of([what.space], parts.settings.prefix)
    _show(parts, ask, render.card(names, what.space, plan, ask.user, lacking))
    try:
        was, commit = _put(parts, what, plan, lacking)
    except BotError as error:
        logger.info("upload to %s: %s", what.space, error)
        _show(parts, ask, render.failed(names, what.space, ask.user, str(error)))
        return f"failed to upload to {what.space}: {error}"
    except Exception:
        _show(parts, ask, render.interrupted())
        raise
    return starting.go_on(parts, _followed(parts, ask, what, was, commit), _subject(ask))


def _fetched(parts: Parts, ids: Sequence[str]) -> list[tuple[str, bytes]]:
    """Return the files by name; nothing is fetched before all may be had and are small enough."""
    known = [parts.slack.attachment(id) for id in dict.fromkeys(ids)]
    uploads.check_held(known)
    uploads.check_sizes([(file.name, file.size) for file in known])
    until, room = parts.now() + _FETCHED_WITHIN, uploads.MOST_BYTES
    files = []
    for file in known:
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


def _lacking(parts: Parts, space: str) -> list[str]:
    """Return the names of the secrets that the settings give to Spaces and this one lacks."""
    wanted = parts.settings.secrets
    return sorted(wanted.keys() - set(parts.hub.secrets(space))) if wanted else []


def _put(
    parts: Parts, what: Upload, plan: uploads.Plan, lacking: Sequence[str]
) -> tuple[str, Commit]:
    """Set what is lacking, then commit; return the stage that the Space was in before."""
    for key in lacking:
        parts.hub.set_secret(what.space, key, parts.settings.secrets[key].get_secret_value())
    was = parts.hub.runtime(what.space).stage
    return was, parts.hub.commit(what.space, plan.files, what.message)


def _followed(parts: Parts, ask: Ask, what: Upload, was: str, commit: Commit) -> Operation:
    """Return the operation that follows the build: its one step has been sent and accepted."""
    now = parts.now()
    step = Step(what.space, Progress.SENT, stage=was, was=was, sent_at=now, accepted=True, tries=1)
    args = {"commit": commit.url}
    return Operation(Verb.UPLOAD, (step,), ask.user, ask.channel, now, thread=ask.thread, args=args)


def _show(parts: Parts, ask: Ask, message: Message) -> None:
    with parts.transaction() as tx:
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
