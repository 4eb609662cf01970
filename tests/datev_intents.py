"""Intents for the DATEV export, and the records that come of them."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.formats.datev_extf import Record
from domain.ledger.account import Account, AccountRole
from domain.ledger.booking import Books, Line, expand
from domain.ledger.chart import Chart, accounts, automatic_accounts, role
from domain.ledger.intent import Side, pair
from domain.reports.datev import records
from domain.reports.datev_numbers import Numbers, Partner
from domain.reports.datev_record import Booked, Rules
from domain.tax.code import TaxCode, system_codes
from tests.vouchers import Voucher

DAY = date(2026, 3, 2)
VENDOR = UUID(int=70_001)


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


def exported(found: Sequence[Booked], chart: Chart) -> list[Record]:
    """All records of some intents."""
    return list(recorded(found, rules(chart)))


def recorded(found: Sequence[Booked], known: Rules) -> Iterator[Record]:
    """Records of some intents, as a tenant exports."""
    for group in records(found, known):
        for record in group:
            assert isinstance(record, Record)
            yield record


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
