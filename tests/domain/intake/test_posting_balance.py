"""From an approved case to the books: whatever the lines, exactly the total is owed."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.intake.posting import ApprovedCase, booking_of, invoice_of
from domain.ledger.booking import intent_of
from domain.ledger.chart import Chart
from domain.ledger.intent import Side
from domain.money import CENT
from domain.payables.normalized import NormalizedInvoice, NormalizedLine
from domain.payables.terms import ForeignRate
from domain.reading.document_type import DocumentType
from domain.tax.code import system_codes
from tests.domain.intake.test_tax_proposal import books

PAYABLES = "3300"
RATES = st.sampled_from([Decimal("0.20"), Decimal("0.10"), Decimal(0)])
CENTS = st.integers(min_value=-50_000, max_value=500_000).map(lambda n: n * CENT)


def line(total: Decimal, rate: Decimal = Decimal("0.20"), **changes: object) -> NormalizedLine:
    """A line of a gross total."""
    tax = total - (total / (1 + rate)).quantize(CENT)
    made = NormalizedLine(1, "Papier", Decimal(1), total - tax, rate, tax, total)
    return replace(made, **changes)  # type: ignore[arg-type]


def case(*lines: NormalizedLine, gross: Decimal | None = None, **changes: object) -> ApprovedCase:
    """An approved case with these lines."""
    total = sum((each.line_total for each in lines), Decimal()) if gross is None else gross
    tax = sum((each.tax_amount for each in lines), Decimal())
    invoice = NormalizedInvoice(
        document_type=DocumentType.INVOICE,
        invoice_number="R-1",
        invoice_date=date(2026, 3, 2),
        total_net=total - tax,
        total_tax=tax,
        total_gross=total,
        line_items=lines,
    ).renumbered()
    return ApprovedCase(
        intent_id=UUID(int=1),
        invoice=replace(invoice, **changes),  # type: ignore[arg-type]
        vendor_id=UUID(int=2),
        vendor_name="Papier GmbH",
        default_account="5000",
        rounding_accounts=("6858", "4880"),
        payables_account=PAYABLES,
        document_id=UUID(int=3),
        document_sha256="0" * 64,
        approved_by=None,
        approved_on=date(2026, 3, 3),
        fiscal_year_start=1,
        codes={each.code: each for each in system_codes(Chart.AT_EKR)},
    )


@given(
    st.lists(st.builds(line, CENTS, RATES), min_size=1, max_size=8),
    st.integers(min_value=-3, max_value=3),
    st.integers(min_value=-4, max_value=4),
    st.sampled_from([DocumentType.INVOICE, DocumentType.CREDIT_NOTE]),
)
def test_the_booking_balances_at_the_total(
    lines: list[NormalizedLine], off: int, rounded: int, kind: DocumentType
) -> None:
    """Debits and credits are equal, payables move by the gross total as it is rounded."""
    gross = sum((each.line_total for each in lines), Decimal()) + off * CENT
    assume(gross > 0 and gross + rounded * CENT > 0)

    made = case(*lines, gross=gross, document_type=kind, rounding_amount=rounded * CENT)
    booking = booking_of(made)

    moved = [each.plain.signed for each in booking.lines]
    (owed,) = [each for each in booking.lines if each.account == PAYABLES]
    assert sum(moved) == 0
    assert owed.amount == gross + rounded * CENT
    assert made.owed == owed.amount
    assert owed.side is (Side.CREDIT if kind is DocumentType.INVOICE else Side.DEBIT)


@pytest.mark.parametrize(
    ("rounding", "kind", "account", "side"),
    [
        ("0.03", DocumentType.INVOICE, "6858", Side.DEBIT),
        ("-0.02", DocumentType.INVOICE, "4880", Side.CREDIT),
        ("0.03", DocumentType.CREDIT_NOTE, "4880", Side.CREDIT),
        ("-0.02", DocumentType.CREDIT_NOTE, "6858", Side.DEBIT),
    ],
)
def test_what_is_rounded_is_a_small_loss_or_gain(
    rounding: str, kind: DocumentType, account: str, side: Side
) -> None:
    """Without any tax; more to pay is a loss, more to get a gain."""
    made = case(line(Decimal("99.97")), document_type=kind, rounding_amount=Decimal(rounding))

    (found,) = [each for each in booking_of(made).lines if each.account in ("6858", "4880")]
    assert abs(invoice_of(made).owed_amount) == made.owed

    assert (found.account, found.side, found.amount) == (account, side, abs(Decimal(rounding)))
    assert found.tax_code is None


def test_a_rounding_that_does_not_explain_what_is_due_is_not_booked() -> None:
    """It is told as a finding; what is owed is the total."""
    made = case(
        line(Decimal("99.97")), rounding_amount=Decimal("0.03"), amount_due=Decimal("99.97")
    )

    assert booking_of(made).lines[-1].amount == Decimal("99.97")
    assert invoice_of(made).rounding_amount is None


def test_a_rate_alone_is_no_code() -> None:
    """A line bears the code that was proposed or named; without one it is cost as it stands."""
    lines = (
        line(Decimal(120), tax_code="VST20"),
        line(Decimal(119), Decimal("0.19")),
        line(Decimal(50), Decimal(0), tax_code="VST-RC20"),
    )

    booked = [(each.tax_code, each.amount) for each in booking_of(case(*lines)).lines]

    assert booked[:3] == [("VST20", Decimal(120)), (None, Decimal(119)), ("VST-RC20", Decimal(50))]


def test_tax_is_booked_as_stated() -> None:
    """0.84 where the rate gives 0.80: rounded line by line, and booked so."""
    lines = tuple(
        line(Decimal("0.24"), tax_amount=Decimal("0.04"), tax_code="VST20") for _ in range(21)
    )

    cost, _ = booking_of(case(*lines)).lines

    assert (cost.amount, cost.tax_amount, cost.roundings) == (Decimal("5.04"), Decimal("0.84"), 22)


@pytest.mark.parametrize(
    ("tax", "booked"), [("25.00", "20.83"), ("20.84", "20.84"), ("15.00", "15.00")]
)
@pytest.mark.parametrize("kind", [DocumentType.INVOICE, DocumentType.CREDIT_NOTE])
def test_tax_that_does_not_follow_from_its_rate_is_deducted_once_accepted(
    kind: DocumentType, tax: str, booked: str
) -> None:
    """At most what the law has in the price, and no more than is shown; the rest is cost.

    § 12 Abs. 1 Z 1, § 11 Abs. 12 UStG in Austria, § 15 Abs. 1 Satz 1 Nr. 1 UStG in Germany.
    """
    one = line(Decimal(125), tax_amount=Decimal(tax), tax_code="VST20")
    booking = booking_of(case(one, document_type=kind))

    intent = intent_of(booking, books("AT"))
    moved = {each.account: abs(each.signed) for each in intent.postings}
    assert moved == {
        "5000": Decimal(125) - Decimal(booked),
        "2500": Decimal(booked),
        PAYABLES: Decimal(125),
    }


def test_foreign_tax_beside_a_self_assessed_code_is_cost() -> None:
    """The base of what is owed by oneself is the net amount."""
    one = line(Decimal(119), Decimal("0.19"), tax_code="VST-RC20")

    booked = [(each.tax_code, each.amount) for each in booking_of(case(one)).lines]

    assert booked == [(None, Decimal(19)), ("VST-RC20", Decimal(100)), (None, Decimal(119))]


def test_a_document_in_dollars_is_booked_in_euro() -> None:
    """At the rate of the case; the document amount stands beside it."""
    one = line(Decimal(300), Decimal(0), tax_code="VST-RC20")
    fx = ForeignRate(Decimal("1.25"), date(2026, 3, 2), "ECB")

    booking = booking_of(case(one, currency="USD", fx=fx))

    assert [each.amount for each in booking.lines] == [Decimal(240), Decimal(240)]
    assert booking.exchange is not None
    assert (booking.exchange.amount, booking.exchange.rate_source) == (Decimal(300), "ECB")


def test_lines_of_one_account_and_code_are_one_sum() -> None:
    """So that tax is rounded once."""
    lines = [line(Decimal("0.05")) for _ in range(100)]

    booking = booking_of(case(*lines))

    assert [each.amount for each in booking.lines] == [Decimal(5), Decimal(5)]
