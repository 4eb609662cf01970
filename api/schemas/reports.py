"""Wire models of reports: rows of accounts, layouts of the law, months."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from api.schemas.accounts import TypeName
from api.schemas.types import BodyOut, Money
from domain.money import BASE_CURRENCY
from domain.reports.drill_down import Figure, FigureRow
from domain.reports.layout_views import Layout
from domain.reports.management import ManagementLine
from domain.reports.snapshot import Snapshot


class ReportRowOut(BodyOut):
    """One account in a report; `balance` is debit minus credit. A result has no number."""

    number: str | None
    name: str
    type: TypeName
    category: str | None
    report_group: str | None
    debit_total: Money
    credit_total: Money
    balance: Money


class TrialBalanceRowOut(ReportRowOut):
    """One account in the trial balance; closing is opening plus debit minus credit."""

    opening_balance: Money = Field(description="susa only: opening entries count here")
    closing_balance: Money = Field(description="susa only")


class MonthOut(BodyOut):
    """What a month earned and spent; the result is revenue less expenses."""

    month: str = Field(pattern=r"^[0-9]{4}-[0-9]{2}$")
    revenue: Money
    expenses: Money
    result: Money


class MadeOfOut(BodyOut):
    """What a report was made of: with the same instant it is made again as it was."""

    tenant_id: UUID
    company_name: str
    chart: str
    currency: str
    start_date: date
    end_date: date
    created_at: datetime
    as_of: datetime
    last_entry: int = Field(description="Journal number of the last entry that counts")
    state: Literal["preliminary", "locked"] = Field(
        description="Locked when no posting can change it any more"
    )
    closing_hash: str | None = Field(description="Seal of the period locked last, when locked")

    @classmethod
    def of(cls, snapshot: Snapshot) -> "MadeOfOut":
        """Facts of the wire."""
        return cls(
            tenant_id=snapshot.tenant_id,
            company_name=snapshot.company_name,
            chart=snapshot.chart.value,
            currency=BASE_CURRENCY,
            start_date=snapshot.days.first,
            end_date=snapshot.days.last,
            created_at=snapshot.created_at,
            as_of=snapshot.as_of or snapshot.created_at,
            last_entry=snapshot.last_entry,
            state="locked" if snapshot.closing_hash else "preliminary",
            closing_hash=snapshot.closing_hash,
        )


class LineAccountOut(BodyOut):
    """An account in a line; `switched` where its unusual balance brought it there."""

    number: str | None
    name: str
    amount: Money
    prior_year_amount: Money
    switched: bool


class LayoutLineOut(BodyOut):
    """One line of the law's layout.

    Costs of a single item are positive, totals of costs negative, so that subtotals add up.
    """

    code: str
    number: str | None = Field(description="What the law calls the line")
    label: str
    level: int
    is_total: bool
    amount: Money
    prior_year_amount: Money = Field(description="The same days a year before")
    accounts: list[LineAccountOut]


class ManagementLineOut(BodyOut):
    """One line of the short management report."""

    key: str
    label: str
    is_total: bool
    amount: Money
    year_to_date: Money


class ChecksOut(BodyOut):
    """What must hold; `is_clean` only if all differences are 0 and both lists are empty."""

    assets: Money
    equity_and_liabilities: Money
    difference: Money
    result: Money
    result_difference: Money
    statistical: Money
    unassigned: Money
    unassigned_accounts: list[str]
    opened_twice: list[str] = Field(
        description="Accounts with opening balances beside what earlier years left on them"
    )
    is_clean: bool


class LayoutOut(BodyOut):
    """A statement in its layout, or the short management report."""

    made_of: MadeOfOut
    lines: list[LayoutLineOut] = Field(description="guv and bilanz")
    management_lines: list[ManagementLineOut] = Field(description="bwa")
    checks: ChecksOut | None = Field(description="guv and bilanz")

    @classmethod
    def of(cls, snapshot: Snapshot, layout: Layout) -> "LayoutOut":
        """Statement of the wire."""
        return cls(
            made_of=MadeOfOut.of(snapshot),
            lines=[LayoutLineOut.model_validate(line) for line in layout.lines],
            management_lines=[],
            checks=ChecksOut.model_validate(layout.checks),
        )

    @classmethod
    def of_management(cls, snapshot: Snapshot, lines: list[ManagementLine]) -> "LayoutOut":
        """Management report of the wire."""
        found = [ManagementLineOut.model_validate(line) for line in lines]
        return cls(made_of=MadeOfOut.of(snapshot), lines=[], management_lines=found, checks=None)


class FigureRowOut(BodyOut):
    """One row of the journal; `debit` and `credit` are what it brings to the figure."""

    journal_number: int
    entry_no: str
    intent_id: UUID
    booking_date: date
    period: str
    account_debit: str
    account_credit: str
    amount: Money
    debit: Money
    credit: Money
    description: str
    external_reference: str | None
    document_id: UUID | None


class FigureOut(BodyOut):
    """A figure and a page of its rows: `sign` times debit minus credit of all is `amount`."""

    made_of: MadeOfOut
    line: str
    amount: Money
    sign: Literal[1, -1]
    entries: list[FigureRowOut]
    next_before: int | None = Field(description="What `before` is for the next page")

    @classmethod
    def of(
        cls, snapshot: Snapshot, figure: Figure, rows: list[FigureRow], limit: int
    ) -> "FigureOut":
        """Page of the wire."""
        return cls(
            made_of=MadeOfOut.of(snapshot),
            line=figure.line,
            amount=figure.amount,
            sign=1 if figure.sign > 0 else -1,
            entries=[FigureRowOut.model_validate(row) for row in rows],
            next_before=rows[-1].journal_number if len(rows) == limit else None,
        )
