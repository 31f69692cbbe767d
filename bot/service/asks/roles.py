"""Who may do what: asked at every door, at the time of the act."""

import logging

from bot.errors import SlackError
from bot.model import Person, Role
from bot.service.parts import Parts

logger = logging.getLogger(__name__)


def role(parts: Parts, user: str) -> Role:
    """Return what *user* may do: less rather than more, when Slack cannot say.

    Whoever is a guest only looks, whatever the settings or a user group say of them. Of whom
    Slack says nothing, only the settings' own word counts: a group may have guests.
    """
    person = _person(parts, user)
    if person and person.is_guest:
        return Role.VIEWER
    if (person and person.is_admin) or _named(parts, user, parts.settings.admins, person):
        return Role.ADMIN
    named = _named(parts, user, parts.settings.operators, person)
    return Role.OPERATOR if named else Role.VIEWER


def _named(parts: Parts, user: str, ids: frozenset[str], person: Person | None) -> bool:
    groups = sorted(id for id in ids if id.startswith("S")) if person else []
    return user in ids or any(_belongs(parts, user, group) for group in groups)


def _belongs(parts: Parts, user: str, group: str) -> bool:
    try:
        return user in parts.slack.group(group)
    except SlackError as error:
        logger.warning("the members of %s are not known: %s", group, error)
        return False


def _person(parts: Parts, user: str) -> Person | None:
    try:
        return parts.slack.person(user)
    except SlackError as error:
        logger.warning("who %s is, is not known: %s", user, error)
        return None
