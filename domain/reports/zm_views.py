"""Reads the recapitulative statement (ZM) of a range: supplies and to whom they went."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from domain.database.session import tenant_of
from domain.formats.countries import vat_id_in_union
from domain.reading.values import is_vat_id_checked
from domain.reports.drill_down import LineNotFound
from domain.reports.snapshot import Snapshot
from domain.reports.vat_return_views import CODED, ROOT, ROWS, codes_of, periods_of
from domain.tax.zm import Buyer, Kind, Lack, LineName, Supply, Zm, behind, counts_on, zm

# What counts in a range may be booked before it: an invoice that is written ahead of a supply.
_AHEAD = timedelta(days=92)
# What a reversal takes back is that of the first of a chain of reversals. Its buyer is that of the
# invoice, else whoever alone is named by the rows.
_SUPPLIES = text(f"""
    WITH RECURSIVE {ROOT},
    origin (intent_id, first_id) AS (
        SELECT intent_id, reverses_intent_id FROM intent
        WHERE tenant_id = :tenant AND period = ANY (:periods) AND reverses_intent_id IS NOT NULL
        UNION ALL
        SELECT o.intent_id, i.reverses_intent_id
        FROM origin o JOIN intent i ON i.tenant_id = :tenant AND i.intent_id = o.first_id
        WHERE i.reverses_intent_id IS NOT NULL
    ),
    supplied AS (
        SELECT r.intent_id, r.code, r.version, -sum(r.net) AS base
        FROM ({ROWS.format(taxed=CODED)}) r
        WHERE r.part = 'base' AND r.code = ANY (CAST(:codes AS text[]))
        GROUP BY 1, 2, 3
    )
    SELECT s.code, s.version, s.base, i.booking_date AS booked, s.intent_id,
        coalesce(i.external_reference, i.description) AS reference,
        f.booking_date, f.document_date, f.supply_date,
        c.id AS customer_id, c.name, c.vat_id
    FROM supplied s
    JOIN intent i ON i.tenant_id = :tenant AND i.intent_id = s.intent_id
    LEFT JOIN LATERAL (
        SELECT o.first_id FROM origin o
        JOIN intent x ON x.tenant_id = :tenant AND x.intent_id = o.first_id
        WHERE o.intent_id = s.intent_id AND x.reverses_intent_id IS NULL) o ON true
    JOIN intent f ON f.tenant_id = :tenant AND f.intent_id = coalesce(o.first_id, s.intent_id)
    LEFT JOIN outgoing_invoice n ON n.tenant_id = :tenant AND n.intent_id = f.intent_id
    LEFT JOIN customer c ON c.tenant_id = :tenant AND c.id = coalesce(n.customer_id, (
        SELECT CASE WHEN count(DISTINCT p.id) = 1 THEN CAST(min(CAST(p.id AS text)) AS uuid) END
        FROM journal_entry e
        CROSS JOIN LATERAL (VALUES (e.debit_partner_id), (e.credit_partner_id)) p (id)
        WHERE e.tenant_id = :tenant AND e.intent_id = f.intent_id AND p.id IS NOT NULL))
    ORDER BY c.name, c.id, s.code, i.booking_date
""")  # noqa: S608 - of constants


def of_range(session: Session, snapshot: Snapshot) -> Zm:
    """The statement of a range."""
    return zm(snapshot.days, _supplies(session, snapshot))


def entries(session: Session, snapshot: Snapshot, line: LineName) -> list[Supply]:
    """What a line of the statement is the sum of, the newest first. Raises LINE_NOT_FOUND."""
    found = behind(snapshot.days, _supplies(session, snapshot), line)
    if not found:
        raise LineNotFound(str(line))
    return sorted(found, key=lambda each: (each.booked, str(each.intent_id)), reverse=True)


def _supplies(session: Session, snapshot: Snapshot) -> Iterator[Supply]:
    kinds = {
        version: Kind(places.zm_type)
        for version, places in codes_of(session, snapshot).items()
        if places.zm_type
    }
    days = replace(snapshot.days, first=snapshot.days.first - _AHEAD)
    arguments = {
        "tenant": tenant_of(session),
        "first": days.first,
        "last": days.last,
        "periods": periods_of(days),
        "cut": snapshot.last_entry,
        "codes": sorted({code for code, _ in kinds}),
    }
    for row in session.execute(_SUPPLIES, arguments):
        kind = kinds.get((row.code, row.version))
        if kind is not None:
            day = counts_on(kind, row.booking_date, row.document_date, row.supply_date)
            buyer = _buyer(row, snapshot.country)
            yield Supply(buyer, kind, row.base, row.booked, day, row.intent_id, row.reference)


def _buyer(row: Any, own_country: str) -> Buyer:
    if row.customer_id is None:
        return Buyer(None, None, None, Lack.NO_CUSTOMER)
    prefix, number = vat_id_in_union(row.vat_id or "")
    vat_id, lack = prefix + number, None
    if not row.vat_id:
        lack = Lack.NO_VAT_ID
    elif not number or is_vat_id_checked(vat_id) is False:
        lack = Lack.WRONG_VAT_ID
    elif prefix == own_country:
        lack = Lack.OWN_COUNTRY
    return Buyer(row.customer_id, row.name, vat_id or row.vat_id, lack)
