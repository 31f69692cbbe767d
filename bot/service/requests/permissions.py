"""Permissions, checked at every entry point at the time of the act."""

import logging
from dataclasses import replace

from bot import parsing
from bot.command import check_permission
from bot.errors import PermissionDenied, SlackError, SlackUnavailable, UsageError
from bot.model import Permission, Role
from bot.service.dependencies import Dependencies, Slack
from bot.settings import Settings

logger = logging.getLogger(__name__)

_GUEST_NOTE = "Guests of this workspace can look, but not change anything."
_LEFT_NOTE = "This person has left the workspace."
_UNKNOWN_USER_NOTE = "I can't look up your role in Slack, so nothing ran. Try again in a minute."


def get_permission(slack: Slack, settings: Settings, user: str) -> Permission:
    """Return the permission of *user*, reduced if Slack can't identify the person.

    A guest is always a viewer, whatever the settings or a user group say. If Slack doesn't answer,
    only ids in the settings count, because a user group may contain guests.
    """
    found = _find_permission(slack, settings, user)
    operators, admins = _sort_contacts(settings.operators), _sort_contacts(settings.admins)
    return replace(found, operators=operators, admins=admins)


def _find_permission(slack: Slack, settings: Settings, user: str) -> Permission:
    try:
        person = slack.person(user)
    except SlackError as error:
        logger.warning("%s could not be identified: %s", user, error)
        is_uncertain = isinstance(error, SlackUnavailable)
        role = _role_by_name(settings, user)
        return Permission(role, _restriction(error), is_uncertain=is_uncertain)
    if person.has_left:
        return Permission(Role.VIEWER, _LEFT_NOTE)
    if person.is_guest:
        return Permission(Role.VIEWER, _GUEST_NOTE)
    return (
        Permission(Role.ADMIN)
        if person.is_admin
        else _permission_by_settings(slack, settings, user)
    )


def _sort_contacts(ids: frozenset[str]) -> tuple[str, ...]:
    """Return *ids* sorted, user groups last."""
    return tuple(sorted(ids, key=lambda each: (each.startswith("S"), each)))


def with_permission_note(deps: Dependencies, user: str, error: UsageError) -> UsageError:
    """Return *error*, with the refusal added if the person may not run its suggestion."""
    if not error.suggestion:
        return error
    name, _ = parsing.parse_verb(
        parsing.tokenize(error.suggestion), deps.commands, parsing.NameIndex.of(())
    )
    try:
        check_permission(deps.commands[name], get_permission(deps.slack, deps.settings, user))
    except PermissionDenied as refusal:
        return UsageError(f"{error} {refusal}")
    return error


def _restriction(error: SlackError) -> str:
    if isinstance(error, SlackUnavailable):
        return _UNKNOWN_USER_NOTE
    return f"I can't look up your role in Slack. {error}"


def _role_by_name(settings: Settings, user: str) -> Role:
    if user in settings.admins:
        return Role.ADMIN
    return Role.OPERATOR if user in settings.operators else Role.VIEWER


def _permission_by_settings(slack: Slack, settings: Settings, user: str) -> Permission:
    """Return the highest role that the settings give, by id or by user group."""
    is_uncertain = False
    for role, ids in (
        (Role.ADMIN, settings.admins),
        (Role.OPERATOR, settings.operators),
    ):
        is_member = _is_in_list(slack, user, ids)
        is_uncertain = is_uncertain or is_member is None
        if is_member:
            return _by_settings(role, is_uncertain=is_uncertain)
    return _by_settings(Role.VIEWER, is_uncertain=is_uncertain)


def _by_settings(role: Role, *, is_uncertain: bool) -> Permission:
    note = _UNKNOWN_USER_NOTE if is_uncertain else ""
    return Permission(role, note, is_uncertain=is_uncertain)


def _is_in_list(slack: Slack, user: str, ids: frozenset[str]) -> bool | None:
    """Return whether *ids* name *user*; None if Slack can't list a user group."""
    if user in ids:
        return True
    is_uncertain = False
    for group in sorted(id for id in ids if id.startswith("S")):
        is_member = _is_group_member(slack, user, group)
        is_uncertain = is_uncertain or is_member is None
        if is_member:
            return True
    return None if is_uncertain else False


def _is_group_member(slack: Slack, user: str, group: str) -> bool | None:
    try:
        return user in slack.group(group)
    except SlackError as error:
        logger.warning("the members of %s are unknown: %s", group, error)
        return None if isinstance(error, SlackUnavailable) else False
