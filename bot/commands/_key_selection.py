"""Selection of a key and of Spaces, shared by the commands about secrets and variables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from bot.command import Context
from bot.commands._planning import plan_operation
from bot.errors import HubError, UsageError
from bot.model import KeyKind, Source
from bot.operations import MAX_AT_ONCE, Operation, Rollout, Verb, wave_sizes
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
from bot.queries import DeleteSecret, SetSecret, VariablesQuery
from bot.render import bulk_results, rollouts, secrets_and_variables
from bot.render.help import example
from bot.render.modals import View
from bot.results import Answer, BulkAction, Fetch, Form, SecretOperation
from bot.slack_limits import COMMAND_LENGTH
from bot.stages import Condition

_UNKNOWN_SPACES_MESSAGE = f"Some of these aren't Spaces, so nothing was changed. {ROTATION_ADVICE}"


@dataclass(frozen=True, slots=True)
class KeySelection:
    """A key, and the Spaces whose secret or variable it names."""

    context: Context
    kind: KeyKind
    action: str  # "set"
    arguments: KeyArguments
    spaces: tuple[str, ...]

    @property
    def key(self) -> str:
        """Return the key of the secret or variable."""
        return self.arguments.key

    @property
    def rest(self) -> tuple[str, ...]:
        """Return the words after the key."""
        return self.arguments.rest

    @property
    def short_names(self) -> list[str]:
        """Return the short names of the selected Spaces."""
        return [self.context.names.short_name(id) for id in self.spaces]

    @property
    def running_count(self) -> int:
        """Return how many of the selected Spaces run."""
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
        """Return whether the request is a submitted form."""
        return self.context.ask.source is Source.MODAL

    def set_key(self, form: View) -> Answer:
        """Return *form*, or the change of the key once the form is submitted."""
        if not self.is_submitted:
            return self._make_form(form)
        if self.kind is KeyKind.VARIABLE:
            args = {"key": self.key, "value": self.value, "back": ""}
            return plan_operation(self.context, Verb.SET_VARIABLE, self.spaces, args)
        if not self.waves_note:
            return self._make_bulk_action(SetSecret(self.key, self.value), "set", "on")
        planned = plan_operation(self.context, Verb.SET_SECRET, self.spaces, {"key": self.key})
        return SecretOperation(planned, self.value) if isinstance(planned, Operation) else planned

    def delete_key(self) -> Answer:
        """Return the form that confirms a deletion, or the deletion once it is submitted."""
        if not self.is_submitted:
            form = secrets_and_variables.delete_form(
                self.kind, self.key, self.short_names, self.running_count, self.waves_note
            )
            return self._make_form(form)
        if self.kind is KeyKind.SECRET:
            return self._delete_secret()
        if len(self.spaces) > MAX_AT_ONCE:
            return self._delete_variable({})
        return Fetch(VariablesQuery(self.spaces), self._delete_variable)

    def _delete_secret(self) -> Answer:
        if not self.waves_note:
            return self._make_bulk_action(DeleteSecret(self.key), "deleted", "from")
        return plan_operation(self.context, Verb.DELETE_SECRET, self.spaces, {"key": self.key})

    def _delete_variable(self, found: Mapping[str, Mapping[str, str] | HubError]) -> Answer:
        """Return the operation that deletes a variable.

        Raises:
            UsageError: None of the Spaces in *found* has it, because that is a typo.

        """
        if found and not any(isinstance(v, HubError) or self.key in v for v in found.values()):
            raise UsageError(bulk_results.missing_key(self.kind, self.key, self.short_names))
        args = {"key": self.key, "absent": "yes"}
        return plan_operation(self.context, Verb.DELETE_VARIABLE, self.spaces, args)

    @property
    def waves_note(self) -> str:
        """Return in which waves the Spaces restart; "" if they do at once."""
        if self.running_count <= MAX_AT_ONCE:
            return ""
        return rollouts.waves_note(Rollout(wave_sizes(len(self.spaces))))

    def _make_form(self, view: View) -> Form:
        """Return the form of this command.

        Its command names the Spaces, because "sleeping" may select others when it is submitted.
        """
        resolved = to_command([self.kind, self.action, *self.short_names, self.key])
        as_typed = to_command([self.kind, self.action, *self.arguments.targets, self.key])
        command = resolved if len(resolved) < COMMAND_LENGTH else as_typed
        return Form(view, command, may_hold_secret=self.kind is KeyKind.SECRET)

    def _make_bulk_action(
        self, action: SetSecret | DeleteSecret, done: str, preposition: str
    ) -> BulkAction:
        subject = f"{self.kind.capitalize()} {self.key}"
        phrases = bulk_results.ResultPhrases(
            success=f"{subject} {done} {preposition} {{}}",
            failure=f"{subject} not {done} {preposition} {{}}",
            user=self.context.ask.user,
            footnote="Running apps are restarting.",
            retry_command=f"{self.kind} {self.action} {{}} {self.key}",
        )
        return BulkAction(
            action, self.spaces, partial(bulk_results.card, phrases, names=self.context.names)
        )


def select_key(context: Context, action: str, rejection: str = "") -> KeySelection:
    """Return a variable's key and Spaces; *rejection* refuses words after the key."""
    arguments = split_key(context.words, context.names, key_is_last=bool(rejection))
    if arguments.rest and rejection:
        raise UsageError(rejection)
    verb = f"{KeyKind.VARIABLE} {action}"
    spaces = context.resolve_for_action(arguments.targets, verb, [arguments.key])
    return KeySelection(context, KeyKind.VARIABLE, action, arguments, spaces)


def select_secret_key(context: Context, action: str) -> KeySelection:
    """Return a secret's key and Spaces."""
    arguments = split_secret_key(context.words, context.names)
    verb, key = f"{KeyKind.SECRET} {action}", arguments.key
    spaces = select_without_echo(context, arguments.targets, verb, [key], acting=True)
    return KeySelection(context, KeyKind.SECRET, action, arguments, spaces)


def select_without_echo(
    context: Context, targets: Sequence[str], verb: str, tail: Sequence[str] = (), *, acting: bool
) -> tuple[str, ...]:
    """Return the ids that *targets* select.

    Errors repeat no unknown word, because it may be a secret's value.

    Raises:
        UsageError: A target selects no Space.

    """
    resolver = TargetResolver(context.fleet, context.names, acting)
    unknown = [word for word in targets if not resolver.recognizes(word)]
    try:
        return select(targets, context.fleet, context.names, acting=acting)
    except SuggestedTargets as guess:
        # If the unknown word can be a misspelled key, the word after it may be the value.
        is_safe = not (tail and any(map(is_key, unknown)))
        raise UsageError(
            _UNKNOWN_SPACES_MESSAGE, guess.command_for(verb, tail) if is_safe else None
        ) from None
    except UsageError:
        if unknown:
            raise UsageError(_UNKNOWN_SPACES_MESSAGE) from None
        raise


def require_targets(context: Context, verb: str) -> None:
    """Raise UsageError, with an example, if the request has no words."""
    if not context.words:
        usage = example(context.slash, verb, context.names)
        raise UsageError(f"Which Spaces? For example: {usage}.", f"{verb} all", "Show all")
