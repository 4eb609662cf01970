"""Whatever is written of sums, terms and payees is read back exactly, from every syntax."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.formats import e_invoice
from domain.intake.extraction import normalized
from domain.intake.from_record import extraction_of
from domain.payables.terms import Payee, PaymentMethod, PaymentTerm, TermKind
from tests import due_writer
from tests.due_writer import IBAN, Written, day

_CENTS = st.integers(1, 10_000_000).map(lambda cents: Decimal(cents) / 100)
_ROUNDING = st.integers(-99, 99).map(lambda cents: Decimal(cents) / 100)
_PERCENT = st.integers(1, 999).map(lambda percent: Decimal(percent) / 100)
_DISCOUNTS = st.dictionaries(st.integers(1, 29), _PERCENT, max_size=3).map(
    lambda found: tuple(sorted(found.items()))
)
_METHODS = {
    "58": PaymentMethod.TRANSFER,
    "59": PaymentMethod.DIRECT_DEBIT,
    "48": PaymentMethod.CARD,
}


@st.composite
def invoices(draw: st.DrawFn) -> Written:
    """Any combination of what is due, how and when."""
    net = draw(_CENTS)
    return Written(
        net=net,
        prepaid=draw(st.none() | st.decimals(0, net / 2, places=2)),
        rounding=draw(st.none() | _ROUNDING),
        due_days=draw(st.none() | st.integers(30, 90)),
        discounts=draw(_DISCOUNTS),
        holder=draw(st.sampled_from([None, "Tischlerei GmbH", "Factorbank AG"])),
        means=draw(st.sampled_from(sorted(_METHODS))),
    )


@pytest.mark.parametrize(
    "write", [due_writer.ubl, due_writer.cii, due_writer.ebinterface], ids=lambda w: w.__name__
)
@settings(max_examples=60, deadline=None)
@given(invoice=invoices())
def test_what_is_written_is_read(write: Callable[[Written], bytes], invoice: Written) -> None:
    """Amounts, day, terms, method and payee."""
    found = normalized(extraction_of(e_invoice.read(write(invoice))))

    assert found.total_gross == invoice.gross
    assert (found.prepaid_amount, found.rounding_amount) == (invoice.prepaid, invoice.rounding)
    assert found.amount_due == invoice.due
    assert found.due_date == invoice.due_date
    assert found.terms == _terms(invoice)
    expected = PaymentMethod.PAID if invoice.due == 0 else _METHODS[invoice.means]
    assert found.payment_method is expected
    if invoice.means == "58":
        is_other = invoice.holder == "Factorbank AG"
        assert found.payee == (Payee("Factorbank AG", IBAN) if is_other else None)


def _terms(invoice: Written) -> tuple[PaymentTerm, ...]:
    discounts = [
        PaymentTerm(TermKind.DISCOUNT, day(days), percent) for days, percent in invoice.discounts
    ]
    net = [PaymentTerm(TermKind.NET, invoice.due_date)] if invoice.due_date else []
    return (*discounts, *net)


def _with_terms(terms: str) -> bytes:
    written = due_writer.ubl(Written(Decimal(1000), due_days=None)).decode()
    return written.replace("<TaxTotal>", f"{terms}<TaxTotal>", 1).encode()


_LATER = "<PaymentTerms><PaymentDueDate>2026-12-20</PaymentDueDate></PaymentTerms>"


@pytest.mark.parametrize(
    "first",
    [
        "<SettlementDiscountPercent>3</SettlementDiscountPercent>",
        "",
    ],
)
def test_of_several_terms_of_ubl_the_last_is_due(first: str) -> None:
    """The first in the file was, be it the day of a discount."""
    early = f"<PaymentTerms>{first}<PaymentDueDate>2026-12-04</PaymentDueDate></PaymentTerms>"
    found = extraction_of(e_invoice.read(_with_terms(early + _LATER)))

    assert found.due_date == day(30)
    assert [each.due_date for each in found.terms if each.kind is TermKind.DISCOUNT] == (
        [day(14)] if first else []
    )


def test_of_several_means_of_ubl_the_last_day_counts() -> None:
    """As of several terms."""
    means = "".join(
        f"<PaymentMeans><PaymentDueDate>{day(each)}</PaymentDueDate></PaymentMeans>"
        for each in (14, 30)
    )
    assert extraction_of(e_invoice.read(_with_terms(means))).due_date == day(30)


def test_a_structured_day_goes_before_events_in_words() -> None:
    """BT-9 is of this invoice; parts on days stay, whatever it says."""
    note = "<PaymentTerms><Note>{}</Note></PaymentTerms><TaxTotal>"
    text = due_writer.ubl(Written(Decimal(1000))).decode()
    events, days = (
        extraction_of(e_invoice.read(text.replace("<TaxTotal>", note.format(each), 1).encode()))
        for each in (
            "30 % bei Auftragserteilung, Rest nach Lieferung",
            "50 % sofort, 50 % nach 30 Tagen",
        )
    )
    assert [each.kind for each in events.terms] == [TermKind.NET]
    assert [each.kind for each in days.terms] == [TermKind.INSTALMENT] * 2


def test_words_of_a_prepaid_e_invoice_are_about_what_is_left() -> None:
    """2 % = 2,940.00 of the 3,000.00 that are due is a discount of 60.00."""
    note = "<PaymentTerms><Note>2 % Skonto bis 04.12.2026 = 2.940,00, netto bis 20.12.2026</Note>"
    written = due_writer.ubl(Written(Decimal(10000), prepaid=Decimal(9000), due_days=None))
    text = written.decode().replace("<TaxTotal>", f"{note}</PaymentTerms><TaxTotal>", 1)
    found = extraction_of(e_invoice.read(text.encode()))

    assert found.amount_due == Decimal(3000)
    assert [each.amount for each in found.terms if each.percent] == [Decimal("60.00")]


@pytest.mark.parametrize(("amount", "codes"), [("24.00", set()), ("30.00", {"DISCOUNT_UNUSUAL"})])
def test_a_percentage_that_does_not_make_its_money_is_told(amount: str, codes: set[str]) -> None:
    """The money is taken, and never one of both without a word."""
    discount = (
        "<Discount><PaymentDate>2026-12-04</PaymentDate><BaseAmount>1200</BaseAmount>"
        f"<Percentage>2</Percentage><Amount>{amount}</Amount></Discount></PaymentConditions>"
    )
    written = due_writer.ebinterface(Written(Decimal(1000))).decode()
    found = extraction_of(
        e_invoice.read(written.replace("</PaymentConditions>", discount).encode())
    )

    assert found.terms[0].amount == Decimal(amount)
    assert {each.code for each in found.findings} & {"DISCOUNT_UNUSUAL"} == codes


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (
            "58</PaymentMeansCode>",
            "58</PaymentMeansCode><PaymentMandate><ID>M-1</ID></PaymentMandate>",
            {("PAYMENT_METHOD_UNCLEAR", "blocking")},
        ),
        ("58</PaymentMeansCode>", "57</PaymentMeansCode>", {("PAYMENT_METHOD_UNCLEAR", "warning")}),
        ("58</PaymentMeansCode>", "1</PaymentMeansCode>", set()),
        (
            "</PaymentMeans>",
            (
                "</PaymentMeans><PaymentMeans><PayeeFinancialAccount><ID>DE89370400440532013000</ID>"
                "<Name>Other GmbH</Name></PayeeFinancialAccount></PaymentMeans>"
            ),
            {("SEVERAL_ACCOUNTS", "blocking")},
        ),
        (
            "</PaymentMeans>",
            (
                "</PaymentMeans><PaymentMeans><PayeeFinancialAccount><ID>DE89370400440532013000</ID>"
                "<Name>TISCHLEREI GmbH</Name></PayeeFinancialAccount></PaymentMeans>"
            ),
            {("SEVERAL_ACCOUNTS", "warning")},
        ),
    ],
)
def test_what_contradicts_a_transfer_is_asked(
    old: str, new: str, found: set[tuple[str, str]]
) -> None:
    """A mandate beside it, a standing agreement, an account of somebody else."""
    text = due_writer.ubl(Written(Decimal(1000))).decode().replace(old, new, 1)
    read = extraction_of(e_invoice.read(text.encode()))

    assert {(each.code, each.severity.value) for each in read.findings} == found
