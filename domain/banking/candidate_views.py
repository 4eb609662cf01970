"""Reads all that waits for money: open items, and money booked by hand that no movement has."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlmodel import Session

from domain.banking import bank_views, ordered_views
from domain.banking.bank_transaction import BankTransaction
from domain.banking.rows import BankAccountRow
from domain.banking.suggestion import Candidate, CandidateKind, DiscountTerm
from domain.banking.waiting import Candidates
from domain.database.session import tenant_of
from domain.journal_index.views import is_indexed
from domain.ledger.account import AccountType
from domain.ledger.intent import Side
from domain.money import BASE_CURRENCY, cents
from domain.payables.terms import PaymentMethod

_COLLECTED = frozenset({PaymentMethod.DIRECT_DEBIT.value, PaymentMethod.CARD.value})
_MAYBE = "AND o.open_item_id IN (SELECT items_maybe_open(NULL, NULL))"
_ITEMS = """
    SELECT o.open_item_id, o.intent_id, o.account, o.side, o.currency, a.type,
        o.amount - s.settled AS remaining,
        o.document_amount - s.said - o.document_amount * s.shared / o.amount AS in_currency,
        coalesce(n.due_date, o.due_date, o.booking_date) AS day,
        coalesce(v.invoice_date, i.document_date, o.booking_date) AS document_day,
        coalesce(n.invoice_number, o.document_number) AS number,
        coalesce(i.description, '') AS description, i.external_reference,
        p.id AS partner_id, p.name, p.iban, v.payment_terms, v.payment_reference,
        v.total_gross, v.amount_due, v.payment_method, v.payee_iban
    FROM open_item o
    JOIN account a ON a.tenant_id = o.tenant_id AND a.number = o.account
    JOIN intent i ON i.tenant_id = o.tenant_id AND i.intent_id = o.intent_id
    LEFT JOIN tied_invoice n ON n.tenant_id = o.tenant_id AND n.open_item_id = o.open_item_id
    LEFT JOIN invoice v ON v.tenant_id = o.tenant_id AND v.open_item_id = o.open_item_id
    LEFT JOIN partner p ON p.tenant_id = o.tenant_id
        AND p.id = coalesce(o.partner_id, n.partner_id)
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(x.amount), 0) AS settled,
            coalesce(sum(x.document_amount), 0) AS said,
            coalesce(sum(x.amount) FILTER (WHERE x.document_amount IS NULL), 0) AS shared
        FROM settlement x WHERE x.tenant_id = o.tenant_id AND x.open_item_id = o.open_item_id
    ) s
    WHERE o.tenant_id = :tenant AND o.amount > s.settled {maybe}
      AND (:currency = 'EUR' OR o.currency = :currency)
"""
_BOOKED = text("""
    SELECT m.intent_id, max(m.booking_date) AS day, sum(m.amount) AS amount,
        coalesce(i.description, '') AS description, i.external_reference
    FROM (
        SELECT intent_id, booking_date, amount FROM journal_entry
        WHERE tenant_id = :tenant AND debit_account = :number
        UNION ALL
        SELECT intent_id, booking_date, -amount FROM journal_entry
        WHERE tenant_id = :tenant AND credit_account = :number
    ) m
    JOIN intent i ON i.tenant_id = :tenant AND i.intent_id = m.intent_id AND i.kind = 'regular'
    WHERE NOT EXISTS (
            SELECT 1 FROM bank_transaction t
            WHERE t.tenant_id = :tenant AND t.intent_id = m.intent_id
              AND t.bank_account_id = :account)
      AND NOT (EXISTS (
              SELECT 1 FROM intent x
              WHERE x.tenant_id = :tenant AND x.reverses_intent_id = m.intent_id)
          AND is_cancelled(:tenant, m.intent_id))
    GROUP BY m.intent_id, i.description, i.external_reference
    HAVING sum(m.amount) <> 0
""")
# Who was settled from an account more than once, and nobody else, is known by it.
_LEARNED = """
    SELECT t.counterparty_iban, max(p.partner_id::text)::uuid AS partner_id
    FROM bank_transaction t
    JOIN settlement s ON s.tenant_id = t.tenant_id AND s.intent_id = t.intent_id AND s.amount > 0
    JOIN open_item o ON o.tenant_id = s.tenant_id AND o.open_item_id = s.open_item_id
    LEFT JOIN tied_invoice n ON n.tenant_id = o.tenant_id AND n.open_item_id = o.open_item_id
    CROSS JOIN LATERAL (SELECT coalesce(o.partner_id, n.partner_id) AS partner_id) p
    WHERE t.tenant_id = :tenant AND t.counterparty_iban IS NOT NULL
      AND p.partner_id IS NOT NULL AND t.mode IN ('settlement', 'fx_settlement') {of}
    GROUP BY t.counterparty_iban
    HAVING count(DISTINCT p.partner_id) = 1 AND count(DISTINCT t.id) > 1
"""
_OF_IBANS = "AND t.counterparty_iban = ANY (:ibans)"
_OPEN = text("""
    SELECT id, tx_date, amount, currency, value_date, counterparty_name, counterparty_iban,
        reference, bank_reference, tx_type, end_to_end_id, batch_reference,
        statement_id
    FROM bank_transaction
    WHERE tenant_id = :tenant AND bank_account_id = :account AND status = 'unreconciled'
    ORDER BY tx_date DESC, id
    LIMIT :limit OFFSET :offset
""")
# What the index knows to be open is enough where it is many: only of a few are those counted, too,
# that it does not know yet, for to ask for those is to list all.
_SOME = text("""
    SELECT CASE WHEN known.items < :most THEN (
        SELECT count(*) FROM (SELECT 1 FROM items_maybe_open(NULL, NULL) LIMIT :most) first_ones)
        ELSE known.items END
    FROM (SELECT count(*) AS items FROM (
        SELECT 1 FROM item_span
        WHERE tenant_id = :tenant AND last_day = 'infinity' LIMIT :most) open_ones) known
""")
_UNPROVEN = text("""
    SELECT id FROM bank_statement
    WHERE tenant_id = :tenant AND bank_account_id = :account AND NOT is_closed
      AND opening IS NOT NULL AND closing IS NOT NULL
""")
_COUNT = text("""
    SELECT count(*) FROM bank_transaction
    WHERE tenant_id = :tenant AND bank_account_id = :account AND status = 'unreconciled'
""")


def candidates(
    session: Session, bank_account_id: UUID, asked: Iterable[BankTransaction] | None = None
) -> Candidates:
    """All that waits for money on an account; none is left out.

    Who used an IBAN before, and what our files said, is known for all movements, or for those that
    are asked about: to read all is to read each movement there ever was.
    """
    account = bank_views.account(session, bank_account_id).account
    some = None if asked is None else list(asked)
    ibans = None if some is None else [each.counterparty_iban for each in some]
    return Candidates(
        [*_items(session, account), *_booked(session, account)],
        _learned(session, ibans),
        ordered_views.ordered(session, bank_account_id, some),
        _unproven(session, bank_account_id),
    )


def are_few(session: Session, most: int) -> bool:
    """Whether so few items may be open that looking at all of them takes no time."""
    if not is_indexed(session):
        return False
    return _some(session, most) <= most


def are_many(session: Session, most: int) -> bool:
    """Whether more items than that may be open; books that no index knows yet are young."""
    return is_indexed(session) and _some(session, most) > most


def _some(session: Session, most: int) -> int:
    asked = {"tenant": tenant_of(session), "most": most + 1}
    found: int = session.execute(_SOME, asked).scalar_one()
    return found


def _unproven(session: Session, bank_account_id: UUID) -> frozenset[UUID]:
    """Statements of an account whose balances and entries contradict each other."""
    known = {"tenant": tenant_of(session), "account": bank_account_id}
    return frozenset(session.execute(_UNPROVEN, known).scalars())


def _learned(session: Session, ibans: Iterable[str | None] | None) -> dict[str, UUID]:
    """Partners by the IBAN they alone used before."""
    known: dict[str, Any] = {"tenant": tenant_of(session)}
    if ibans is not None:
        known["ibans"] = sorted({each for each in ibans if each})
        if not known["ibans"]:
            return {}
    query = _LEARNED.format(of="" if ibans is None else _OF_IBANS)
    return {row.counterparty_iban: row.partner_id for row in session.execute(text(query), known)}


def open_movements(
    session: Session, bank_account_id: UUID, limit: int, offset: int = 0
) -> tuple[list[tuple[UUID, BankTransaction]], int]:
    """Open transactions of an account, newest first, and how many there are in all."""
    known = {"tenant": tenant_of(session), "account": bank_account_id}
    total: int = session.execute(_COUNT, known).scalar_one()
    rows = session.execute(_OPEN, {**known, "limit": limit, "offset": offset})
    return [(row[0], BankTransaction(*row[1:])) for row in rows], total


def _items(session: Session, account: BankAccountRow) -> Iterator[Candidate]:
    maybe = _MAYBE if is_indexed(session) else ""
    known = {"tenant": tenant_of(session), "currency": account.currency}
    for row in session.execute(text(_ITEMS.format(maybe=maybe)), known):
        is_foreign = account.currency != BASE_CURRENCY
        left = cents(row.in_currency) if is_foreign else row.remaining
        sign = 1 if row.side == Side.DEBIT.value else -1
        receivable = row.type == AccountType.ASSET.value
        yield Candidate(
            intent_id=row.intent_id,
            kind=CandidateKind.OPEN_RECEIVABLE if receivable else CandidateKind.OPEN_LIABILITY,
            amount=sign * left,
            day=row.day,
            description=row.description,
            open_item_account=row.account,
            invoice_number=row.number,
            external_reference=row.external_reference,
            counterparty_iban=row.iban,
            counterparty_name=row.name,
            open_item_id=row.open_item_id,
            partner_id=row.partner_id,
            document_day=row.document_day,
            due_amount=_due(row, sign),
            references=(row.payment_reference,) if row.payment_reference else (),
            discounts=tuple(_terms(row.payment_terms or (), row)),
            currency=row.currency,
            is_collected=row.payment_method in _COLLECTED,
            payee_iban=row.payee_iban,
        )


def _due(row: Row[Any], sign: int) -> Decimal | None:
    """What is due of an invoice of which nothing was paid, where that is less than all of it."""
    if row.amount_due is None or row.remaining != row.total_gross:
        return None
    return sign * row.amount_due if 0 < row.amount_due < row.remaining else None


def _terms(terms: Sequence[dict[str, Any]], row: Row[Any]) -> Iterator[DiscountTerm]:
    """Discounts of an invoice of which nothing was paid yet."""
    if row.remaining != row.total_gross:
        return
    for term in terms:
        if term.get("kind") == "discount" and term.get("due_date"):
            percent = Decimal(str(term["percent"])) if term.get("percent") else None
            amount = term.get("amount")
            if amount is None and percent is not None:
                amount = cents(row.remaining * percent / 100)
            if amount:
                until = date.fromisoformat(term["due_date"])
                yield DiscountTerm(until, Decimal(str(amount)), percent)


def _booked(session: Session, account: BankAccountRow) -> Iterator[Candidate]:
    """Money booked on the account by hand that no transaction is tied to yet."""
    known = {
        "tenant": tenant_of(session),
        "number": account.account_number,
        "account": account.id,
    }
    for row in session.execute(_BOOKED, known):
        yield Candidate(
            intent_id=row.intent_id,
            kind=CandidateKind.BANK_BOOKING,
            amount=row.amount,
            day=row.day,
            description=row.description,
            external_reference=row.external_reference,
        )
