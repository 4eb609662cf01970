"""Wire models of the reports that have one row for each account."""

from pydantic import Field

from api.schemas.accounts import TypeName
from api.schemas.types import BodyOut, Money


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
