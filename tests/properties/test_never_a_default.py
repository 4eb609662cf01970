"""What is not understood is unknown and asked for, whatever a document says in its place."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import InvalidInput
from domain.formats import e_invoice
from domain.intake.exchange import known_currency
from domain.intake.extraction import normalized
from domain.intake.from_record import extraction_of
from domain.intake.review import CaseFacts, IncompleteInvoice, ReviewState, check_approvable
from domain.intake.tax_facts import Around, TaxTenant, TaxVendor
from domain.intake.tax_proposal import advised
from domain.money import CURRENCIES
from domain.payables.due_findings import due_findings
from domain.payables.normalized import NormalizedInvoice
from domain.payables.vat_treatment import NOTHING, VatTreatment
from domain.reading.finding import Severity
from tests.domain.intake.test_tax_proposal import books
from tests.e_invoice_writer import EInvoice, Item, Party, ubl

VENDOR_ID = UUID(int=1)
BUYER = Party("Alpenladen Handels GmbH", "AT", "ATU13585627")
PLAIN = EInvoice(
    number="R-1",
    seller=Party("Tischlerei GmbH", "AT", "ATU47110816"),
    buyer=BUYER,
    items=(Item("Papier", "100.00"),),
    day=date(2026, 11, 16),
)
LETTERS = st.characters(categories=["L", "N", "Sc", "P"], exclude_characters='<&>"')
WORDS = st.text(LETTERS, max_size=6)
VAT_IDS = st.sampled_from([None, "ATU47110816", "DE812345673", "XI123456789", "EU372000041"])
DAYS = st.sampled_from(["", "31.02.2026", "2026-13-40", "gestern", "20261345", "2026-02-30"])
SUMS = st.sampled_from(["", "zwölf", "1.2.3", "1e400", "NaN", "--5", "Infinity", "9" * 40])


def read(written: bytes) -> NormalizedInvoice:
    """What is proposed of an e-invoice."""
    return normalized(extraction_of(e_invoice.read(written)))


def said(written: bytes, name: str, value: str) -> bytes:
    """The same document with another text in an element."""
    text = written.decode()
    begin = text.index(">", text.index(f"<cbc:{name}")) + 1
    return (text[:begin] + value + text[text.index("</", begin) :]).encode()


@settings(max_examples=80, deadline=None)
@given(WORDS | st.sampled_from(["€", "Ft", "kr", "EUX", "euro", "Eur o", "usd", "HUF"]))
def test_a_currency_is_the_one_that_is_stated_or_none(currency: str) -> None:
    """Nothing becomes EUR; what is unknown blocks, and accepted it still cannot be booked."""
    written = said(ubl(PLAIN), "DocumentCurrencyCode", currency)
    found = read(written.replace(b'"EUR"', f'"{currency}"'.encode()))

    stated = currency.strip().upper()
    assert found.currency == (stated if stated in CURRENCIES else None)
    if found.currency is None:
        blocking = {f.code for f in due_findings(found) if f.severity is Severity.BLOCKING}
        assert "CURRENCY_UNKNOWN" in blocking
        with pytest.raises(InvalidInput):
            known_currency(found)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(CURRENCIES - {"EUR"})))
def test_a_currency_that_the_totals_contradict_is_unknown(currency: str) -> None:
    """Neither the one nor the other is posted."""
    assert read(said(ubl(PLAIN), "DocumentCurrencyCode", currency)).currency is None


@settings(max_examples=40, deadline=None)
@given(DAYS)
def test_a_day_that_is_none_is_unknown(day: str) -> None:
    """Neither today nor the first of a month; without it nothing is approved."""
    found = read(said(ubl(PLAIN), "IssueDate", day))

    assert found.invoice_date is None
    facts = CaseFacts(found, vendor_id=VENDOR_ID)
    with pytest.raises(IncompleteInvoice):
        check_approvable(ReviewState.CORRECTION, facts)


@settings(max_examples=40, deadline=None)
@given(SUMS)
def test_a_sum_that_is_none_is_unknown(amount: str) -> None:
    """Never nothing, and never what another field says; without it nothing is approved."""
    found = read(said(ubl(PLAIN), "TaxInclusiveAmount", amount))

    assert found.total_gross is None
    with pytest.raises(IncompleteInvoice):
        check_approvable(ReviewState.CORRECTION, CaseFacts(found, vendor_id=VENDOR_ID))


@settings(max_examples=150, deadline=None)
@given(
    country=st.sampled_from(["AT", "DE", "FR", "US", "CH", "XX", "ZZ"]) | WORDS,
    vat_id=VAT_IDS | WORDS,
    category=st.sampled_from(["S", "Z", "E", "AE", "K", "G", "O", "L", "M", "B", "Q", ""]) | WORDS,
    rate=st.sampled_from(["0", "4.9", "5.5", "7", "10", "13", "19", "20", "21"]),
    text=st.sampled_from(["Papier", "Beratung", "Rohbau", "Übernachtung", "Position 1", "?"]),
    usual=st.sampled_from(
        [NOTHING, VatTreatment(country="DE", category="AE", tax_code="VST-RC20")]
    ),
    tenant=st.sampled_from(["AT", "DE"]),
)
def test_no_line_is_without_a_code_and_without_a_question(  # noqa: PLR0913, PLR0917
    country: str,
    vat_id: str | None,
    category: str,
    rate: str,
    text: str,
    usual: VatTreatment,
    tenant: str,
) -> None:
    """Whatever a seller says of itself; and foreign tax is never input tax."""
    item = Item(text, "100.00", rate, "S")
    written = ubl(replace(PLAIN, seller=Party("Wer GmbH", country, vat_id), items=(item,)))
    found = read(written.replace(b"<cbc:ID>S</cbc:ID>", f"<cbc:ID>{category}</cbc:ID>".encode()))

    vendor = TaxVendor(None, usual)
    advice = advised(found, TaxTenant(country=tenant), vendor, Around(), books(tenant))

    known = books(tenant).tax_codes
    asked = {each.code for each in advice.findings if each.severity is Severity.BLOCKING}
    for proposal in advice.proposals:
        assert proposal.code is not None or proposal.finding in asked
        code = known.get(proposal.code or "")
        if code is not None and code.kind == "domestic" and code.rate:
            assert Decimal(rate) == code.rate
            assert country == tenant or (vat_id or "").upper().startswith(tenant)
