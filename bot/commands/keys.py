"""Commands about secrets and variables. A secret's value comes by a form and goes to the Hub."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from bot.command import Answer, Context, Deed, Form, Look, Looks, command
from bot.errors import Misunderstood
from bot.model import Ask, Condition, Role, Source
from bot.parsing import Guess, Keyed, is_key, keyed, secret_key, select, spell
from bot.parsing.keys import ROTATE
from bot.parsing.lookup import Lookup
from bot.questions import (
    Act,
    DeleteSecret,
    DeleteVariable,
    SecretsOf,
    SetSecret,
    SetVariable,
    VariablesOf,
)
from bot.redaction import has_secret
from bot.render import deeds, keys
from bot.render.modals import View
from bot.slack_limits import COMMAND_LENGTH

_UNKNOWN = f"Not all of these are Spaces that I know, so nothing was done. {ROTATE}"
_TOO_MUCH = "Nothing may stand behind the name, so nothing was done. Send the command up to it."


def _has_value(ask: Ask) -> Mapping[str, str]:
    given = ask.values.get(keys.VALUE, "").strip()
    return {} if given else {keys.VALUE: "There is no value yet. Nothing was done."}


def _has_public_value(ask: Ask) -> Mapping[str, str]:
    if has_secret(ask.values.get(keys.VALUE, "")):
        return {
            keys.VALUE: "A token or a password is in it, and a variable is public. Set a secret."
        }
    return _has_value(ask)


@command(
    "secret set <targets> KEY",
    needs=Role.ADMIN,
    looks=Looks.FORM,
    example="secret set all API_KEY",
    words=2,
    check=_has_value,
)
def set_secret(context: Context) -> Answer:
    """Give Spaces a secret; a form asks for its value. Apps that are up restart."""
    picked = _picked_secret(context, "secret set")
    if context.ask.source is not Source.MODAL:
        return picked.form(keys.ask_secret(picked.key, picked.shorts, picked.up))
    act = SetSecret(picked.key, context.ask.values[keys.VALUE].strip())
    return picked.deed(act, "set", "on")


@command(
    "secret delete <targets> KEY",
    needs=Role.ADMIN,
    looks=Looks.FORM,
    example="secret delete all API_KEY",
    words=2,
)
def delete_secret(context: Context) -> Answer:
    """Take a secret from Spaces, after a question. Apps that are up restart."""
    picked = _picked_secret(context, "secret delete")
    if context.ask.source is not Source.MODAL:
        return picked.form(keys.ask_to_delete("secret", picked.key, picked.shorts, picked.up))
    return picked.deed(DeleteSecret(picked.key), "deleted", "from")


@command(
    "secret list <targets>", needs=Role.ADMIN, example="secret list all", words=2, is_read=True
)
def list_secrets(context: Context) -> Answer:
    """The names of the secrets that Spaces have. Values cannot be read, by nobody."""
    _check_listed(context, "secret list")
    ids = _unrepeated(context, context.words, "secret list", acting=False)
    return Look(SecretsOf(ids), partial(keys.secrets, names=context.names))


@command(
    "variable set <targets> KEY [VALUE]",
    needs=Role.ADMIN,
    looks=Looks.FORM,
    example="variable set all MODE exam",
    words=2,
    check=_has_public_value,
)
def set_variable(context: Context) -> Answer:
    """Give Spaces a public variable; a form shows the value before it is set. Apps restart."""
    picked = _picked(context, "variable set")
    if context.ask.source is not Source.MODAL:
        value = " ".join(picked.rest)
        return picked.form(keys.ask_variable(picked.key, picked.shorts, picked.up, value))
    act = SetVariable(picked.key, context.ask.values[keys.VALUE].strip())
    return picked.deed(act, "set", "on")


@command(
    "variable delete <targets> KEY",
    needs=Role.ADMIN,
    looks=Looks.FORM,
    example="variable delete all MODE",
    words=2,
)
def delete_variable(context: Context) -> Answer:
    """Take a public variable from Spaces, after a question. Apps that are up restart."""
    picked = _picked(context, "variable delete", _TOO_MUCH)
    if context.ask.source is not Source.MODAL:
        return picked.form(keys.ask_to_delete("variable", picked.key, picked.shorts, picked.up))
    return picked.deed(DeleteVariable(picked.key), "deleted", "from")


@command(
    "variable list <targets>", needs=Role.ADMIN, example="variable list all", words=2, is_read=True
)
def list_variables(context: Context) -> Answer:
    """The public variables that Spaces have, with their values."""
    _check_listed(context, "variable list")
    ids = context.targets(acting=False)
    return Look(VariablesOf(ids), partial(keys.variables, names=context.names))


@dataclass(frozen=True, slots=True)
class _Picked:
    """A key and the Spaces that it is about."""

    context: Context
    verb: str  # "secret set"
    keyed: Keyed
    spaces: tuple[str, ...]

    @property
    def key(self) -> str:
        return self.keyed.key

    @property
    def rest(self) -> tuple[str, ...]:
        return self.keyed.rest

    @property
    def shorts(self) -> list[str]:
        return [self.context.names.short(id) for id in self.spaces]

    @property
    def up(self) -> int:
        fleet = self.context.fleet
        return sum(fleet[id].condition is Condition.UP for id in self.spaces)

    def form(self, view: View) -> Form:
        """Ask by a form. It names its Spaces: "sleeping" may mean others in an hour."""
        named = spell([*self.verb.split(), *self.shorts, self.key])
        as_typed = spell([*self.verb.split(), *self.keyed.targets, self.key])
        return Form(view, named if len(named) < COMMAND_LENGTH else as_typed)

    def deed(self, act: Act, done: str, on: str) -> Deed:
        what = f"{self.verb.split()[0].capitalize()} {self.key}"
        told = deeds.Told(
            good=f"{what} {done} {on} {{}}",
            bad=f"{what} not {done} {on} {{}}",
            user=self.context.ask.user,
            after="Apps that were up restart now.",
            again=f"{self.verb} {{}} {self.key}",
        )
        return Deed(act, self.spaces, partial(deeds.outcome, told, names=self.context.names))


def _picked(context: Context, verb: str, refusal: str = "") -> _Picked:
    """Take the words apart; with a *refusal*, nothing may stand behind the key."""
    found = keyed(context.words, context.names, last=bool(refusal))
    if found.rest and refusal:
        raise Misunderstood(refusal)
    spaces = context.acting_on(found.targets, verb, [found.key])
    return _Picked(context, verb, found, spaces)


def _picked_secret(context: Context, verb: str) -> _Picked:
    """Take the words apart, of which any may be the secret's value."""
    found = secret_key(context.words, context.names)
    spaces = _unrepeated(context, found.targets, verb, [found.key], acting=True)
    return _Picked(context, verb, found, spaces)


def _unrepeated(
    context: Context, targets: Sequence[str], verb: str, tail: Sequence[str] = (), *, acting: bool
) -> tuple[str, ...]:
    """Find the Spaces. A word that is none is not repeated: it may be a secret's value."""
    lookup = Lookup(context.fleet, context.names, acting)
    unknown = [word for word in targets if not lookup.knows(word)]
    try:
        return select(targets, context.fleet, context.names, acting=acting)
    except Guess as guess:
        # Where a name was misspelt, so that it could be a key, its value may stand behind it.
        sure = not (tail and any(map(is_key, unknown)))
        raise Misunderstood(_UNKNOWN, guess.command(verb, tail) if sure else None) from None
    except Misunderstood:
        if unknown:
            raise Misunderstood(_UNKNOWN) from None
        raise


def _check_listed(context: Context, verb: str) -> None:
    if not context.words:
        asked = f"`{context.slash} {verb} team-a`"
        raise Misunderstood(f"Of which Spaces? Name some: {asked}, or `all`.", f"{verb} all")
