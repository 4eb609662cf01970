"""Documents as training meets them."""

from deploy.training.samples import copies_of
from tests.layouts import typed

PAGE = typed(
    "Verk\u00e4ufer: Muster GmbH\nRechnungsnummer: 4711   Kundennummer: 815\nDatum: 1.2.2026"
)
KNOWN = {"invoice_number": "4711", "vendor_name": "Muster GmbH", "invoice_date": "2026-02-01"}


def test_numbers_are_met_where_nobody_knows_their_words_and_in_another_form() -> None:
    """Once not known, once half of all not known, once others, once another number."""
    unknown, _, other, renumbered = copies_of(PAGE, "a.pdf", KNOWN)["invoice_number"]
    by_value = [
        {each.value: each.features for each in copy.candidates} for copy in (unknown, other)
    ]

    assert "l0:invoice_number:next" not in by_value[0]["4711"]
    assert "v:rechn-" in by_value[0]["4711"]
    assert "v:rechn-" not in by_value[1]["4711"]
    assert renumbered.value != "4711"
    assert renumbered.value in {each.value for each in renumbered.candidates}
    assert (unknown.value, other.value) == ("4711", "4711")


def test_a_number_or_a_day_that_is_not_known_is_not_replaced() -> None:
    """The year of the other number would be a guess."""
    assert len(copies_of(PAGE, "a.pdf", {"invoice_number": "4711"})["invoice_number"]) == 3
