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
from bot.errors import SlackError
from bot.listeners import channel_events, payloads
from bot.listeners.intake import RECEIVE_SECONDS, SPEECHLESS, STRANGER, Door, Intake, Voice, lost
from bot.listeners.ourselves import Ourselves
from bot.listeners.pool import Pool
from bot.model import Ask, Source
from bot.slack import Identity

logger = logging.getLogger(__name__)

# Bolt's threads: for modals, and for what has to be said when the work pool is full.
_THREADS, _APOLOGIES = 16, 50


def bolt(client: WebClient, identity: Callable[[], Identity], signing_secret: str = "") -> App:
    """Return a Bolt App that starts even while Slack is silent.

    Bolt's own way asks Slack who we are in its constructor, and fails when Slack does.
    """
    # Bolt looks at this logger's own level; at DEBUG it would write payloads down.
    quiet = logging.getLogger("slack_bolt.spacebot")
    ourselves = Ourselves(identity)
    quiet.setLevel(logging.ERROR)  # SLACK_BOT_TOKEN is set, and not read by Bolt: it would warn
    app = App(
        name="spacebot",
        logger=quiet,
        client=client,
        authorize=lambda: _authorized(client, ourselves),
        signing_secret=signing_secret,
        listener_executor=ThreadPoolExecutor(_THREADS, "listener"),
    )
    quiet.setLevel(logging.INFO)
    return app


def bind(
    app: App,
    door: Door,
    voice: Voice,
    work: Pool,
    receive_seconds: float = RECEIVE_SECONDS,
) -> None:
    """Let *app* hand every command, mention, direct message and tap to *door*.

    A middleware and not listeners: Bolt acknowledges an event before its listener runs, and
    what is asked must be written down first.
    """
    apologies = Pool(app.listener_runner.listener_executor, _APOLOGIES)
    intake = Intake(door, voice, work, apologies, receive_seconds)

    def inward(
        body: dict[str, Any], context: BoltContext, ack: Ack, next: Callable[[], BoltResponse]
    ) -> BoltResponse:
        if channel_events.concerns_channel(body):
            return _channel_event(intake, body, context, ack)
        if not payloads.is_ours(body):
            return next()
        with metrics.ack.time(), intake.doorway.passing():
            return _inward(intake, body, context, ack)

    app.middleware(inward)


def _inward(intake: Intake, body: dict[str, Any], context: BoltContext, ack: Ack) -> BoltResponse:
    try:
        ask = payloads.read(body, context.bot_user_id or "")
        if ask is None:
            return ack()
        acknowledge = partial(_acknowledge, ack, ask)
        if why := _not_for_us(context):
            return intake.turn_away(ask, why, acknowledge, "foreign")
        if wrong := intake.wrong(ask):
            return ack(response_action="errors", errors=wrong)
        return intake.take(ask, acknowledge)
    except payloads.UnreadablePayload as error:
        reference = token_hex(4)
        logger.warning("a payload cannot be read (%s), reference %s", error, reference)
        return _apologize(intake, body, ack, reference)
    except Exception:
        reference = token_hex(4)
        logger.exception("could not take a payload in, reference %s", reference)
        return _apologize(intake, body, ack, reference)


def _apologize(intake: Intake, body: dict[str, Any], ack: Ack, reference: str) -> BoltResponse:
    """Tell the person that nothing was done; 400 if the payload names nobody to tell."""
    sender = payloads.whence(body)
    if not sender.user or not (sender.channel or sender.respond):
        return BoltResponse(status=400)
    why = lost(reference)
    return intake.turn_away(sender, why, partial(_acknowledge, ack, sender), "lost")


def _channel_event(
    intake: Intake, body: dict[str, Any], context: BoltContext, ack: Ack
) -> BoltResponse:
    """Follow an event about a channel; without an acknowledgement Slack sends it again."""
    refused = _not_for_us(context)
    if refused == SPEECHLESS or not context.bot_user_id:
        return BoltResponse(status=503)
    event = None if refused else channel_events.read(body, context.bot_user_id)
    return ack() if event is None or intake.record(event) else BoltResponse(status=503)


def _acknowledge(ack: Ack, ask: Ask, words: str) -> BoltResponse:
    """Acknowledge *ask*, with a sentence for the person: below the first field of a form."""
    if not words:
        return ack()
    if ask.source is Source.MODAL:
        return ack(response_action="errors", errors={next(iter(ask.values)): words})
    return ack(text=words, response_type="ephemeral")


def _not_for_us(context: BoltContext) -> str:
    """Say why a payload is refused that was not sent by our own workspace."""
    us = context.authorize_result
    if us is None or us.team_id is None:
        return SPEECHLESS
    if us.enterprise_id and us.enterprise_id == context.enterprise_id:
        return ""
    return "" if context.team_id == us.team_id else STRANGER


def _authorized(client: WebClient, ourselves: Ourselves) -> AuthorizeResult:
    """Return who we are, as Bolt wants it; nobody while Slack cannot say."""
    try:
        us = ourselves.known()
    except SlackError as error:
        logger.warning("who we are is not known: %s", error)
        return AuthorizeResult(enterprise_id=None, team_id=None, bot_token=client.token)
    return AuthorizeResult(
        enterprise_id=us.enterprise,
        team_id=us.team,
        bot_user_id=us.user,
        bot_id=us.bot,
        bot_token=client.token,
    )
