"""Loans: hardware for a time, after which each Space goes back to what it had."""

from bot.loans.loan import (
    MAX_LENGTH,
    MIN_LENGTH,
    NOTICE_BEFORE,
    Loan,
    LoanChange,
    LoansQuery,
    due_notices,
    ended,
    extend,
    is_lasting,
    is_over,
    is_return,
    new_loan,
    plan_returns,
    to_args,
)

__all__ = [
    "MAX_LENGTH",
    "MIN_LENGTH",
    "NOTICE_BEFORE",
    "Loan",
    "LoanChange",
    "LoansQuery",
    "due_notices",
    "ended",
    "extend",
    "is_lasting",
    "is_over",
    "is_return",
    "new_loan",
    "plan_returns",
    "to_args",
]
