"""What is booked for money that came back, in both directions."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from domain.ledger.intent import Entry, Posting, Settling, Side
from domain.ledger.reversal import Posted
from domain.payments.returned import Returned, ReturnMismatch, Settled, booking_of, intent_of_whole
from domain.tax.code import TaxPart

BACK = Returned(UUID(int=1), date(2026, 3, 12), Decimal("117.50"), "2800", "7300", Decimal("2.50"))
PAID = Settled(UUID(int=2), "3300", Side.CREDIT, Decimal(120), UUID(int=3), "RE-1")
COLLECTED = replace(PAID, account="2000", side=Side.DEBIT)


def test_a_transfer_comes_back_short_of_the_fee() -> None:
    """Bank and fee against the payable, whose settlement is taken back."""
    booking = booking_of(replace(BACK, reason="AC04"), [PAID])

    assert [(line.account, line.side.value, line.amount) for line in booking.lines] == [
        ("2800", "D", Decimal("117.50")),
        ("7300", "D", Decimal("2.50")),
        ("3300", "C", Decimal(120)),
    ]
    assert booking.settles == (Settling(PAID.open_item_id, Decimal(-120)),)
    assert booking.description == "Rückgabe AC04 RE-1"


def test_a_foreign_item_is_opened_by_what_was_settled_of_its_currency() -> None:
    """Not by the share of its EUR: parts were settled at other values than the whole."""
    (opened,) = booking_of(BACK, [replace(PAID, document_amount=Decimal("131.50"))]).settles

    assert (opened.amount, opened.document_amount) == (Decimal(-120), Decimal("-131.50"))


def test_a_direct_debit_takes_more_than_it_brought() -> None:
    """The customer owes again, and the bank took its fee on top."""
    booking = booking_of(replace(BACK, amount=Decimal("-122.50")), [COLLECTED])

    assert [(line.account, line.side.value, line.amount) for line in booking.lines] == [
        ("7300", "D", Decimal("2.50")),
        ("2000", "D", Decimal(120)),
        ("2800", "C", Decimal("122.50")),
    ]


def paid_with_discount() -> Posted:
    """1,200.00 paid with 1,164.00: 30.00 of discount, and 6.00 of tax."""
    debit = Posting("3300", Side.DEBIT, Decimal(1200), partner_id=UUID(int=3))
    rows = [
        ("2800", "1164", None, None), ("5800", "30", "VST20", TaxPart.BASE),
        ("2500", "6", "VST20", TaxPart.TAX),
    ]  # fmt: skip
    return Posted(
        intent_id=UUID(int=9),
        booking_date=date(2026, 2, 10),
        period="2026-02",
        fiscal_year_start=7,
        description="Zahlung",
        external_reference="RE-1",
        entries=tuple(
            Entry(
                replace(debit, amount=Decimal(amount)),
                Posting(account, Side.CREDIT, Decimal(amount), code, part),
                Decimal(amount),
            )
            for account, amount, code, part in rows
        ),
        settles=(Settling(PAID.open_item_id, Decimal(1200)),),
        opened=(),
    )


def test_a_whole_payment_comes_back_with_its_discount_and_the_tax_of_it() -> None:
    """On its own day: nothing is left of the payment but the fee."""
    back = replace(BACK, amount=Decimal(1160), fee=Decimal(4))

    made = intent_of_whole(back, Decimal(1164), paid_with_discount())

    sums: dict[str, Decimal] = {}
    for each in made.postings:
        sums[each.account] = sums.get(each.account, Decimal()) + each.signed
    assert sums == {
        "2800": Decimal(1160), "5800": Decimal(30), "2500": Decimal(6), "7300": Decimal(4),
        "3300": Decimal(-1200),
    }  # fmt: skip
    taxed = {each.account: (each.tax_code, each.tax_part) for each in made.postings}
    assert taxed["5800"] == ("VST20", TaxPart.BASE)
    assert made.settles == (Settling(PAID.open_item_id, Decimal(-1200)),)
    assert (made.period, made.fiscal_year) == ("2026-03", 2026)
    with pytest.raises(ReturnMismatch) as told:
        intent_of_whole(replace(back, fee=Decimal(36)), Decimal(1164), paid_with_discount())
    assert told.value.context["difference"] == "-32.00"


def test_what_a_payment_left_as_a_credit_goes_with_it() -> None:
    """The item that it opened is settled; a payment that settled nothing is no such payment."""
    credit = Settling(UUID(int=5), Decimal(36))
    left = replace(paid_with_discount(), opened=(credit,))
    back = replace(BACK, amount=Decimal(1164), fee=Decimal(0))
    assert credit in intent_of_whole(back, Decimal(1164), left).settles
    with pytest.raises(ReturnMismatch):
        intent_of_whole(back, Decimal(1164), replace(left, opened=(), settles=()))


@pytest.mark.parametrize(
    ("back", "settled"),
    [
        (replace(BACK, fee=Decimal(0)), [PAID]),
        (replace(BACK, amount=Decimal("-117.50")), [PAID]),
        (BACK, []),
        (BACK, [PAID, COLLECTED]),
    ],
)
def test_what_does_not_fit_is_refused(back: Returned, settled: list[Settled]) -> None:
    """A difference that nobody named, the wrong way, nothing, and both sides at once."""
    with pytest.raises(ReturnMismatch):
        booking_of(back, settled)
