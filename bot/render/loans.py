"""Loans of hardware in words: their end, their cost, and how to extend them."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.cards import Message
from bot.hub_facts import Flavor
from bot.loans import Loan, LoanChange
from bot.parsing import NameIndex, to_command
from bot.render import formatting
from bot.render.blocks import actions, button, code, context, escape, message, section, user_mention
from bot.slack_limits import COMMAND_LENGTH


def terms(
    flavor: Flavor, returns_to: Sequence[str], number: int, ends_at: datetime, length: timedelta
) -> str:
    """Return what a loan of *number* Spaces costs, when it ends, and what follows.

    *returns_to* is the hardware that the Spaces have now.
    """
    cost = _dollars(number * flavor.dollars_per_hour * (length / timedelta(hours=1)))
    back = formatting.join_names([code(name, 60) for name in dict.fromkeys(returns_to)])
    return (
        f"For {formatting.duration(length)} that's about {cost}, until "
        f"{formatting.timestamp(ends_at)}, then back to {back}."
    )


def notice(loans: Sequence[Loan], names: NameIndex) -> Message:
    """Return the message that *loans* end soon, with a button for one hour more."""
    first = loans[0]
    label = formatting.label_spaces(_short_names(loans, names))
    goes = "goes" if len(loans) == 1 else "go"
    more = to_command(["hardware", *_short_names(loans, names), first.flavor, "for", "1h", "more"])
    hour = _dollars(first.dollars_per_hour * len(loans))
    buttons = [actions(button("1 h more", more))] if len(more) <= COMMAND_LENGTH else []
    return message(
        f"{label} {goes} back to {first.returns_to} soon",
        section(
            f":hourglass: *{escape(label, 300)}* {goes} back from {code(first.flavor, 60)} to "
            f"{code(first.returns_to, 60)} at {formatting.time_of_day(first.ends_at)}."
        ),
        *buttons,
        context(f"Lent by {user_mention(first.owner)} · one hour more costs about {hour}"),
    )


def changed(change: LoanChange, names: NameIndex, by: str) -> Message:
    """Return the message about loans that end later, or not at all."""
    loans = change.loans
    label = escape(formatting.label_spaces(_short_names(loans, names)), 300)
    first = loans[0]
    keeps = "keeps" if len(loans) == 1 else "keep"
    until = "for good" if change.is_kept else f"until {formatting.timestamp(first.ends_at)}"
    hour = _dollars(sum(loan.dollars_per_hour for loan in loans))
    return message(
        f"{label} {keeps} {first.flavor} {'for good' if change.is_kept else 'longer'}",
        section(
            f":hourglass: {user_mention(by)}: *{label}* {keeps} {code(first.flavor, 60)} {until}. "
            f"That costs about {hour} an hour."
        ),
    )


def returned_note(lent: str, spent: str) -> str:
    """Return the note on the card of a return: its reason and the loan's cost."""
    cost = _dollars(float(spent))
    return f"The loan of {code(lent, 60)} is over. It cost about {cost}."


def list_lines(loans: Iterable[Loan], names: NameIndex) -> list[str]:
    """Return a line for each loan: until when, and what follows."""
    return [
        f":hourglass: *{escape(names.short_name(loan.space), 100)}* has {code(loan.flavor, 60)} "
        f"until {formatting.timestamp(loan.ends_at)}, then {code(loan.returns_to, 60)}"
        for loan in loans
    ]


def _short_names(loans: Sequence[Loan], names: NameIndex) -> list[str]:
    return [names.short_name(loan.space) for loan in loans]


def _dollars(amount: float) -> str:
    return f"${amount:.2f}" if amount else "nothing"
