"""Wire models of the VAT return."""

from typing import Literal

from pydantic import Field

from api.schemas.reports import MadeOfOut
from api.schemas.types import BodyOut, Money, Rate
from domain.reports.snapshot import Snapshot
from domain.tax.vat_form import Content
from domain.tax.vat_movement import CodeSums
from domain.tax.vat_reconciliation import Agreement, Reason
from domain.tax.vat_return import BoxAmount, VatReturn

_FORMS: dict[str, Literal["U30", "UStVA"]] = {"AT": "U30", "DE": "UStVA"}


class VatBoxOut(BodyOut):
    """One box of the form."""

    box: str
    label: str
    section: str
    content: Content
    amount: Money = Field(description="As the form takes it: full euros (DE), not negative (AT)")
    booked: Money = Field(description="As it was booked, before the form's rules")
    rate: Rate | None = Field(description="Percent, where the tax follows from this base")
    tax: Money = Field(description="Tax that follows from the base, or that the box carries")
    effect: Literal[-1, 0, 1] = Field(description="How the tax counts in the result")
    entries: int = Field(description="How many entries are behind it")

    @classmethod
    def of(cls, found: BoxAmount) -> "VatBoxOut":
        """Box of the wire."""
        return cls.model_validate(
            {
                "box": found.box.number,
                "label": found.box.label,
                "section": found.box.section,
                "content": found.box.content,
                "amount": found.amount,
                "booked": found.booked,
                "rate": found.box.rate,
                "tax": found.tax,
                "effect": found.box.effect,
                "entries": found.entries,
            }
        )


class VatAgreementOut(BodyOut):
    """What a VAT account moved under a tax code, and what the return states of it."""

    account: str
    tax_code: str | None
    ledger: Money = Field(description="Credit minus debit: what is owed")
    reported: Money
    difference: Money
    reason: Reason = Field(description="Why they differ; `none` where they agree")

    @classmethod
    def of(cls, found: Agreement) -> "VatAgreementOut":
        """Line of the wire."""
        return cls.model_validate(found)


class VatReconciliationOut(BodyOut):
    """Ledger = result + rounding + transfers + outside + difference."""

    is_reconciled: bool = Field(description="Whether each movement of each account is explained")
    ledger: Money = Field(description="What the VAT accounts moved, as owed")
    result: Money
    rounding: Money = Field(description="Cents between the form and the documents")
    transfers: Money = Field(description="Openings and settlements with the tax office")
    outside: Money = Field(description="Tax of other returns, such as the one-stop shop")
    difference: Money = Field(description="What nothing explains")
    lines: list[VatAgreementOut]


class VatCodeSumsOut(BodyOut):
    """Base and tax of one tax code; positive as on supplies."""

    tax_code: str
    base: Money
    tax: Money
    entries: int

    @classmethod
    def of(cls, found: CodeSums) -> "VatCodeSumsOut":
        """Line of the wire."""
        return cls.model_validate(found)


class ZmOut(BodyOut):
    """Supplies to other member states, as the recapitulative statement (ZM) sums them."""

    kind: Literal["goods", "services", "triangular"]
    base: Money


class VatReturnOut(BodyOut):
    """VAT return by booking date: every box of the form, and what does not agree with it."""

    made_of: MadeOfOut
    form: Literal["U30", "UStVA"]
    result_box: str
    result: Money = Field(description="What is to be paid; negative is claimed back")
    boxes: list[VatBoxOut]
    reconciliation: VatReconciliationOut
    unassigned: list[VatCodeSumsOut] = Field(description="Tax codes that no box takes")
    late: list[VatCodeSumsOut] = Field(
        description="Of supplies, and as input tax of documents, dated before the range"
    )
    zm: list[ZmOut]

    @classmethod
    def of(cls, snapshot: Snapshot, found: VatReturn) -> "VatReturnOut":
        """Return of the wire."""
        return cls(
            made_of=MadeOfOut.of(snapshot),
            form=_FORMS[found.form.country],
            result_box=found.form.result,
            result=found.result,
            boxes=[VatBoxOut.of(each) for each in found.boxes],
            reconciliation=_reconciliation(found),
            unassigned=[VatCodeSumsOut.of(each) for each in found.unassigned],
            late=[VatCodeSumsOut.of(each) for each in found.late],
            zm=[ZmOut.model_validate({"kind": k, "base": base}) for k, base in found.zm.items()],
        )


def _reconciliation(found: VatReturn) -> VatReconciliationOut:
    return VatReconciliationOut(
        is_reconciled=found.is_reconciled,
        ledger=found.ledger,
        result=found.result,
        rounding=found.rounding,
        transfers=found.differing(Reason.TRANSFER),
        outside=found.differing(Reason.OUTSIDE),
        difference=found.difference,
        lines=[VatAgreementOut.of(each) for each in found.agreements],
    )
