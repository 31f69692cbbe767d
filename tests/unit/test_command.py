"""Commands: permission, and what a decorated function becomes."""

import pytest

from bot.command import Context, Freshness, check_permission, command
from bot.errors import PermissionDenied, UsageError
from bot.model import Permission, Role
from bot.operations import Operation, StepState, Verb
from bot.results import Answer
from tests.unit.commands.samples import COMMANDS, context_of, running


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("needed", Role)
def test_a_role_includes_the_ones_below_it(role: Role, needed: Role) -> None:
    required = next(c for c in COMMANDS.values() if c.role is needed)

    if role >= needed:
        check_permission(required, Permission(role))
    else:
        with pytest.raises(PermissionDenied, match=r"You can't .*: (operators|admins) only"):
            check_permission(required, Permission(role))


def test_a_restriction_is_the_reason_that_is_given() -> None:
    with pytest.raises(PermissionDenied, match="guests only read"):
        check_permission(COMMANDS["wake"], Permission(Role.VIEWER, "Here guests only read."))


def test_buttons_offer_only_commands_of_the_role() -> None:
    verbs = context_of("status", command="status", permission=Permission(Role.VIEWER)).verbs

    assert "status" in verbs
    assert not {"wake", "delete", "secret set"} & verbs


def test_a_decorated_function_has_its_name_and_help() -> None:
    @command("secret set <targets> KEY", words=2, role=Role.ADMIN, freshness=Freshness.FORM)
    def set_it(context: Context) -> Answer:
        """Set it."""
        raise NotImplementedError

    assert (set_it.name, set_it.help, set_it.required_role) == ("secret set", "Set it.", "an admin")


def test_a_misspelled_target_suggests_the_whole_command() -> None:
    context = context_of("mute tem-a for 1h", command="mute")

    with pytest.raises(UsageError) as caught:
        context.resolve_for_action(["team-aa"], "mute", ["for", "1h"])

    assert caught.value.suggestion == "mute team-a for 1h"


def test_a_plan_leaves_spaces_of_other_operations_alone() -> None:
    busy = running(Verb.RESTART, "team-b")
    context = context_of("wake all", command="wake", running=(busy,))

    planned = context.plan(Verb.WAKE, ["acme/team-b", "acme/team-c"])

    assert [step.space for step in planned.in_state(StepState.WAITING)] == ["acme/team-c"]
    assert context.running_operation(planned) is None


def test_a_running_operation_that_includes_the_wanted_one_is_found() -> None:
    known: Operation = running(Verb.WAKE, "team-b", "team-c")
    context = context_of("wake team-b", command="wake", running=(known,))

    assert context.running_operation(running(Verb.WAKE, "team-b")) == known
    assert context.running_operation(running(Verb.WAKE, "template")) is None
    assert context.running_operation(running(Verb.RESTART, "team-b")) is None
