"""Carries out all proposals that are sure, when somebody asks for it, and undoes them together."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from sqlmodel import Session, col, select

from domain.banking import bank_views, candidate_views, match_group_store
from domain.banking.bank_transaction import BankTransaction
from domain.banking.match_group_store import Allocated, GroupWish, ItemTarget, SetOffItem
from domain.banking.proposal import SURE, Part, Proposal, Proposals, carried_out
from domain.banking.rows import BankAutoMatchRow, BankMatchGroupRow, BankTransactionRow
from domain.database import audit
from domain.database.session import actor_of, tenant_of
from domain.errors import DomainError, InvalidInput, NotFound
from domain.ids import derived_id
from domain.ledger.booking import Line
from domain.ledger.intent import Side
from domain.money import ZERO


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which account, from which score on, and how many at most in one call.

    `only` are the movements that a person has seen proposals of; without it all count.
    """

    auto_match_id: UUID
    bank_account_id: UUID
    least_score: Decimal = SURE
    limit: int = 500
    only: frozenset[UUID] | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A proposal that the books did not take, and why."""

    bank_transaction_id: UUID
    error: DomainError


@dataclass(frozen=True, slots=True)
class AutoMatched:
    """What was carried out, refused, left for the next call because of the limit, and doubtful."""

    auto_match_id: UUID
    matched: int
    refused: list[Refused]
    left: int
    doubtful: int


@dataclass(frozen=True, slots=True)
class Undone:
    """How many groups were undone, and what could not be."""

    undone: int
    refused: list[tuple[UUID, DomainError]]


def proposals(
    session: Session, bank_account_id: UUID, limit: int, offset: int = 0
) -> tuple[list[tuple[UUID, BankTransaction, Proposal | None]], int]:
    """Open transactions of an account, newest first, with what each pays, and their number."""
    movements, total = candidate_views.open_movements(session, bank_account_id, limit, offset)
    asked = [movement for _, movement in movements]
    known = Proposals(candidate_views.candidates(session, bank_account_id, asked))
    return [(key, each, known.propose(each)) for key, each in movements], total


def match(session: Session, asked: Asked) -> AutoMatched:
    """Carry out what is sure, each in a savepoint of its own. Raises INVALID_INPUT, NOT_FOUND."""
    if not SURE <= asked.least_score <= 1:
        raise InvalidInput("/least_score", f"must be {SURE} to 1")
    bank_views.account(session, asked.bank_account_id)
    session.add(
        BankAutoMatchRow(
            tenant_id=tenant_of(session),
            id=asked.auto_match_id,
            bank_account_id=asked.bank_account_id,
            least_score=asked.least_score,
            created_by=actor_of(session).user_id,
            created_at=datetime.now(UTC),
        )
    )
    matched, left, doubtful, refused = 0, 0, 0, list[Refused]()
    taken: set[UUID] = set()
    for key, movement, proposal in _every(session, asked.bank_account_id):
        if asked.only is not None and key not in asked.only:
            continue
        if proposal is None or not _may(proposal, asked):
            doubtful += proposal is not None
            continue
        items = {part.candidate.open_item_id for part in proposal.parts}
        if matched + len(refused) >= asked.limit or items & taken:
            left += 1
            continue
        taken |= {item for item in items if item is not None}
        try:
            with session.begin_nested():
                match_group_store.create(session, _wish(key, movement, proposal, asked))
            matched += 1
        except DomainError as error:
            refused.append(Refused(key, error))
    audit.record(
        session,
        "bank_account.auto_matched",
        "bank_auto_match",
        asked.auto_match_id,
        after={"matched": matched, "refused": len(refused), "least_score": str(asked.least_score)},
    )
    return AutoMatched(asked.auto_match_id, matched, refused, left, doubtful)


def undo(session: Session, auto_match_id: UUID, today: date) -> Undone:
    """Undo every group of one time that still holds. Raises NOT_FOUND."""
    if session.get(BankAutoMatchRow, (tenant_of(session), auto_match_id)) is None:
        raise NotFound("There is no such auto-match.")
    undone, refused = 0, []
    for group_id in _holding(session, auto_match_id):
        try:
            with session.begin_nested():
                match_group_store.undo(session, group_id, today)
            undone += 1
        except DomainError as error:
            refused.append((group_id, error))
    audit.record(
        session,
        "bank_account.auto_match_undone",
        "bank_auto_match",
        auto_match_id,
        after={"undone": undone, "refused": len(refused)},
    )
    return Undone(undone, refused)


def _every(
    session: Session, bank_account_id: UUID
) -> Iterator[tuple[UUID, BankTransaction, Proposal | None]]:
    """Every open transaction as it is now, with its proposal: looked at before anything is tied."""
    known = Proposals(candidate_views.candidates(session, bank_account_id))
    total = candidate_views.open_movements(session, bank_account_id, 0)[1]
    movements, _ = candidate_views.open_movements(session, bank_account_id, total)
    yield from ((key, each, known.propose(each)) for key, each in movements)


def _may(proposal: Proposal, asked: Asked) -> bool:
    return proposal.score >= asked.least_score and carried_out(proposal)


def _holding(session: Session, auto_match_id: UUID) -> list[UUID]:
    query = (
        select(BankMatchGroupRow.id)
        .join(
            BankTransactionRow,
            (col(BankTransactionRow.tenant_id) == BankMatchGroupRow.tenant_id)
            & (col(BankTransactionRow.match_group_id) == BankMatchGroupRow.id),
        )
        .where(
            BankMatchGroupRow.tenant_id == tenant_of(session),
            BankMatchGroupRow.auto_match_id == auto_match_id,
        )
        .distinct()
        .order_by(col(BankMatchGroupRow.id))
    )
    return list(session.exec(query))


def _wish(key: UUID, movement: BankTransaction, proposal: Proposal, asked: Asked) -> GroupWish:
    pays = [part for part in proposal.parts if part.money * movement.amount > ZERO]
    takes = [part for part in proposal.parts if part.money * movement.amount < ZERO]
    return GroupWish(
        match_group_id=derived_id("auto-match", asked.auto_match_id, key),
        bank_transaction_ids=(key,),
        allocations=tuple(
            Allocated(_target(part), abs(part.money), discount=part.discount) for part in pays
        ),
        set_offs=tuple(SetOffItem(_target(part), abs(part.money)) for part in takes),
        adjustments=tuple(_credit(movement, proposal)),
        auto_match_id=asked.auto_match_id,
    )


def _target(part: Part) -> ItemTarget:
    one = part.candidate
    return ItemTarget(one.intent_id, one.kind, one.open_item_account or "", one.open_item_id)


def _credit(movement: BankTransaction, proposal: Proposal) -> Iterator[Line]:
    """What was paid too much stays as a credit on the account of the items."""
    if proposal.too_much:
        one = proposal.parts[0].candidate
        side = Side.CREDIT if movement.amount > ZERO else Side.DEBIT
        yield Line(one.open_item_account or "", side, abs(proposal.too_much))
