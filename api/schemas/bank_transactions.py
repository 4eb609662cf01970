"""Wire models of bank transactions, their import and their place in the books."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, ValidationError, WithJsonSchema

from api.schemas.types import (
    BodyIn,
    BodyOut,
    Day,
    JsonObject,
    Money,
    MoneyIn,
    PositiveMoney,
    Rate,
)
from domain.banking.bank_transaction import MOST_ROWS, BankTransaction
from domain.banking.continuity import FindingCode
from domain.banking.evidence import Evidence, EvidenceType
from domain.banking.import_views import ImportView
from domain.banking.match_group import Wish
from domain.banking.proposal import SURE, Proposal, carried_out
from domain.banking.reconciliation_store import Target
from domain.banking.suggestion import CandidateKind, Suggestion
from domain.formats.statement import RowError
from domain.iban import written
from domain.money import ZERO

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

    tx_date: Day
    amount: MoneyIn
    currency: str = Field(default="EUR", pattern=r"^[A-Z]{3}$")
    counterparty_name: str | None = Field(default=None, max_length=255)
    counterparty_iban: str | None = Field(default=None, max_length=42)
    reference: str | None = Field(default=None, max_length=2000)
    bank_reference: str | None = Field(default=None, max_length=255)
    tx_type: str | None = Field(default=None, max_length=255)
    value_date: Day | None = None

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


class ImportFindingOut(BodyOut):
    """What people should know of an import: balances that do not fit, names nobody knows."""

    code: FindingCode
    message: str
    account: str | None = Field(default=None, description="What the file calls the account")
    statement: str | None = Field(default=None, description="Id of the statement in the file")
    amount: Money | None = Field(default=None, description="What is missing, signed")
    currency: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    rows: list[int] = Field(default_factory=list, description="Positions from 1, at most 100")
    count: int | None = Field(default=None, description="How many rows or entries it concerns")


class ImportedOut(BodyOut):
    """What became of an import; `total_rows` is the sum of its parts."""

    batch_id: UUID
    total_rows: int
    imported: int
    skipped_duplicates: int
    errors: list[RowErrorOut]
    findings: list[ImportFindingOut] = Field(default_factory=list)
    undecided: int = Field(default=0, description="Skipped rows that wait for a person")
    payment_run_id: UUID | None = Field(
        default=None, description="The run that a status report (pain.002) is about (ours)"
    )
    collection_id: UUID | None = Field(
        default=None, description="The direct debits that a status report is about (ours)"
    )


class ImportStartedOut(BodyOut):
    """An import that a worker carries out."""

    batch_id: UUID
    state: Literal["importing"] = "importing"


class QuestionOut(BodyOut):
    """A row of which nothing in the bank's evidence says whether it is new."""

    row: int = Field(description="Position from 1")
    tx_date: date
    amount: Money
    currency: str
    counterparty_name: str | None
    reference: str | None
    candidate_id: UUID | None = Field(description="The stored transaction that it may be")
    answer: Literal["new", "known"] | None


class ImportProgressOut(ImportedOut):
    """How far an import is, and what became of it."""

    state: Literal["held", "importing", "done", "refused"] = Field(
        description="Held: it came by mail, and waits until its inbox item is confirmed"
    )
    rows_read: int = Field(description="Rows read so far, or in all")
    questions: list[QuestionOut] = Field(
        description="At most 500, unanswered ones first; `undecided` says how many rows wait"
    )
    problem: dict[str, Any] | None = Field(description="Why it was refused: code, message, context")
    created_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, view: ImportView) -> "ImportProgressOut":
        """Progress of the wire."""
        return cls.model_validate(
            {
                **view.row.model_dump(),
                "batch_id": view.row.id,
                "findings": view.imported.findings,
                "questions": [
                    {
                        **each.rows[0],
                        "row": each.position,
                        "amount": sum(Decimal(str(row["amount"])) for row in each.rows),
                        "candidate_id": each.candidate_id,
                        "answer": each.answer,
                    }
                    for each in view.questions
                ],
            }
        )


class AnswerIn(BodyIn):
    """Whether a row is a movement of its own, or one that is stored."""

    row: int = Field(ge=1)
    is_new: bool


class AnswersIn(BodyIn):
    """Answers to questions of an import."""

    answers: list[AnswerIn] = Field(min_length=1, max_length=500)


class CsvLayoutIn(BodyIn):
    """A layout of CSV exports: what its columns mean, how it writes days and amounts."""

    name: str = Field(min_length=1, max_length=100)
    header: list[str] = Field(min_length=2, max_length=100)
    columns: dict[str, str] = Field(description="Meaning to name of the column")
    decimal: Literal[",", "."] = ","
    dates: list[str] = Field(
        default=["%d.%m.%Y"], min_length=1, max_length=5, description="As strptime writes them"
    )
    booked: list[str] = Field(
        default_factory=list, max_length=20, description="Values of `status` that mean booked"
    )


class CsvLayoutOut(BodyOut):
    """A layout that the tenant has mapped."""

    id: UUID
    name: str
    header: list[str]
    columns: dict[str, str]
    decimal: str
    dates: list[str]
    booked: list[str]


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
    metadata: JsonObject | None = None

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
    open_item_id: UUID | None = Field(
        default=None, description="Which of several items of the intent"
    )
    settled_document_amount: PositiveMoney | None = Field(
        default=None,
        description="How much of a foreign item is paid, in its currency; without it all of it",
    )
    close_in_full: bool = Field(
        default=False, description="Take a gain or loss beyond the tenant's limit"
    )
    write_off_difference: bool = Field(
        default=False,
        description="Close the item although a difference within the tenant's limit is left",
    )

    def target(self) -> Target:
        """The target as the books know it."""
        return Target(
            self.intent_id,
            CandidateKind(self.candidate_kind),
            self.open_item_account,
            self.open_item_id,
            Wish(self.settled_document_amount, self.close_in_full, self.write_off_difference),
        )


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


class ReturnIn(BodyIn):
    """What a movement returns, where its EndToEndId does not say it (ours)."""

    original_transaction_id: UUID | None = Field(
        default=None, description="The payment that came back; without it that of the EndToEndId"
    )
    fee: PositiveMoney | None = Field(
        default=None, description="What the bank kept for it, where the statement does not say it"
    )


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


class ProposedPartOut(BodyOut):
    """An item that a movement pays: how much of the money, and what is taken off besides."""

    intent_id: UUID
    open_item_id: UUID | None
    candidate_kind: KindName
    open_item_account: str | None
    invoice_number: str | None
    counterparty_name: str | None
    amount: Money = Field(description="Of the movement, signed; a credit note has the other sign")
    discount_amount: Money


class ProposalOut(BodyOut):
    """What an open movement pays, how sure that is, and why; nothing where nothing is known."""

    bank_transaction_id: UUID
    score: Rate | None = Field(ge=0, le=1)
    is_sure: bool = Field(description="Whether auto-match would carry it out")
    reasons: list[str]
    parts: list[ProposedPartOut]
    overpaid_amount: Money = Field(description="What would stay as a credit of the partner")

    @classmethod
    def of(cls, bank_transaction_id: UUID, proposal: Proposal | None) -> "ProposalOut":
        """Proposal of the wire."""
        return cls(
            bank_transaction_id=bank_transaction_id,
            score=proposal.score if proposal else None,
            is_sure=bool(proposal and proposal.is_sure and carried_out(proposal)),
            reasons=list(proposal.reasons) if proposal else [],
            parts=[
                ProposedPartOut(
                    intent_id=part.candidate.intent_id,
                    open_item_id=part.candidate.open_item_id,
                    candidate_kind=part.candidate.kind.value,
                    open_item_account=part.candidate.open_item_account,
                    invoice_number=part.candidate.invoice_number,
                    counterparty_name=part.candidate.counterparty_name,
                    amount=part.money,
                    discount_amount=part.discount,
                )
                for part in (proposal.parts if proposal else ())
            ],
            overpaid_amount=proposal.too_much if proposal else ZERO,
        )


class AutoMatchIn(BodyIn):
    """Of which account, from which score on, and how many at most in one call."""

    bank_account_id: UUID
    least_score: Rate = Field(default=SURE, ge=SURE, le=1)
    limit: int = Field(default=500, ge=1, le=2000)


class AutoMatchRefusedOut(BodyOut):
    """A proposal that the books did not take."""

    bank_transaction_id: UUID
    code: str
    message: str


class AutoMatchOut(BodyOut):
    """What was carried out, and what was not."""

    auto_match_id: UUID
    matched: int
    refused: list[AutoMatchRefusedOut]
    left: int = Field(description="Sure ones beyond the limit, or of an item just paid: call again")
    doubtful: int = Field(description="Proposals that a person has to look at")


class GroupRefusedOut(BodyOut):
    """A group that could not be undone."""

    match_group_id: UUID
    code: str
    message: str


class AutoMatchUndoneOut(BodyOut):
    """How many groups were taken apart again, and which could not be."""

    ok: Literal[True] = True
    undone: int
    refused: list[GroupRefusedOut]


class CountOut(BodyOut):
    """A number."""

    count: int


def _row_error(position: int, error: ValidationError) -> RowError:
    first = error.errors(include_url=False, include_input=False)[0]
    field = str(first["loc"][0]) if first["loc"] else ""
    missing = first["type"] == "missing"
    code = "MISSING_FIELD" if missing else _CODES.get(field, "UNREADABLE_ROW")
    return RowError(position, code, f"{field}: {first['msg']}" if field else first["msg"])
