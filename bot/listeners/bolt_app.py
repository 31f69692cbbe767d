"""Bolt, set up our way: one middleware is the door for everything that people do."""

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
from bot.concurrency.bounded import BoundedExecutor
from bot.errors import SlackError
from bot.listeners import channel_events, payloads
from bot.listeners.bot_identity import BotIdentity
from bot.listeners.intake import (
    NO_IDENTITY,
    RECEIVE_SECONDS,
    WRONG_WORKSPACE,
    Intake,
    Replier,
    RequestHandler,
    describe_loss,
)
from bot.model import Ask, Source
from bot.slack import Identity

logger = logging.getLogger(__name__)

# Bolt's threads: for modals, and for what has to be said when the work pool is full.
_LISTENER_THREADS, _REPLY_SLOTS = 16, 50


def make_bolt_app(
    client: WebClient, identity: Callable[[], Identity], signing_secret: str = ""
) -> App:
    """Return a Bolt App that starts even while Slack is silent.

    Bolt's own way asks Slack who we are in its constructor, and fails when Slack does.
    """
    # Bolt looks at this logger's own level; at DEBUG it would write payloads down.
    bolt_logger = logging.getLogger("slack_bolt.spacebot")
    bot_identity = BotIdentity(identity)
    bolt_logger.setLevel(
        logging.ERROR
    )  # SLACK_BOT_TOKEN is set, and not read by Bolt: it would warn
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


def bind(
    app: App,
    handler: RequestHandler,
    replier: Replier,
    work_pool: BoundedExecutor,
    receive_seconds: float = RECEIVE_SECONDS,
) -> None:
    """Let *app* hand every command, mention, direct message and tap to *handler*.

    A middleware and not listeners: Bolt acknowledges an event before its listener runs, and
    what is asked must be written down first.
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
        ask = payloads.read(body, context.bot_user_id or "")
        if ask is None:
            return ack()
        acknowledge = partial(_acknowledge, ack, ask)
        if reason := _rejection_reason(context):
            return intake.reject(ask, reason, acknowledge, "foreign")
        if errors := intake.check_form(ask):
            return ack(response_action="errors", errors=errors)
        return intake.accept(ask, acknowledge)
    except payloads.UnreadablePayload as error:
        reference = token_hex(4)
        logger.warning("a payload cannot be read (%s), reference %s", error, reference)
        return _explain(intake, body, ack, reference)
    except Exception:
        reference = token_hex(4)
        logger.exception("could not take a payload in, reference %s", reference)
        return _explain(intake, body, ack, reference)


def _explain(intake: Intake, body: dict[str, Any], ack: Ack, reference: str) -> BoltResponse:
    """Tell the person that nothing was done; 400 if the payload names nobody to tell."""
    sender = payloads.sender_of(body)
    if not sender.user or not (sender.channel or sender.response_url):
        return BoltResponse(status=400)
    reason = describe_loss(reference)
    return intake.reject(sender, reason, partial(_acknowledge, ack, sender), "lost")


def _record_channel_event(
    intake: Intake, body: dict[str, Any], context: BoltContext, ack: Ack
) -> BoltResponse:
    """Follow an event about a channel; without an acknowledgement Slack sends it again."""
    rejection = _rejection_reason(context)
    if rejection == NO_IDENTITY or not context.bot_user_id:
        return BoltResponse(status=503)
    event = None if rejection else channel_events.read(body, context.bot_user_id)
    return ack() if event is None or intake.record(event) else BoltResponse(status=503)


def _acknowledge(ack: Ack, ask: Ask, text: str) -> BoltResponse:
    """Acknowledge *ask*, with a sentence for the person: below the first field of a form."""
    if not text:
        return ack()
    if ask.source is Source.MODAL:
        return ack(response_action="errors", errors={next(iter(ask.form_values)): text})
    return ack(text=text, response_type="ephemeral")


def _rejection_reason(context: BoltContext) -> str:
    """Say why a payload is refused that was not sent by our own workspace."""
    auth = context.authorize_result
    if auth is None or auth.team_id is None:
        return NO_IDENTITY
    if auth.enterprise_id and auth.enterprise_id == context.enterprise_id:
        return ""
    return "" if context.team_id == auth.team_id else WRONG_WORKSPACE


def _authorize(client: WebClient, bot_identity: BotIdentity) -> AuthorizeResult:
    """Return who we are, as Bolt wants it; nobody while Slack cannot say."""
    try:
        identity = bot_identity.get()
    except SlackError as error:
        logger.warning("who we are is not known: %s", error)
        return AuthorizeResult(enterprise_id=None, team_id=None, bot_token=client.token)
    return AuthorizeResult(
        enterprise_id=identity.enterprise,
        team_id=identity.team,
        bot_user_id=identity.user,
        bot_id=identity.bot,
        bot_token=client.token,
    )
