"""Journal entries as DATEV records: whatever was booked, the adviser's accounts move alike."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.formats.datev_extf import (
    Batch,
    DatevRefused,
    Foreign,
    Record,
    Sender,
    Voucher,
    booking_batch,
)
from domain.ledger.account import Account, AccountRole
from domain.ledger.booking import Books, Line, expand
from domain.ledger.chart import Chart, accounts, automatic_accounts, role
from domain.ledger.intent import Side, pair
from domain.reports.datev import SWITCH_OFF, Booked, Numbers, Partner, Rules, records
from domain.tax.code import TaxCode, system_codes
from tests import datev_reader

DAY = date(2026, 3, 2)
VENDOR = UUID(int=70_001)
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


def books(chart: Chart) -> Books:
    """A chart as it comes."""
    known: dict[str, Account] = {account.number: account for account in accounts(chart)}
    codes: dict[str, TaxCode] = {code.code: code for code in system_codes(chart)}
    return Books(chart, 1, known, codes, 1)


def rules(chart: Chart) -> Rules:
    """How a tenant with this chart exports."""
    is_german = chart is not Chart.AT_EKR
    collective = {
        role(chart, AccountRole.RECEIVABLES): 69999 if is_german else None,
        role(chart, AccountRole.PAYABLES): 99999 if is_german else None,
    }
    return Rules(
        with_keys=is_german,
        country=chart.country,
        tax_codes={code.code: code for code in system_codes(chart)},
        automatic=automatic_accounts(chart),
        numbers=Numbers.of(
            (account.number for account in accounts(chart)),
            collective,
            {VENDOR: Partner(70_001, role(chart, AccountRole.PAYABLES), "IE6388047V")},
        ),
    )


def booked(
    lines: Iterable[Line], chart: Chart, *, is_reversal: bool = False, currency: str | None = None
) -> list[Booked]:
    """Entries of one intent over these lines."""
    voucher = Voucher(DAY, "1", "RE-1", "Papier", general_reversal=is_reversal)
    head, tail = voucher.cells
    found = []
    for position, entry in enumerate(pair(list(expand(lines, books(chart), DAY)))):
        debit, credit = entry.debit, entry.credit
        found.append(
            Booked(
                None if position else head,
                None if position else tail,
                is_reversal,
                currency,
                Decimal("1.1") if currency else None,
                debit.account,
                credit.account,
                entry.amount,
                debit.tax_code,
                debit.tax_part,
                credit.tax_code,
                credit.tax_part,
                debit.partner_id,
                credit.partner_id,
                entry.amount * 2 if currency else None,
            )
        )
    return found


def ledger(found: Sequence[Booked]) -> dict[str, Decimal]:
    """Debit minus credit of each account by the journal."""
    balances: defaultdict[str, Decimal] = defaultdict(Decimal)
    for one in found:
        balances[one.debit_account] += one.amount
        balances[one.credit_account] -= one.amount
    return {account: value for account, value in balances.items() if value}


def exported(found: Sequence[Booked], chart: Chart) -> list[Record]:
    """All records of some intents."""
    return list(_records(found, rules(chart)))


def _records(found: Sequence[Booked], known: Rules) -> Iterator[Record]:
    for group in records(found, known):
        for record in group:
            assert isinstance(record, Record)
            yield record


def read_back(found: Sequence[Booked], chart: Chart) -> dict[str, Decimal]:
    """What the adviser's program makes of the file."""
    data = b"".join(booking_batch(BATCH, exported(found, chart)))
    return datev_reader.balances(datev_reader.read(data), chart)


def coded(chart: Chart) -> list[TaxCode]:
    """Codes that stand for a rate and hold today."""
    return [c for c in system_codes(chart) if c.rate is not None and c.valid_from is None]


@st.composite
def bookings(draw: st.DrawFn) -> tuple[Chart, list[Line]]:
    """Lines with and without codes, on plain and automatic accounts, against up to three others."""
    chart = draw(st.sampled_from(Chart))
    numbers = [a.number for a in accounts(chart) if a.active and a.type in {"expense", "revenue"}]
    codes = [code.code for code in coded(chart)]
    side = draw(st.sampled_from(Side))
    owned = books(chart).tax_accounts
    kinds = st.tuples(
        st.sampled_from([n for n in numbers if n not in owned]),
        AMOUNTS,
        st.none() | st.sampled_from(codes),
    )
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


def only(found: Sequence[Record]) -> Record:
    """The single record."""
    (record,) = found
    return record


def bought(code: str | None, chart: Chart = Chart.DE_SKR04) -> list[Booked]:
    """Something for 238.00 from the vendor."""
    payables = role(chart, AccountRole.PAYABLES)
    lines = [
        Line("6815", Side.DEBIT, Decimal("238.00"), code),
        Line(payables, Side.CREDIT, Decimal("238.00"), partner_id=VENDOR),
    ]
    return booked(lines, chart)


def test_german_input_tax_is_folded_into_the_gross_with_its_key() -> None:
    """One record, key 9, and the vendor's own account."""
    record = only(exported(bought("VST19"), Chart.DE_SKR04))
    assert (record.amount, record.tax_key) == (Decimal("238.00"), "9")
    assert (record.account, record.contra_account, record.is_debit) == ("6815", "70001", True)


def test_an_automatic_account_gets_no_key() -> None:
    """4400 computes its tax by itself; a customer that nobody named has an account, too."""
    lines = [
        Line("1200", Side.DEBIT, Decimal("1190.00")),
        Line("4400", Side.CREDIT, Decimal("1190.00"), "UST19"),
    ]
    record = only(exported(booked(lines, Chart.DE_SKR04), Chart.DE_SKR04))
    assert (record.amount, record.tax_key, record.is_debit) == (Decimal("1190.00"), "", False)
    assert (record.account, record.contra_account) == ("4400", "69999")


def test_an_automatic_account_without_code_is_switched_off() -> None:
    """Else the adviser's program would compute a tax that was never booked."""
    lines = [Line("1800", Side.DEBIT, Decimal(100)), Line("4400", Side.CREDIT, Decimal(100))]
    record = only(exported(booked(lines, Chart.DE_SKR04), Chart.DE_SKR04))
    assert record.tax_key == SWITCH_OFF


@pytest.mark.parametrize(("code", "key"), [("VST-13B19", "94"), ("VST-13B19-ND", "95")])
def test_reverse_charge_is_net_with_one_key(code: str, key: str) -> None:
    """Both tax rows are folded away, deductible or not; the vendor abroad is named."""
    record = only(exported(bought(code), Chart.DE_SKR04))
    assert (record.amount, record.tax_key) == (Decimal("238.00"), key)
    assert record.vat_id == "IE6388047V"


@pytest.mark.parametrize(
    ("vat_id", "written"),
    [("CHE123456788", ""), ("DE136695976", ""), ("atu-13585627", "ATU13585627")],
)
def test_only_vat_ids_of_other_member_states_are_named(vat_id: str, written: str) -> None:
    """Statements of the Union know no others."""
    known = rules(Chart.DE_SKR04)
    numbers = replace(known.numbers, partners={VENDOR: Partner(70_001, "3300", vat_id)})
    record = only(list(_records(bought("VST-13B19"), replace(known, numbers=numbers))))
    assert record.vat_id == written


def test_a_code_without_key_keeps_its_rows() -> None:
    """Triangular trade has no key: its tax stands on the tax accounts."""
    found = exported(bought("VST19-DREIECK"), Chart.DE_SKR04)
    assert {record.tax_key for record in found} == {""}


def test_tax_across_several_contra_accounts_is_folded_where_it_rounds_alike() -> None:
    """A receipt paid half in cash and half by card: two records with the key."""
    lines = [
        Line("6815", Side.DEBIT, Decimal("238.00"), "VST19"),
        Line("1600", Side.CREDIT, Decimal("119.00")),
        Line("1800", Side.CREDIT, Decimal("119.00")),
    ]
    found = exported(booked(lines, Chart.DE_SKR04), Chart.DE_SKR04)
    assert [(r.contra_account, r.amount, r.tax_key) for r in found] == [
        ("1600", Decimal("119.00"), "9"),
        ("1800", Decimal("119.00"), "9"),
    ]


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


def test_a_reversal_keeps_the_side_and_bears_the_flag() -> None:
    """Generalumkehr: what was debit stays debit, and counts negative."""
    lines = [Line("2800", Side.DEBIT, Decimal(10)), Line("6815", Side.CREDIT, Decimal(10))]
    record = only(exported(booked(lines, Chart.AT_EKR, is_reversal=True), Chart.AT_EKR))
    assert (record.account, record.is_debit) == ("2800", False)
    assert record.tail.count('"1"') == 2  # the journal id, and the flag


@pytest.mark.parametrize("chart", [Chart.AT_EKR, Chart.DE_SKR04])
def test_a_foreign_amount_stands_beside_the_base_amount(chart: Chart) -> None:
    """Folded, it is the sum of its rows."""
    code = {Chart.AT_EKR: "VST20", Chart.DE_SKR04: "VST19"}[chart]
    lines = [
        Line("6815", Side.DEBIT, Decimal("11.90"), code),
        Line("3300", Side.CREDIT, Decimal("11.90")),
    ]
    found = exported(booked(lines, chart, currency="USD"), chart)
    assert sum(r.foreign.amount for r in found if r.foreign) == Decimal("23.80")
    assert {r.foreign.currency for r in found if r.foreign} == {"USD"}


def test_foreign_amounts_of_an_intent_put_together_anew_add_up() -> None:
    """Each record has its share; the last takes the rest."""
    lines = [
        Line("6815", Side.DEBIT, Decimal("238.00"), "VST19"),
        Line("1600", Side.CREDIT, Decimal("119.00")),
        Line("1800", Side.CREDIT, Decimal("119.00")),
    ]
    found = exported(booked(lines, Chart.DE_SKR04, currency="USD"), Chart.DE_SKR04)
    shares = [r.foreign for r in found]
    assert shares == [Foreign("USD", Decimal("238.00"), Decimal("1.1"))] * 2


def test_numbers_are_as_long_as_the_longest_account() -> None:
    """Accounts grow to the right, partners stay one digit longer."""
    numbers = Numbers.of(["0027", "4400", "681501"], {"3300": None}, {})
    assert numbers.ledger == {"0027": "2700", "4400": "440000", "681501": "681501"}
    assert numbers.partner(70001) == "7000100"


@pytest.mark.parametrize(
    ("numbers", "partner"), [(["4400", "44000"], 70001), (["27", "0027"], 70001), (["1"], 100_000)]
)
def test_numbers_that_the_format_cannot_tell_apart_are_refused(
    numbers: list[str], partner: int
) -> None:
    """Two accounts of one number, or a partner with too many digits."""
    with pytest.raises(DatevRefused):
        Numbers.of(numbers, {}, {VENDOR: Partner(partner, "3300")})


def test_a_changed_rate_of_a_code_is_not_computed_over_old_bookings() -> None:
    """The rows stay as they were booked."""
    known = rules(Chart.DE_SKR04)
    changed = replace(known.tax_codes["VST19"], rate=Decimal(20))
    other = replace(known, tax_codes={**known.tax_codes, "VST19": changed})
    found = _records(bought("VST19"), other)
    assert {record.tax_key for record in found} == {""}
