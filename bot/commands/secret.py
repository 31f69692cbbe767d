"""`secret` and `variable`: set, delete and list. A form takes a secret's value."""

from collections.abc import Mapping
from functools import partial

from bot.command import Context, Freshness, command
from bot.commands._key_selection import (
    require_targets,
    select_key,
    select_secret_key,
    select_without_echo,
)
from bot.model import Ask, Role
from bot.queries import SecretsQuery, VariablesQuery
from bot.redaction import has_secret
from bot.render import secrets_and_variables
from bot.results import Answer, Fetch

_EXTRA_WORDS_MESSAGE = (
    "Nothing can follow the key, so nothing was changed. Send the command up to it."
)


def _value_errors(ask: Ask) -> Mapping[str, str]:
    value = ask.form_values.get(secrets_and_variables.VALUE_FIELD, "").strip()
    return {} if value else {secrets_and_variables.VALUE_FIELD: "Enter a value."}


def _public_value_errors(ask: Ask) -> Mapping[str, str]:
    if has_secret(ask.form_values.get(secrets_and_variables.VALUE_FIELD, "")):
        return {
            secrets_and_variables.VALUE_FIELD: (
                "This contains a token or a password, and variables are public. Use a secret."
            )
        }
    return _value_errors(ask)


@command(
    "secret set <targets> KEY",
    role=Role.ADMIN,
    freshness=Freshness.FORM,
    example="secret set all API_KEY",
    words=2,
    check=_value_errors,
)
def set_secret(context: Context) -> Answer:
    """Set a secret on Spaces; a form asks for the value. Running apps restart.

    Only Hugging Face gets the value. The key is in capitals and comes last. If a value is typed in
    the command, it's refused and discarded. On more than 20 running Spaces it goes in waves. If
    the bot restarts before the end, a button opens the form for the rest.
    """
    selection = select_secret_key(context, "set")
    form = secrets_and_variables.secret_form(
        selection.key, selection.short_names, selection.running_count, selection.waves_note
    )
    return selection.set_key(form)


@command(
    "secret delete <targets> KEY",
    role=Role.ADMIN,
    freshness=Freshness.FORM,
    example="secret delete all API_KEY",
    words=2,
)
def delete_secret(context: Context) -> Answer:
    """Remove a secret from Spaces, after a confirmation. Running apps restart."""
    selection = select_secret_key(context, "delete")
    return selection.delete_key()


@command("secret list <targets>", role=Role.ADMIN, example="secret list all", words=2, is_read=True)
def list_secrets(context: Context) -> Answer:
    """The names of the secrets that Spaces have. Values can't be read back."""
    require_targets(context, "secret list")
    ids = select_without_echo(context, context.words, "secret list", acting=False)
    return Fetch(SecretsQuery(ids), partial(secrets_and_variables.secret_list, names=context.names))


@command(
    "variable set <targets> KEY [VALUE]",
    role=Role.ADMIN,
    freshness=Freshness.FORM,
    example="variable set all MODE exam",
    words=2,
    check=_public_value_errors,
)
def set_variable(context: Context) -> Answer:
    """Set a public variable on Spaces; a form shows the value first. Running apps restart."""
    selection = select_key(context, "set")
    form = secrets_and_variables.variable_form(
        selection.key,
        selection.short_names,
        selection.running_count,
        " ".join(selection.rest),
        selection.waves_note,
    )
    return selection.set_key(form)


@command(
    "variable delete <targets> KEY",
    role=Role.ADMIN,
    freshness=Freshness.FORM,
    example="variable delete all MODE",
    words=2,
)
def delete_variable(context: Context) -> Answer:
    """Remove a variable from Spaces, after a confirmation. Running apps restart."""
    selection = select_key(context, "delete", _EXTRA_WORDS_MESSAGE)
    return selection.delete_key()


@command(
    "variable list <targets>", role=Role.ADMIN, example="variable list all", words=2, is_read=True
)
def list_variables(context: Context) -> Answer:
    """The public variables that Spaces have, with their values."""
    require_targets(context, "variable list")
    ids = context.targets(acting=False)
    return Fetch(
        VariablesQuery(ids), partial(secrets_and_variables.variable_list, names=context.names)
    )
