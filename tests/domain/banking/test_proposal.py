"""What movements pay: real texts with truth, and thousands made of them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from domain.banking.bank_transaction import BankTransaction
from domain.banking.proposal import Proposal, Proposals, carried_out
from domain.banking.suggestion import Candidate, CandidateKind
from domain.banking.waiting import Candidates
from tests.remittances import OF_RUNS, Case, generated, paid_by, real_cases, real_items, score

ITEM = Candidate(
    intent_id=UUID(int=1),
    kind=CandidateKind.OPEN_RECEIVABLE,
    amount=Decimal("100.00"),
    day=date(2026, 3, 30),
    description="",
    open_item_account="2000",
    invoice_number="AR-2026-0001",
    counterparty_name="Tischlerei Auer",
    partner_id=UUID(int=9),
    document_day=date(2026, 3, 1),
)
OTHER = replace(ITEM, intent_id=UUID(int=2), invoice_number="AR-2026-0002")


def proposed(
    *items: Candidate, amount: str = "100.00", text: str | None = None, day: int = 10
) -> Proposal | None:
    """What a payment by the carpenter is taken for."""
    paid = BankTransaction(
        date(2026, 3, day), Decimal(amount), counterparty_name="Tischlerei Auer", reference=text
    )
    return Proposals(Candidates(items)).propose(paid)


@pytest.mark.parametrize("case", real_cases(), ids=lambda case: case.name)
def test_a_real_text_is_understood_or_asked_about(case: Case) -> None:
    """What is sure is right, and what nobody needs to be asked about is sure."""
    found = Proposals(Candidates(real_items().values())).propose(case.movement)
    if case.is_sure and case.name not in OF_RUNS:
        assert found is not None
        assert found.is_sure, found
        assert paid_by(found) == case.pays
    else:
        assert found is None or not found.is_sure, found


def test_precision_and_recall_over_thousands() -> None:
    """The bounds of the issue, on movements made of the real texts."""
    items, cases = generated(4000)
    known = Proposals(Candidates(items))
    found = score(cases, [known.propose(case.movement) for case in cases])
    assert found.precision >= 0.995, found
    assert found.recall >= 0.98, found
    assert found.right > 2000


_HOME, _OTHER_HOME, _MULE = (
    "DE89370400440532013000", "AT611904300234573201", "AT022011100003429660",
)  # fmt: skip
OWED = replace(
    ITEM,
    kind=CandidateKind.OPEN_LIABILITY,
    amount=Decimal("-100.00"),
    invoice_number="RE-771",
    counterparty_iban=_HOME,
)


@pytest.mark.parametrize(
    ("item", "iban", "is_sure"),
    [
        (OWED, _HOME, True),
        (OWED, None, True),
        (OWED, _MULE, False),
        (OWED, _OTHER_HOME, True),  # learned: this vendor alone was paid there before
        (replace(OWED, payee_iban=_MULE), _MULE, True),  # a payee that was accepted
        (replace(OWED, counterparty_iban=None), _MULE, True),  # nobody knows where it is paid
        (replace(OWED, is_collected=True), _MULE, True),
        (replace(ITEM, counterparty_iban=_HOME, invoice_number="RE-771"), _MULE, True),
    ],
)
@pytest.mark.parametrize("text", ["Rechnung RE-771", ""])
def test_money_to_another_account_than_the_known_is_a_question(
    item: Candidate, iban: str | None, text: str, *, is_sure: bool
) -> None:
    """Whatever the words say; who pays us may have as many accounts as they like."""
    paid = BankTransaction(
        date(2026, 3, 10),
        item.amount,
        counterparty_name="Tischlerei Auer",
        counterparty_iban=iban,
        reference=text,
    )
    learned = {_OTHER_HOME: UUID(int=9)}
    found = Proposals(Candidates([item], learned)).propose(paid)
    assert found is not None
    assert (found.is_sure, "another_account" in found.reasons) == (is_sure, not is_sure)


def test_two_that_fit_are_a_question() -> None:
    """The same payer owes the same amount twice: only a number decides."""
    doubtful = proposed(ITEM, OTHER)
    assert doubtful is not None
    assert not doubtful.is_sure
    sure = proposed(ITEM, OTHER, text="AR-2026-0002")
    assert sure is not None
    assert (sure.is_sure, sure.parts[0].candidate) == (True, OTHER)


def test_a_number_that_nothing_has_makes_it_doubtful() -> None:
    """The payer means another invoice, perhaps one that is paid already."""
    found = proposed(ITEM, text="AR-2026-0077")
    assert found is not None
    assert not found.is_sure


def test_money_before_the_invoice_is_doubtful() -> None:
    """Who pays three weeks before the invoice pays another month."""
    early = proposed(replace(ITEM, document_day=date(2026, 3, 29)), day=2)
    assert early is not None
    assert not early.is_sure


def test_what_is_due_is_paid_and_the_rest_stays() -> None:
    """60.00 of 100.00 are due: the rest is no discount."""
    found = proposed(replace(ITEM, due_amount=Decimal("60.00")), amount="60.00", text="0001")
    assert found is not None
    assert (found.is_sure, found.parts[0].discount) == (True, Decimal(0))


def test_money_that_is_booked_comes_first() -> None:
    """A booking by hand of the same amount makes any other reading doubtful."""
    booked = Candidate(UUID(int=5), CandidateKind.BANK_BOOKING, Decimal("100.00"),
                       date(2026, 3, 9), "Barverkauf")  # fmt: skip
    alone = proposed(booked)
    assert alone is not None
    assert (alone.reasons, carried_out(alone)) == (("amount_exact", "booked_already"), False)
    both = proposed(ITEM, booked, text="AR-2026-0001")
    assert both is not None
    assert not both.is_sure


def test_a_foreign_item_is_never_sure() -> None:
    """What it is worth decides a person."""
    found = proposed(replace(ITEM, currency="USD"), text="AR-2026-0001")
    assert found is None or not carried_out(found)


def test_of_many_items_some_add_up() -> None:
    """The only sum that fits is proposed; two that fit are not."""
    items = [replace(ITEM, intent_id=UUID(int=n), invoice_number=f"AR-{n}", amount=Decimal(amount))
             for n, amount in enumerate(("10.00", "25.00", "47.00", "90.00"), 1)]  # fmt: skip
    found = proposed(*items, amount="72.00")
    assert found is not None
    assert [part.money for part in found.parts] == [Decimal("25.00"), Decimal("47.00")]
    assert not found.is_sure
    assert proposed(*items, replace(items[0], intent_id=UUID(int=9), amount=Decimal("62.00")),
                    amount="72.00") is None  # fmt: skip


@pytest.mark.parametrize(
    ("text", "is_collected", "is_sure"),
    [
        ("ABBUCHUNG Rechnung ER-2026-0001", True, True),
        ("Abbuchung", True, True),
        ("ABBUCHUNG Rechnung ER-2026-0001", False, False),
        ("Abbuchung", False, False),
        ("Rückzahlung Abbuchung ER-2026-0001", True, False),
        ("SEPA-Lastschrift ER-2026-0001", True, True),
        ("SEPA-Lastschrift ER-2026-0001", False, True),
    ],
)
def test_a_debit_is_expected_where_somebody_collects(
    text: str, *, is_collected: bool, is_sure: bool
) -> None:
    """What banks call their own debits, too, pays an invoice only where its vendor collects it."""
    bill = replace(
        ITEM,
        kind=CandidateKind.OPEN_LIABILITY,
        amount=Decimal("-100.00"),
        invoice_number="ER-2026-0001",
        is_collected=is_collected,
    )
    found = proposed(bill, amount="-100.00", text=text)
    assert (found is not None and found.is_sure) == is_sure


def test_a_debit_of_several_is_expected_for_each() -> None:
    """One of them that is transferred makes it a question."""
    bills = [
        replace(ITEM, amount=Decimal("-50.00"), intent_id=UUID(int=at), is_collected=True)
        for at in (1, 2)
    ]
    assert proposed(*bills, amount="-100.00", text="Abbuchung") is not None
    bills[1] = replace(bills[1], is_collected=False)
    assert proposed(*bills, amount="-100.00", text="Abbuchung") is None
