"""Who may do what: asked at every door, at the time of the act."""

import logging

from bot.errors import SlackError
from bot.model import Role
from bot.service.parts import Parts

logger = logging.getLogger(__name__)


def role(parts: Parts, user: str) -> Role:
    """Return what *user* may do. When Slack cannot say, less rather than more."""
    if _named(parts, user, parts.settings.admins) or _runs_the_workspace(parts, user):
        return Role.ADMIN
    return Role.OPERATOR if _named(parts, user, parts.settings.operators) else Role.VIEWER


def _named(parts: Parts, user: str, ids: frozenset[str]) -> bool:
    groups = sorted(id for id in ids if id.startswith("S"))
    return user in ids or any(_belongs(parts, user, group) for group in groups)


def _belongs(parts: Parts, user: str, group: str) -> bool:
    try:
        return user in parts.slack.group(group)
    except SlackError as error:
        logger.warning("the members of %s are not known: %s", group, error)
        return False


def _runs_the_workspace(parts: Parts, user: str) -> bool:
    try:
        return parts.slack.person(user).is_admin
    except SlackError as error:
        logger.warning("who %s is, is not known: %s", user, error)
        return False
