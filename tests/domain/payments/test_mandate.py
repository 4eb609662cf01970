"""When a mandate can be used, and for what."""

from dataclasses import replace
from datetime import date

import pytest

from domain.errors import InvalidInput
from domain.payments.mandate import Mandate, MandateNotUsable, Sequence, is_creditor_id
from tests.domain.payments.test_pain008 import MANDATE

DAY = date(2026, 3, 17)


def test_the_sequence_follows_from_the_use() -> None:
    """First, then recurrent; one-off is once."""
    used = replace(MANDATE, last_used=date(2026, 2, 2))
    once = replace(MANDATE, is_recurrent=False)

    assert [each.sequence for each in (MANDATE, used, once)] == [
        Sequence.FIRST,
        Sequence.RECURRENT,
        Sequence.ONE_OFF,
    ]


@pytest.mark.parametrize(
    ("mandate", "reason"),
    [
        (replace(MANDATE, is_revoked=True), "revoked"),
        (replace(MANDATE, signed_on=date(2026, 3, 18)), "not_signed_yet"),
        (replace(MANDATE, is_recurrent=False, last_used=date(2026, 3, 1)), "used_up"),
        (replace(MANDATE, signed_on=date(2023, 3, 17)), "lapsed"),
        (replace(MANDATE, last_used=date(2023, 3, 17)), "lapsed"),
    ],
)
def test_what_cannot_be_used_says_why(mandate: Mandate, reason: str) -> None:
    """36 months without use end it."""
    with pytest.raises(MandateNotUsable) as refused:
        mandate.check_usable(DAY)
    assert refused.value.context["reason"] == reason
    replace(MANDATE, signed_on=date(2023, 3, 18)).check_usable(DAY)


@pytest.mark.parametrize(
    "facts",
    [
        {"reference": "/M"},
        {"reference": "M//1"},
        {"reference": "M" * 36},
        {"reference": "Mandät"},
        {"holder": " "},
        {"iban": "DE88370400440532013000"},
        {"iban": "AE070331234567890123456"},
        {"iban": "CH9300762011623852957"},
        {"notice_days": 0},
    ],
)
def test_what_no_bank_takes_is_refused(facts: dict[str, object]) -> None:
    """References out of the set, accounts that cannot be reached, notice of no day."""
    with pytest.raises(InvalidInput):
        replace(MANDATE, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "right"),
    [
        ("DE98ZZZ09999999999", True),
        ("AT61ZZZ01234567890", True),
        ("DE98ABC09999999999", True),
        ("DE99ZZZ09999999999", False),
        ("DE98ZZZ", False),
        ("de98zzz09999999999", False),
    ],
)
def test_creditor_identifiers(value: str, right: bool) -> None:  # noqa: FBT001
    """The business code in the middle is not part of the check."""
    assert is_creditor_id(value) is right
