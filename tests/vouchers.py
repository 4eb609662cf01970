"""What the records of one intent share in a DATEV batch, written by hand."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.formats.datev_extf import document_link, reference, tail_template, voucher_head


@dataclass(frozen=True, slots=True)
class Voucher:
    """What the records of one intent share; `journal_id` says that they belong together."""

    booking_date: date
    journal_id: str
    reference: str
    description: str
    document_id: UUID | None = None
    due_date: date | None = None
    locked: bool = False
    general_reversal: bool = False
    supply_date: date | None = None

    @property
    def cells(self) -> tuple[str, str]:
        """Head and tail as they are written: the columns around the VAT id."""
        due = self.due_date
        day, second = f"{self.booking_date:%d%m}", f"{due:%d%m%y}" if due else ""
        number = reference(self.reference) or self.journal_id
        link = document_link(self.document_id) if self.document_id else ""
        reversal = "1" if self.general_reversal else ""
        supplied = f"{self.supply_date:%d%m%Y}" if self.supply_date else ""
        due_on = f"{due:%d%m%Y}" if due else ""
        tail = (self.journal_id, int(self.locked), supplied, due_on, reversal)
        head = voucher_head(day, number, second, self.description, link)
        return head, tail_template() % tail
