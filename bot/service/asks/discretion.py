"""What is done with words that may hold a secret's value: kept out of the book, and turned back."""

from bot import parsing
from bot.errors import Misunderstood, NotAllowed
from bot.model import Ask, Role, Source
from bot.parsing import secrecy
from bot.parsing.keys import ROTATE
from bot.parsing.text import LONGEST
from bot.redaction import redact_secrets
from bot.service.asks import gathering, roles
from bot.service.parts import Parts


def kept(parts: Parts, ask: Ask) -> str:
    """Return what may be kept of the words. Those of a form are ours: they were understood.

    Nobody reads what is too long, and looking through it would hold up the acknowledgement.
    """
    if len(ask.text) > LONGEST:
        return secrecy.LEFT_OUT
    text = parsing.storable(ask.text)
    if ask.source is Source.MODAL or not secrecy.concerns(text):
        return redact_secrets(text, secrecy.LEFT_OUT)
    return secrecy.scrub(text, parts.commands, gathering.remembered(parts))


def logged(parts: Parts, ask: Ask) -> str:
    """Return what may be logged of the words, without a look at anything that may be broken."""
    if len(ask.text) > LONGEST:
        return secrecy.LEFT_OUT
    return secrecy.scrub(ask.text, parts.commands, parsing.Names.of(()))


def check(parts: Parts, ask: Ask, known: parsing.Names) -> None:
    """Raise Misunderstood where a value may be among the words, whoever typed them."""
    if not secrecy.spilt(ask.text, parts.commands, known):
        return
    role = roles.standing(parts, ask.user).role
    who = f" Only {Role.ADMIN.title} may set one; you are {role.title}."
    raise Misunderstood(secrecy.TYPED + ("" if role is Role.ADMIN else who))


def advised(parts: Parts, ask: Ask, known: parsing.Names, refusal: NotAllowed) -> NotAllowed:
    """Add the advice to rotate what the person who is refused should not have typed."""
    if secrecy.harmless(ask.text, parts.commands, known):
        return refusal
    return NotAllowed(f"{refusal} {ROTATE}")
