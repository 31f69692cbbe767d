"""Who may do what: asked at every door, at the time of the act."""

import logging

from bot import parsing
from bot.command import allow
from bot.errors import Misunderstood, NotAllowed, SlackError, SlackUnavailable
from bot.model import Role, Standing
from bot.service.parts import Parts

logger = logging.getLogger(__name__)

_GUEST = (
    "Guests and people from outside only look, whatever the settings say of them, and Slack says "
    "that you are one. Nothing was done. Ask a course lead to do it."
)
_SILENT = "Slack did not tell me who you are, so nothing was done; try again in a minute."


def standing(parts: Parts, user: str) -> Standing:
    """Return what *user* may do: less rather than more, when Slack cannot say.

    Whoever is a guest only looks, whatever the settings or a user group say of them. Of whom
    Slack says nothing, only the settings' own word counts: a group may have guests.
    """
    try:
        person = parts.slack.person(user)
    except SlackError as error:
        logger.warning("who %s is, is not known: %s", user, error)
        return Standing(_by_name(parts, user), _unknown(error))
    if person.is_guest:
        return Standing(Role.VIEWER, _GUEST)
    return Standing(Role.ADMIN) if person.is_admin else _by_settings(parts, user)


def offered(parts: Parts, user: str, error: Misunderstood) -> Misunderstood:
    """Return *error*; what it offers is refused in the same breath to whoever may not do it."""
    if not error.suggestion:
        return error
    name, _ = parsing.verb(parsing.words(error.suggestion), parts.commands, parsing.Names.of(()))
    try:
        allow(parts.commands[name], standing(parts, user))
    except NotAllowed as refusal:
        return Misunderstood(f"{error} {refusal}")
    return error


def _unknown(error: SlackError) -> str:
    if isinstance(error, SlackUnavailable):
        return _SILENT
    return f"Slack did not tell me who you are. {error}"


def _by_name(parts: Parts, user: str) -> Role:
    if user in parts.settings.admins:
        return Role.ADMIN
    return Role.OPERATOR if user in parts.settings.operators else Role.VIEWER


def _by_settings(parts: Parts, user: str) -> Standing:
    """Return the highest role that the settings give, by name or by group."""
    unsure = False
    for role, ids in (
        (Role.ADMIN, parts.settings.admins),
        (Role.OPERATOR, parts.settings.operators),
    ):
        named = _named(parts, user, ids)
        unsure = unsure or named is None
        if named:
            return Standing(role, _SILENT if unsure else "")
    return Standing(Role.VIEWER, _SILENT if unsure else "")


def _named(parts: Parts, user: str, ids: frozenset[str]) -> bool | None:
    """Say whether *user* is meant by one of *ids*; None where Slack is silent about a group."""
    if user in ids:
        return True
    unsure = False
    for group in sorted(id for id in ids if id.startswith("S")):
        belongs = _belongs(parts, user, group)
        unsure = unsure or belongs is None
        if belongs:
            return True
    return None if unsure else False


def _belongs(parts: Parts, user: str, group: str) -> bool | None:
    try:
        return user in parts.slack.group(group)
    except SlackError as error:
        logger.warning("the members of %s are not known: %s", group, error)
        return None if isinstance(error, SlackUnavailable) else False
