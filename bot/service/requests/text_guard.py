"""Rejects text that isn't a request or may contain a secret; redacts stored text."""

from collections.abc import Mapping

from bot import parsing
from bot.cards import Message
from bot.command import Command
from bot.errors import PermissionDenied, UsageError
from bot.model import Ask, InertReason, Role, Source
from bot.parsing import secret_guard
from bot.parsing.key_arguments import ROTATION_ADVICE
from bot.parsing.suggestions import button_command
from bot.parsing.text import MAX_TEXT_LENGTH
from bot.redaction import redact_secrets
from bot.results import File, Result
from bot.service.dependencies import Dependencies
from bot.service.requests import permissions, request_context
from bot.settings import Settings
from bot.store import Tx

_HINTS = {
    InertReason.EDITED: "I don't run edited messages. Send it again as a new one.",
    InertReason.CODE_BLOCK: "I don't run commands in a code block or a quotation. "
    "Send it as plain text.",
}
_QUOTED_HINT = (
    "A command in backticks may be a quotation, so I didn't run it. Tap to run it, or send it "
    "without them."
)


def storable_text(tx: Tx, settings: Settings, commands: Mapping[str, Command], ask: Ask) -> str:
    """Return the text of the request that may be stored.

    The text of a form is generated and contains no value. Text that is too long is omitted,
    because searching it would delay the acknowledgment.
    """
    if len(ask.text) > MAX_TEXT_LENGTH:
        return secret_guard.OMITTED
    text = parsing.strip_control_chars(ask.text)
    if ask.source is Source.MODAL or not secret_guard.mentions_secrets(text):
        return redact_secrets(text, secret_guard.OMITTED)
    return secret_guard.redact_request(text, commands, request_context.names_in(tx, settings))


def loggable_text(commands: Mapping[str, Command], ask: Ask) -> str:
    """Return the text of the request that may be logged, without using the database."""
    if len(ask.text) > MAX_TEXT_LENGTH:
        return secret_guard.OMITTED
    return secret_guard.redact_request(ask.text, commands, parsing.NameIndex.of(()))


def reject_secrets(deps: Dependencies, ask: Ask, names: parsing.NameIndex) -> None:
    """Raise UsageError if the text may contain a secret's value, whatever the role."""
    if not secret_guard.may_contain_secret(ask.text, deps.commands, names):
        return
    role = permissions.get_permission(deps.slack, deps.settings, ask.user).role
    admin_note = " Only admins can set secrets."
    raise UsageError(secret_guard.VALUE_TYPED_MESSAGE + ("" if role is Role.ADMIN else admin_note))


def add_rotation_advice(
    commands: Mapping[str, Command], ask: Ask, names: parsing.NameIndex, denial: PermissionDenied
) -> PermissionDenied:
    """Return *denial*, with the advice to rotate a secret that was typed."""
    if secret_guard.is_free_of_secrets(ask.text, commands, names):
        return denial
    return PermissionDenied(
        f"{denial} {ROTATION_ADVICE}", denial.contacts, is_uncertain=denial.is_uncertain
    )


def reject_inert_text(ask: Ask) -> None:
    """Raise UsageError with a hint if the text of *ask* isn't a request."""
    if hint := ask.inert and _HINTS.get(ask.inert):
        raise UsageError(hint)


def reject_quoted_act(ask: Ask, result: Result) -> None:
    """Raise UsageError, with a button, if a command in back-ticks would change anything."""
    if ask.inert is InertReason.CODE_SPAN and not isinstance(result, Message | File):
        raise UsageError(_QUOTED_HINT, button_command(parsing.tokenize(ask.text)))
