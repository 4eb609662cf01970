"""Suggestions: score, reasons, order."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.banking.bank_transaction import BankTransaction
from domain.banking.suggestion import Candidate, CandidateKind, named_in, score
from domain.banking.waiting import Candidates

PAID = BankTransaction(
    date(2026, 3, 10),
    Decimal("-357.00"),
    counterparty_name="PAPIER MUELLER GMBH",
    counterparty_iban="DE89370400440532013000",
    reference="RE 2026/0815",
)
OWED = Candidate(
    intent_id=UUID(int=1),
    kind=CandidateKind.OPEN_LIABILITY,
    amount=Decimal("-357.00"),
    day=date(2026, 3, 9),
    description="Papier",
    open_item_account="3300",
    invoice_number="RE-2026-0815",
    counterparty_iban="DE89370400440532013000",
    counterparty_name="Papier Mueller GmbH & Co KG",
)


def test_all_reasons_together_are_capped_at_one() -> None:
    """0.5 + 0.25 + 0.15 + 0.1 + 0.1."""
    found = score(PAID, OWED)
    assert found.score == 1
    assert found.reasons == (
        "amount_exact",
        "invoice_number",
        "counterparty_iban",
        "counterparty_name",
        "date_close",
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"amount": Decimal("-360.00")}, "0.85"),
        ({"amount": Decimal("-400.00")}, "0.60"),
        ({"invoice_number": None, "external_reference": "2026/0815"}, "1"),
        ({"invoice_number": None}, "0.85"),
        ({"counterparty_iban": None, "counterparty_name": "Other"}, "0.85"),
        ({"invoice_number": None, "day": date(2026, 3, 24)}, "0.80"),
        ({"invoice_number": None, "day": date(2026, 3, 25)}, "0.75"),
    ],
)
def test_each_reason_has_its_weight(changes: dict[str, object], expected: str) -> None:
    """The figures of §3.4."""
    assert score(PAID, replace(OWED, **changes)).score == Decimal(expected)  # type: ignore[arg-type]


def test_the_best_five_come_first_and_the_weak_not_at_all() -> None:
    """Below one half nothing is suggested."""
    others = [
        replace(OWED, intent_id=UUID(int=n), day=OWED.day - timedelta(days=n)) for n in range(2, 9)
    ]
    weak = replace(OWED, amount=Decimal(-1), counterparty_iban=None, invoice_number=None)
    found = Candidates([weak, *others, OWED]).suggest(PAID)
    assert len(found) == 5
    assert weak not in [one.candidate for one in found]
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


@given(st.text(), st.text())
def test_any_text_may_be_searched(number: str, words: str) -> None:
    """No text is taken for a pattern."""
    assert named_in(number, words) in {True, False}


def test_a_part_of_a_number_is_no_match() -> None:
    """815 does not name 0815, and two digits name nothing."""
    assert not named_in("815", "RE 2026 0815")
    assert not named_in("15", "15")
    assert named_in("RE-2026-0815", "zu re2026 0815 danke")


@given(
    amount=st.sampled_from(["-357.00", "-356.00", "-300.00"]),
    number=st.sampled_from([None, "RE-2026-0815", "RE 1"]),
    reference=st.sampled_from([None, "2026/0815"]),
    name=st.sampled_from([None, "Papier Mueller"]),
    days=st.integers(0, 20),
)
def test_nothing_that_scores_is_passed_over(
    amount: str, number: str | None, reference: str | None, name: str | None, days: int
) -> None:
    """The quick look before the score loses no candidate."""
    candidate = replace(
        OWED,
        amount=Decimal(amount),
        invoice_number=number,
        external_reference=reference,
        counterparty_name=name,
        day=PAID.tx_date - timedelta(days=days),
    )
    found = score(PAID, candidate)
    suggested = Candidates([candidate]).suggest(PAID)
    assert suggested == ((found,) if found.score >= Decimal("0.5") else ())


def test_money_the_other_way_is_no_candidate() -> None:
    """Money in pays nothing that we owe."""
    assert Candidates([replace(OWED, amount=Decimal("357.00"))]).suggest(PAID) == ()
