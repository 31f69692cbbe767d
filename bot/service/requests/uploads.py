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
    with_request_id,
)
from bot.model import Ask, Attachment, Commit
from bot.operations import Operation, Step, StepState, Verb
from bot.parsing import NameIndex
from bot.render import uploads as render
from bot.service import reply_channel, request_state
from bot.service.dependencies import Dependencies, Job
from bot.service.operations import begin
from bot.store import Tx, asks, cards

logger = logging.getLogger(__name__)

# An upload may need half a gigabyte while it is unpacked and sent: one at a time.
_upload_lock = Lock()
_SLOT_TIMEOUT_SECONDS = 120.0  # seconds to wait for it
# For all files together. Past it no other is begun.
_FETCH_TIMEOUT = timedelta(seconds=120)


@dataclass(frozen=True, slots=True)
class _UploadJob:
    """Files that are known to be good, and how far they are on their way into the Space."""

    ask: Ask
    request: Upload
    plan: uploads.UploadPlan
    missing_keys: Sequence[str]  # secrets that are to be set before the commit …
    clashing_keys: Sequence[str]  # … that are not, since variables have their names …
    set_keys: list[str] = field(default_factory=list)  # … and those that are

    @property
    def current_key(self) -> str:
        """The secret whose turn it is; nothing: it is the commit's."""
        return next(iter(self.missing_keys[len(self.set_keys) :]), "")

    @property
    def progress(self) -> render.UploadProgress:
        """How far its secrets are."""
        return render.UploadProgress(self.set_keys, self.current_key, self.clashing_keys)


def upload(deps: Dependencies, ask: Ask, request: Upload) -> tuple[str, str]:
    """Put the files into the Space; return how the audit keeps it."""
    _heartbeat(deps, ask)
    _notify_started(deps, ask, request)
    if not _upload_lock.acquire(timeout=_SLOT_TIMEOUT_SECONDS):
        raise Misunderstood("I am busy with other uploads, and nothing was done. Try again soon.")
    try:
        return _upload(deps, ask, request)
    finally:
        _upload_lock.release()


def show_interrupted(tx: Tx, ask: Ask) -> None:
    """Let the card of an upload say that its process died over it, if there is such a card."""
    for card in cards.by_key(tx, _card_key(ask)):
        cards.set_content(tx, card.id, render.interrupted_card())


def _upload(deps: Dependencies, ask: Ask, request: Upload) -> tuple[str, str]:
    _heartbeat(deps, ask)
    plan = uploads.plan_upload(
        _fetch_files(deps, ask, request.files), request.folder, unpack=request.unpack
    )
    _check_card(deps, plan)
    job = _UploadJob(ask, request, plan, *_missing_secrets(deps, request.space))
    try:
        stage_before, head, commit = _set_secrets_and_commit(deps, job)
    except BotError as error:
        logger.info("upload to %s: %s", request.space, with_request_id(error))
        return "failed", _show_failure(deps, job, error)
    except Exception:
        _show(deps, ask, render.interrupted_card())
        raise
    if commit.oid == head:
        return "acted", _show_unchanged(deps, job)
    operation = _make_operation(deps, job, stage_before, commit)
    return "acted", begin.follow_existing(deps, ask, operation, _card_key(ask))


def _show_failure(deps: Dependencies, job: _UploadJob, error: BotError) -> str:
    """Tell on the card what went wrong; return a line for the audit."""
    space, user, names = job.request.space, job.ask.user, _names(deps, job.request)
    note = f" Set before that: {', '.join(job.set_keys)}." if job.set_keys else ""
    if isinstance(error, Unanswered) and not job.current_key:
        _show(
            deps, job.ask, render.outcome_unknown_card(names, space, user, str(error), job.set_keys)
        )
        return f"no answer to the upload to {space}: {error}{note}"
    reason = f"{job.current_key}: {error}" if job.current_key else str(error)
    _show(deps, job.ask, render.failed_card(names, space, user, reason, job.set_keys))
    return f"failed to upload to {space}: {reason}{note}"


def _show_unchanged(deps: Dependencies, job: _UploadJob) -> str:
    """Tell on the card that the Space has these files already; return a line for the audit."""
    names, space, files = _names(deps, job.request), job.request.space, len(job.plan.files)
    _show(deps, job.ask, render.unchanged_card(names, space, files, job.ask.user, job.progress))
    note = f". Set before that: {', '.join(job.set_keys)}" if job.set_keys else ""
    return f"nothing to upload to {space}: it already has these files{note}"


def _fetch_files(deps: Dependencies, ask: Ask, ids: Sequence[str]) -> list[tuple[str, bytes]]:
    """Return the files by name; nothing is fetched before all may be had and are small enough."""
    slack_files = [deps.slack.attachment(id) for id in dict.fromkeys(ids)]
    uploads.check_available(slack_files)
    uploads.check_sizes([(file.name, file.size) for file in slack_files])
    deadline, remaining = deps.now() + _FETCH_TIMEOUT, uploads.MOST_BYTES
    files = []
    for file in slack_files:
        _heartbeat(deps, ask)
        if deps.now() > deadline:
            raise Misunderstood(
                "Slack hands the files over too slowly, so nothing was uploaded. Try again with "
                "fewer files."
            )
        content = _download(deps, file, remaining)
        remaining -= len(content)
        files.append((file.name, content))
    return files


def _download(deps: Dependencies, file: Attachment, remaining: int) -> bytes:
    """Fetch even what is announced as empty: only Slack's own store can say that it is."""
    content = deps.slack.download(file, remaining)
    uploads.check_complete(file, content)
    return content


def _check_card(deps: Dependencies, plan: uploads.UploadPlan) -> None:
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
        deps.hub.validate_card(text)
    except HubUnavailable:
        raise
    except HubError as error:
        raise Misunderstood(f"README.md: {error} Nothing was uploaded.") from error


def _missing_secrets(deps: Dependencies, space: str) -> tuple[list[str], list[str]]:
    """Return which of the configured secrets the Space lacks: to be set, and not to be set.

    A secret with the name of a variable would stop the Space, so both lists are read before
    anything is set; where one cannot be read, nothing is uploaded.
    """
    configured = deps.settings.secrets
    missing = configured.keys() - set(deps.hub.secrets(space)) if configured else set[str]()
    clashing_keys = collisions.shared_keys(missing, deps.hub.variables(space)) if missing else []
    return sorted(missing - set(clashing_keys)), clashing_keys


def _set_secrets_and_commit(deps: Dependencies, job: _UploadJob) -> tuple[str, str | None, Commit]:
    """Set what is lacking, then commit; return the stage and the newest commit before.

    A commit without an address: its answer was lost, but it has arrived.
    """
    space = job.request.space
    for key in job.missing_keys:
        _show_progress(deps, job)
        deps.hub.set_secret(space, key, deps.settings.secrets[key].get_secret_value())
        job.set_keys.append(key)
    _show_progress(deps, job)
    stage_before, head = deps.hub.runtime(space).stage, deps.hub.head(space)
    try:
        return stage_before, head, deps.hub.commit(space, job.plan.files, job.request.message)
    except Unanswered as error:
        oid = _find_commit_after(deps, space, head)
        if oid is None:
            raise
        logger.info("upload to %s: it has arrived although: %s", space, with_request_id(error))
        return stage_before, head, Commit(url="", oid=oid)


def _find_commit_after(deps: Dependencies, space: str, head: str | None) -> str | None:
    """Return the commit that has come after *head*; None if there is none, or nobody knows."""
    try:
        newest = deps.hub.head(space)
    except HubError:
        return None
    return newest if newest != head else None


def _make_operation(
    deps: Dependencies, job: _UploadJob, stage_before: str, commit: Commit
) -> Operation:
    """Return the operation that follows the build: its one step has been sent and accepted."""
    now, ask, space = deps.now(), job.ask, job.request.space
    step = Step(
        space,
        StepState.SENT,
        stage=stage_before,
        stage_before=stage_before,
        sent_at=now,
        accepted=True,
        attempts=1,
    )
    args = {"commit": commit.url, "sha": commit.oid, "clashing": " ".join(job.clashing_keys)}
    return Operation(Verb.UPLOAD, (step,), ask.user, ask.channel, now, thread=ask.thread, args=args)


def _notify_started(deps: Dependencies, ask: Ask, request: Upload) -> None:
    names, files = _names(deps, request), len(set(request.files))
    reply_channel.reply_best_effort(
        deps, ask, render.started(names, request.space, files, is_queued=_upload_lock.locked())
    )


def _heartbeat(deps: Dependencies, ask: Ask) -> None:
    """Show that this process has not died over the upload."""
    with deps.transaction() as tx:
        asks.heartbeat(tx, ask.idempotency_key, deps.now())


def _show_progress(deps: Dependencies, job: _UploadJob) -> None:
    names, space, user = _names(deps, job.request), job.request.space, job.ask.user
    card = render.card(names, space, job.plan, user, job.progress)
    _show(deps, job.ask, card, is_start=not job.set_keys)


def _names(deps: Dependencies, request: Upload) -> NameIndex:
    return NameIndex.of([request.space], deps.settings.prefix)


def _show(deps: Dependencies, ask: Ask, message: Message, *, is_start: bool = False) -> None:
    with deps.transaction() as tx:
        asks.heartbeat(tx, ask.idempotency_key, deps.now())
        if is_start:
            request_state.mark_started(tx, ask)
        cards.upsert(
            tx,
            _card_key(ask),
            ask.channel,
            message,
            deps.now(),
            user=ask.user,
            thread=ask.thread,
        )
    deps.trigger(Job.DELIVER)


def _card_key(ask: Ask) -> str:
    return f"upload:{ask.idempotency_key[:100]}"
