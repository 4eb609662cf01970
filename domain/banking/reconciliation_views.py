"""Reads a bank account beside its ledger account: what is tied, what is not, and by how much.

Everything is one statement for each list; sums are over all rows, lists have a limit and say how
many rows there are.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlmodel import Session

from domain.banking import bank_views
from domain.database.session import tenant_of
from domain.journal_index.views import is_indexed
from domain.money import BASE_CURRENCY

# What a row of the bank is worth in EUR: what was booked for it, else by the latest rate.
_VALUED = """
    SELECT t.id, t.bank_account_id, t.tx_date, t.status, t.currency, t.amount,
        CASE
            WHEN t.currency = 'EUR' THEN t.amount
            WHEN b.moved <> 0 THEN round(b.base * t.amount / b.moved, 2)
            ELSE round(t.amount / r.rate, 2)
        END AS base
    FROM bank_transaction t
    JOIN bank_account a ON a.tenant_id = t.tenant_id AND a.id = t.bank_account_id
    LEFT JOIN LATERAL (
        SELECT sum(sides.sign * e.amount) AS base,
            coalesce(
                sum(sides.sign * e.fx_amount) FILTER (WHERE i.fx_currency = t.currency),
                (SELECT sum(o.amount) FROM bank_transaction o
                 WHERE o.tenant_id = t.tenant_id AND o.intent_id = t.intent_id
                   AND o.bank_account_id = t.bank_account_id)) AS moved
        FROM intent i
        JOIN journal_entry e ON e.tenant_id = i.tenant_id AND e.intent_id = i.intent_id
        CROSS JOIN LATERAL (VALUES (e.debit_account, 1), (e.credit_account, -1))
            AS sides (account, sign)
        WHERE i.tenant_id = t.tenant_id AND i.intent_id = t.intent_id
          AND sides.account = a.account_number
    ) b ON t.currency <> 'EUR' AND t.intent_id IS NOT NULL
    LEFT JOIN LATERAL (
        SELECT x.rate FROM exchange_rate x
        WHERE x.tenant_id = t.tenant_id AND x.currency = t.currency
        ORDER BY x.rate_date DESC LIMIT 1
    ) r ON t.currency <> 'EUR'
    WHERE t.tenant_id = :tenant AND NOT t.is_announced
"""
_HISTORY = text(f"""
    WITH valued AS ({_VALUED}),
    moved AS (
        SELECT greatest(tx_date, CAST(:first AS date) - 1) AS day, sum(base) AS amount
        FROM valued WHERE tx_date <= :today GROUP BY 1
    )
    SELECT d.day::date, sum(coalesce(m.amount, 0)) OVER (ORDER BY d.day) AS balance
    FROM generate_series(CAST(:first AS date) - 1, CAST(:today AS date), interval '1 day')
        AS d (day)
    LEFT JOIN moved m ON m.day = d.day::date
    ORDER BY d.day
""")  # noqa: S608 (our own text)
_UNVALUED = text(f"""
    SELECT DISTINCT currency FROM ({_VALUED}) v WHERE base IS NULL ORDER BY currency
""")  # noqa: S608 (our own text)
_SUMS = text(f"""
    WITH valued AS ({_VALUED} AND t.bank_account_id = :account)
    SELECT
        count(*) FILTER (WHERE status = 'unreconciled') AS open_count,
        coalesce(sum(amount) FILTER (WHERE status = 'unreconciled'), 0) AS open_amount,
        count(*) FILTER (WHERE status = 'reconciled') AS reconciled_count,
        coalesce(sum(amount) FILTER (WHERE status = 'reconciled'), 0) AS reconciled_amount,
        coalesce(sum(base), 0) - (
            SELECT coalesce(sum(debit + opening_debit - credit - opening_credit), 0)
            FROM account_balance WHERE tenant_id = :tenant AND account = :number) AS difference,
        count(*) AS bank_count
    FROM valued
""")  # noqa: S608 (our own text)
_BANK = text("""
    SELECT id, tx_date, amount, counterparty_name, reference, status, intent_id
    FROM bank_transaction
    WHERE tenant_id = :tenant AND bank_account_id = :account AND NOT is_announced
      AND (NOT :unmatched OR status = 'unreconciled')
    ORDER BY tx_date DESC, id
    LIMIT :limit
""")
# What each intent moved on the account, and which movements of the bank are tied to it.
_BOOKED = """
    SELECT m.intent_id, max(m.booking_date) AS booking_date, sum(m.sign * m.amount) AS base,
        sum(m.sign * m.fx_amount) AS fx
    FROM (
        SELECT intent_id, booking_date, amount, fx_amount, 1 AS sign FROM journal_entry
        WHERE tenant_id = :tenant AND debit_account = :number
        UNION ALL
        SELECT intent_id, booking_date, amount, fx_amount, -1 FROM journal_entry
        WHERE tenant_id = :tenant AND credit_account = :number
    ) m
    GROUP BY m.intent_id
"""
_TIED = """
    SELECT intent_id, array_agg(id ORDER BY id) AS ids, sum(amount) AS amount,
        bool_or(mode <> 'linked') AS settles
    FROM bank_transaction
    WHERE tenant_id = :tenant AND bank_account_id = :account AND intent_id IS NOT NULL
    GROUP BY intent_id
"""
# The amount of a foreign account is what the document says, or what the bank moved for it.
_IN_CURRENCY = """
    CASE WHEN i.fx_currency = :currency THEN b.fx
        WHEN :currency <> 'EUR' AND t.settles THEN t.amount ELSE b.base END AS amount,
    CASE WHEN i.fx_currency = :currency OR (:currency <> 'EUR' AND t.settles) THEN :currency
        ELSE 'EUR' END AS currency
"""
_LEDGER = text(f"""
    WITH booked AS ({_BOOKED}), tied AS ({_TIED})
    SELECT b.intent_id, b.booking_date, coalesce(i.description, '') AS description,
        {_IN_CURRENCY}, b.base AS base_amount, coalesce(t.ids, '{{}}') AS bank_transaction_ids,
        count(*) OVER () AS total
    FROM booked b
    JOIN intent i ON i.tenant_id = :tenant AND i.intent_id = b.intent_id
    LEFT JOIN tied t ON t.intent_id = b.intent_id
    ORDER BY b.booking_date DESC, b.intent_id
    LIMIT :limit
""")  # noqa: S608 (our own text)
_MAYBE = "AND o.open_item_id IN (SELECT items_maybe_open(NULL, NULL))"
_UNMATCHED = f"""
    WITH booked AS ({_BOOKED}), tied AS ({_TIED}),
    bookings AS (
        SELECT b.intent_id, 'bank_booking' AS candidate_kind, NULL::text AS open_item_account,
            b.booking_date, coalesce(i.description, '') AS description,
            NULL::text AS counterparty_name,
            {_IN_CURRENCY}, b.base AS base_amount
        FROM booked b
        JOIN intent i ON i.tenant_id = :tenant AND i.intent_id = b.intent_id
        LEFT JOIN tied t ON t.intent_id = b.intent_id
        WHERE t.intent_id IS NULL AND b.base <> 0 AND i.kind IN ('regular', 'adjustment')
          AND NOT (EXISTS (
                  SELECT 1 FROM intent x
                  WHERE x.tenant_id = :tenant AND x.reverses_intent_id = i.intent_id)
              AND is_cancelled(:tenant, i.intent_id))
    ),
    items AS (
        SELECT o.intent_id,
            CASE a.type WHEN 'asset' THEN 'open_receivable' ELSE 'open_liability' END,
            o.account::text, o.booking_date, coalesce(i.description, ''), v.name,
            CASE o.side WHEN 'D' THEN 1 ELSE -1 END * CASE
                WHEN o.currency = 'EUR' THEN o.amount - s.settled
                ELSE round(o.document_amount - s.said - o.document_amount * s.shared / o.amount, 2)
            END,
            o.currency::text,
            CASE o.side WHEN 'D' THEN 1 ELSE -1 END * (o.amount - s.settled)
        FROM open_item o
        JOIN account a ON a.tenant_id = o.tenant_id AND a.number = o.account
        JOIN intent i ON i.tenant_id = o.tenant_id AND i.intent_id = o.intent_id
        LEFT JOIN tied_invoice n ON n.tenant_id = o.tenant_id AND n.open_item_id = o.open_item_id
        LEFT JOIN partner v ON v.tenant_id = o.tenant_id
            AND v.id = coalesce(o.partner_id, n.partner_id)
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(x.amount), 0) AS settled,
                coalesce(sum(x.document_amount), 0) AS said,
                coalesce(sum(x.amount) FILTER (WHERE x.document_amount IS NULL), 0) AS shared
            FROM settlement x
            WHERE x.tenant_id = o.tenant_id AND x.open_item_id = o.open_item_id
        ) s
        WHERE o.tenant_id = :tenant AND o.amount > s.settled {{maybe}}
    )
    SELECT u.*, count(*) OVER () AS total
    FROM (SELECT * FROM bookings UNION ALL SELECT * FROM items) u
    ORDER BY booking_date DESC, intent_id
    LIMIT :limit
"""  # noqa: S608 (our own text)


@dataclass(frozen=True, slots=True)
class BalanceHistory:
    """Balance of all bank accounts in EUR at the end of each day, and before the first.

    `unknown` are currencies of movements that are left out, because no rate is known.
    """

    start: Decimal
    days: list[tuple[date, Decimal]]
    unknown: list[str]


@dataclass(frozen=True, slots=True)
class SideBySide:
    """A bank account beside its ledger account; `totals` counts the rows of each list in all."""

    bank_account_id: UUID
    currency: str
    bank: list[Row[Any]]
    ledger: list[Row[Any]]
    unmatched_bank: list[Row[Any]]
    unmatched_ledger: list[Row[Any]]
    sums: Row[Any]
    totals: dict[str, int]


def balance_history(session: Session, first: date, today: date) -> BalanceHistory:
    """Balance of each day from the first to today; later movements do not count."""
    known = {"tenant": tenant_of(session)}
    rows = session.execute(_HISTORY, {**known, "first": first, "today": today}).all()
    unknown = list(session.execute(_UNVALUED, known).scalars())
    points = [(row.day, row.balance) for row in rows]
    return BalanceHistory(points[0][1], points[1:], unknown)


def side_by_side(session: Session, bank_account_id: UUID, limit: int) -> SideBySide:
    """What the bank says beside what the books say; at most `limit` rows of each list."""
    account = bank_views.account(session, bank_account_id).account
    known = {
        "tenant": tenant_of(session),
        "account": bank_account_id,
        "number": account.account_number,
        "currency": account.currency or BASE_CURRENCY,
        "limit": limit,
    }

    def rows(query: Any, **more: object) -> list[Row[Any]]:
        return list(session.execute(query, {**known, **more}))

    sums = rows(_SUMS)[0]
    maybe = _MAYBE if is_indexed(session) else ""
    ledger, unmatched = rows(_LEDGER), rows(text(_UNMATCHED.format(maybe=maybe)))
    return SideBySide(
        bank_account_id,
        account.currency,
        rows(_BANK, unmatched=False),
        ledger,
        rows(_BANK, unmatched=True),
        unmatched,
        sums,
        {
            "bank": sums.bank_count,
            "ledger": ledger[0].total if ledger else 0,
            "unmatched_bank": sums.open_count,
            "unmatched_ledger": unmatched[0].total if unmatched else 0,
        },
    )
