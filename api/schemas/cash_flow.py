"""Wire models of the cash flow."""

from pydantic import Field

from api.schemas.reports import MadeOfOut
from api.schemas.types import BodyOut, Money
from domain.reports.cash_flow import Activity, CashFlow, CashLine
from domain.reports.snapshot import Snapshot


class CashLineOut(BodyOut):
    """One heading: what came in and went out."""

    line: str
    activity: Activity
    label: str
    inflow: Money
    outflow: Money
    net: Money
    entries: int

    @classmethod
    def of(cls, found: CashLine) -> "CashLineOut":
        """Line of the wire."""
        return cls(
            line=found.heading.line,
            activity=found.heading.activity,
            label=found.heading.label,
            inflow=found.inflow,
            outflow=found.outflow,
            net=found.net,
            entries=found.entries,
        )


class CashAccountOut(BodyOut):
    """One cash account at both ends of the range."""

    number: str
    name: str
    opening: Money
    closing: Money


class CashFlowOut(BodyOut):
    """Cash flow by the direct method: opening + change = closing, else there is a difference."""

    made_of: MadeOfOut
    opening: Money = Field(description="Cash at the start, opening entries included")
    operating: Money
    investing: Money
    financing: Money
    unassigned: Money = Field(description="Flows against accounts without a purpose")
    change: Money
    closing: Money = Field(description="Cash at the end, by the ledger")
    difference: Money
    lines: list[CashLineOut]
    accounts: list[CashAccountOut]

    @classmethod
    def of(cls, snapshot: Snapshot, found: CashFlow) -> "CashFlowOut":
        """Statement of the wire."""
        return cls.model_validate(
            {activity.value: found.of(activity) for activity in Activity}
            | {
                "made_of": MadeOfOut.of(snapshot),
                "opening": found.opening,
                "change": found.change,
                "closing": found.closing,
                "difference": found.difference,
                "lines": [CashLineOut.of(line) for line in found.lines],
                "accounts": [CashAccountOut.model_validate(each) for each in found.accounts],
            }
        )
