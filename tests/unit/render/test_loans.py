"""Loans in words: the notice before the end, changes, and the terms in a confirmation."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.cards import Message
from bot.hub_facts import Flavor
from bot.loans import Loan, LoanChange
from bot.parsing import NameIndex
from bot.render import loans as render
from tests import goldens

NOW = datetime(2026, 11, 27, 14, tzinfo=UTC)
LOAN = Loan(
    *("acme/team-a", "t4-small", "cpu-basic", None, NOW, NOW + timedelta(hours=2)),
    *("UANA", "C1", 0.4),
)
OTHER = replace(LOAN, space="acme/team-b")
NAMES = NameIndex.of(["acme/team-a", "acme/team-b"])

CARDS: dict[str, Message] = {
    "notice": render.notice([LOAN], NAMES),
    "notice_of_two": render.notice([LOAN, OTHER], NAMES),
    "extended": render.changed(LoanChange((LOAN, OTHER)), NAMES, "UANA"),
    "kept": render.changed(LoanChange((LOAN,), is_kept=True), NAMES, "UANA"),
}


@pytest.mark.parametrize("name", CARDS)
def test_message_matches_its_golden(name: str) -> None:
    goldens.check_card(f"loans/{name}", CARDS[name])


def test_the_terms_name_the_price_the_end_and_what_follows() -> None:
    flavor = Flavor("t4-small", "Nvidia T4", dollars_per_hour=0.4)
    end = NOW + timedelta(hours=2)
    text = render.terms(flavor, ["cpu-basic", "cpu-basic"], 2, end, timedelta(hours=2))
    assert text == (
        "For 2 h that's about $1.60, until "
        f"<!date^{end.timestamp():.0f}^{{date_short_pretty}} {{time}}|27 Nov 16:00 UTC>, "
        "then back to `cpu-basic`."
    )


def test_the_list_and_the_note_say_what_the_loan_is_and_cost() -> None:
    [line] = render.list_lines([LOAN], NAMES)
    assert "*team-a* has `t4-small` until" in line
    assert line.endswith("then `cpu-basic`")
    assert render.returned_note("t4-small", "0.80") == (
        "The loan of `t4-small` is over. It cost about $0.80."
    )
    assert "It cost about nothing." in render.returned_note("cpu-basic", "0.00")
