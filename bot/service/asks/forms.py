"""Opening a form. What is entered in it comes back by the one door, like anything that is said."""

import logging
from typing import Any

from bot.command import Form, Look
from bot.errors import HubError, SlackError, SlackUnavailable
from bot.model import Ask
from bot.redaction import redact_secrets
from bot.render import modals
from bot.render.modals import Errand, View
from bot.service.asks import finding
from bot.service.parts import Parts
from bot.service.replying import reply
from bot.slack_limits import COMMAND_LENGTH

logger = logging.getLogger(__name__)

# Slack lets a form be opened once, and for three seconds after somebody has typed or tapped.
_TOO_LATE = "expired_trigger_id"
_ATTACHED = (
    "I cannot take the attached files along from here: choose them again in the form, or use "
    "“Upload to a Space” in the menu of your message."
)


def offer(parts: Parts, ask: Ask, form: Form) -> str:
    """Open *form*, or hand over the button that opens it: who taps it may open one."""
    errand = Errand(form.command, ask.channel, ask.thread, ask.files)
    opened = _open(parts, ask, modals.carrying(form.view, errand))
    if opened is None:
        # As it was typed, with a variable's value for one; of a secret, only what was understood.
        private = form.command.startswith("secret ")
        typed = form.command if private or len(ask.text) > COMMAND_LENGTH else ask.text
        reply(parts, ask, modals.to_open(form.view, typed, _ATTACHED if ask.files else ""))
        return f"offered the form for {redact_secrets(form.command)}"
    if form.more:
        _complete(parts, opened, form.more, errand)
    return f"opened the form for {redact_secrets(form.command)}"


def _open(parts: Parts, ask: Ask, view: View) -> str | None:
    """Return the id of the open modal, None when none can be opened from here or by now."""
    if ask.trigger is None:
        return None
    try:
        return parts.slack.open_form(ask.trigger, view)
    except SlackUnavailable as error:
        logger.info("no form was opened: %s", error)
    except SlackError as error:
        if error.code != _TOO_LATE:
            raise
        logger.info("too late to open a form")
    return None


def _complete(parts: Parts, opened: str, more: Look[Any], errand: Errand) -> None:
    """Show what took a while to find out. The form works without it."""
    try:
        full = more.then(finding.find(parts, more.question))
        assert isinstance(full, Form), "a form becomes a fuller form, nothing else"
        parts.slack.update_form(opened, modals.carrying(full.view, errand))
    except (HubError, SlackError) as error:
        logger.info("a form stays as it was opened: %s", error)
