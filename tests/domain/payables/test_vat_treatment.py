"""What is usual for a vendor: learned from its documents, or settled by a person."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInput
from domain.payables.vat_treatment import CATEGORIES, NOTHING, VatTreatment, differing, learned

CLOUD = VatTreatment(country="DE", category="AE", tax_code="VST-RC20", supply_kind="service")
SEEN = st.builds(
    VatTreatment,
    country=st.sampled_from([None, "AT", "DE"]),
    category=st.sampled_from([None, *sorted(CATEGORIES)]),
    supply_kind=st.sampled_from([None, "goods", "service"]),
    is_small_business=st.sampled_from([None, True, False]),
)


def test_a_first_document_says_what_is_usual() -> None:
    """Nothing was known before; the same again changes nothing."""
    assert learned(NOTHING, CLOUD) == CLOUD
    assert learned(CLOUD, CLOUD) == CLOUD


def test_what_two_documents_contradict_is_not_usual() -> None:
    """It is unknown then, and stays so, whatever comes next."""
    once = learned(CLOUD, replace(CLOUD, category="K", tax_code="VST-IGE20", supply_kind="goods"))

    assert (once.country, once.category, once.supply_kind) == ("DE", None, None)
    assert once.varies == ("category", "supply_kind", "tax_code")
    assert learned(once, CLOUD) == once


@given(st.lists(SEEN, max_size=6), st.randoms())
def test_the_order_of_documents_does_not_matter(seen: list[VatTreatment], random: object) -> None:
    """Nothing is known that any of them contradicts; what one alone said is kept."""
    shuffled = list(seen)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = NOTHING, NOTHING
    for each in seen:
        one = learned(one, each)
    for each in shuffled:
        other = learned(other, each)

    assert one == other
    for name in ("country", "category", "supply_kind", "is_small_business"):
        said = {getattr(each, name) for each in seen} - {None}
        assert getattr(one, name) == (said.pop() if len(said) == 1 else None)


def test_a_person_settles_what_varied() -> None:
    """What they name varies no more; null clears."""
    varying = VatTreatment(country="DE", varies=("category", "supply_kind"))

    settled = varying.changed({"category": "AE", "country": None})

    assert settled == VatTreatment(category="AE", varies=("supply_kind",))


@pytest.mark.parametrize(
    ("fault", "pointer"),
    [
        ({"country": "Austria"}, "/country"),
        ({"category": "X"}, "/category"),
        ({"supply_kind": "unknown"}, "/supply_kind"),
        ({"supply_kind": "mixed"}, "/supply_kind"),
        ({"supply_kind": "sevrice"}, "/supply_kind"),
        ({"supply_rate": Decimal(101)}, "/supply_rate"),
        ({"supply_rate": Decimal("19.5555")}, "/supply_rate"),
        ({"small_business_until": date(2026, 12, 31)}, "/small_business_until"),
    ],
)
def test_what_no_vendor_can_be_is_refused(fault: dict[str, object], pointer: str) -> None:
    """By the field's name."""
    with pytest.raises(InvalidInput) as refused:
        NOTHING.changed(fault)
    assert [each.pointer for each in refused.value.fields] == [pointer]


def test_a_small_business_may_end() -> None:
    """To the last day it is one, and nobody knows where nobody has said."""
    small = VatTreatment(is_small_business=True, small_business_until=date(2026, 12, 31))

    assert small.is_small_on(date(2026, 12, 31))
    assert not small.is_small_on(date(2027, 1, 1))
    assert NOTHING.is_small_on(date(2026, 1, 1)) is None


def test_differences_are_of_what_both_know() -> None:
    """What one of them does not know is no difference."""
    assert differing(CLOUD, VatTreatment(country="DE", tax_code="VST20")) == ["tax_code"]
    assert differing(NOTHING, CLOUD) == []
