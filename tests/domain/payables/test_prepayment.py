"""What is proposed of prepayments, and what of each share is given back."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ledger.booking import Books
from domain.ledger.chart import Chart, accounts
from domain.payables.prepayment import (
    Prepayment,
    Share,
    account_for,
    lines_of,
    prepayment_accounts,
    proposed,
)
from domain.tax.code import system_codes
from domain.tax.split import split_gross

CODES = {each.code: each for each in system_codes(Chart.AT_EKR)}


def left(number: int, amount: str) -> Prepayment:
    """A prepayment of which an amount is left."""
    return Prepayment(
        Decimal(amount), f"AR-{number}", date(2026, 11, 1), intent_id=UUID(int=number)
    )


@pytest.mark.parametrize(
    ("amounts", "prepaid", "expected"),
    [
        (["9000"], "9000", {1: "9000"}),
        (["6000", "3000"], "9000", {1: "6000", 2: "3000"}),
        (["6000", "3000", "500"], "9000", {1: "6000", 2: "3000"}),
        (["9000", "12000"], "9000", {1: "9000"}),
        (["12000"], "9000", {1: "9000"}),
        (["9000", "9000"], "9000", {}),
        (["9000", "6000", "3000"], "9000", {1: "9000"}),
        (["6000", "3000", "3000"], "9000", {}),
        (["12000", "10000"], "9000", {}),
        (["6000"], "9000", {}),
        ([], "9000", {}),
        (["9000"], "0", {}),
    ],
)
def test_what_fits_alone_is_proposed(
    amounts: list[str], prepaid: str, expected: dict[int, str]
) -> None:
    """Where two choices fit, none is proposed."""
    known = [left(number, amount) for number, amount in enumerate(amounts, 1)]

    found = proposed(known, Decimal(prepaid))

    assert found == {UUID(int=number): Decimal(amount) for number, amount in expected.items()}


def test_very_many_prepayments_are_not_tried_in_every_way() -> None:
    """All of them together, or one."""
    known = [left(number, "100") for number in range(1, 201)]

    assert len(proposed(known, Decimal(20000))) == 200
    assert proposed(known, Decimal(300)) == {}


def booked(*amounts: tuple[str, str | None]) -> Prepayment:
    """A prepayment of some shares, none of it used."""
    shares = []
    for amount, code in amounts:
        rate = CODES[code].rate if code else None
        tax = split_gross(Decimal(amount), rate).tax if rate else Decimal()
        gross = Decimal(amount)
        shares.append(Share("1800", code, gross, tax, gross, tax))
    total = sum((share.left for share in shares), Decimal())
    return Prepayment(total, "AR-1", date(2026, 11, 1), intent_id=UUID(int=1), shares=tuple(shares))


def without(prepayment: Prepayment, amount: Decimal) -> Prepayment:
    """What is left once an amount was used."""
    used = {each.share: each for each in prepayment.used(amount)}
    shares = tuple(
        replace(
            share,
            left=share.left - (used[share].amount if share in used else 0),
            left_tax=share.left_tax - (used[share].tax_amount if share in used else 0),
        )
        for share in prepayment.shares
    )
    return replace(prepayment, left_amount=prepayment.left_amount - amount, shares=shares)


_MONEY = st.decimals("0.01", "99999.99", places=2)


@given(
    st.lists(st.tuples(_MONEY.map(str), st.sampled_from(["VST20", "VST10", None])), min_size=1,
             max_size=3, unique_by=lambda each: each[1]),
    st.lists(st.integers(1, 99), max_size=5),
)  # fmt: skip
def test_in_parts_or_at_once_the_same_is_given_back(
    shares: list[tuple[str, str | None]], percents: list[int]
) -> None:
    """However often a prepayment is used, base and tax come to nothing, and each part is whole."""
    whole = rest = booked(*shares)
    back = Decimal()
    for percent in [*percents, 100]:
        amount = (rest.left_amount * percent / 100).quantize(Decimal("0.01"))
        if not amount:
            continue
        used = list(rest.used(amount))
        assert sum((each.amount for each in used), Decimal()) == amount
        assert all(0 < each.amount <= each.share.left for each in used)
        assert all(0 <= each.tax_amount <= each.amount for each in used)
        back += sum((each.tax_amount for each in used), Decimal())
        rest = without(rest, amount)

    assert rest.left_amount == 0
    assert all(share.left == share.left_tax == 0 for share in rest.shares)
    assert back == sum((share.booked_tax for share in whole.shares), Decimal())


def test_what_is_left_is_given_back_with_the_tax_that_was_booked() -> None:
    """99.99 with 16.70 of tax, as its document stated it: the rule would say 16.67."""
    gross, tax = Decimal("99.99"), Decimal("16.70")
    share = Share("1800", "VST20", gross, tax, gross, tax)
    one = replace(booked(("99.99", "VST20")), shares=(share,))

    (line,) = lines_of(one.used(Decimal("99.99")), CODES, date(2026, 11, 30))

    assert (line.amount, line.tax_code, line.tax_amount) == (
        Decimal("99.99"), "VST20", Decimal("16.70"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("code", "paid", "supplied", "own"),
    [
        ("VST16", date(2020, 10, 1), date(2021, 3, 1), date(2020, 10, 1)),
        ("VST19", date(2020, 6, 1), date(2020, 9, 1), date(2020, 6, 1)),
        ("VST19", date(2026, 10, 1), date(2026, 11, 1), None),
        (None, date(2020, 10, 1), date(2021, 3, 1), None),
    ],
)
def test_a_prepayment_is_given_back_at_its_own_rate(
    code: str | None, paid: date, supplied: date, own: date | None
) -> None:
    """A change of rates lies between it and its final invoice, which bears the new one."""
    german = {each.code: each for each in system_codes(Chart.DE_SKR04)}
    gross, tax = Decimal(1160), Decimal(160)
    share = Share("1180", code, gross, tax, gross, tax, paid)
    one = Prepayment(Decimal(1160), "AR-1", paid, intent_id=UUID(int=1), shares=(share,))

    (line,) = lines_of(one.used(Decimal(1160)), german, supplied)

    assert (line.tax_code, line.supply_date) == (code, own)
    if code is not None:
        assert german[code].is_valid_on(line.supply_date or supplied)


@pytest.mark.parametrize("chart", Chart)
def test_accounts_for_payments_on_account_are_those_of_the_chart(chart: Chart) -> None:
    """Every account that says so in its name and takes input tax is in the table, and no other."""
    named = {
        each.number
        for each in accounts(chart)
        if "nzahlungen" in each.name
        and each.type.value == "asset"
        and not each.name.startswith("Kumuliert")
    }
    known = {each.number: each for each in accounts(chart)}
    assert prepayment_accounts(Books(chart, 1, known, {}, 1)) == named


@pytest.mark.parametrize(
    ("chart", "cost", "code", "account"),
    [
        (Chart.AT_EKR, "0620", "VST20", "0700"),
        (Chart.AT_EKR, "0100", "VST20", "0180"),
        (Chart.AT_EKR, "5000", "VST20", "1800"),
        (Chart.AT_EKR, "6603", "VST20", "2490"),
        (Chart.AT_EKR, "0700", "VST20", "0700"),
        (Chart.AT_EKR, None, "VST20", None),
        (Chart.AT_EKR, "99", "VST20", None),
        (Chart.DE_SKR04, "0135", "VST19", "0170"),
        (Chart.DE_SKR04, "0240", "VST19", "0720"),
        (Chart.DE_SKR04, "0440", "VST19", "0780"),
        (Chart.DE_SKR04, "0650", "VST19", "0795"),
        (Chart.DE_SKR04, "5400", "VST19", "1186"),
        (Chart.DE_SKR04, "5300", "VST7", "1181"),
        (Chart.DE_SKR04, "5920", "VST-13B19", "1180"),
        (Chart.DE_SKR04, "6825", "VST19", "1186"),
        (Chart.DE_SKR03, "0027", "VST19", "0039"),
        (Chart.DE_SKR03, "0210", "VST19", "0299"),
        (Chart.DE_SKR03, "4950", "VST19", "1518"),
    ],
)
def test_a_prepayment_goes_where_its_cost_will_stand(
    chart: Chart, cost: str | None, code: str, account: str | None
) -> None:
    """Positions of § 224 UGB and § 266 HGB; what nobody has said is not known."""
    known = {each.number: each for each in accounts(chart)}
    books = Books(chart, 1, known, {each.code: each for each in system_codes(chart)}, 1)

    assert account_for(cost, code, books) == account
    assert account is None or account in prepayment_accounts(books)
