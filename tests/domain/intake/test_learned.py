"""Corrections teach, and what is taught is proposed for the vendor's next document."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from domain.intake import from_pages, learned
from domain.intake.extraction import Extraction, normalized
from domain.intake.learned import Taughts
from domain.payables.learned_value import LearnedValue
from domain.payables.normalized import NormalizedInvoice
from domain.reading.finding import Finding, Severity
from domain.reading.layout import Source
from domain.reading.origin import OwnParty
from domain.reading.places import Place
from tests.layouts import INVOICE, typed

PAGE = INVOICE.replace("Rechnung      ", "Unser Zeichen 2026-05", 1)
NEXT = PAGE.replace("2026-05", "2026-06").replace("2026-17", "2026-18")
DAY = date(2026, 3, 1)


def read(page: str, places: Mapping[str, Place] | None = None) -> Extraction:
    """A page as it is read, with what was learned of places."""
    return from_pages.extraction_of(typed(page), OwnParty(places=dict(places or {})))


def in_force(taught: Taughts) -> dict[str, LearnedValue]:
    """What was taught, as it is kept."""
    return {
        name: LearnedValue(name, value, None, DAY)
        for name, value in taught.items()
        if value is not None
    }


def taught_by(approved: NormalizedInvoice, page: str = PAGE) -> Taughts:
    """What the approval of a page teaches."""
    found = read(page)
    return learned.taught(found, normalized(found), approved, {})


def places_of(taught: Taughts) -> dict[str, Place]:
    """Places that were taught, by field."""
    return {
        name.removeprefix("place:"): Place.from_json(value)
        for name, value in taught.items()
        if name.startswith("place:") and value is not None
    }


def test_the_candidate_at_the_corrected_place_wins() -> None:
    """A person took the number behind other words; so does the next reading, and says so."""
    before = read(PAGE)
    assert before.invoice_number == "2026-17"
    taught = taught_by(replace(normalized(before), invoice_number="2026-05"))
    assert list(taught) == ["place:invoice_number"]
    places = places_of(taught)

    assert learned.contradicted(read(NEXT), places) == places
    after = read(NEXT, places)

    assert after.invoice_number == "2026-06"
    assert after.origins["invoice_number"].source is Source.LEARNED
    assert [each.severity for each in after.findings if each.code == "LEARNED_VALUE"] == [
        Severity.WARNING
    ]
    assert learned.contradicted(after, places) == {}


def test_a_reading_that_agrees_is_left_as_it_is() -> None:
    """Nothing is learned from an approval without a correction, and nothing changed by it."""
    assert taught_by(normalized(read(PAGE))) == {}
    places = places_of(taught_by(replace(normalized(read(PAGE)), invoice_number="2026-05")))
    same = PAGE.replace("2026-17", "2026-05")

    assert learned.contradicted(read(same), places) == {}
    assert read(same, places) == read(same)


def test_a_place_that_a_document_does_not_have_decides_nothing() -> None:
    """The page without the words is read as ever."""
    places = places_of(taught_by(replace(normalized(read(PAGE)), invoice_number="2026-05")))
    assert read(INVOICE, places) == read(INVOICE)


def test_what_does_not_stand_on_the_page_has_no_place() -> None:
    """And an account is never learned, wherever it stands."""
    approved = normalized(read(PAGE))
    vendor = replace(approved.vendor, iban="DE02120300000000202051")
    assert taught_by(replace(approved, invoice_number="XX-1", vendor=vendor)) == {}


def test_sums_prevail_over_a_learned_place() -> None:
    """Once a person took another amount for the total; where it adds up otherwise, it stays so."""
    approved = replace(normalized(read(PAGE)), total_gross=Decimal("100.00"))
    places = places_of(taught_by(approved))
    assert "total_gross" in places

    after = read(NEXT, places)

    assert (after.total_net, after.total_tax) == (Decimal("100.00"), Decimal("20.00"))
    assert after.total_gross == Decimal("120.00")


def test_a_second_reading_keeps_what_blocked_the_first() -> None:
    """Nothing learned lifts a blocking finding."""
    block = Finding("TOTALS_DISAGREE", "Net and tax do not make gross.", Severity.BLOCKING)
    first = replace(read(NEXT), findings=(block,))

    assert block in learned.keeping_blocks(first, read(NEXT)).findings
    assert learned.keeping_blocks(first, first).findings == (block,)


def test_accounts_are_proposed_as_they_were_booked() -> None:
    """All lines on one account, or each text on its own; a person's account stays."""
    approved = normalized(read(PAGE))
    on_one = replace(
        approved, line_items=tuple(replace(e, account_number="7600") for e in approved.line_items)
    )
    first, second = approved.line_items
    by_text = replace(approved, line_items=(replace(first, account_number="7650"), second))
    following = normalized(read(NEXT))

    one, each = in_force(taught_by(on_one)), in_force(taught_by(by_text))

    assert _accounts(learned.filled(following, one)) == ["7600", "7600"]
    assert _accounts(learned.filled(following, each)) == ["7650", None]
    assert _accounts(learned.filled(by_text, one)) == ["7650", "7600"]
    proposed = learned.filled(following, one)
    (told,) = learned.findings(following, proposed, one)
    assert (told.code, told.severity) == ("LEARNED_VALUE", Severity.HINT)
    assert str(DAY) in told.message
    assert list(learned.findings(following, following, one)) == []
    contrary = learned.taught(read(NEXT), following, following, one)
    assert contrary == {"accounts": None}


def _accounts(invoice: NormalizedInvoice) -> list[str | None]:
    return [line.account_number for line in invoice.line_items]


def test_a_line_is_split_as_before_to_the_cent() -> None:
    """Shares of the only line of a rate; what cents are left goes to the last part."""
    page = PAGE.replace("Papier A4                10      4,00       40,00", "").replace(
        "Ordner                    5     12,00       60,00", ""
    )
    proposed = normalized(read(page))
    (line,) = proposed.line_items
    parts = (
        replace(line, description="Betrieb", line_total=Decimal("80.00"),
                tax_amount=Decimal("13.33"), account_number="7600"),
        replace(line, description="Privat", line_total=Decimal("40.00"),
                tax_amount=Decimal("6.67"), account_number="9600"),
    )  # fmt: skip
    known = in_force(taught_by(replace(proposed, line_items=parts), page))

    larger: dict[str, Any] = {"line_total": Decimal("100.00"), "tax_amount": Decimal("16.67")}
    after = learned.filled(replace(proposed, line_items=(replace(line, **larger),)), known)

    assert [(each.description, each.line_total) for each in after.line_items] == [
        ("Betrieb", Decimal("66.67")),
        ("Privat", Decimal("33.33")),
    ]
    assert sum(each.tax_amount for each in after.line_items) == Decimal("16.67")
    assert _accounts(after) == ["7600", "9600"]


def test_terms_are_proposed_where_a_document_states_none() -> None:
    """Days after the invoice; a stated day goes before what was learned."""
    page = PAGE.replace("Zahlbar innerhalb von 14 Tagen netto.", "")
    proposed = normalized(read(page))
    assert proposed.due_date is None
    known = in_force(taught_by(replace(proposed, due_date=date(2026, 3, 5)), page))

    after = learned.filled(replace(proposed, invoice_date=date(2026, 4, 1)), known)

    assert after.due_date == date(2026, 5, 1)
    assert [each.fields for each in learned.findings(proposed, after, known)] == [
        ("due_date", "terms")
    ]
    assert learned.filled(normalized(read(PAGE)), known).due_date == date(2026, 2, 17)


def test_another_name_is_kept_once_beside_the_others() -> None:
    """The latest last; without one nothing is taught."""
    first = learned.named("Cedern AG", {})
    second = learned.named("Birke KG", in_force(first))

    assert second == {"alias": {"names": ["Cedern AG", "Birke KG"]}}
    assert learned.named("Cedern AG", in_force(second)) == {}
    assert learned.named(None, in_force(second)) == {}
