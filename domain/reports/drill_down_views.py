"""Reads the rows of the journal behind a figure of a report, newest first."""

from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from domain.database.session import tenant_of
from domain.dates import month_range
from domain.ledger.rows import AccountRow
from domain.reports import cash_flow_views, vat_return_views
from domain.reports.account_rows import Balance
from domain.reports.balance_views import OPENING, balances
from domain.reports.drill_down import (
    Figure,
    FigureRow,
    LineNotFound,
    Material,
    Statement,
    Wanted,
    figure_of,
    is_account,
    month_of_line,
)
from domain.reports.layout_views import parts_of
from domain.reports.snapshot import Asked, Snapshot
from domain.reports.snapshot_views import snapshot_of

# The planner looks at the accounts that are asked for: a busy one is found by walking the
# journal back, a quiet one by its index.
_PLAN = text("SET LOCAL plan_cache_mode = force_custom_plan")
_ROWS = """,
    wanted AS (
        SELECT * FROM unnest(
            CAST(:accounts AS text[]), CAST(:firsts AS date[]), CAST(:lasts AS date[]),
            CAST(:openings AS boolean[]), CAST(:by_partner AS boolean[]),
            CAST(:partners AS uuid[])
        ) AS w (account, first_day, last_day, opening, by_partner, partner)
    )
    SELECT e.journal_number, e.entry_no, e.intent_id, e.booking_date, e.period, e.debit_account,
        e.credit_account, e.amount, CASE WHEN d.hit THEN e.amount ELSE 0 END,
        CASE WHEN c.hit THEN e.amount ELSE 0 END, coalesce(i.description, ''),
        i.external_reference, i.document_id
    FROM journal_entry e
    JOIN intent i ON i.tenant_id = :tenant AND i.intent_id = e.intent_id
    CROSS JOIN LATERAL (SELECT EXISTS (
        SELECT 1 FROM wanted w
        WHERE w.account = e.debit_account AND e.booking_date BETWEEN w.first_day AND w.last_day
          AND coalesce(w.opening = (e.intent_id IN (TABLE opening)), true)
          AND (NOT w.by_partner OR w.partner IS NOT DISTINCT FROM e.debit_partner_id))) AS d (hit)
    CROSS JOIN LATERAL (SELECT EXISTS (
        SELECT 1 FROM wanted w
        WHERE w.account = e.credit_account AND e.booking_date BETWEEN w.first_day AND w.last_day
          AND coalesce(w.opening = (e.intent_id IN (TABLE opening)), true)
          AND (NOT w.by_partner OR w.partner IS NOT DISTINCT FROM e.credit_partner_id))) AS c (hit)
    WHERE e.tenant_id = :tenant AND e.journal_number <= :upto
      AND e.booking_date BETWEEN :first AND :last
      AND (e.debit_account = ANY (:accounts) OR e.credit_account = ANY (:accounts))
      AND (d.hit OR c.hit)
    ORDER BY e.journal_number DESC LIMIT :limit
"""


_OTHERS = {
    Statement.VAT_RETURN: vat_return_views.behind,
    Statement.CASH_FLOW: cash_flow_views.behind,
}


def rows(
    session: Session, asked: Asked, wanted: Wanted, *, limit: int, before: int | None
) -> tuple[Snapshot, Figure, list[FigureRow]]:
    """A figure and its rows before a journal number. Raises LineNotFound."""
    if wanted.statement is Statement.MONTHLY:
        month = month_range(month_of_line(wanted.line))
        asked = replace(asked, first=month.first, last=month.last)
    snapshot = snapshot_of(session, asked)
    upto = snapshot.last_entry if before is None else min(snapshot.last_entry, before - 1)
    if other := _OTHERS.get(wanted.statement):
        return snapshot, *other(session, snapshot, wanted.line, upto=upto, limit=limit)
    figure = figure_of(wanted, _material(session, snapshot, wanted.line))
    return snapshot, figure, _rows(session, figure, upto, limit)


def _material(session: Session, snapshot: Snapshot, line: str) -> Material:
    found = {each.number: each for each in balances(session, snapshot)}
    if is_account(line) and line not in found:
        found[line] = _balance_of_nothing(session, line)
    return Material(
        snapshot, found, cache(lambda: parts_of(session, snapshot, list(found.values())))
    )


def _balance_of_nothing(session: Session, number: str) -> Balance:
    """An account on which nothing has moved yet."""
    row = session.exec(
        select(AccountRow).where(
            AccountRow.tenant_id == tenant_of(session), col(AccountRow.number) == number
        )
    ).first()
    if row is None:
        raise LineNotFound(number)
    return Balance(
        row.number,
        row.name,
        row.type,
        row.category,
        row.report_group,
        row.statement_group,
    )


def _rows(session: Session, figure: Figure, upto: int, limit: int) -> list[FigureRow]:
    selectors = figure.selectors
    if not selectors:
        return []
    arguments: dict[str, Any] = {
        "tenant": tenant_of(session),
        "upto": upto,
        "limit": limit,
        "first": min(each.first for each in selectors),
        "last": max(each.last for each in selectors),
        "accounts": [each.account for each in selectors],
        "firsts": [each.first for each in selectors],
        "lasts": [each.last for each in selectors],
        "openings": [each.opening for each in selectors],
        "by_partner": [each.by_partner for each in selectors],
        "partners": [each.partner for each in selectors],
    }
    session.execute(_PLAN)
    found = session.execute(text(f"WITH RECURSIVE {OPENING} {_ROWS}"), arguments)
    return [FigureRow(*row) for row in found]
