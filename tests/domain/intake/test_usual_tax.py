"""What a vendor was booked as before counts where its document leaves it open, and nowhere else."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.intake.tax_facts import Around, TaxTenant, TaxVendor
from domain.intake.tax_proposal import TaxAdvice, advised
from domain.payables.normalized import NormalizedInvoice, NormalizedVendor
from domain.payables.vat_treatment import NOTHING, VatTreatment
from domain.reading.finding import Severity
from domain.tax.code import system_codes
from tests.domain.intake.test_tax_facts import COLOGNE, VIENNA, invoice, line
from tests.domain.intake.test_tax_proposal import AT, PARIS, blocking, books, codes

CLOUD = VatTreatment(country="DE", category="AE", tax_code="VST-RC20", supply_kind="service")
CODES = [code.code for code in system_codes("at_ekr") if code.direction == "input"]


def advice(
    one: NormalizedInvoice,
    usual: VatTreatment,
    *,
    is_decided: bool = False,
    tenant: TaxTenant = AT,
) -> TaxAdvice:
    """What is proposed for an invoice of a vendor that is usually treated so."""
    vendor = TaxVendor(usual.country, usual, is_decided)
    return advised(one, tenant, vendor, Around("", "ATU12345675"), books(tenant.country))


def told(found: TaxAdvice) -> dict[str, Severity]:
    """Findings by code."""
    return {each.code: each.severity for each in found.findings}


def test_the_usual_kind_answers_what_the_document_leaves_open() -> None:
    """Goods or service is not asked again; it is told, by a person's word only as a hint."""
    one = invoice(COLOGNE, line("Position 1", "1000", "0", "AE"))
    assert blocking(advice(one, NOTHING)) == ["VAT_KIND_UNKNOWN"]

    found = advice(one, CLOUD)

    assert codes(found) == ["VST-RC20"]
    assert told(found) == {"VAT_AS_BEFORE": Severity.WARNING}
    assert "service" in found.findings[0].message
    decided = advice(one, CLOUD, is_decided=True)
    assert told(decided) == {"VAT_AS_BEFORE": Severity.HINT}


def test_the_usual_code_answers_where_the_kind_is_not_known() -> None:
    """The same country, category and rate as before; the question stays in the words."""
    usual = replace(CLOUD, supply_kind=None)
    found = advice(invoice(COLOGNE, line("Position 1", "1000", "0", "AE")), usual)

    (proposal,) = found.proposals
    assert (proposal.code, proposal.boxes) == ("VST-RC20", ("tax:057", "input:066"))
    assert (proposal.finding, proposal.severity) == ("VAT_AS_BEFORE", "warning")
    assert "VST-RC20 before" in proposal.reason
    assert blocking(found) == []


@pytest.mark.parametrize(
    ("seller", "text", "rate", "category", "asked"),
    [
        (COLOGNE, "Position 1", "0.19", "S", "VAT_CHARGED_UNDER_REVERSE_CHARGE"),
        (COLOGNE, "Position 1", "0", "E", "VAT_EXEMPTION_REASON"),  # another category
        (PARIS, "Position 1", "0", "AE", "VAT_KIND_UNKNOWN"),  # another country
        (COLOGNE, "Handelsware", "0", "AE", "VAT_KIND_UNKNOWN"),  # it says goods
    ],
)
def test_what_is_new_is_asked_in_spite_of_it(
    seller: NormalizedVendor, text: str, rate: str, category: str, asked: str
) -> None:
    """Habit never answers what the document says otherwise."""
    found = advice(invoice(seller, line(text, "1000", rate, category)), CLOUD)

    assert codes(found) == [None]
    assert asked in blocking(found)


@given(
    st.sampled_from(CODES),
    st.sampled_from(["S", "Z", "E", "AE", "K", "G", "O"]),
    st.sampled_from([COLOGNE, PARIS, NormalizedVendor("Soft Inc", country="US")]),
    st.sampled_from(["0.19", "0.2", "0.1", "0.07"]),
)
def test_habit_never_makes_foreign_tax_input_tax(
    code: str, category: str, seller: NormalizedVendor, rate: str
) -> None:
    """Whatever a vendor was booked with before: tax of another country is not deducted here."""
    usual = VatTreatment(country=seller.country, category=category, tax_code=code)
    found = advice(invoice(seller, line("Position 1", "100", rate, category)), usual)

    domestic = {each.code for each in system_codes("at_ekr") if each.vat_account and each.rate}
    taken = {each.code for each in found.proposals} & domestic
    known = books("AT").tax_codes
    assert not {name for name in taken if not known[str(name)].is_self_assessed}


def test_nothing_is_deducted_by_habit_alone() -> None:
    """A tenant that does not deduct is asked, whatever was booked before."""
    usual = replace(CLOUD, supply_kind=None)
    one = invoice(COLOGNE, line("Position 1", "1000", "0", "AE"))

    assert codes(advice(one, usual, tenant=TaxTenant(country="AT", is_small_business=True))) == [
        None
    ]


def test_a_small_business_that_shows_tax_is_asked() -> None:
    """It was one before; to the last day that a person named."""
    small = VatTreatment(country="AT", is_small_business=True)
    one = invoice(VIENNA, line("Papier", "100", "0.2", "S"))

    assert "VAT_SMALL_BUSINESS_SHOWS_TAX" in blocking(advice(one, small))
    ended = small.changed({"small_business_until": one.invoice_date.replace(year=2025)})  # type: ignore[union-attr]
    assert blocking(advice(one, ended)) == []


def test_what_is_acquired_bears_the_usual_rate() -> None:
    """A person said 10 %; the standard rate is not assumed any more."""
    one = invoice(COLOGNE, line("Handelsware", "1000", "0", "K"))
    assert told(advice(one, NOTHING)) == {"VAT_RATE_ASSUMED": Severity.WARNING}

    usual = VatTreatment(country="DE", category="K", supply_rate=Decimal("10.000"))
    found = advice(one, usual, is_decided=True)

    assert codes(found) == ["VST-IGE10"]


def test_a_document_teaches_what_it_says() -> None:
    """Seat, category, code and kind; several of one are none."""
    found = advice(invoice(COLOGNE, line("Wartung", "1000", "0", "AE")), NOTHING)
    assert found.news == CLOUD

    two = invoice(VIENNA, line("Papier", "100", "0.2", "S"), line("Brot", "10", "0.1", "S"))
    assert advice(two, NOTHING).news.varies == ("tax_code",)


def test_a_person_names_the_rate_of_what_is_acquired() -> None:
    """A code of 10 % on an acquisition; one that was assumed teaches no rate."""
    one = invoice(COLOGNE, line("Papier", "1000", "0", "K"))
    assert advice(one, NOTHING).news.supply_rate is None
    named = replace(one, line_items=(replace(one.line_items[0], tax_code="VST-IGE10"),))

    assert advice(named, NOTHING).news.supply_rate == 10


def test_nothing_new_is_nothing_to_keep() -> None:
    """The same document again, and one of a vendor of whom a person has decided."""
    one = invoice(COLOGNE, line("Wartung", "1000", "0", "AE"))

    assert advice(one, CLOUD).news == NOTHING
    assert advice(one, VatTreatment(category="K"), is_decided=True).news == NOTHING


def test_an_unusual_document_is_told() -> None:
    """Usually a service of Germany; now goods from Austria."""
    found = advice(invoice(VIENNA, line("Papier", "100", "0.2", "S")), CLOUD)

    assert told(found)["VAT_TREATMENT_DIFFERS"] is Severity.WARNING
    said = next(each.message for each in found.findings if each.code == "VAT_TREATMENT_DIFFERS")
    assert "country DE, here AT" in said
    assert "tax code VST-RC20, here VST20" in said


def test_a_service_before_makes_no_service_of_an_acquisition() -> None:
    """The document says the category, and habit had another one; a person's word is no habit."""
    one = invoice(COLOGNE, line("Position 1", "1000", "0", "K"))

    assert codes(advice(one, CLOUD)) == codes(advice(one, NOTHING)) == ["VST-IGE20"]
    assert codes(advice(one, CLOUD, is_decided=True)) == ["VST-RC20"]
