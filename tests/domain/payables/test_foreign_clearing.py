"""What a clearing settles of documents in a foreign currency."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest

from domain.ledger.account import AccountRole
from domain.ledger.chart import Chart, role
from domain.ledger.intent import Side, pair
from domain.payables.clearing import ClearingMismatch, Foreign, booking_of
from domain.payables.exchange_effect import FxDifferenceImplausible
from tests.domain.payables.test_clearing import CREDIT, OWED, clearing, settled

DOLLARS = replace(OWED, currency="USD", remaining_amount=Decimal(1000), amount=Decimal(1000))
GIVEN = replace(CREDIT, currency="USD", remaining_amount=Decimal(200), amount=Decimal(200))
FX_ACCOUNTS = {
    role(Chart.AT_EKR, each) for each in (AccountRole.FX_GAIN, AccountRole.FX_LOSS)
}  # fmt: skip


Told = dict[UUID, tuple[str, str | None]]


def _cleared(
    owed: tuple[str, str, str],
    credited: tuple[str, str, str],
    *,
    percent: Decimal = Decimal(15),
    closes: bool = False,
) -> tuple[Told, list[str]]:
    """EUR left, USD left and EUR claimed of both; what is settled, and gains and losses."""
    items = {
        each.open_item_id: replace(each, remaining_amount=Decimal(left[0]))
        for each, left in ((DOLLARS, owed), (GIVEN, credited))
    }
    foreign = {
        DOLLARS.open_item_id: Decimal(owed[1]), GIVEN.open_item_id: Decimal(credited[1]),
    }  # fmt: skip
    wanted = clearing(settled(DOLLARS, owed[2]), settled(GIVEN, credited[2]))
    wanted = replace(wanted, closes_in_full=closes)
    booking = booking_of(wanted, items, {}, Chart.AT_EKR, foreign=Foreign(foreign, percent))
    list(pair([line.plain for line in booking.lines]))  # no row has one account on both sides
    told: Told = {
        each.open_item_id: (f"{each.amount:.2f}", f"{each.document_amount:.2f}")
        for line in booking.lines
        for each in line.settles
    }
    effects = [
        f"{'loss' if line.side is Side.DEBIT else 'gain'} {line.amount:.2f}"
        for line in booking.lines
        if line.account in FX_ACCOUNTS
    ]
    return told, effects


@pytest.mark.parametrize("claimed", ["200", "209.09"])
def test_dollars_take_off_as_many_dollars(claimed: str) -> None:
    """230 of 1100 USD booked at 1000 EUR are 209.09 EUR; the credit was booked at 200."""
    told, effects = _cleared(("1000", "1100", claimed), ("200", "230", "200"))

    assert told == {
        DOLLARS.open_item_id: ("209.09", "230.00"), GIVEN.open_item_id: ("200.00", "230.00"),
    }  # fmt: skip
    assert effects == ["gain 9.09"]


def test_a_part_of_a_credit_takes_off_its_own_share() -> None:
    """Half of it is 115 USD, which are 104.55 EUR of the invoice."""
    told, effects = _cleared(("1000", "1100", "100"), ("200", "230", "100"))

    assert told == {
        DOLLARS.open_item_id: ("104.55", "115.00"), GIVEN.open_item_id: ("100.00", "115.00"),
    }  # fmt: skip
    assert effects == ["gain 4.55"]


@pytest.mark.parametrize("claimed", [("200", "200"), ("200", "210")])
def test_a_document_and_its_cancellation_are_closed_in_both_currencies(
    claimed: tuple[str, str],
) -> None:
    """230 USD booked at 200 and 210 EUR; whichever is the invoice, 10 EUR are lost or won."""
    owed, credited = claimed
    told, effects = _cleared(("200", "230", owed), ("210", "230", credited))
    assert told == {
        DOLLARS.open_item_id: ("200.00", "230.00"), GIVEN.open_item_id: ("210.00", "230.00"),
    }  # fmt: skip
    assert effects == ["loss 10.00"]

    told, effects = _cleared(("210", "230", credited), ("200", "230", owed))
    assert told == {
        DOLLARS.open_item_id: ("210.00", "230.00"), GIVEN.open_item_id: ("200.00", "230.00"),
    }  # fmt: skip
    assert effects == ["gain 10.00"]


def test_a_cent_less_leaves_both_currencies_of_both() -> None:
    """199.99 of 210 EUR are 219.04 USD, 190.47 EUR of the invoice: 10.96 USD are left of both."""
    told, effects = _cleared(("200", "230", "199.99"), ("210", "230", "199.99"))

    assert told == {
        DOLLARS.open_item_id: ("190.47", "219.04"), GIVEN.open_item_id: ("199.99", "219.04"),
    }  # fmt: skip
    assert effects == ["loss 9.52"]
    told, effects = _cleared(("9.53", "10.96", "9.53"), ("10.01", "10.96", "10.01"))
    assert told == {
        DOLLARS.open_item_id: ("9.53", "10.96"), GIVEN.open_item_id: ("10.01", "10.96"),
    }  # fmt: skip
    assert effects == ["loss 0.48"]


def test_what_is_closed_in_full_is_closed_in_its_currency() -> None:
    """An invoice that a larger credit pays: the credit keeps the rest, 20 USD at 17.39 EUR."""
    told, effects = _cleared(("190", "210", "190"), ("200", "230", "190"))

    assert told == {
        DOLLARS.open_item_id: ("190.00", "210.00"), GIVEN.open_item_id: ("182.61", "210.00"),
    }  # fmt: skip
    assert effects == ["gain 7.39"]


@pytest.mark.parametrize(
    ("owed", "credited", "gap"),
    [
        (("1000", "1100", "150"), ("200", "230", "200"), "-65.00"),
        (("200", "230", "200"), ("205", "225", "200"), "10.49"),
    ],
)
def test_what_is_not_as_much_of_the_currency_is_refused(
    owed: tuple[str, str, str], credited: tuple[str, str, str], gap: str
) -> None:
    """150 EUR are 165 USD and no 230; a credit of 225 USD cannot close an invoice of 230."""
    with pytest.raises(ClearingMismatch) as refused:
        _cleared(owed, credited)

    assert refused.value.context["difference"] == gap


def test_two_that_end_at_other_amounts_are_refused() -> None:
    """Equal in EUR, and yet one owes 10 USD more: nobody would be asked for them any more."""
    items = {
        DOLLARS.open_item_id: replace(DOLLARS, remaining_amount=Decimal(200)),
        GIVEN.open_item_id: GIVEN,
    }
    left = {DOLLARS.open_item_id: Decimal("220.00"), GIVEN.open_item_id: Decimal("230.00")}
    with pytest.raises(ClearingMismatch) as refused:
        booking_of(
            clearing(settled(DOLLARS, "200"), settled(GIVEN, "200")),
            items, {}, Chart.AT_EKR, foreign=Foreign(left, Decimal(15)),
        )  # fmt: skip

    assert refused.value.context["difference"] == "-10.00"


def test_a_gain_beyond_the_limit_needs_a_person() -> None:
    """9.09 of 209.09 EUR are 4.35 %: no more than the tenant takes, or somebody says so."""
    owed, credited = ("1000", "1100", "200"), ("200", "230", "200")

    with pytest.raises(FxDifferenceImplausible) as refused:
        _cleared(owed, credited, percent=Decimal(4))

    told = refused.value.context
    assert (told["difference"], told["booking_value"]) == ("9.09", "209.09")
    allowed = _cleared(owed, credited, percent=Decimal("4.4"))
    assert allowed == _cleared(owed, credited, percent=Decimal(4), closes=True)
    assert allowed[1] == ["gain 9.09"]
