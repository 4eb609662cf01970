"""Codes that a person names, held against what the document shows and against what is owed."""

from dataclasses import replace

import pytest

from domain.intake.tax_facts import Around, TaxTenant, TaxVendor
from domain.intake.tax_proposal import TaxAdvice, advised
from domain.payables.normalized import NormalizedVendor
from domain.payables.vat_treatment import VatTreatment
from domain.reading.finding import Severity
from tests.domain.intake.test_tax_facts import COLOGNE, VIENNA, invoice, line
from tests.domain.intake.test_tax_proposal import (
    AT,
    BUILDER,
    DE,
    DUBLIN,
    PARIS,
    advice,
    blocking,
    books,
)

SMALL = TaxTenant(country="AT", is_small_business=True)


def named(  # noqa: PLR0913, PLR0917
    seller: NormalizedVendor,
    text: str,
    rate: str,
    category: str | None,
    tenant: TaxTenant,
    code: str | None,
    notes: str = "",
) -> TaxAdvice:
    """What is said of an invoice of one line that a person has named a code for."""
    one = invoice(seller, replace(line(text, "1000", rate, category), tax_code=code))
    return advice(one, tenant, notes)


@pytest.mark.parametrize(
    ("seller", "rate", "tenant", "code"),
    [
        (VIENNA, "0.2", AT, "VST-RC20"),
        (VIENNA, "0.2", AT, "VST-RC20-BAU"),
        (VIENNA, "0.2", AT, "VST-RC20-ND"),
        (VIENNA, "0.1", AT, "VST-IGE10"),
        (VIENNA, "0.2", AT, "VST-IGE0"),
        (VIENNA, "0.2", AT, "VST0-DREIECK"),
        (COLOGNE, "0.19", DE, "VST-13B19"),
        (COLOGNE, "0.19", DE, "VST-13B-EU19"),
        (COLOGNE, "0.19", DE, "VST-IGE19"),
        (COLOGNE, "0.07", DE, "VST-IGE0"),
        (COLOGNE, "0.19", DE, "VST19-DREIECK"),
        (PARIS, "0.2", AT, "VST-IGE20"),
    ],
)
def test_tax_that_is_shown_is_not_owed_by_oneself_without_a_word(
    seller: NormalizedVendor, rate: str, tenant: TaxTenant, code: str
) -> None:
    """Who shows tax owes it (§ 14c UStG DE, § 11 Abs. 12 UStG AT): it would be paid twice."""
    found = named(seller, "Papier", rate, "S", tenant, code)

    assert "VAT_CODE_CONTRADICTS" in blocking(found)
    (told,) = (each for each in found.findings if each.code == "VAT_CODE_CONTRADICTS")
    assert code in told.message
    assert "§ 14c UStG (DE)" in (told.basis or "")
    assert "line_items/0" in told.fields


def test_tax_shown_by_who_says_that_the_customer_owes_it_blocks_beside_a_code() -> None:
    """The code answers which tax is owed, not what becomes of the tax that is shown."""
    found = named(VIENNA, "Rohbau", "0.2", "S", BUILDER, "VST-RC20-BAU", "§ 19 Abs. 1a UStG")

    assert blocking(found) == ["VAT_CODE_CONTRADICTS"]


def test_foreign_tax_under_reverse_charge_is_asked_once() -> None:
    """The rules say it already, and the code is the answer: self-assess, the tax shown is cost."""
    found = named(COLOGNE, "Beratung", "0.19", "S", AT, "VST-RC20")

    assert [each.code for each in found.findings] == ["VAT_CHARGED_UNDER_REVERSE_CHARGE"]
    assert blocking(found) == []


@pytest.mark.parametrize(
    ("seller", "rate", "category", "tenant", "code"),
    [
        (VIENNA, "0", "E", AT, "VST20"),
        (VIENNA, "0", None, AT, "VST10"),
        (COLOGNE, "0", "K", AT, "VST20"),
        (COLOGNE, "0", "E", DE, "VST7"),
        (PARIS, "0.2", "S", AT, "VST20"),
        (VIENNA, "0.2", "S", DE, "VST19"),
        (VIENNA, "0.1", "S", AT, "VST20"),
        (COLOGNE, "0.07", "S", DE, "VST19"),
    ],
)
def test_tax_that_is_not_shown_is_not_deducted_without_a_word(
    seller: NormalizedVendor, rate: str, category: str | None, tenant: TaxTenant, code: str
) -> None:
    """Deducted is the tax of this country that the document shows, at its rate."""
    found = named(seller, "Papier", rate, category, tenant, code)

    assert "VAT_CODE_CONTRADICTS" in blocking(found)


@pytest.mark.parametrize(
    ("seller", "text", "category", "tenant", "code"),
    [
        (DUBLIN, "Cloud", "AE", AT, "VST0"),
        (DUBLIN, "Cloud", "AE", DE, "VST0"),
        (COLOGNE, "Papier", "K", AT, "VST0"),
        (VIENNA, "Rohbau", "AE", BUILDER, "VST0"),
        (COLOGNE, "Position", "AE", AT, "VST0"),  # the rules ask for the kind
        (VIENNA, "Papier", "K", DE, "VST20-ND"),
    ],
)
def test_tax_that_the_customer_owes_is_not_left_out_without_a_word(
    seller: NormalizedVendor, text: str, category: str, tenant: TaxTenant, code: str
) -> None:
    """It is declared by its code alone (§ 19 UStG AT, § 13b UStG DE, Art. 1 BMR)."""
    known = code.replace("VST20", "VST19") if tenant is DE else code
    found = named(seller, text, "0", category, tenant, known)

    assert "VAT_CODE_CONTRADICTS" in blocking(found)


@pytest.mark.parametrize(
    ("seller", "rate", "tenant", "code"),
    [(VIENNA, "0.2", AT, "VST0"), (COLOGNE, "0.19", DE, "VST0"), (VIENNA, "0.2", AT, "VST10")],
)
def test_less_than_is_shown_warns(
    seller: NormalizedVendor, rate: str, tenant: TaxTenant, code: str
) -> None:
    """Nobody has to deduct; but a code for documents without tax is not what this one is."""
    found = named(seller, "Papier", rate, "S", tenant, code)

    (told,) = (each for each in found.findings if each.code == "VAT_NOT_DEDUCTED")
    assert told.severity is Severity.WARNING
    assert blocking(found) == []


@pytest.mark.parametrize(
    ("seller", "rate", "category", "tenant", "code"),
    [
        (VIENNA, "0.2", "S", AT, "VST20-ND"),  # says what it means
        (COLOGNE, "0.19", "S", DE, "VST19-ND"),
        (VIENNA, "0.2", "S", AT, "VST20"),
        (VIENNA, "0", "E", AT, "VST0"),
        (COLOGNE, "0", "K", AT, "VST-IGE10"),
        (DUBLIN, "0", "AE", DE, "VST-13B-EU7"),
        (VIENNA, "0.2", "S", AT, "UNHEARD-OF"),  # refused elsewhere
        (VIENNA, "0.2", "S", AT, None),
    ],
)
def test_a_code_that_fits_is_not_spoken_of(
    seller: NormalizedVendor, rate: str, category: str, tenant: TaxTenant, code: str | None
) -> None:
    """What books the tax as it is shown, or says openly that it is not deducted."""
    found = named(seller, "Papier", rate, category, tenant, code)

    said = {each.code for each in found.findings}
    assert not said & {"VAT_CODE_CONTRADICTS", "VAT_NOT_DEDUCTED"}


def test_who_deducts_nothing_does_not_by_a_code() -> None:
    """A small business has no input tax (§ 12 Abs. 3 UStG AT, § 15 Abs. 2 and § 19 UStG DE)."""
    assert "VAT_CODE_CONTRADICTS" in blocking(named(VIENNA, "Papier", "0.2", "S", SMALL, "VST20"))


def test_lines_of_one_code_are_told_together() -> None:
    """One question for one mistake, however many lines have it; each of them answers it."""
    lines = [replace(line("Papier", "10", "0.2", "S"), tax_code="vst-rc20") for _ in range(7)]
    found = advice(invoice(VIENNA, *lines))

    (told,) = (each for each in found.findings if each.code == "VAT_CODE_CONTRADICTS")
    assert told.message.startswith("Lines 1, 2, 3, 4, 5 and 2 more:")
    assert told.fields == tuple(f"line_items/{at}" for at in range(7))


@pytest.mark.parametrize(
    "text", ["Fahrkarte Köln-Bonn", "Fahrschein Zone 2", "Bahnfahrt Köln-Bonn"]
)
@pytest.mark.parametrize("category", [None, "S"])
def test_a_ticket_needs_no_rate_for_the_reduced_one(text: str, category: str | None) -> None:
    """§ 34 Abs. 1 Nr. 4 UStDV: only another rate has to be on it."""
    assert not blocking_contradiction(named(COLOGNE, text, "0", category, DE, "VST7"))


@pytest.mark.parametrize(
    ("seller", "text", "category", "tenant", "code"),
    [
        (COLOGNE, "Fahrkarte Köln-Bonn", None, DE, "VST19"),
        (COLOGNE, "Fahrkarte Köln-Bonn", "E", DE, "VST7"),  # it says that there is no tax
        (COLOGNE, "Taxifahrt Köln-Bonn", None, DE, "VST7"),  # a receipt, and no ticket
        (COLOGNE, "Flugticket Köln-Berlin", None, DE, "VST7"),  # never at the reduced rate
        (COLOGNE, "Papier", None, DE, "VST7"),
        (VIENNA, "Fahrkarte Wien-Bonn", None, DE, "VST7"),  # of another country
    ],
)
def test_what_is_no_such_ticket_has_to_show_its_tax(
    seller: NormalizedVendor, text: str, category: str | None, tenant: TaxTenant, code: str
) -> None:
    """Neither another rate, nor a receipt, nor what says that it bears none."""
    assert blocking_contradiction(named(seller, text, "0", category, tenant, code))


def blocking_contradiction(found: TaxAdvice) -> bool:
    """Whether a named code has to be explained."""
    return "VAT_CODE_CONTRADICTS" in blocking(found)


@pytest.mark.parametrize(
    ("seller", "text", "rate", "category", "tenant", "code"),
    [
        (VIENNA, "Leasing PKW", "0.2", "S", AT, "VST20"),
        (VIENNA, "Reparatur PKW", "0.2", "S", AT, "VST10"),
        (VIENNA, "Kundengeschenke", "0.2", "S", AT, "VST20"),
        (COLOGNE, "PKW", "0", "K", AT, "VST-IGE20"),
    ],
)
def test_what_the_law_excludes_is_not_deducted_without_a_word(
    seller: NormalizedVendor, text: str, rate: str, category: str, tenant: TaxTenant, code: str
) -> None:
    """The rules propose a code without deduction: who deducts has to say why, under its basis."""
    found = named(seller, text, rate, category, tenant, code)
    (proposal,) = found.proposals

    assert blocking_contradiction(found)
    (told,) = (each for each in found.findings if each.code == "VAT_CODE_CONTRADICTS")
    assert "deducts input tax that the law excludes" in told.message
    assert told.basis == proposal.basis


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Leasing PKW", "VST20-ND"),
        ("Leasing PKW", "VST0"),
        ("Leasing Fahrzeug", "VST20"),  # asked which vehicle it is: the code answers
        ("Leasing LKW", "VST20"),
    ],
)
def test_what_may_be_deducted_or_is_not_is_not_excluded(text: str, code: str) -> None:
    """Not to deduct is always free, and what the rules ask is answered by a code."""
    assert not blocking_contradiction(named(VIENNA, text, "0.2", "S", AT, code))


def test_a_company_without_deduction_has_none_by_a_code_of_reverse_charge() -> None:
    """§ 12 Abs. 3 UStG: what is owed of a service from abroad is not deducted, either."""
    found = named(DUBLIN, "Cloud", "0", "AE", SMALL, "VST-RC20")

    (told,) = (each for each in found.findings if each.code == "VAT_CODE_CONTRADICTS")
    assert "which this company does not" in told.message


def test_what_was_not_deducted_before_is_no_exclusion() -> None:
    """A habit is not the law: who names another code need not say why."""
    usual = VatTreatment(country="DE", category="AE", tax_code="VST-RC20-ND")
    one = invoice(COLOGNE, replace(line("Position", "1000", "0", "AE"), tax_code="VST-RC20"))
    found = advised(one, AT, TaxVendor(usual=usual), Around("", "ATU12345675"), books("AT"))

    assert found.proposals[0].code == "VST-RC20-ND"
    assert not blocking_contradiction(found)
