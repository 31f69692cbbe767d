"""The Bolt app, with one middleware that handles every request and channel event."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from secrets import token_hex
from typing import Any

from slack_bolt import Ack, App, BoltContext, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot import metrics
from bot.concurrency import BoundedExecutor
from bot.error_boundary import report_unexpected
from bot.errors import SlackError, UnexpectedError
from bot.listeners import channel_events, payloads
from bot.listeners.bot_identity import BotIdentity
from bot.listeners.intake import (
    NO_IDENTITY,
    RECEIVE_SECONDS,
    WRONG_WORKSPACE,
    Intake,
    IntakeOutcome,
    Replier,
    RequestHandler,
    not_stored_message,
)
from bot.model import Ask, Source
from bot.slack import Identity

logger = logging.getLogger(__name__)

# Bolt's threads run the replies that must be sent even when the work pool is full.
_LISTENER_THREADS, _REPLY_SLOTS = 16, 50


def make_bolt_app(
    client: WebClient, identity: Callable[[], Identity], signing_secret: str = ""
) -> App:
    """Return a Bolt app that starts even while Slack is unavailable.

    Bolt's default calls `auth.test` in the constructor, and fails if Slack does.
    """
    # Bolt reads this logger's own level; at DEBUG it would log payloads.
    bolt_logger = logging.getLogger("slack_bolt.spacebot")
    bot_identity = BotIdentity(identity)
    # Bolt would warn that it ignores SLACK_BOT_TOKEN from the environment.
    bolt_logger.setLevel(logging.ERROR)
    app = App(
        name="spacebot",
        logger=bolt_logger,
        client=client,
        authorize=lambda: _authorize(client, bot_identity),
        signing_secret=signing_secret,
        listener_executor=ThreadPoolExecutor(_LISTENER_THREADS, "listener"),
    )
    bolt_logger.setLevel(logging.INFO)
    return app


def register_listeners(
    app: App,
    handler: RequestHandler,
    replier: Replier,
    work_pool: BoundedExecutor,
    receive_seconds: float = RECEIVE_SECONDS,
) -> None:
    """Pass every slash command, mention, direct message and interaction of *app* to *handler*.

    A middleware instead of listeners, because Bolt acknowledges an event before its listener
    runs, and a request must be stored first.
    """
    reply_pool = BoundedExecutor(app.listener_runner.listener_executor, _REPLY_SLOTS)
    intake = Intake(handler, replier, work_pool, reply_pool, receive_seconds)

    def receive(
        body: dict[str, Any], context: BoltContext, ack: Ack, next: Callable[[], BoltResponse]
    ) -> BoltResponse:
        if channel_events.is_channel_event(body):
            return _record_channel_event(intake, body, context, ack)
        if not payloads.is_request(body):
            return next()
        with metrics.ack.time(), intake.gate.receiving():
            return _receive(intake, body, context, ack)

    app.middleware(receive)


def _receive(intake: Intake, body: dict[str, Any], context: BoltContext, ack: Ack) -> BoltResponse:
    try:
        with report_unexpected(logger, "could not process a payload", expected=()):
            return _process(intake, body, context, ack)
    except UnexpectedError as error:
        return _explain(intake, body, ack, error.reference)


def _process(intake: Intake, body: dict[str, Any], context: BoltContext, ack: Ack) -> BoltResponse:
    try:
        ask = payloads.read(body, context.bot_user_id or "")
    except payloads.UnreadablePayload as error:
        reference = token_hex(4)
        logger.warning("a payload cannot be read (%s), reference %s", error, reference)
        return _explain(intake, body, ack, reference)
    if ask is None:
        return ack()
    acknowledge = partial(_acknowledge, ack, ask)
    if reason := _rejection_reason(context):
        return intake.reject(ask, reason, acknowledge, IntakeOutcome.FOREIGN)
    if errors := intake.check_form(ask):
        return ack(response_action="errors", errors=errors)
    return intake.accept(ask, acknowledge)


def _explain(intake: Intake, body: dict[str, Any], ack: Ack, reference: str) -> BoltResponse:
    """Explain to the sender that nothing was done; return 400 if *body* names no sender."""
    sender = payloads.sender_of(body)
    if not sender.user or not (sender.channel or sender.response_url):
        return BoltResponse(status=400)
    reason = not_stored_message(reference)
    return intake.reject(sender, reason, partial(_acknowledge, ack, sender), IntakeOutcome.LOST)


def _record_channel_event(
    intake: Intake, body: dict[str, Any], context: BoltContext, ack: Ack
) -> BoltResponse:
    """Record a channel event; return 503 if that fails, because Slack then sends it again."""
    rejection = _rejection_reason(context)
    if rejection == NO_IDENTITY or not context.bot_user_id:
        return BoltResponse(status=503)
    event = None if rejection else channel_events.read(body, context.bot_user_id)
    return ack() if event is None or intake.record(event) else BoltResponse(status=503)


def _acknowledge(ack: Ack, ask: Ask, text: str) -> BoltResponse:
    """Acknowledge *ask*, showing *text* to the person, in a form below its first field."""
    if not text:
        return ack()
    if ask.source is Source.MODAL:
        return ack(response_action="errors", errors={next(iter(ask.form_values)): text})
    return ack(text=text, response_type="ephemeral")


def _rejection_reason(context: BoltContext) -> str:
    """Return why the payload is rejected, or "" if it is from the own workspace."""
    auth = context.authorize_result
    if auth is None or auth.team_id is None:
        return NO_IDENTITY
    if auth.enterprise_id and auth.enterprise_id == context.enterprise_id:
        return ""
    return "" if context.team_id == auth.team_id else WRONG_WORKSPACE


def _authorize(client: WebClient, bot_identity: BotIdentity) -> AuthorizeResult:
    """Return the bot's identity in Bolt's form, without ids while Slack is unavailable."""
    try:
        identity = bot_identity.get()
    except SlackError as error:
        logger.warning("the bot's identity is unknown: %s", error)
        return AuthorizeResult(enterprise_id=None, team_id=None, bot_token=client.token)
    return AuthorizeResult(
        enterprise_id=identity.enterprise,
        team_id=identity.team,
        bot_user_id=identity.user,
        bot_id=identity.bot,
        bot_token=client.token,
    )
