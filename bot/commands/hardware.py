"""`hardware`: the hardware of Spaces, its prices, and changing it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from bot import loans
from bot.command import Context, Freshness, command
from bot.commands._planning import plan_operation
from bot.errors import UsageError
from bot.hub_facts import Flavor
from bot.loans import Loan, LoanChange, LoansQuery
from bot.model import Role
from bot.operations import Operation, StepState, Verb, needs_confirmation
from bot.parsing import Span, quote, split_span
from bot.parsing.suggestions import button_command, closest_match
from bot.queries import PricesQuery
from bot.render import hardware as render
from bot.render import loans as loan_messages
from bot.results import Answer, Fetch

#: After the time of a loan: "for 1h more".
_MORE_WORDS = frozenset({"more", "longer"})


@command(
    "hardware <targets> [flavor] [for 2h]",
    role=Role.ADMIN,
    freshness=Freshness.FRESH,
    example="hardware all",
    does="see or change hardware",
    takes_time=True,
)
def hardware(context: Context) -> Answer:
    """What Spaces run on, and each hardware's price per hour; name one to move them there.

    It asks before it starts paid hardware, and says the price. `for 2h` or `until 18:00` is a loan:
    each Space then goes back to what it had, with a notice 10 minutes before.
    """
    if not context.words:
        raise UsageError(
            f"Which Spaces? For example `{context.slash} hardware all`.",
            "hardware all",
        )
    request = _read(context)

    def with_prices(found: Sequence[Flavor]) -> Answer:
        flavors = {flavor.name.casefold(): flavor for flavor in found}
        return Fetch(
            LoansQuery(),
            lambda lent: _show_or_move(
                context, request, flavors, loans.present(lent, context.fleet)
            ),
        )

    return Fetch(PricesQuery(), with_prices)


@dataclass(frozen=True, slots=True)
class _Request:
    """The words without the time of a loan, and that time."""

    words: tuple[str, ...]
    span: Span | None = None
    is_more: bool = False  # it is added to the present end


def _read(context: Context) -> _Request:
    words = context.words
    is_more = words[-1].casefold() in _MORE_WORDS
    rest, span = split_span(words[:-1] if is_more else words, context.now, context.zone)
    if span and not loans.MIN_LENGTH <= span.duration <= loans.MAX_LENGTH:
        raise UsageError("A loan lasts 15 minutes to 7 days. Nothing was changed; try `for 2h`.")
    if not rest:
        raise UsageError(f"Which Spaces? For example `{context.slash} hardware all`.")
    return _Request(rest, span, is_more=is_more and span is not None)


def _show_or_move(
    context: Context, request: _Request, flavors: Mapping[str, Flavor], lent: Mapping[str, Loan]
) -> Answer:
    *targets, last = request.words
    if last.casefold() in flavors:
        return _move(context, targets, flavors[last.casefold()], request, lent)
    try:
        ids = context.resolve_for_action(request.words, "hardware")
    except UsageError:
        _reject_unknown_hardware(context, targets, last, list(flavors))
        raise
    if request.span:
        raise UsageError(
            "Which hardware? For example "
            f"`{context.slash} hardware {' '.join(request.words)[:60]} t4-small for 2h`."
        )
    spaces = [context.fleet[id] for id in ids]
    lines = loan_messages.list_lines((lent[id] for id in ids if id in lent), context.names)
    return render.table(list(flavors.values()), spaces, context.names, lines)


def _move(
    context: Context,
    targets: Sequence[str],
    flavor: Flavor,
    request: _Request,
    lent: Mapping[str, Loan],
) -> Answer:
    """Return an operation that moves Spaces to *flavor*, with a confirmation if needed.

    Spaces that already have it on loan keep it longer, or for good without a time.
    """
    tail = context.words[len(targets) :]
    ids = context.resolve_for_action(targets, "hardware", tail)
    known = [lent[id] for id in ids if id in lent and lent[id].flavor == flavor.name]
    if known and len(known) == len(ids) and not context.is_for_later:
        return _change_loans(context, known, request)
    args = {"flavor": flavor.name}
    if request.span:
        args |= loans.to_args(request.span.duration, flavor.dollars_per_hour)
    return plan_operation(
        context,
        Verb.HARDWARE,
        ids,
        args,
        confirm_if=partial(_confirmation_warning, context, flavor, request.span, lent),
        cost=lambda operation: flavor.dollars_per_hour * len(operation.in_state(StepState.WAITING)),
    )


def _change_loans(context: Context, known: Sequence[Loan], request: _Request) -> LoanChange:
    if request.span is None:
        return LoanChange(tuple(known), is_kept=True)
    longer = loans.extend(known, request.span.duration, context.now, is_more=request.is_more)
    if any(loan.ends_at - context.now > loans.MAX_LENGTH for loan in longer):
        raise UsageError("A loan ends within 7 days. Nothing was changed; use a shorter time.")
    return LoanChange(tuple(longer))


def _confirmation_warning(
    context: Context,
    flavor: Flavor,
    span: Span | None,
    lent: Mapping[str, Loan],
    operation: Operation,
) -> Sequence[str]:
    waiting = [context.fleet[step.space] for step in operation.in_state(StepState.WAITING)]
    if not needs_confirmation(flavor, waiting):
        return ()
    back = [lent[s.id].returns_to if s.id in lent else s.hardware or "cpu-basic" for s in waiting]
    terms = (
        loan_messages.terms(flavor, back, len(waiting), span.ends_at, span.duration)
        if span and waiting
        else ""
    )
    return render.confirmation_warning(waiting, flavor, context.names, terms)


def _reject_unknown_hardware(
    context: Context, targets: Sequence[str], last: str, flavors: Sequence[str]
) -> None:
    """Refuse *last* as unknown hardware if all words before it select Spaces.

    Raises:
        UsageError: *last* was meant as hardware; the error offers the most similar one.

    """
    try:
        context.resolve_for_action(targets, "hardware")
    except UsageError:
        return
    suggestion = closest_match(last, flavors)
    hint = (
        f"Did you mean `{suggestion}`?" if suggestion else f"Choose from `{'`, `'.join(flavors)}`."
    )
    raise UsageError(
        f"There's no hardware called {quote(last)}. {hint}",
        button_command(["hardware", *targets, suggestion]) if suggestion else None,
    )
