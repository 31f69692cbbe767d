"""`secret` and `variable`: set, delete and list. A form takes a secret's value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from bot.command import Context, Freshness, command
from bot.errors import Misunderstood
from bot.model import Ask, Condition, KeyKind, Role, Source
from bot.parsing import (
    KeyArguments,
    SuggestedTargets,
    is_key,
    select,
    split_key,
    split_secret_key,
    to_command,
)
from bot.parsing.key_arguments import ROTATION_ADVICE
from bot.parsing.resolver import TargetResolver
from bot.queries import (
    DeleteSecret,
    DeleteVariable,
    SecretsQuery,
    SetSecret,
    SetVariable,
    SpaceAction,
    VariablesQuery,
)
from bot.redaction import has_secret
from bot.render import bulk_results, secrets_and_variables
from bot.render.modals import View
from bot.results import Answer, BulkAction, Fetch, Form
from bot.slack_limits import COMMAND_LENGTH

_UNKNOWN_SPACES_MESSAGE = (
    f"Not all of these are Spaces that I know, so nothing was done. {ROTATION_ADVICE}"
)
_EXTRA_WORDS_MESSAGE = (
    "Nothing may stand behind the name, so nothing was done. Send the command up to it."
)


def _value_errors(ask: Ask) -> Mapping[str, str]:
    value = ask.form_values.get(secrets_and_variables.VALUE_FIELD, "").strip()
    return (
        {}
        if value
        else {secrets_and_variables.VALUE_FIELD: "There is no value yet. Nothing was done."}
    )


def _public_value_errors(ask: Ask) -> Mapping[str, str]:
    if has_secret(ask.form_values.get(secrets_and_variables.VALUE_FIELD, "")):
        return {
            secrets_and_variables.VALUE_FIELD: (
                "A token or a password is in it, and a variable is public. Set a secret."
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

    Only the Hub gets the value. The key is in capitals and comes last. If a value is typed in
    the command, it's refused and discarded.
    """
    selection = _select_secret_key(context, "set")
    form = secrets_and_variables.secret_form(
        selection.key, selection.short_names, selection.running_count
    )
    return selection.set_key(form, SetSecret(selection.key, selection.value))


@command(
    "secret delete <targets> KEY",
    role=Role.ADMIN,
    freshness=Freshness.FORM,
    example="secret delete all API_KEY",
    words=2,
)
def delete_secret(context: Context) -> Answer:
    """Remove a secret from Spaces, after a confirmation. Running apps restart."""
    selection = _select_secret_key(context, "delete")
    return selection.delete_key(DeleteSecret(selection.key))


@command("secret list <targets>", role=Role.ADMIN, example="secret list all", words=2, is_read=True)
def list_secrets(context: Context) -> Answer:
    """The names of the secrets that Spaces have. Values can't be read back."""
    _require_targets(context, "secret list")
    ids = _select_without_echo(context, context.words, "secret list", acting=False)
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
    selection = _select_key(context, "set")
    form = secrets_and_variables.variable_form(
        selection.key, selection.short_names, selection.running_count, " ".join(selection.rest)
    )
    return selection.set_key(form, SetVariable(selection.key, selection.value))


@command(
    "variable delete <targets> KEY",
    role=Role.ADMIN,
    freshness=Freshness.FORM,
    example="variable delete all MODE",
    words=2,
)
def delete_variable(context: Context) -> Answer:
    """Remove a variable from Spaces, after a confirmation. Running apps restart."""
    selection = _select_key(context, "delete", _EXTRA_WORDS_MESSAGE)
    return selection.delete_key(DeleteVariable(selection.key))


@command(
    "variable list <targets>", role=Role.ADMIN, example="variable list all", words=2, is_read=True
)
def list_variables(context: Context) -> Answer:
    """The public variables that Spaces have, with their values."""
    _require_targets(context, "variable list")
    ids = context.targets(acting=False)
    return Fetch(
        VariablesQuery(ids), partial(secrets_and_variables.variable_list, names=context.names)
    )


@dataclass(frozen=True, slots=True)
class _KeySelection:
    """A key, and the Spaces whose secret or variable it names."""

    context: Context
    kind: KeyKind
    action: str  # "set"
    arguments: KeyArguments
    spaces: tuple[str, ...]

    @property
    def key(self) -> str:
        return self.arguments.key

    @property
    def rest(self) -> tuple[str, ...]:
        return self.arguments.rest

    @property
    def short_names(self) -> list[str]:
        return [self.context.names.short_name(id) for id in self.spaces]

    @property
    def running_count(self) -> int:
        fleet = self.context.fleet
        return sum(fleet[id].condition is Condition.RUNNING for id in self.spaces)

    @property
    def value(self) -> str:
        """Return the value typed into the form; "" before it is submitted."""
        if not self.is_submitted:
            return ""
        return self.context.ask.form_values[secrets_and_variables.VALUE_FIELD].strip()

    @property
    def is_submitted(self) -> bool:
        return self.context.ask.source is Source.MODAL

    def set_key(self, form: View, action: SetSecret | SetVariable) -> Answer:
        """Return *form*, or *action* once the form is submitted."""
        return self._confirm(form, action, "set", "on")

    def delete_key(self, action: DeleteSecret | DeleteVariable) -> Answer:
        """Return the form that confirms a deletion, or *action* once it is submitted."""
        form = secrets_and_variables.delete_form(
            self.kind, self.key, self.short_names, self.running_count
        )
        return self._confirm(form, action, "deleted", "from")

    def _confirm(self, form: View, action: SpaceAction, done: str, preposition: str) -> Answer:
        if self.is_submitted:
            return self._make_bulk_action(action, done, preposition)
        return self._make_form(form)

    def _make_form(self, view: View) -> Form:
        """Return the form of this command.

        Its command names the Spaces, because "sleeping" may select others when it is submitted.
        """
        resolved = to_command([self.kind, self.action, *self.short_names, self.key])
        as_typed = to_command([self.kind, self.action, *self.arguments.targets, self.key])
        command = resolved if len(resolved) < COMMAND_LENGTH else as_typed
        return Form(view, command, may_hold_secret=self.kind is KeyKind.SECRET)

    def _make_bulk_action(self, action: SpaceAction, done: str, preposition: str) -> BulkAction:
        subject = f"{self.kind.capitalize()} {self.key}"
        phrases = bulk_results.ResultPhrases(
            success=f"{subject} {done} {preposition} {{}}",
            failure=f"{subject} not {done} {preposition} {{}}",
            user=self.context.ask.user,
            footnote="Apps that were up restart now.",
            retry_command=f"{self.kind} {self.action} {{}} {self.key}",
        )
        return BulkAction(
            action, self.spaces, partial(bulk_results.card, phrases, names=self.context.names)
        )


def _select_key(context: Context, action: str, rejection: str = "") -> _KeySelection:
    """Return a variable's key and Spaces; *rejection* refuses words after the key."""
    arguments = split_key(context.words, context.names, key_is_last=bool(rejection))
    if arguments.rest and rejection:
        raise Misunderstood(rejection)
    verb = f"{KeyKind.VARIABLE} {action}"
    spaces = context.resolve_for_action(arguments.targets, verb, [arguments.key])
    return _KeySelection(context, KeyKind.VARIABLE, action, arguments, spaces)


def _select_secret_key(context: Context, action: str) -> _KeySelection:
    """Return a secret's key and Spaces."""
    arguments = split_secret_key(context.words, context.names)
    verb, key = f"{KeyKind.SECRET} {action}", arguments.key
    spaces = _select_without_echo(context, arguments.targets, verb, [key], acting=True)
    return _KeySelection(context, KeyKind.SECRET, action, arguments, spaces)


def _select_without_echo(
    context: Context, targets: Sequence[str], verb: str, tail: Sequence[str] = (), *, acting: bool
) -> tuple[str, ...]:
    """Return the ids that *targets* select.

    Errors repeat no unknown word, because it may be a secret's value.

    Raises:
        Misunderstood: A target selects no Space.

    """
    resolver = TargetResolver(context.fleet, context.names, acting)
    unknown = [word for word in targets if not resolver.recognizes(word)]
    try:
        return select(targets, context.fleet, context.names, acting=acting)
    except SuggestedTargets as guess:
        # If the unknown word can be a misspelled key, the word after it may be the value.
        is_safe = not (tail and any(map(is_key, unknown)))
        raise Misunderstood(
            _UNKNOWN_SPACES_MESSAGE, guess.command_for(verb, tail) if is_safe else None
        ) from None
    except Misunderstood:
        if unknown:
            raise Misunderstood(_UNKNOWN_SPACES_MESSAGE) from None
        raise


def _require_targets(context: Context, verb: str) -> None:
    if not context.words:
        usage = f"`{context.slash} {verb} team-a`"
        raise Misunderstood(f"Of which Spaces? Name some: {usage}, or `all`.", f"{verb} all")
