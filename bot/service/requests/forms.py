"""Opens forms. A submitted form comes back as a request like any other."""

import logging
from typing import Any

from bot.errors import HubError, SlackError, SlackUnavailable
from bot.model import Ask
from bot.redaction import redact_secrets
from bot.render import modals
from bot.render.modals import FormMetadata, View
from bot.results import Fetch, Form
from bot.service.dependencies import Dependencies, Slack
from bot.service.reply_channel import reply
from bot.service.requests import lookups
from bot.slack_limits import COMMAND_LENGTH

logger = logging.getLogger(__name__)

# A trigger id can be used once, within three seconds after the interaction.
# https://docs.slack.dev/interactivity/handling-user-interaction
_EXPIRED_TRIGGER = "expired_trigger_id"
_ATTACHMENTS_NOTE = (
    "The form can't take your attached files from here. Choose them again in it, or use "
    "“Upload to a Space” in the menu of your message."
)


def open_or_offer(deps: Dependencies, ask: Ask, form: Form) -> str:
    """Open *form*, or reply with a button for it; return a line for the audit."""
    metadata = FormMetadata(form.command, ask.channel, ask.thread, ask.files)
    view_id = _try_open(deps.slack, ask, modals.with_metadata(form.view, metadata))
    if view_id is None:
        # The text as typed keeps a variable's value. A secret's value must not be repeated.
        can_repeat = not form.may_hold_secret and len(ask.text) <= COMMAND_LENGTH
        command = ask.text if can_repeat else form.command
        reply(
            deps.slack,
            ask,
            modals.open_form_message(form.view, command, _ATTACHMENTS_NOTE if ask.files else ""),
        )
        return f"offered the form for {redact_secrets(form.command)}"
    if form.refresh:
        _refresh(deps, view_id, form.refresh, metadata)
    return f"opened the form for {redact_secrets(form.command)}"


def _try_open(slack: Slack, ask: Ask, view: View) -> str | None:
    """Return the opened modal's id; None if the trigger id is missing or expired."""
    if ask.trigger_id is None:
        return None
    try:
        return slack.open_form(ask.trigger_id, view)
    except SlackUnavailable as error:
        logger.info("no form was opened: %s", error)
    except SlackError as error:
        if error.code != _EXPIRED_TRIGGER:
            raise
        logger.info("too late to open a form")
    return None


def _refresh(deps: Dependencies, view_id: str, refresh: Fetch[Any], metadata: FormMetadata) -> None:
    """Update the open form with facts that take longer. The form works without them."""
    try:
        refreshed = refresh.then(lookups.run_query(deps, refresh.query))
        assert isinstance(refreshed, Form), "a form becomes a fuller form, nothing else"
        deps.slack.update_form(view_id, modals.with_metadata(refreshed.view, metadata))
    except (HubError, SlackError) as error:
        logger.info("a form stays as it was opened: %s", error)
