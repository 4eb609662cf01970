"""Journal entries as DATEV records: whatever was booked, the adviser's accounts move alike."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.formats.datev_extf import Foreign, Record
from domain.ledger.account import Account
from domain.ledger.booking import Books, Line, expand
from domain.ledger.chart import Chart, accounts, automatic_accounts
from domain.ledger.intent import Entry, Side, pair
from domain.reports.datev import SWITCH_OFF, Booked, Rules, moved, records, with_partner
from domain.tax.code import TaxCode, system_codes

DAY = date(2026, 3, 2)
AMOUNTS = st.integers(1, 10**7).map(lambda cents: Decimal(cents).scaleb(-2))


def books(chart: Chart) -> Books:
    """A chart as it comes."""
    known: dict[str, Account] = {account.number: account for account in accounts(chart)}
    codes: dict[str, TaxCode] = {code.code: code for code in system_codes(chart)}
    return Books(chart, 1, known, codes, 1)


def rules(chart: Chart) -> Rules:
    """How a tenant with this chart exports."""
    codes = {code.code: code for code in system_codes(chart)}
    return Rules(chart is not Chart.AT_EKR, codes, automatic_accounts(chart))


def booked(lines: Iterable[Line], chart: Chart, **facts: object) -> list[Booked]:
    """Entries of one intent over these lines."""
    postings = list(expand(lines, books(chart), DAY))
    return [
        Booked(
            intent_id=UUID(int=1),
            journal_number=number,
            booking_date=DAY,
            entry=entry,
            description="Papier",
            reference="RE-1",
            **facts,  # type: ignore[arg-type]
        )
        for number, entry in enumerate(pair(postings), 1)
    ]


def ledger(found: list[Booked]) -> dict[str, Decimal]:
    """Debit minus credit of each account by the journal."""
    balances: defaultdict[str, Decimal] = defaultdict(Decimal)
    for one in found:
        balances[one.entry.debit.account] += one.entry.amount
        balances[one.entry.credit.account] -= one.entry.amount
    return {account: value for account, value in balances.items() if value}


def coded(chart: Chart) -> list[TaxCode]:
    """Codes that stand for a rate and hold today."""
    return [c for c in system_codes(chart) if c.rate is not None and c.valid_from is None]


@st.composite
def bookings(draw: st.DrawFn) -> tuple[Chart, list[Line]]:
    """Lines with and without codes, on plain and automatic accounts, against one account."""
    chart = draw(st.sampled_from(Chart))
    numbers = [a.number for a in accounts(chart) if a.active and a.type in {"expense", "revenue"}]
    codes = [code.code for code in coded(chart)]
    side = draw(st.sampled_from(Side))
    owned = books(chart).tax_accounts
    lines = [
        Line(number, side, amount, code)
        for number, amount, code in draw(
            st.lists(
                st.tuples(
                    st.sampled_from([n for n in numbers if n not in owned]),
                    AMOUNTS,
                    st.none() | st.sampled_from(codes),
                ),
                min_size=1,
                max_size=4,
            )
        )
    ]
    bank = {Chart.AT_EKR: "2800", Chart.DE_SKR03: "1200", Chart.DE_SKR04: "1800"}[chart]
    total = sum((line.amount for line in lines), Decimal())
    return chart, [*lines, Line(bank, side.other, total)]


@given(bookings(), st.booleans())
def test_every_account_moves_as_the_ledger_says(
    case: tuple[Chart, list[Line]],
    is_reversal: bool,  # noqa: FBT001
) -> None:
    """Keys folded or rows written out: read back, the sums are those of the journal."""
    chart, lines = case
    found = booked(lines, chart, is_reversal=is_reversal)
    assert moved(records(found, rules(chart)), rules(chart)) == ledger(found)


def only(found: Iterable[Record]) -> Record:
    """The single record."""
    (record,) = found
    return record


def test_german_input_tax_is_folded_into_the_gross_with_its_key() -> None:
    """One record, key 9."""
    lines = [
        Line("6815", Side.DEBIT, Decimal("238.00"), "VST19"),
        Line("3300", Side.CREDIT, Decimal("238.00")),
    ]
    record = only(records(booked(lines, Chart.DE_SKR04), rules(Chart.DE_SKR04)))
    assert (record.amount, record.tax_key) == (Decimal("238.00"), "9")
    assert (record.account, record.contra_account, record.is_debit) == ("6815", "3300", True)


def test_an_automatic_account_gets_no_key() -> None:
    """4400 computes its tax by itself."""
    lines = [
        Line("1200", Side.DEBIT, Decimal("1190.00")),
        Line("4400", Side.CREDIT, Decimal("1190.00"), "UST19"),
    ]
    record = only(records(booked(lines, Chart.DE_SKR04), rules(Chart.DE_SKR04)))
    assert (record.amount, record.tax_key, record.is_debit) == (Decimal("1190.00"), "", False)
    assert record.account == "4400"


def test_an_automatic_account_without_code_is_switched_off() -> None:
    """Else the adviser's program would compute a tax that was never booked."""
    lines = [Line("1800", Side.DEBIT, Decimal(100)), Line("4400", Side.CREDIT, Decimal(100))]
    record = only(records(booked(lines, Chart.DE_SKR04), rules(Chart.DE_SKR04)))
    assert record.tax_key == SWITCH_OFF


def test_reverse_charge_is_net_with_one_key() -> None:
    """Both tax rows are folded away."""
    lines = [
        Line("6815", Side.DEBIT, Decimal("500.00"), "VST-13B19"),
        Line("3300", Side.CREDIT, Decimal("500.00")),
    ]
    record = only(records(booked(lines, Chart.DE_SKR04), rules(Chart.DE_SKR04)))
    assert (record.amount, record.tax_key) == (Decimal("500.00"), "94")


def test_austria_writes_the_tax_as_a_row_of_its_own() -> None:
    """Explicit mode: no keys."""
    lines = [
        Line("6815", Side.DEBIT, Decimal("120.00"), "VST20"),
        Line("3300", Side.CREDIT, Decimal("120.00")),
    ]
    found = list(records(booked(lines, Chart.AT_EKR), rules(Chart.AT_EKR)))
    assert [(r.account, r.contra_account, r.amount) for r in found] == [
        ("6815", "3300", Decimal("100.00")),
        ("2500", "3300", Decimal("20.00")),
    ]
    assert {r.tax_key for r in found} == {""}


def test_a_reversal_keeps_the_side_and_bears_the_flag() -> None:
    """Generalumkehr."""
    lines = [Line("2800", Side.DEBIT, Decimal(10)), Line("6815", Side.CREDIT, Decimal(10))]
    record = only(records(booked(lines, Chart.AT_EKR, is_reversal=True), rules(Chart.AT_EKR)))
    assert (record.account, record.is_debit, record.general_reversal) == ("2800", False, True)


@pytest.mark.parametrize("chart", [Chart.AT_EKR, Chart.DE_SKR04])
def test_foreign_amounts_stay_row_by_row(chart: Chart) -> None:
    """The amount in the document's currency stands beside the base amount."""
    lines = [Line("6815", Side.DEBIT, Decimal(10)), Line("3300", Side.CREDIT, Decimal(10))]
    foreign = Foreign("USD", Decimal("11.00"))
    assert only(records(booked(lines, chart, foreign=foreign), rules(chart))).foreign == foreign


def test_partners_stand_in_for_their_collective_account() -> None:
    """The side without a partner stays."""
    lines = [Line("6815", Side.DEBIT, Decimal(10)), Line("3300", Side.CREDIT, Decimal(10))]
    entry: Entry = booked(lines, Chart.AT_EKR)[0].entry
    changed = with_partner(entry, None, "70001")
    assert (changed.debit.account, changed.credit.account) == ("6815", "70001")
