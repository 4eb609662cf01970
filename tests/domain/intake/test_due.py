"""What is due by structured invoices: small cases, their siblings, and the whole corpus."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from domain.errors import DomainError
from domain.formats import e_invoice
from domain.formats.invoice_record import RecordTotals
from domain.intake import due, from_record
from domain.intake.due import with_day
from domain.intake.extraction import Extraction, normalized
from domain.payables.normalized import NormalizedInvoice
from domain.payables.terms import Payee, PaymentMethod, PaymentTerm, TermKind
from domain.reading.finding import Severity
from tests.corpus import DOCUMENTS, need, truth

CASES = DOCUMENTS.parent / "due"
NET = PaymentTerm(TermKind.NET, date(2026, 12, 20))


def extraction(name: str, *changes: tuple[str, str]) -> Extraction:
    """The extraction of a case in which some words are replaced."""
    text = (CASES / name).read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return from_record.extraction_of(e_invoice.read(text.encode()))


def codes(found: Extraction) -> set[str]:
    """Codes of the findings."""
    return {finding.code for finding in found.findings}


def discount(day: str, percent: str) -> PaymentTerm:
    """A discount of some percent until a day."""
    return PaymentTerm(TermKind.DISCOUNT, date.fromisoformat(day), Decimal(percent))


def test_a_prepaid_invoice_is_due_with_the_rest() -> None:
    """12,000.00 less 9,000.00: 3,000.00 (BT-113, BT-115)."""
    found = normalized(extraction("ubl-prepaid.xml"))

    assert (found.total_gross, found.prepaid_amount, found.amount_due) == (
        Decimal("12000.00"), Decimal("9000.00"), Decimal("3000.00"),
    )  # fmt: skip
    assert found.payment_method is PaymentMethod.TRANSFER
    assert found.vendor.country == "AT"


def test_rounding_is_added() -> None:
    """BR-CO-16: 99.97 and a rounding of 0.03 are 100.00."""
    found = normalized(extraction("ubl-rounding.xml"))

    assert (found.rounding_amount, found.amount_due) == (Decimal("0.03"), Decimal("100.00"))


def test_an_amount_due_that_is_left_out_follows_from_the_others() -> None:
    """Only where it is not stated."""
    stated = '<cbc:PayableAmount currencyID="EUR">3000.00</cbc:PayableAmount>'
    assert extraction("ubl-prepaid.xml", (stated, "")).amount_due == Decimal("3000.00")
    totals = RecordTotals(gross=Decimal(10), rounding=Decimal(1), third_party=Decimal(2))
    assert due.amount_due(totals) == Decimal(13)
    assert due.amount_due(RecordTotals()) is None


def test_what_was_prepaid_in_full_is_paid() -> None:
    """Whatever the code of the payment means says."""
    found = extraction("ubl-prepaid.xml", (">9000.00<", ">12000.00<"), (">3000.00<", ">0.00<"))

    assert found.payment_method is PaymentMethod.PAID
    assert "PAYMENT_METHOD" in codes(found)


@pytest.mark.parametrize(
    ("code", "method"),
    [
        ("30", "transfer"), ("58", "transfer"), ("31", "transfer"), ("1", "transfer"),
        ("49", "direct_debit"), ("59", "direct_debit"), ("46", "direct_debit"),
        ("48", "card"), ("54", "card"), ("55", "card"), ("10", "cash"),
        ("97", "other"), ("20", "other"), ("68", "other"), ("ZZZ", "transfer"),
    ],
)  # fmt: skip
def test_the_code_says_how_it_is_paid(code: str, method: str) -> None:
    """Code list UNTDID 4461; an unclear one with an account is proposed as a transfer."""
    found = extraction("ubl-prepaid.xml", ("Code>58<", f"Code>{code}<"))

    assert found.payment_method == method


@pytest.mark.parametrize(
    ("name", "method", "code"),
    [
        ("DD-59.xml", PaymentMethod.DIRECT_DEBIT, "DIRECT_DEBIT"),
        ("CARD-48.xml", PaymentMethod.CARD, "PAYMENT_METHOD"),
    ],
)
def test_what_is_collected_is_told(name: str, method: PaymentMethod, code: str) -> None:
    """The account of a direct debit is never the vendor's."""
    found = extraction(name)

    assert (found.payment_method, found.vendor_iban) == (method, None)
    assert code in codes(found)


def test_of_several_means_the_collected_one_counts() -> None:
    """What the vendor draws must not be transferred, too."""
    means = "<cac:PaymentMeans><cbc:PaymentMeansCode>59</cbc:PaymentMeansCode></cac:PaymentMeans>"
    found = extraction("ubl-prepaid.xml", ("<cac:PaymentMeans>", f"{means}<cac:PaymentMeans>"))

    assert found.payment_method is PaymentMethod.DIRECT_DEBIT
    assert "PAYMENT_METHOD_UNCLEAR" in codes(found)


@pytest.mark.parametrize(
    ("code", "words", "method", "severity"),
    [
        ("58", "Der Betrag wird abgebucht.", "transfer", Severity.BLOCKING),
        ("30", "Der Betrag wird von Ihrem Konto eingezogen.", "transfer", Severity.BLOCKING),
        ("58", "This invoice has already been paid.", "transfer", Severity.BLOCKING),
        ("30", "Der Rechnungsbetrag wurde bereits beglichen.", "transfer", Severity.BLOCKING),
        ("30", "Zahlung per PayPal", "transfer", Severity.BLOCKING),
        ("58", "Vielen Dank f\u00fcr Ihre Zahlung.", "transfer", Severity.WARNING),
        ("58", "Zahlbar in 14 Tagen", "transfer", None),
        ("58", "Auf Wunsch kann der Betrag auch abgebucht werden.", "transfer", None),
        ("59", "Bitte \u00fcberweisen Sie den Betrag.", "direct_debit", Severity.WARNING),
        ("1", "Der Betrag wird abgebucht.", "direct_debit", None),
        ("ZZZ", "Der Rechnungsbetrag wurde bereits beglichen.", "paid", Severity.WARNING),
        ("31", "Zahlbar in 14 Tagen", "transfer", None),
    ],
)
def test_words_against_a_transfer_stop_it(
    code: str, words: str, method: str, severity: Severity | None
) -> None:
    """Who transfers what is collected or paid pays twice; words go before a code of no meaning."""
    note = f"<cac:PaymentTerms><cbc:Note>{words}</cbc:Note></cac:PaymentTerms>"
    changes = (("Code>58<", f"Code>{code}<"), ("<cac:TaxTotal>", f"{note}<cac:TaxTotal>"))
    whole = ((">9000.00<", ">0.00<"), (">3000.00<", ">12000.00<"))
    found = extraction("ubl-prepaid.xml", *changes, *whole)

    told = [each.severity for each in found.findings if each.code == "PAYMENT_METHOD_UNCLEAR"]
    assert (found.payment_method, told) == (method, [severity] if severity else [])


@pytest.mark.parametrize("spelling", ["1", "true", "0", "false"])
def test_a_charge_is_one_in_every_spelling(spelling: str) -> None:
    """xs:boolean has four."""
    changes = (("Indicator>1<", f"Indicator>{spelling}<"),)
    lines = normalized(extraction("ubl-indicator-1.xml", *changes)).line_items

    assert lines[1].unit_price == (20 if spelling in ("1", "true") else -20)


def test_a_sign_that_nobody_can_read_is_told() -> None:
    """`yes` is no truth value."""
    found = extraction("ubl-indicator-1.xml", ("Indicator>1<", "Indicator>yes<"))

    assert "UNREADABLE_VALUE" in codes(found)


def test_of_two_terms_the_last_is_the_day_it_is_due() -> None:
    """CII: 3 % within 14 days, net 30 days; in either order."""
    found = extraction("cii-two-terms.xml")

    assert found.due_date == date(2026, 12, 20)
    assert found.terms == (discount("2026-12-04", "3.00"), NET)


def test_lines_of_skonto_are_discounts() -> None:
    """#SKONTO#TAGE=14#PROZENT=2.00# and #SKONTO#TAGE=7#PROZENT=3.00#."""
    found = extraction("ubl-skonto.xml")

    assert found.due_date == date(2026, 12, 20)
    assert found.terms == (discount("2026-11-27", "3.00"), discount("2026-12-04", "2.00"), NET)


def test_words_give_a_day_where_none_is_stated() -> None:
    """By rule, and with an origin that says so."""
    found = extraction("ubl-skonto.xml")

    assert found.due_date == date(2026, 12, 20)
    assert found.origins["due_date"].source == "rule"


def test_a_payee_is_named_and_its_account_is_not_the_vendors() -> None:
    """BG-10: a factor with its IBAN."""
    found = normalized(extraction("ubl-payee.xml"))

    assert found.payee == Payee("Alpen Factorbank AG", "AT511200000000777777")
    assert (found.vendor.name, found.vendor.iban) == ("Tischlerei Ahornweg GmbH", None)


def test_an_account_of_somebody_else_is_a_payee() -> None:
    """BT-85; legal form and case make no other holder."""
    account = "<cac:PayeeFinancialAccount><cbc:ID>AT353400000000012345</cbc:ID>"
    other = extraction("ubl-prepaid.xml", (account, f"{account}<cbc:Name>Max Holzer</cbc:Name>"))
    own = extraction(
        "ubl-prepaid.xml", (account, f"{account}<cbc:Name>TISCHLEREI AHORNWEG</cbc:Name>")
    )

    assert other.payee == Payee("Max Holzer", "AT353400000000012345")
    assert own.payee is None


@pytest.mark.parametrize("code", ["", "€", "EURO", "XXX", "kr"])
def test_a_currency_that_is_none_is_unknown(code: str) -> None:
    """Never EUR."""
    found = extraction("ubl-prepaid.xml", ("Code>EUR<", f"Code>{code}<"))

    assert normalized(found).currency is None


def test_amounts_due_of_the_corpus() -> None:
    """Every file whose truth names what is due; credit notes may bear either sign."""
    folder = need("einvoice-xml")
    checked = 0
    for name, known in truth("einvoice-xml").items():
        found = _read(folder / name)
        stated = known["_meta"].get("amount_due")
        if found is None or stated is None:
            continue
        checked += 1
        amount = found.amount_due
        assert amount is not None, name
        assert abs(amount) == abs(Decimal(stated)), name
    assert checked > 70


def _read(path: Path) -> Extraction | None:
    try:
        return from_record.extraction_of(e_invoice.read(path.read_bytes()))
    except DomainError:
        return None


def test_a_hint_is_no_obstacle() -> None:
    """How it is paid is worth knowing and stops nothing."""
    found = extraction("DD-59.xml")

    assert {f.severity for f in found.findings if f.code == "DIRECT_DEBIT"} == {Severity.HINT}


def test_the_day_and_the_terms_stay_in_step() -> None:
    """Who says one of them has said the other; discounts stay, and a plan keeps its days."""
    discount = PaymentTerm(TermKind.DISCOUNT, date(2026, 12, 4), Decimal(3))
    old = PaymentTerm(TermKind.NET, date(2026, 12, 20))
    part = PaymentTerm(TermKind.INSTALMENT, date(2027, 1, 1), None, Decimal(50))
    later = date(2026, 12, 31)
    invoice = NormalizedInvoice(due_date=later, terms=(discount, old))

    assert with_day(invoice, {"due_date"}).terms == (discount, replace(old, due_date=later))
    assert with_day(invoice, {"terms"}).due_date == date(2026, 12, 20)
    assert with_day(invoice, {"terms", "due_date"}) == invoice
    assert with_day(replace(invoice, due_date=None), {"due_date"}).terms == (discount,)
    plan = replace(invoice, terms=(part, part))
    assert with_day(plan, {"due_date"}) == plan
    assert with_day(plan, {"terms"}).due_date == date(2027, 1, 1)
    assert with_day(invoice, {"total_gross"}) == invoice
