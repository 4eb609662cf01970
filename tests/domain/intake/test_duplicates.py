"""The same invoice, however it is spelt or sent; and another one that looks like it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from domain.intake.duplicates import Other, Reason, Seen, Twin, twins

VENDOR = UUID(int=7)
OWN = Seen(
    vendor_id=VENDOR,
    name="Papier GmbH",
    vat_id="ATU13585627",
    iban=None,
    number="RE-2026-17",
    number_key="RE202617",
    day=date(2026, 3, 2),
    gross=Decimal("120.00"),
    page_hash="00ff00ff00ff00ff",
)
CASE, INVOICE = UUID(int=1), UUID(int=2)


def twin(*, posted: bool = False, **changes: Any) -> Twin | None:
    """What one other document, like this one but for some values, is taken for."""
    seen = replace(OWN, **{"page_hash": None, **changes})
    other = Other(seen, UUID(int=3), CASE, INVOICE if posted else None)
    return next(iter(twins(OWN, [other])), None)


def test_the_same_number_and_sum_stop() -> None:
    """Blanks, signs and case are form; the hint leads to the other document."""
    found = twin(number="re 2026 17")

    assert found is not None
    assert found.stops
    assert found.hint.reasons == ("SAME_NUMBER", "SAME_DAY_AND_GROSS")
    assert (found.hint.document_id, found.hint.review_case_id) == (UUID(int=3), CASE)


@pytest.mark.parametrize(
    ("changes", "stops"),
    [
        ({"number": "0RE-2026-I7"}, True),
        ({"number": "0RE-2026-I7", "gross": Decimal(99)}, True),
        ({"number": "0RE-2026-I7", "gross": Decimal(99), "day": date(2026, 4, 2)}, None),
        ({"gross": Decimal(99), "day": date(2026, 4, 2)}, None),
        ({"number": None, "number_key": None}, True),
        ({"number": "2026-17", "number_key": "202617"}, True),
        ({"number": "RE-2026-18", "number_key": "RE202618"}, False),
        ({"number": "RE-2026-18", "number_key": "RE202618", "day": date(2026, 4, 2)}, None),
        ({"number": "RE-2026-18", "number_key": "RE202618", "gross": Decimal(99)}, None),
        ({"vendor_id": UUID(int=8)}, None),
        ({"vendor_id": None, "name": None}, True),
        ({"vendor_id": None, "name": "Papier", "vat_id": None}, True),
        ({"vendor_id": None, "name": "Andere AG", "vat_id": None}, None),
        ({"vendor_id": None, "vat_id": "DE136695976"}, None),
    ],
)
def test_what_stops_what_warns_and_what_is_another(
    changes: dict[str, Any], *, stops: bool | None
) -> None:
    """A monthly invoice of the same sum is no duplicate; the same day with another number warns."""
    found = twin(**changes)

    assert (None if found is None else found.stops) == stops


@pytest.mark.parametrize(
    ("changes", "stops"),
    [
        ({"number": "RE-2026-17 Kopie"}, True),
        ({"number": "Duplikat RE-2026-17"}, True),
        ({"number": "Re.Nr. RE-2026-17"}, True),
        ({"number": "Rechnung RE-2026-17"}, True),
        ({"number": "RE-2026-17 Kopie", "gross": None}, True),
        ({"number": "RE-2026-17 Kopie", "gross": Decimal(99)}, None),
        ({"number": "RE-2026-17-A"}, False),
        ({"number": "RE-2026-17/2"}, False),
        ({"number": "RE-2026-17 (2)"}, False),
        ({"number": "RE-2026-17 Rev. 1"}, False),
        ({"number": "RE-2026-17 korr."}, False),
        ({"number": "RE-2026-17-A", "gross": Decimal(99)}, None),
        ({"number": "RE-2026-18"}, None),
        ({"number": "RE-2026-171"}, None),
        ({"number": "RE-2026-17 Kopie", "vendor_id": UUID(int=8)}, None),
    ],
)
@pytest.mark.parametrize("posted", [True, False])
def test_words_and_signs_around_a_number_of_another_day(
    changes: dict[str, Any], *, stops: bool | None, posted: bool
) -> None:
    """A copy stops; a letter or figure behind warns where the sum is the same."""
    found = twin(
        posted=posted, day=date(2026, 3, 9), **{"number_key": f"{changes['number']}", **changes}
    )

    assert (None if found is None else found.stops) == stops


def test_a_number_with_an_end_says_so() -> None:
    """Its day is another one."""
    found = twin(number="RE-2026-17-A", number_key="RE202617A", day=date(2026, 3, 9))

    assert found is not None
    assert "number but for its end and gross" in found.finding.message


def test_a_number_of_the_books_stops_whatever_the_sum() -> None:
    """It cannot be booked again."""
    found = twin(posted=True, gross=Decimal(99), day=date(2025, 1, 1))

    assert found is not None
    assert found.stops
    assert found.hint.invoice_id == INVOICE


@pytest.mark.parametrize("number", ["\uff32\uff25-2026-17", "R\u0415-2026-17"])
def test_a_number_in_other_letters_is_the_same_whatever_the_sum(number: str) -> None:
    """Nobody who reads it sees the difference."""
    found = twin(posted=True, number=number, gross=Decimal(99), day=date(2025, 1, 1))

    assert found is not None
    assert found.reasons == (Reason.SAME_NUMBER,)
    assert found.stops


def test_a_page_counts_where_nothing_differs() -> None:
    """One that could not be read; not the next invoice on the same letterhead."""
    unread: dict[str, Any] = {
        "number": None,
        "number_key": None,
        "day": None,
        "gross": None,
        "vendor_id": None,
    }
    again = twin(**unread, name=None, vat_id=None, page_hash="00ff00ff00ff00fc")
    following = twin(
        number="RE-2026-18", number_key="RE202618", day=date(2026, 4, 2), page_hash=OWN.page_hash
    )

    assert again is not None
    assert again.reasons == (Reason.SAME_PAGE,)
    assert again.stops
    assert following is None
    assert twin(**unread, name=None, page_hash="ff00ff00ff00ff00") is None


def test_one_invoice_in_two_forms_says_so() -> None:
    """As XML in one mail, as PDF in the next."""
    other = Other(replace(OWN, is_data=False), UUID(int=3), CASE)
    (found,) = twins(replace(OWN, is_data=True), [other])

    assert Reason.OTHER_FORM in found.reasons


def test_what_stops_comes_first() -> None:
    """Whatever is found before."""
    near = Other(replace(OWN, number="RE-2026-18", number_key="RE202618"), None)
    same = Other(OWN, None)

    assert [found.stops for found in twins(OWN, [near, same])] == [True, False]


def test_similar_invoices_are_a_warning() -> None:
    """It names the other number."""
    found = twin(number="RE-2026-18", number_key="RE202618")

    assert found is not None
    assert "RE-2026-18" in found.finding.message


@pytest.mark.parametrize(
    ("is_invoice", "words"),
    [
        (True, "RE-2026-18 is an invoice of the same vendor, day and gross total."),
        (False, "RE-2026-18 is another document of the same vendor, day and gross total."),
    ],
)
def test_what_is_no_invoice_is_not_called_one(words: str, *, is_invoice: bool) -> None:
    """A reminder or an order of that day and sum."""
    found = twin(number="RE-2026-18", number_key="RE202618", is_invoice=is_invoice)

    assert found is not None
    assert found.finding.message == words
