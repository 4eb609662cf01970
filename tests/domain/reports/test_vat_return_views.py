"""The VAT return of books that were kept by hand."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from domain.database.session import read_session, write_session
from domain.dates import month_range
from domain.ledger import tax_code_store
from domain.ledger.booking import Line
from domain.ledger.chart import Chart
from domain.ledger.intent import Side
from domain.ledger.opening import Balance, Opening
from domain.money import ZERO
from domain.posting import opening_store
from domain.posting.outcome import PeriodLocked
from domain.reports import drill_down_views, vat_return_views
from domain.reports.balance_views import balances
from domain.reports.drill_down import FigureRow, LineNotFound, Statement, Wanted
from domain.reports.snapshot import Asked
from domain.tax.code import TaxCode, system_codes
from domain.tax.vat_reconciliation import Reason
from domain.tax.vat_return import VatReturn
from tests.books import Books, gross_of, paid
from tests.builders import another_tenant
from tests.servers import Database

EXAMPLES = json.loads((Path(__file__).parents[2] / "data" / "vat_examples.json").read_text("utf-8"))
ACCOUNTS = {
    Chart.AT_EKR: ("4000", "6815", "2800", "3530", "2515"),
    Chart.DE_SKR03: ("8200", "4930", "1200", "1790", "1588"),
}


def lines_of(chart: Chart, example: list[str]) -> tuple[Line, ...]:
    """Lines of one row of an example."""
    revenue, cost, bank, office, import_vat = ACCOUNTS[chart]
    name, base, tax = example
    code = next(each for each in system_codes(chart) if each.code == name)
    if code.rate is None:
        return (
            Line(import_vat, Side.DEBIT, Decimal(tax), name),
            Line(office, Side.CREDIT, Decimal(tax)),
        )
    is_output = code.direction == "output"
    account, side = (revenue, Side.CREDIT) if is_output else (cost, Side.DEBIT)
    return paid(account, side, gross_of(code, base, tax), name, bank)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one["chart"])
def test_each_box_is_what_was_computed_by_hand(database: Database, example: Any) -> None:
    """Every other box is empty, and the VAT accounts agree."""
    chart = Chart(example["chart"])
    books = Books(database, another_tenant(database, chart))
    month = month_range(example["period"])
    for row in example["lines"]:
        books.book(month.first, *lines_of(chart, row))

    found = books.read(vat_return_views.of_range, month.first, month.last)

    boxes = {b.box.number: b.amount for b in found.boxes if b.amount}
    result = boxes.pop(example["result_box"])
    assert boxes == {number: Decimal(amount) for number, amount in example["boxes"].items()}
    assert result == found.result == Decimal(example["result"])
    assert found.rounding == Decimal(example.get("rounding_difference", "0.00"))
    assert found.is_reconciled
    assert found.zm == {kind: Decimal(amount) for kind, amount in example["zm"].items()}
    if chart is Chart.AT_EKR:
        assert boxes["000"] + boxes["001"] - boxes["021"] - boxes["011"] - boxes["017"] == (
            boxes["022"] + boxes["029"] + boxes["124"]
        )


AUGUST, SEPTEMBER = date(2026, 8, 10), date(2026, 9, 10)


@pytest.fixture
def books(database: Database) -> Books:
    """Give each test Austrian books of its own."""
    return Books(database, another_tenant(database))


@pytest.fixture
def german(database: Database) -> Books:
    """Give each test German books of its own."""
    return Books(database, another_tenant(database, Chart.DE_SKR04))


def month_of(books: Books, day: date, as_of: str | None = None) -> VatReturn:
    """The return of the month of a day."""
    month = month_range(f"{day:%Y-%m}")
    return books.read(vat_return_views.of_range, month.first, month.last, as_of)


def amounts(found: VatReturn) -> dict[str, str]:
    """Boxes that are not empty."""
    return {b.box.number: f"{b.amount:.2f}" for b in found.boxes if b.amount}


def behind(books: Books, day: date, line: str, limit: int) -> tuple[Decimal, list[FigureRow]]:
    """A figure of a month, and all entries behind it, page by page."""
    month = month_range(f"{day:%Y-%m}")
    asked = Asked(datetime.now(UTC), month.first, month.last)
    wanted = Wanted(Statement.VAT_RETURN, line)
    found: list[FigureRow] = []
    while True:
        before = found[-1].journal_number if found else None
        with read_session(books.database.engine, books.tenant.id) as session:
            _, figure, page = drill_down_views.rows(
                session, asked, wanted, limit=limit, before=before
            )
        found += page
        if len(page) < limit:
            net = sum((row.debit - row.credit for row in found), ZERO)
            assert figure.amount == figure.sign * net
            return figure.amount, found


def test_a_reversal_lowers_the_boxes_of_its_own_month(books: Books) -> None:
    """The month of the original stays as it was reported."""
    sold = books.sell(AUGUST, "1200.00", "UST20")
    books.sell(SEPTEMBER, "2400.00", "UST20")
    before = amounts(month_of(books, AUGUST))
    books.reverse(sold, SEPTEMBER)

    assert amounts(month_of(books, AUGUST)) == before
    assert before == {"000": "1000.00", "022": "1000.00", "095": "200.00"}
    assert amounts(month_of(books, SEPTEMBER)) == before
    assert month_of(books, SEPTEMBER).is_reconciled


def test_a_reversed_acquisition_takes_tax_and_deduction_back(books: Books) -> None:
    """Beyond nothing Austria wants corrections: what is owed in 090, what is deducted in 067."""
    books.reverse(books.buy(AUGUST, "500.00", "VST-IGE20"), SEPTEMBER)

    assert amounts(month_of(books, AUGUST)) == {
        "070": "500.00", "072": "500.00", "065": "100.00",
    }  # fmt: skip
    found = month_of(books, SEPTEMBER)
    assert amounts(found) == {"067": "100.00", "090": "-100.00"}
    assert {b.box.number: b.booked for b in found.boxes if b.booked} == {
        "070": Decimal(-500), "072": Decimal(-500), "065": Decimal(-100),
    }  # fmt: skip
    assert found.is_reconciled


def test_german_credit_notes_beyond_the_supplies_stay_negative(german: Books) -> None:
    """Full euros towards zero, and the cents told."""
    german.sell(AUGUST, "-119.99", "UST19")

    found = month_of(german, AUGUST)

    assert amounts(found) == {"81": "-100.00", "83": "-19.00"}
    assert (found.ledger, found.rounding) == (Decimal("-19.16"), Decimal("-0.16"))
    assert found.is_reconciled


def test_a_locked_month_takes_nothing_and_reports_the_same(books: Books) -> None:
    """What comes late goes into the next month, and is told to be late there."""
    books.buy(AUGUST, "120.00", "VST20")
    before = amounts(month_of(books, AUGUST))
    with books.database.owner_engine.begin() as connection:
        connection.execute(text(f"SET LOCAL app.tenant_id = '{books.tenant.id}'"))
        connection.execute(text("UPDATE period SET status = 'locked' WHERE name = '2026-08'"))

    with pytest.raises(PeriodLocked):
        books.buy(AUGUST, "60.00", "VST20")
    books.buy(SEPTEMBER, "60.00", "VST20", document_date=AUGUST)

    assert amounts(month_of(books, AUGUST)) == before
    found = month_of(books, SEPTEMBER)
    assert amounts(found) == {"060": "10.00", "095": "-10.00"}
    assert [(s.tax_code, s.base, s.tax) for s in found.late] == [
        ("VST20", Decimal(-50), Decimal(-10))
    ]


def test_what_is_late_goes_by_the_supply_and_for_input_tax_by_the_document(books: Books) -> None:
    """An invoice of September on a supply of August is deducted in September, and not late."""
    august = {"supply_date": AUGUST}
    books.buy(SEPTEMBER, "60.00", "VST20", document_date=SEPTEMBER, **august)
    books.buy(SEPTEMBER, "90.00", "VST-RC20", document_date=SEPTEMBER, **august)
    books.sell(SEPTEMBER, "120.00", "UST20", document_date=SEPTEMBER, **august)

    found = month_of(books, SEPTEMBER)

    assert {each.tax_code for each in found.late} == {"VST-RC20", "UST20"}


def test_the_return_of_an_instant_knows_nothing_posted_later(books: Books) -> None:
    """So it can be made again as it was filed."""
    books.sell(AUGUST, "120.00", "UST20")
    with read_session(books.database.engine, books.tenant.id) as session:
        then = session.execute(text("SELECT max(created_at) FROM intent")).scalar_one()
    books.sell(AUGUST, "240.00", "UST20")

    assert amounts(month_of(books, AUGUST, then.isoformat()))["022"] == "100.00"
    assert amounts(month_of(books, AUGUST))["022"] == "300.00"


def test_an_advance_for_food_before_july_has_no_box(books: Books) -> None:
    """The code holds for the supply, the form for the month: nobody hides that they differ."""
    books.sell(date(2026, 6, 15), "104.90", "UST4-9", supply_date=date(2026, 7, 3))

    found = month_of(books, date(2026, 6, 15))

    assert amounts(found) == {}
    assert [each.tax_code for each in found.unassigned] == ["UST4-9"]
    assert found.difference == Decimal("4.90")
    assert not found.is_reconciled


def test_opening_and_settlement_are_transfers(books: Books) -> None:
    """They move VAT accounts, and are no tax of the month."""
    books.sell(AUGUST, "120.00", "UST20")
    balances_ = (Balance(0, "2800", Decimal(30), ZERO), Balance(1, "3500", ZERO, Decimal(30)))
    with write_session(books.database.engine, books.tenant.id, books.tenant.actor) as session:
        opening_store.open_books(session, Opening(uuid4(), AUGUST, balances_))
    books.book(
        AUGUST, Line("3500", Side.DEBIT, Decimal(50)), Line("3520", Side.CREDIT, Decimal(50))
    )

    found = month_of(books, AUGUST)

    assert found.result == Decimal(20)
    assert found.differing(Reason.TRANSFER) == Decimal(-20)
    assert found.is_reconciled


def test_tax_booked_by_hand_is_shown_as_a_difference(books: Books) -> None:
    """It stands in no box: a return made from accounts would have taken it silently."""
    books.sell(AUGUST, "120.00", "UST20")
    books.book(AUGUST, Line("2800", Side.DEBIT, Decimal(7)), Line("3500", Side.CREDIT, Decimal(7)))

    found = month_of(books, AUGUST)

    assert (found.result, found.ledger, found.difference) == (Decimal(20), Decimal(27), Decimal(7))
    (line,) = (a for a in found.agreements if a.reason is Reason.NO_TAX_CODE)
    assert (line.account, line.tax_code) == ("3500", None)


def test_a_code_that_meant_something_else_is_reported_as_it_was(german: Books) -> None:
    """Each entry by what its code was when it was booked."""
    own = TaxCode("EIGEN", "Eigener Satz", Decimal(19), "output", "domestic", "3806")
    actor = german.tenant.actor
    with write_session(german.database.engine, german.tenant.id, actor) as session:
        tax_code_store.create(session, own, None)
    german.sell(AUGUST, "119.00", "EIGEN")
    with write_session(german.database.engine, german.tenant.id, actor) as session:
        tax_code_store.change(session, "EIGEN", {"rate": Decimal(16)})
    german.sell(AUGUST, "116.00", "EIGEN")

    found = month_of(german, AUGUST)

    assert amounts(found) == {"81": "100.00", "35": "100.00", "36": "16.00", "83": "35.00"}
    assert found.is_reconciled


def test_the_last_month_has_its_adjustments(books: Books) -> None:
    """They bear its date, in a period of their own."""
    day = date(2026, 12, 31)
    books.sell(day, "120.00", "UST20", adjustment_period=13)

    assert amounts(month_of(books, day))["022"] == "100.00"


def test_every_box_leads_to_its_entries(books: Books) -> None:
    """Page by page, and what they add is what was booked for the box."""
    for code in ("UST20", "UST10", "EV20"):
        books.sell(AUGUST, "120.00", code)
    for code in ("VST20", "VST-IGE20", "VST-RC20", "VST-RC20-ND"):
        books.buy(AUGUST, "60.00", code)
    books.sell(AUGUST, "-12.00", "UST20")
    found = month_of(books, AUGUST)

    for box in found.boxes:
        amount, entries = behind(books, AUGUST, box.box.number, limit=2)
        numbers = [e.journal_number for e in entries]
        assert numbers == sorted(set(numbers), reverse=True)
        assert amount == box.booked
        if box.box.number == found.form.result:
            assert amount == found.ledger
        else:
            assert len(entries) == box.entries


def test_a_box_that_the_form_does_not_have_is_refused(books: Books) -> None:
    """Box 124 came with July 2026."""
    with pytest.raises(LineNotFound):
        behind(books, date(2026, 6, 1), "124", 9)


def codes_that_book(chart: Chart) -> Iterator[TaxCode]:
    """Codes with a rate that hold all year."""
    for code in system_codes(chart):
        began = code.valid_from is None or code.valid_from.year < AUGUST.year
        if code.rate is not None and began and code.is_valid_on(AUGUST):
            yield code


@pytest.mark.parametrize("chart", [Chart.AT_EKR, Chart.DE_SKR04])
def test_the_boxes_are_the_movement_of_the_vat_accounts(database: Database, chart: Chart) -> None:
    """Of any codes, gross amounts of any sign, some of them reversed later."""
    codes = list(codes_that_book(chart))
    wanted = st.lists(
        st.tuples(st.sampled_from(codes), st.integers(-(10**6), 10**6).filter(bool)),
        min_size=1,
        max_size=8,
    )

    @settings(deadline=None, max_examples=10)
    @given(wanted, st.integers(0, 7))
    def check(wanted: list[tuple[TaxCode, int]], target: int) -> None:
        books = Books(database, another_tenant(database, chart))
        done = []
        for code, cents in wanted:
            move = books.sell if code.direction == "output" else books.buy
            done.append(move(AUGUST, str(Decimal(cents).scaleb(-2)), code.code))
        books.reverse(done[target % len(done)], SEPTEMBER)
        for day in (AUGUST, SEPTEMBER):
            _agrees(books, day, month_of(books, day))

    check()


def _agrees(books: Books, day: date, found: VatReturn) -> None:
    month = month_range(f"{day:%Y-%m}")
    moved = books.read(balances, month.first, month.last)
    vat_accounts = {a.account for a in found.agreements}
    ledger = -sum((b.moved for b in moved if b.number in vat_accounts), ZERO)
    assert found.ledger == ledger
    assert ledger == found.result + found.rounding + found.differing(Reason.OUTSIDE)
    assert found.is_reconciled
    assert not [
        b
        for b in moved
        if b.category in {"input_vat", "output_vat"} and b.moved and b.number not in vat_accounts
    ]
