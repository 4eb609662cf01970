"""Wire models of what would be posted of a case."""

from datetime import date
from typing import Literal

from api.schemas.types import BodyOut, Money
from domain.intake.preview_views import Preview, PreviewLine
from domain.ledger.intent import Side


class PreviewLineOut(BodyOut):
    """One posting; postings on one account with one code are told as one."""

    account_number: str
    account_name: str
    side: Literal["debit", "credit"]
    amount: Money
    tax_code: str | None
    tax_part: Literal["base", "tax", "self"] | None

    @classmethod
    def of(cls, line: PreviewLine) -> "PreviewLineOut":
        """Line of the wire."""
        return cls.model_validate(
            {
                "account_number": line.account,
                "account_name": line.name,
                "side": "debit" if line.side is Side.DEBIT else "credit",
                "amount": line.amount,
                "tax_code": line.tax_code,
                "tax_part": line.tax_part,
            }
        )


class PreviewRefusalOut(BodyOut):
    """What the books would refuse."""

    code: str
    message: str


class PostingPreviewOut(BodyOut):
    """What an approval at this moment would post, in EUR; without lines where it is refused."""

    booking_date: date | None
    lines: list[PreviewLineOut]
    total: Money
    refusal: PreviewRefusalOut | None

    @classmethod
    def of(cls, found: Preview) -> "PostingPreviewOut":
        """Preview of the wire."""
        refusal = found.refusal
        return cls(
            booking_date=found.booking_date,
            lines=[PreviewLineOut.of(line) for line in found.lines],
            total=found.total,
            refusal=refusal and PreviewRefusalOut(code=refusal.code, message=refusal.message),
        )
