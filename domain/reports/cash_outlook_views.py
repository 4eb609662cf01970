"""Reads what the bank accounts come to now, what leaves them anyway, and what customers owe."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlmodel import Session

from domain.database.session import tenant_of
from domain.journal_index.views import is_indexed
from domain.money import BASE_CURRENCY, ZERO
from domain.payables.terms import PaymentMethod
from domain.payments.answer_views import UNDER_WAY, UNSEEN

# Accounts in another currency are in the books in EUR, as all is.
_BALANCE = text("""
    SELECT sum(b.debit + b.opening_debit - b.credit - b.opening_credit)
    FROM account_balance b
    WHERE b.tenant_id = :tenant AND b.account IN (
        SELECT account_number FROM bank_account WHERE tenant_id = :tenant)
""")
# Each is looked up by itself: there are few beside all that was ever posted.
_EXPECTED = """
    SELECT coalesce(n.due_date, o.due_date, o.booking_date) AS day,
        sum(CASE WHEN o.side = 'D' THEN 1 ELSE -1 END * (o.amount - s.settled)) AS amount
    FROM {items}
    JOIN account a ON a.tenant_id = o.tenant_id AND a.number = o.account AND a.type = 'asset'
    LEFT JOIN LATERAL (
        SELECT i.due_date FROM outgoing_invoice i
        WHERE i.tenant_id = o.tenant_id AND i.open_item_id = o.open_item_id LIMIT 1
    ) n ON true
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(x.amount), 0) AS settled FROM settlement x
        WHERE x.tenant_id = o.tenant_id AND x.open_item_id = o.open_item_id
    ) s
    WHERE o.tenant_id = :tenant AND o.amount > s.settled
    GROUP BY 1
"""
# While a run pays an invoice, none else may (`is_being_paid`): money that moved for it since is
# what the run has promised, though more may stay open beside it, prepaid before or due later. Of
# what was settled otherwise nothing is left, either, and a discount that was deducted is not paid.
_PROMISED = text("""
    SELECT r.execution_date AS day,
        sum(CASE WHEN x.amount > 0
            THEN least(greatest(x.amount - m.moved, 0), greatest(s.remaining_base - x.discount, 0))
            ELSE greatest(least(x.amount + m.moved, 0),
                least(coalesce(s.remaining_base, c.remaining), 0))
            END) AS amount
    FROM payment_run r
    JOIN payment_run_item x ON x.tenant_id = r.tenant_id AND x.run_id = r.id
        AND x.released_at IS NULL
    LEFT JOIN invoice_state s ON s.tenant_id = x.tenant_id AND s.id = x.invoice_id
    LEFT JOIN LATERAL (
        SELECT coalesce(sum(t.amount), 0) - o.amount AS remaining
        FROM open_item o LEFT JOIN settlement t
            ON t.tenant_id = o.tenant_id AND t.open_item_id = o.open_item_id
        WHERE o.tenant_id = x.tenant_id AND o.open_item_id = x.open_item_id
        GROUP BY o.amount
    ) c ON true
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(t.amount), 0) AS moved FROM settlement t
        WHERE t.tenant_id = x.tenant_id AND t.created_at > r.created_at
          AND t.open_item_id = coalesce(x.open_item_id, (
              SELECT i.open_item_id FROM invoice i
              WHERE i.tenant_id = x.tenant_id AND i.id = x.invoice_id))
          AND EXISTS (
              SELECT 1 FROM journal_entry e
              JOIN account a ON a.tenant_id = e.tenant_id AND a.report_group = 'cash'
                  AND a.number IN (e.debit_account, e.credit_account)
              WHERE e.tenant_id = t.tenant_id AND e.intent_id = t.intent_id
              -- OFFSET 0: asked for each; the planner would read the journal whole.
              OFFSET 0)
    ) m
    WHERE r.tenant_id = :tenant AND r.cancelled_at IS NULL
      AND r.id = coalesce(CAST(:run AS uuid), r.id)
      AND (r.completed_at IS NULL OR r.completed_at > now() - CAST(:under_way AS interval)
        OR (r.completed_at > now() - CAST(:unseen AS interval) AND (
            NOT EXISTS (
                SELECT 1 FROM bank_transaction b
                WHERE b.tenant_id = r.tenant_id AND b.bank_account_id = r.bank_account_id
                  AND NOT b.is_announced
                  AND b.tx_date > greatest(r.execution_date, CAST(r.exported_at AS date)))
            OR EXISTS (
                SELECT 1 FROM bank_transaction b
                WHERE b.tenant_id = r.tenant_id AND b.bank_account_id = r.bank_account_id
                  AND b.status = 'unreconciled' AND b.amount < 0
                  AND b.tx_date >= CAST(r.exported_at AS date) - 1
                  AND (b.batch_reference = replace(CAST(r.id AS text), '-', '')
                    OR (substr(b.end_to_end_id, 26) = '-' || x.transfer
                      AND coalesce(b.counterparty_iban, x.vendor_iban) = x.vendor_iban))))))
    GROUP BY 1
""")
# What vendors collect, of what is due, and what no run can pay, for runs pay EUR: that at what it
# is booked at.
_COLLECTED = """
    SELECT coalesce(i.due_date, o.due_date, o.booking_date) AS day,
        sum(CASE WHEN i.currency = :base THEN (
                SELECT p.payable_amount FROM invoice_payable p
                WHERE p.tenant_id = i.tenant_id AND p.id = i.id)
            ELSE CASE WHEN o.side = 'C' THEN 1 ELSE -1 END * (o.amount - s.settled)
            END) AS amount
    FROM {items}
    JOIN invoice i ON i.tenant_id = o.tenant_id AND i.open_item_id = o.open_item_id
        AND (i.payment_method = :collected
            OR (i.currency <> :base AND coalesce(i.payment_method, :sent) = :sent))
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(x.amount), 0) AS settled FROM settlement x
        WHERE x.tenant_id = o.tenant_id AND x.open_item_id = o.open_item_id
    ) s
    WHERE o.tenant_id = :tenant AND o.amount > s.settled
    GROUP BY 1
"""
_INDEXED = """items_maybe_open(NULL, NULL) AS maybe (open_item_id)
    JOIN open_item o ON o.open_item_id = maybe.open_item_id"""


def balance(session: Session) -> Decimal | None:
    """What is booked on all bank accounts together; None where there is none."""
    found: Decimal | None = session.execute(_BALANCE, {"tenant": tenant_of(session)}).scalar_one()
    return found


def leaving(session: Session) -> list[tuple[date, Decimal]]:
    """What leaves though no new run pays it, by days.

    That is what runs have promised and no statement shows yet, what vendors collect, and what is
    to be sent in another currency, at the EUR it is booked at.
    """
    asked = {
        "tenant": tenant_of(session),
        "collected": PaymentMethod.DIRECT_DEBIT.value,
        "sent": PaymentMethod.TRANSFER.value,
        "base": BASE_CURRENCY,
    }
    found = _promised(session, None)
    collected = session.execute(_of_items(session, _COLLECTED), asked)
    return [*found, *((row.day, row.amount) for row in collected)]


def leaving_by_run(session: Session, run_id: UUID) -> Decimal:
    """What one run has promised and no statement shows yet."""
    return sum((amount for _, amount in _promised(session, run_id)), ZERO)


def _promised(session: Session, run_id: UUID | None) -> list[tuple[date, Decimal]]:
    """What a run, or all of them, have promised, by days."""
    asked = {
        "tenant": tenant_of(session), "under_way": UNDER_WAY, "unseen": UNSEEN, "run": run_id,
    }  # fmt: skip
    return [(row.day, row.amount) for row in session.execute(_PROMISED, asked)]


def expected(session: Session) -> list[tuple[date, Decimal]]:
    """What customers owe, by the day that it is due."""
    rows = session.execute(_of_items(session, _EXPECTED), {"tenant": tenant_of(session)})
    return [(row.day, row.amount) for row in rows]


def _of_items(session: Session, asked: str) -> TextClause:
    """A question to the items that may be open."""
    return text(asked.format(items=_INDEXED if is_indexed(session) else "open_item o"))
