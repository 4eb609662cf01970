"""Journal entries as DATEV records: whatever was booked, the adviser's accounts move alike."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import assume, given, reject
from hypothesis import strategies as st

from domain.formats.datev_extf import Batch, Record, Sender, booking_batch
from domain.ledger.account import Account, AccountRole
from domain.ledger.booking import Line
from domain.ledger.carrying import carries
from domain.ledger.chart import Chart, accounts, role
from domain.ledger.intent import SameAccount, Side
from domain.reports.datev import records
from domain.reports.datev_record import Booked
from domain.tax.code import TaxCode, system_codes
from tests import datev_reader
from tests.datev_intents import DAY, VENDOR, booked, books, bought, exported, rules

AMOUNTS = st.integers(1, 10**7).map(lambda cents: Decimal(cents).scaleb(-2))
BATCH = Batch(
    Sender(
        created_at=datetime(2026, 4, 1, tzinfo=UTC),
        consultant=1001,
        client=1,
        fiscal_year_start=date(2026, 1, 1),
        account_length=4,
        chart="04",
    ),
    date(2026, 3, 1),
    date(2026, 3, 31),
    "FIBU 2026-03",
)


def ledger(found: Sequence[Booked]) -> dict[str, Decimal]:
    """Debit minus credit of each account by the journal."""
    balances: defaultdict[str, Decimal] = defaultdict(Decimal)
    for one in found:
        balances[one.debit_account] += one.amount
        balances[one.credit_account] -= one.amount
    return {account: value for account, value in balances.items() if value}


def read_back(found: Sequence[Booked], chart: Chart) -> dict[str, Decimal]:
    """What the adviser's program makes of the file."""
    data = b"".join(booking_batch(BATCH, exported(found, chart)))
    return datev_reader.balances(datev_reader.read(data), chart)


def coded(chart: Chart) -> list[TaxCode]:
    """Codes that stand for a rate and hold on the day of the bookings."""
    return [c for c in system_codes(chart) if c.rate is not None and c.is_valid_on(DAY)]


def _line(account: Account, chart: Chart) -> st.SearchStrategy[tuple[str, Decimal, str | None]]:
    """An account, an amount, and a code that it can carry."""
    codes = [code.code for code in coded(chart) if carries(account, code, chart)]
    return st.tuples(
        st.just(account.number), AMOUNTS, st.none() | st.sampled_from(codes) if codes else st.none()
    )


@st.composite
def bookings(draw: st.DrawFn) -> tuple[Chart, list[Line]]:
    """Lines with and without codes, on plain and automatic accounts, against up to three others."""
    chart = draw(st.sampled_from(Chart))
    owned = books(chart).tax_accounts
    found = [
        a
        for a in accounts(chart)
        if a.active and a.type in {"expense", "revenue"} and a.number not in owned
    ]
    side = draw(st.sampled_from(Side))
    kinds = st.sampled_from(found).flatmap(lambda account: _line(account, chart))
    lines = [
        Line(number, side, amount, code)
        for number, amount, code in draw(st.lists(kinds, min_size=1, max_size=4))
    ]
    total = sum((line.amount for line in lines), Decimal())
    return chart, [*lines, *draw(against(chart, side.other, total))]


def against(chart: Chart, side: Side, total: Decimal) -> st.SearchStrategy[list[Line]]:
    """The other side: bank, a vendor, who may stand among the claims as well; one or all."""
    bank, owed, owing = (
        role(chart, each)
        for each in (AccountRole.BANK, AccountRole.PAYABLES, AccountRole.RECEIVABLES)
    )
    part = (total / 3).quantize(Decimal("0.01"))
    split = [
        Line(bank, side, part),
        Line(owed, side, part, partner_id=VENDOR),
        Line(owing, side, total - 2 * part),
    ]
    whole = [
        [Line(bank, side, total)],
        [Line(owed, side, total, partner_id=VENDOR)],
        [Line(owing, side, total, partner_id=VENDOR)],
    ]
    return st.sampled_from([*whole, split] if total > 2 * part > 0 else whole)


@given(st.lists(bookings(), min_size=1, max_size=3), st.booleans())
def test_every_account_moves_as_the_ledger_says(
    cases: list[tuple[Chart, list[Line]]],
    is_reversal: bool,  # noqa: FBT001
) -> None:
    """Keys folded or rows written out: read back, the sums are those of the journal."""
    chart = cases[0][0]
    found = [
        entry
        for each, lines in cases
        if each is chart
        for entry in booked(lines, chart, is_reversal=is_reversal)
    ]
    assert read_back(found, chart) == ledger(found)


def test_austria_writes_the_tax_as_a_row_of_its_own() -> None:
    """Explicit mode: no keys, and accounts as they are where no partner is named."""
    lines = [
        Line("6815", Side.DEBIT, Decimal("120.00"), "VST20"),
        Line("3300", Side.CREDIT, Decimal("120.00")),
    ]
    found = exported(booked(lines, Chart.AT_EKR), Chart.AT_EKR)
    assert [(r.account, r.contra_account, r.amount) for r in found] == [
        ("6815", "3300", Decimal("100.00")),
        ("2500", "3300", Decimal("20.00")),
    ]
    assert {r.tax_key for r in found} == {""}


def test_a_text_is_a_line_of_its_own_between_intents() -> None:
    """What the server wrote stays where it stood."""
    first, second = bought("VST19"), bought(None)
    groups = list(records(["a", *first, "b", *second, "c"], rules(Chart.DE_SKR04)))

    assert [len(group) for group in groups] == [1] * 5
    assert [group[0] for group in groups[::2]] == ["a", "b", "c"]
    assert all(isinstance(group[0], Record) for group in groups[1::2])


@given(
    st.sampled_from(Chart),
    st.lists(AMOUNTS, min_size=1, max_size=3),
    st.integers(1, 130),
    st.booleans(),
)
def test_what_is_set_off_with_its_tax_moves_as_the_ledger_says(
    chart: Chart,
    amounts: list[Decimal],
    percent: int,
    is_reversal: bool,  # noqa: FBT001
) -> None:
    """Costs and their reduction with the same code, whichever is more; no record odd."""
    code = "VST20" if chart is Chart.AT_EKR else "VST19"
    cost, reduced = {
        Chart.AT_EKR: ("5010", "5800"),
        Chart.DE_SKR03: ("3400", "3736"),
        Chart.DE_SKR04: ("5400", "1180"),
    }[chart]
    whole = sum(amounts, Decimal())
    less = (whole * percent / 100).quantize(Decimal("0.01"))
    owed = role(chart, AccountRole.PAYABLES)
    assume(less not in (Decimal(), whole))
    side = Side.CREDIT if whole > less else Side.DEBIT
    lines = [
        *(Line(cost, Side.DEBIT, each, code) for each in amounts),
        Line(reduced, Side.CREDIT, less, code),
        Line(owed, side, abs(whole - less), partner_id=VENDOR),
    ]
    try:
        found = booked(lines, chart, is_reversal=is_reversal)
    except SameAccount:
        reject()

    assert read_back(found, chart) == ledger(found)
    made = exported(found, chart)
    assert all(each.account != each.contra_account for each in made)
