"""When the customer must know, and on which days money is collected."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from domain.errors import InvalidInput
from domain.payments.business_day import NotABusinessDay
from domain.payments.collecting import (
    Collectable,
    NotCollectable,
    NoticeTooShort,
    check_day,
    check_notice,
)
from domain.payments.mandate import Scheme
from tests.domain.payments.test_pain008 import MANDATE

INVOICE = UUID(int=7)
OWED = Collectable(
    INVOICE,
    "RE-1",
    is_invoice=True,
    is_linked=True,
    currency="EUR",
    remaining_amount=Decimal(120),
    mandate=MANDATE,
)


def test_the_day_is_a_business_day_in_time() -> None:
    """Handed in on Friday for Monday; not for the same day, a Sunday, nor in three weeks."""
    friday = date(2026, 3, 13)
    check_day(date(2026, 3, 16), friday)
    for day, refusal in (
        (friday, InvalidInput),
        (date(2026, 3, 15), NotABusinessDay),
        (date(2026, 3, 30), InvalidInput),
    ):
        with pytest.raises(refusal):
            check_day(day, friday)
    with pytest.raises(InvalidInput):
        check_day(date(2026, 3, 16), date(2026, 3, 15))


def test_the_customer_knows_it_fourteen_days_before() -> None:
    """Or as was agreed; the earliest day is named."""
    told = date(2026, 3, 3)
    check_notice(INVOICE, MANDATE, told, date(2026, 3, 17))
    with pytest.raises(NoticeTooShort) as refused:
        check_notice(INVOICE, MANDATE, told, date(2026, 3, 16))
    assert refused.value.context["earliest"] == "2026-03-17"


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"is_invoice": False}, "no_invoice"),
        ({"is_linked": False}, "not_booked"),
        ({"currency": "USD"}, "currency"),
        ({"remaining_amount": Decimal(0)}, "nothing_owed"),
        ({"mandate": None}, "no_mandate"),
    ],
)
def test_what_cannot_be_collected_says_why(facts: dict[str, object], reason: str) -> None:
    """Credit notes, drafts, what is paid, foreign currency, and customers without a mandate."""
    with pytest.raises(NotCollectable) as refused:
        replace(OWED, **facts).mandate_for(Scheme.CORE, date(2026, 3, 17))  # type: ignore[arg-type]
    assert refused.value.context["reason"] == reason
    with pytest.raises(NotCollectable):
        OWED.mandate_for(Scheme.B2B, date(2026, 3, 17))
    assert OWED.mandate_for(Scheme.CORE, date(2026, 3, 17)) is MANDATE
