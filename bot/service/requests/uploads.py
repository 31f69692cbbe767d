"""
Uploads files from Slack into a Space: fetched, checked, committed, then followed.

Until the files are checked nothing changes, and only the requester is informed. From then on one
card shows the progress; the operation that follows the build takes it over.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from bot import uploads
from bot.audit import AskState, Outcome
from bot.cards import Message
from bot.cards.keys import CardKey, CardKind
from bot.causes import collisions
from bot.error_boundary import report_unexpected
from bot.errors import (
    BotError,
    HubError,
    OutcomeUnknown,
    UnexpectedError,
    UsageError,
    for_listed_space,
    with_request_id,
)
from bot.hub_facts import Commit
from bot.model import Ask
from bot.operations import Operation, Step, StepState, Verb
from bot.parsing import NameIndex
from bot.render import uploads as render
from bot.results import Upload
from bot.service import reply_channel, request_state
from bot.service.dependencies import Clock, Dependencies, Hub, Job, Trigger
from bot.service.operations import begin
from bot.service.requests import upload_files
from bot.settings import Settings
from bot.store import Store, Tx, asks, cards

logger = logging.getLogger(__name__)

# An upload may need half a gigabyte of memory, so only one runs at a time.
_upload_lock = Lock()
_SLOT_TIMEOUT_SECONDS = 120.0  # seconds to wait for it


@dataclass(frozen=True, slots=True)
class UploadCard:
    """The card of the upload that *ask* requested."""

    store: Store
    trigger: Trigger
    clock: Clock
    ask: Ask

    @property
    def key(self) -> CardKey:
        """Return the key of the upload's card."""
        return _key(self.ask)

    def show(self, message: Message, *, is_start: bool = False) -> None:
        """Show *message*, which is also a heartbeat; *is_start* records that effects may begin."""
        ask, now = self.ask, self.clock()
        with self.store.transaction() as tx:
            asks.heartbeat(tx, ask.idempotency_key, now)
            if is_start:
                request_state.mark_started(tx, ask)
            cards.upsert(tx, self.key, ask.channel, message, now, user=ask.user, thread=ask.thread)
        self.trigger(Job.DELIVER)


def show_interrupted(tx: Tx, ask: Ask) -> None:
    """Show on the card of an upload, if it has one, that its process stopped."""
    interrupted = render.interrupted_card()
    cards.set_contents(tx, {card.id: interrupted for card in cards.by_key(tx, _key(ask))})


def _key(ask: Ask) -> CardKey:
    return CardKey.of_request(CardKind.UPLOAD, ask.idempotency_key)


@dataclass(frozen=True, slots=True)
class _UploadJob:
    """A checked upload, and its progress."""

    request: Upload
    names: NameIndex
    card: UploadCard
    plan: uploads.UploadPlan
    missing_keys: Sequence[str]  # configured secrets to set before the commit
    clashing_keys: Sequence[str]  # configured secrets not set, because variables have their names
    set_keys: list[str] = field(default_factory=list)  # those already set

    @property
    def current_key(self) -> str:
        """Return the secret that is being set; "" during the commit."""
        return next(iter(self.missing_keys[len(self.set_keys) :]), "")

    @property
    def progress(self) -> render.UploadProgress:
        """Return the progress of the upload's secrets."""
        return render.UploadProgress(self.set_keys, self.current_key, self.clashing_keys)


def upload(deps: Dependencies, ask: Ask, request: Upload) -> Outcome:
    """Upload the files to the Space; return the outcome.

    Raises:
        BotError: Nothing was uploaded.
    """
    request_state.heartbeat(deps.store, ask, deps.now())
    _notify_started(deps, ask, request)
    if not _upload_lock.acquire(timeout=_SLOT_TIMEOUT_SECONDS):
        raise UsageError("I'm busy with other uploads, so nothing was uploaded. Try again soon.")
    try:
        return _upload(deps, ask, request)
    finally:
        _upload_lock.release()


def _upload(deps: Dependencies, ask: Ask, request: Upload) -> Outcome:
    request_state.heartbeat(deps.store, ask, deps.now())
    plan = uploads.plan_upload(
        upload_files.fetch_files(deps, ask, request.files),
        request.folder,
        unpack=request.unpack,
        include_secrets=request.include_secrets,
    )
    upload_files.check_card(deps.hub, plan)
    names = _names(deps.settings.prefix, request)
    card = UploadCard(deps.store, deps.trigger, deps.now, ask)
    secrets = _missing_secrets(deps.hub, deps.settings, request.space)
    job = _UploadJob(request, names, card, plan, *secrets)
    try:
        with report_unexpected(logger, f"upload to {request.space}"):
            stage_before, head, commit = _set_secrets_and_commit(deps.hub, deps.settings, job)
    except UnexpectedError:
        card.show(render.interrupted_card())
        raise
    except BotError as error:
        logger.info("upload to %s: %s", request.space, with_request_id(error))
        return Outcome(AskState.FAILED, _show_failure(job, for_listed_space(error)))
    if commit.oid == head:
        return Outcome(AskState.UNCHANGED, _show_unchanged(job))
    operation = _make_operation(job, stage_before, commit, deps.now())
    return begin.follow_existing(deps, ask, operation, card.key)


def _show_failure(job: _UploadJob, error: BotError) -> str:
    """Show the error on the card; return a line for the audit."""
    space, user, names = job.request.space, job.card.ask.user, job.names
    note = f" Already set: {', '.join(job.set_keys)}." if job.set_keys else ""
    if isinstance(error, OutcomeUnknown) and not job.current_key:
        message = render.outcome_unknown_card(names, space, user, str(error), job.set_keys)
        job.card.show(message)
        return f"no response to the upload to {space}: {error}{note}"
    reason = _describe_failure(job, error)
    job.card.show(render.failed_card(names, space, user, reason, job.set_keys))
    return f"failed to upload to {space}: {reason}{note}"


def _describe_failure(job: _UploadJob, error: BotError) -> str:
    """Return the message of *error*, with a correct effect if a secret was set."""
    is_claim_false = job.set_keys and error.effect and not isinstance(error, OutcomeUnknown)
    text = error.with_effect("No file changed.") if is_claim_false else str(error)
    return f"{job.current_key}: {text}" if job.current_key else text


def _show_unchanged(job: _UploadJob) -> str:
    """Show on the card that nothing changed; return a line for the audit."""
    space, files, user = job.request.space, len(job.plan.files), job.card.ask.user
    job.card.show(render.unchanged_card(job.names, space, files, user, job.progress))
    note = f". Already set: {', '.join(job.set_keys)}" if job.set_keys else ""
    return f"nothing to upload to {space}: it already has these files{note}"


def _missing_secrets(hub: Hub, settings: Settings, space: str) -> tuple[list[str], list[str]]:
    """Return which configured secrets to set, and which clash with a variable's name.

    A secret with the name of a variable stops the Space, so both lists are read before anything is
    set. If one can't be read, nothing is uploaded.
    """
    configured = settings.secrets
    missing = configured.keys() - set(hub.secrets(space)) if configured else set[str]()
    clashing_keys = collisions.shared_keys(missing, hub.variables(space)) if missing else []
    return sorted(missing - set(clashing_keys)), clashing_keys


def _set_secrets_and_commit(
    hub: Hub, settings: Settings, job: _UploadJob
) -> tuple[str, str | None, Commit]:
    """Set the missing secrets and commit; return the previous stage, previous head and commit.

    The commit's URL is empty if its answer was lost but the commit was found.

    Raises:
        OutcomeUnknown: The outcome of the commit is unknown.
    """
    space = job.request.space
    for key in job.missing_keys:
        _show_progress(job)
        hub.set_secret(space, key, settings.secrets[key].get_secret_value())
        job.set_keys.append(key)
    _show_progress(job)
    stage_before, head = hub.runtime(space).stage, hub.head(space)
    try:
        return stage_before, head, hub.commit(space, job.plan.files, job.request.message)
    except OutcomeUnknown as error:
        oid = _find_commit_after(hub, space, head)
        if oid is None:
            raise
        logger.info(
            "upload to %s: committed, although it reported: %s", space, with_request_id(error)
        )
        return stage_before, head, Commit(url="", oid=oid)


def _find_commit_after(hub: Hub, space: str, head: str | None) -> str | None:
    """Return the commit after *head*; None if there is none or the Hub can't say."""
    try:
        newest = hub.head(space)
    except HubError:
        return None
    return newest if newest != head else None


def _make_operation(job: _UploadJob, stage_before: str, commit: Commit, now: datetime) -> Operation:
    """Return the operation that follows the build, with its step sent and accepted."""
    ask, space = job.card.ask, job.request.space
    step = Step(
        space,
        StepState.SENT,
        stage=stage_before,
        stage_before=stage_before,
        sent_at=now,
        accepted=True,
        attempts=1,
    )
    args = {
        "commit": commit.url,
        "sha": commit.oid,
        "clashing": " ".join(job.clashing_keys),
        "files": str(len(job.plan.files)),
    }
    return Operation(Verb.UPLOAD, (step,), ask.user, ask.channel, now, thread=ask.thread, args=args)


def _notify_started(deps: Dependencies, ask: Ask, request: Upload) -> None:
    names, files = _names(deps.settings.prefix, request), len(set(request.files))
    reply_channel.reply_best_effort(
        deps, ask, render.started(names, request.space, files, is_queued=_upload_lock.locked())
    )


def _show_progress(job: _UploadJob) -> None:
    space, user = job.request.space, job.card.ask.user
    message = render.card(job.names, space, job.plan, user, job.progress)
    job.card.show(message, is_start=not job.set_keys)


def _names(prefix: str, request: Upload) -> NameIndex:
    return NameIndex.of([request.space], prefix)
