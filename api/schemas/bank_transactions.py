"""Wire models of bank transactions, their import and their place in the books."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, ValidationError, WithJsonSchema

from api.schemas.types import AnyDay, BodyIn, BodyOut, Money, MoneyIn, Rate
from domain.banking.evidence import Evidence, EvidenceType
from domain.banking.suggestion import CandidateKind, Suggestion
from domain.banking.transaction import MOST_ROWS, BankTransaction
from domain.formats.statement import RowError
from domain.iban import written
from domain.store.reconciliation import Target

StatusName = Literal["unreconciled", "reconciled", "excluded"]
KindName = Literal["bank_booking", "open_receivable", "open_liability"]
EvidenceName = Literal["bank_statement", "uploaded_document", "eigenbeleg"]
ModeName = Literal["linked", "settlement", "fx_settlement"]
RowCode = Literal[
    "INVALID_DATE", "INVALID_AMOUNT", "INVALID_CURRENCY", "MISSING_FIELD", "UNREADABLE_ROW"
]
_CODES = {
    "tx_date": "INVALID_DATE",
    "value_date": "INVALID_DATE",
    "amount": "INVALID_AMOUNT",
    "currency": "INVALID_CURRENCY",
}


class TransactionRowIn(BodyIn):
    """One movement; positive is money in."""

    tx_date: AnyDay
    amount: MoneyIn
    currency: str = Field(default="EUR", pattern=r"^[A-Z]{3}$")
    counterparty_name: str | None = Field(default=None, max_length=255)
    counterparty_iban: str | None = Field(default=None, max_length=42)
    reference: str | None = Field(default=None, max_length=2000)
    bank_reference: str | None = Field(default=None, max_length=255)
    tx_type: str | None = Field(default=None, max_length=255)
    value_date: AnyDay | None = None

    def movement(self) -> BankTransaction:
        """The movement as the books keep it."""
        facts = self.model_dump()
        facts["counterparty_iban"] = written(self.counterparty_iban or "") or None
        return BankTransaction(**facts)


Row = Annotated[Any, WithJsonSchema(TransactionRowIn.model_json_schema())]


class TransactionsIn(BodyIn):
    """Movements of one account; a bad row is reported and the rest is imported."""

    bank_account_id: UUID
    transactions: list[Row] = Field(min_length=1, max_length=MOST_ROWS)

    def split(self) -> tuple[list[BankTransaction], list[RowError]]:
        """Rows that can be read, and what is wrong with the others."""
        rows: list[BankTransaction] = []
        errors: list[RowError] = []
        for position, row in enumerate(self.transactions, 1):
            try:
                rows.append(TransactionRowIn.model_validate(row).movement())
            except ValidationError as error:
                errors.append(_row_error(position, error))
        return rows, errors


class RowErrorOut(BodyOut):
    """A row that was not imported."""

    row: int = Field(description="Position from 1")
    code: RowCode
    message: str


class ImportedOut(BodyOut):
    """What became of an import; `total_rows` is the sum of its parts."""

    batch_id: UUID
    total_rows: int
    imported: int
    skipped_duplicates: int
    errors: list[RowErrorOut]


class BankTransactionOut(BodyOut):
    """One movement and where it stands."""

    id: UUID
    bank_account_id: UUID
    tx_date: date
    value_date: date | None
    amount: Money
    currency: str
    counterparty_name: str | None
    counterparty_iban: str | None
    reference: str | None
    bank_reference: str | None
    tx_type: str | None
    status: StatusName
    ledger_intent_id: UUID | None = Field(validation_alias="intent_id")
    match_group_id: UUID | None = None
    has_evidence: bool = False
    batch_id: UUID | None
    created_at: datetime


class BankTransactionsOut(BodyOut):
    """A part of the transactions, and how many there are in all."""

    transactions: list[BankTransactionOut]
    total: int


class EvidenceIn(BodyIn):
    """What proves a movement."""

    evidence_type: EvidenceName
    title: str | None = Field(default=None, max_length=200)
    note: str | None = Field(default=None, max_length=4000, description="Needed for an Eigenbeleg")
    document_id: UUID | None = Field(default=None, description="Needed for an uploaded document")
    metadata: dict[str, Any] | None = None

    def evidence(self) -> Evidence:
        """The evidence as the books keep it."""
        facts = self.model_dump(exclude={"evidence_type"})
        return Evidence(EvidenceType(self.evidence_type), **facts)


class EvidenceOut(BodyOut):
    """What proves a movement; it books nothing."""

    id: UUID
    bank_transaction_id: UUID
    evidence_type: EvidenceName
    title: str | None
    note: str | None
    document_id: UUID | None
    metadata: dict[str, Any] | None
    created_by: str | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, row: Any) -> "EvidenceOut | None":
        """Evidence of the wire, where there is any."""
        if row is None:
            return None
        facts = row.model_dump()
        facts["metadata"] = row.facts
        facts["created_by"] = str(row.created_by) if row.created_by else None
        return cls.model_validate(facts)


class EvidenceShownOut(BodyOut):
    """The stored evidence, or null."""

    evidence: EvidenceOut | None


class BankTransactionDetailOut(BankTransactionOut):
    """One movement with its evidence."""

    evidence: EvidenceOut | None = None


class BankTransactionShownOut(BodyOut):
    """One movement."""

    transaction: BankTransactionDetailOut


class ReconcileIn(BodyIn):
    """What the movement is to be tied to."""

    intent_id: UUID
    candidate_kind: KindName
    open_item_account: str | None = Field(default=None, pattern=r"^[0-9]{1,8}$")

    def target(self) -> Target:
        """The target as the books know it."""
        kind = CandidateKind(self.candidate_kind)
        return Target(self.intent_id, kind, self.open_item_account)


class PairIn(ReconcileIn):
    """A movement and what it is to be tied to."""

    bank_transaction_id: UUID


class PairsIn(BodyIn):
    """Up to 500 pairs; one that fails does not stop the others."""

    pairs: list[PairIn] = Field(min_length=1, max_length=500)


class PairErrorOut(BodyOut):
    """A pair that was refused."""

    bank_transaction_id: UUID
    intent_id: UUID
    code: str
    message: str


class PairsOut(BodyOut):
    """How many were tied, and what was refused."""

    reconciled: int
    errors: list[PairErrorOut]


class ReconciledOut(BodyOut):
    """How the movement was tied; `intent_id` is the linked or the settling intent."""

    ok: Literal[True] = True
    mode: ModeName
    intent_id: UUID


class UnmatchedOut(BodyOut):
    """A movement that is open again."""

    ok: Literal[True] = True
    bank_transaction_id: UUID
    status: StatusName = "unreconciled"
    reversal_intent_id: UUID | None
    match_group_id: UUID | None = None


class DismissedOut(BodyOut):
    """A movement of nothing that is handled."""

    ok: Literal[True] = True


class SuggestionOut(BodyOut):
    """A candidate for an open movement."""

    bank_transaction_id: UUID
    ledger_intent_id: UUID
    match_score: Rate = Field(ge=0, le=1)
    match_reasons: list[str]
    ledger_description: str
    ledger_amount: Money
    ledger_date: date
    candidate_kind: KindName
    open_item_account: str | None

    @classmethod
    def of(cls, bank_transaction_id: UUID, suggestion: Suggestion) -> "SuggestionOut":
        """Suggestion of the wire."""
        candidate = suggestion.candidate
        return cls(
            bank_transaction_id=bank_transaction_id,
            ledger_intent_id=candidate.intent_id,
            match_score=suggestion.score,
            match_reasons=list(suggestion.reasons),
            ledger_description=candidate.description,
            ledger_amount=candidate.amount,
            ledger_date=candidate.day,
            candidate_kind=candidate.kind.value,
            open_item_account=candidate.open_item_account,
        )


class CountOut(BodyOut):
    """A number."""

    count: int


def _row_error(position: int, error: ValidationError) -> RowError:
    first = error.errors(include_url=False, include_input=False)[0]
    field = str(first["loc"][0]) if first["loc"] else ""
    missing = first["type"] == "missing"
    code = "MISSING_FIELD" if missing else _CODES.get(field, "UNREADABLE_ROW")
    return RowError(position, code, f"{field}: {first['msg']}" if field else first["msg"])
