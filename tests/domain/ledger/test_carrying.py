"""Which accounts take a tax code."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from domain.ledger.account import Account, AccountType
from domain.ledger.booking import Booking, Books, Line, expand, intent_of
from domain.ledger.carrying import carries
from domain.ledger.chart import Chart, accounts
from domain.ledger.intent import SameAccount, Side
from domain.tax.code import InvalidTaxCode, TaxCode, TaxPart, system_codes
from domain.tax.vat_form import Place, places_of
from tests.domain.ledger.test_booking import books

DAY = date(2026, 11, 2)
AT, DE = Chart.AT_EKR, Chart.DE_SKR04


@pytest.mark.parametrize(
    ("chart", "number", "code"),
    [
        (AT, "2800", "VST20"),  # bank
        (AT, "3300", "VST20"),  # payables
        (AT, "2000", "UST20"),  # receivables
        (AT, "4000", "VST20"),  # the wrong direction
        (AT, "6815", "UST20"),
        (AT, "2500", "VST20"),  # the account of the tax itself
        (AT, "3500", "UST20"),
        (AT, "2700", "VST20"),  # cash
        (AT, "9600", "VST20"),  # capital
        (DE, "1800", "VST19"),
        (DE, "3300", "VST-13B19"),
        (DE, "1200", "UST19"),
        (DE, "4400", "VST19"),
        (DE, "6815", "UST19"),
        (DE, "1407", "VST-13B19"),
        (AT, "5650", "VST-EUST-PAID"),  # import VAT is tax, never a base
        (AT, "5070", "VST-EUST-ACC"),
        (AT, "2510", "VST-EUST-ACC"),
        (AT, "3515", "VST-EUST-PAID"),
        (DE, "5840", "VST-EUST"),
    ],
)
def test_a_code_that_its_account_cannot_carry_is_refused(
    chart: Chart, number: str, code: str
) -> None:
    """On money, on what is owed, on tax itself, or in the wrong direction."""
    line = Line(number, Side.DEBIT, Decimal("120.00"), code)

    with pytest.raises(InvalidTaxCode, match=f"cannot be booked on {number}") as refused:
        list(expand([line], books(chart), DAY))
    assert [each.pointer for each in refused.value.fields] == ["/lines/0/tax_code"]


@pytest.mark.parametrize(
    ("chart", "number", "code"),
    [
        (AT, "6815", "VST20"),
        (AT, "0620", "VST20"),  # an asset
        (AT, "6400", "VST0"),  # exempt
        (AT, "3200", "UST20"),  # a prepayment received
        (AT, "4000", "UST20"),
        (AT, "4400", "UST20"),  # a discount that was given
        (AT, "4870", "EV20"),
        (AT, "2515", "VST-EUST-ACC"),  # the document has the amount
        (AT, "3515", "VST-EUST-ACC"),
        (AT, "2515", "VST-EUST-PAID"),
        (AT, "5070", "VST-EUST-ACC-ND"),  # without deduction it is cost
        (DE, "1433", "VST-EUST"),
        (DE, "5551", "VST-EUST-ND"),
        (DE, "6815", "VST19"),
        (DE, "6885", "UST19"),  # an asset sold below its value
        (DE, "3272", "UST19"),
        (DE, "5552", "VST0-DREIECK"),
    ],
)
def test_what_the_chart_says_is_possible(chart: Chart, number: str, code: str) -> None:
    """`tax_relevance` says it."""
    known = {each.number: each for each in accounts(chart)}
    codes = {each.code: each for each in system_codes(chart)}

    assert carries(known[number], codes[code], chart)


@pytest.mark.parametrize("chart", Chart)
def test_each_account_takes_the_code_it_usually_bears(chart: Chart) -> None:
    """Or the chart contradicts itself."""
    codes = {each.code: each for each in system_codes(chart)}

    for account in accounts(chart):
        if account.default_tax_code:
            assert carries(account, codes[account.default_tax_code], chart), account.number


@pytest.mark.parametrize("chart", Chart)
def test_what_a_code_is_booked_on_reaches_its_boxes(chart: Chart) -> None:
    """Every input code on every account of a chart: base and tax arrive, or it is refused."""
    known, refused = books(chart), 0
    for code in system_codes(chart):
        if code.direction != "input":
            continue
        parts = {part for each in places_of(code, chart) or () for part in _stated(each, code)}
        assert code.deductible == (TaxPart.TAX in parts), code.code
        for number in filter(known.knows, known.accounts):
            line = Line(number, Side.DEBIT, Decimal("120.00"), code.code)
            day = code.valid_to or max(code.valid_from or DAY, DAY)
            try:
                found = {each.tax_part for each in expand([line], known, day) if each.amount}
            except InvalidTaxCode:
                refused += 1
                continue
            wanted = {TaxPart.SELF} if number == code.self_assess_account else parts
            assert wanted <= found, (code.code, number)
    assert refused


def _stated(place: Place, code: TaxCode) -> set[TaxPart]:
    """At a rate of zero there is no tax that a base could stand for."""
    return {place.part, place.stands_for if place.stands_for and code.rate else place.part}


def test_import_vat_says_where_it_stands() -> None:
    """Whoever booked it on a cost wants to know the account."""
    line = Line("5650", Side.DEBIT, Decimal("618.00"), "VST-EUST-PAID")

    with pytest.raises(InvalidTaxCode, match="it is tax and stands on 2515"):
        list(expand([line], books(AT), DAY))


def test_accounts_of_the_tenant_go_by_type_and_category() -> None:
    """A cost takes input tax; a claim takes none."""
    codes = {each.code: each for each in system_codes(AT)}
    cost = Account("68151", "Papier", AccountType.EXPENSE)
    claim = Account("20001", "Forderung", AccountType.ASSET, is_open_item=True)
    prepaid = Account("32001", "Anzahlung", AccountType.LIABILITY, "advances_received")

    assert carries(cost, codes["VST20"], AT)
    assert not carries(cost, codes["UST20"], AT)
    assert not carries(claim, codes["VST20"], AT)
    assert carries(prepaid, codes["UST20"], AT)
    assert not carries(prepaid, codes["VST20"], AT)


def _booking(*lines: Line, is_arranged: bool = False) -> Booking:
    return Booking(
        intent_id=UUID(int=1),
        booking_date=DAY,
        description="Papier",
        lines=lines,
        source="booking",
        is_arranged=is_arranged,
    )


def test_an_entry_with_one_account_on_both_sides_is_refused() -> None:
    """It would say nothing, and hide what was meant."""
    lines = (Line("6815", side, Decimal(10)) for side in (Side.DEBIT, Side.CREDIT))

    with pytest.raises(SameAccount) as refused:
        intent_of(_booking(*lines), books(AT))
    assert refused.value.code == "SAME_ACCOUNT"


def test_a_document_is_paired_so_that_no_row_has_one_account_twice() -> None:
    """A line and a reduction at another rate: both accounts stand on both sides."""
    owed = Line("3300", Side.CREDIT, Decimal("109.00"), partner_id=UUID(int=2))
    lines = (
        Line("6815", Side.DEBIT, Decimal("120.00"), "VST20"),
        Line("6815", Side.CREDIT, Decimal("11.00"), "VST10"),
    )

    found = intent_of(_booking(*lines, owed, is_arranged=True), books(AT))

    assert all(e.debit.account != e.credit.account for e in found.entries)
    assert sum(e.amount for e in found.entries) == Decimal("120.00")
    with pytest.raises(SameAccount):
        intent_of(_booking(*lines, owed), books(AT))


def test_tax_owed_by_oneself_stands_in_a_row_of_its_own() -> None:
    """What is owed to the vendor stands against the cost alone."""
    owed = Line("3300", Side.CREDIT, Decimal("500.00"), partner_id=UUID(int=2))
    cost = Line("6841", Side.DEBIT, Decimal("500.00"), "VST-RC20")

    found = intent_of(_booking(cost, owed, is_arranged=True), books(AT))

    assert [(e.debit.account, e.credit.account, e.amount) for e in found.entries] == [
        ("6841", "3300", Decimal("500.00")),
        ("2510", "3510", Decimal("100.00")),
    ]


def test_the_tax_of_a_document_is_booked_as_stated() -> None:
    """Rounded line by line: 0.84 where the rate gives 0.80, in 20 amounts; not in two."""
    line = Line("6815", Side.DEBIT, Decimal("4.84"), "VST20", None, Decimal("0.84"), 20)

    found = list(expand([line], books(AT), DAY))

    assert [(p.account, p.amount) for p in found] == [
        ("6815", Decimal("4.00")),
        ("2500", Decimal("0.84")),
    ]
    assert line.sent["tax_amount"] == "0.84"
    short = Line("6815", Side.DEBIT, Decimal("4.84"), "VST20", None, Decimal("0.84"), 2)
    with pytest.raises(Exception, match=r"the tax at 20\.00 % is 0\.81"):
        list(expand([short], books(AT), DAY))


def test_books_need_no_chart_rows_of_their_own() -> None:
    """An account that the tenant took over under a number of the chart is judged by itself."""
    known = {"2800": Account("2800", "Werkzeug", AccountType.EXPENSE)}
    codes = {each.code: each for each in system_codes(AT)}

    assert Books(AT, 1, known, codes, 1).knows("2800")
    assert carries(known["2800"], codes["VST20"], AT)
