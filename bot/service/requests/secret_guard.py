"""What is done with words that may hold a secret's value: kept out of the book, and turned back."""

from bot import parsing
from bot.errors import Misunderstood, NotAllowed
from bot.model import Ask, Role, Source
from bot.parsing import secret_guard
from bot.parsing.key_arguments import ROTATION_ADVICE
from bot.parsing.text import MAX_TEXT_LENGTH
from bot.redaction import redact_secrets
from bot.service.dependencies import Dependencies
from bot.service.requests import permissions, request_context


def storable_text(deps: Dependencies, ask: Ask) -> str:
    """Return what may be kept of the words. Those of a form are ours: they were understood.

    Nobody reads what is too long, and looking through it would hold up the acknowledgement.
    """
    if len(ask.text) > MAX_TEXT_LENGTH:
        return secret_guard.OMITTED
    text = parsing.strip_control_chars(ask.text)
    if ask.source is Source.MODAL or not secret_guard.mentions_secrets(text):
        return redact_secrets(text, secret_guard.OMITTED)
    return secret_guard.redact_request(text, deps.commands, request_context.load_names(deps))


def loggable_text(deps: Dependencies, ask: Ask) -> str:
    """Return what may be logged of the words, without a look at anything that may be broken."""
    if len(ask.text) > MAX_TEXT_LENGTH:
        return secret_guard.OMITTED
    return secret_guard.redact_request(ask.text, deps.commands, parsing.NameIndex.of(()))


def reject_secrets(deps: Dependencies, ask: Ask, names: parsing.NameIndex) -> None:
    """Raise Misunderstood where a value may be among the words, whoever typed them."""
    if not secret_guard.may_contain_secret(ask.text, deps.commands, names):
        return
    role = permissions.get_permission(deps, ask.user).role
    admin_note = f" Only {Role.ADMIN.title} may set one; you are {role.title}."
    raise Misunderstood(
        secret_guard.VALUE_TYPED_MESSAGE + ("" if role is Role.ADMIN else admin_note)
    )


def add_rotation_advice(
    deps: Dependencies, ask: Ask, names: parsing.NameIndex, denial: NotAllowed
) -> NotAllowed:
    """Add the advice to rotate what the person who is refused should not have typed."""
    if secret_guard.is_free_of_secrets(ask.text, deps.commands, names):
        return denial
    return NotAllowed(f"{denial} {ROTATION_ADVICE}")
