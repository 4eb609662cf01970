"""Reads the VAT return of a range of booking dates, and the postings behind each box.

The entries of whole months are found by their period, so a return reads no more of the journal
than its months, however long the journal is.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from domain.database.session import tenant_of
from domain.dates import DateRange
from domain.ledger.tax_code_views import in_time
from domain.money import ZERO
from domain.reports.balance_views import OPENING
from domain.reports.drill_down import Figure, FigureRow, LineNotFound
from domain.reports.snapshot import Snapshot
from domain.tax.code import TaxPart
from domain.tax.vat_form import Form, form_of
from domain.tax.vat_movement import CodePlaces, Movement, Stated, Version, stated_places
from domain.tax.vat_return import VatReturn, vat_return

# A reversal undoes what was booked, as it was booked: where a code has a past, what reverses an
# entry is of the version of the entry that stands at the beginning, however often it was reversed.
ROOT = """
    change (code, last_number) AS (
        SELECT code, last_number FROM tax_code_history WHERE tenant_id = :tenant
    ),
    undoing (intent_id, of_intent) AS (
        SELECT intent_id, reverses_intent_id FROM intent
        WHERE tenant_id = :tenant AND period = ANY (:periods)
          AND reverses_intent_id IS NOT NULL AND EXISTS (TABLE change)
        UNION ALL
        SELECT u.intent_id, i.reverses_intent_id
        FROM undoing u JOIN intent i ON i.tenant_id = :tenant AND i.intent_id = u.of_intent
        WHERE i.reverses_intent_id IS NOT NULL
    ),
    root (intent_id, number) AS (
        SELECT u.intent_id, min(e.journal_number)
        FROM undoing u
        JOIN journal_entry e ON e.tenant_id = :tenant AND e.intent_id = u.of_intent
        GROUP BY 1
    )"""
ROWS = """
    SELECT e.*, m.account, m.contra, m.code, m.part, m.net, v.upto AS version
    FROM (SELECT * FROM journal_entry
          WHERE tenant_id = :tenant AND period = ANY (:periods)
            AND booking_date BETWEEN :first AND :last AND journal_number <= :cut
            AND {taxed}) e
    LEFT JOIN root ON root.intent_id = e.intent_id
    CROSS JOIN LATERAL (VALUES
        (e.debit_account, e.credit_account, e.debit_tax_code, e.debit_tax_part, e.amount),
        (e.credit_account, e.debit_account, e.credit_tax_code, e.credit_tax_part, -e.amount)
    ) AS m (account, contra, code, part, net)
    LEFT JOIN (
        SELECT code, last_number AS upto,
            lag(last_number, 1, 0::bigint) OVER (PARTITION BY code ORDER BY last_number) AS above
        FROM tax_code_history WHERE tenant_id = :tenant) v
        ON v.code = m.code AND coalesce(root.number, e.journal_number) > v.above
            AND coalesce(root.number, e.journal_number) <= v.upto
"""
CODED = "(debit_tax_code IS NOT NULL OR credit_tax_code IS NOT NULL)"
_ON_VAT = "(debit_account IN (TABLE vat) OR credit_account IN (TABLE vat))"
# Entries are summed up by what they have in common before either side is looked at: a year has
# hundreds of thousands of them and some hundred combinations. `above` is the last change of any
# tax code before the entry.
_MOVEMENTS = text(f"""
    WITH RECURSIVE {OPENING}, {ROOT},
    vat (number) AS (
        SELECT number FROM account
        WHERE tenant_id = :tenant AND report_group IN ('input_vat', 'output_vat')
        UNION SELECT vat_account FROM tax_code
        WHERE tenant_id = :tenant AND vat_account IS NOT NULL
        UNION SELECT self_assess_account FROM tax_code
        WHERE tenant_id = :tenant AND self_assess_account IS NOT NULL
    ),
    office (number) AS (
        SELECT number FROM account WHERE tenant_id = :tenant
          AND category IN ('tax_settlement', 'tax_receivables', 'tax_liabilities')
    ),
    late (intent_id, by_supply, by_document) AS (
        SELECT intent_id, coalesce(supply_date, document_date) < :first, document_date < :first
        FROM intent
        WHERE tenant_id = :tenant AND period = ANY (:periods)
          AND least(supply_date, document_date) < :first
    ),
    deducted (code) AS (
        SELECT code FROM tax_code
        WHERE tenant_id = :tenant AND direction = 'input' AND self_assess_account IS NULL
    ),
    step (numbers) AS (
        SELECT ARRAY(SELECT 0::bigint UNION SELECT last_number FROM change ORDER BY 1)
    ),
    taxed AS (
        SELECT debit_account, credit_account, debit_tax_code, debit_tax_part, credit_tax_code,
            credit_tax_part,
            step.numbers[width_bucket(coalesce(root.number, journal_number) - 1, step.numbers)]
                AS above,
            coalesce(late.by_supply, false) AS by_supply,
            coalesce(late.by_document, false) AS by_document,
            e.intent_id IN (TABLE opening) AS is_opening,
            sum(amount) AS amount, count(*) AS entries
        FROM journal_entry e
        LEFT JOIN late ON late.intent_id = e.intent_id
        LEFT JOIN root ON root.intent_id = e.intent_id, step
        WHERE tenant_id = :tenant AND period = ANY (:periods)
          AND booking_date BETWEEN :first AND :last AND journal_number <= :cut
          AND ({CODED} OR {_ON_VAT})
        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
    ),
    moved AS (
        SELECT m.*, t.entries, m.account IN (TABLE vat) AS on_vat,
            (SELECT min(c.last_number) FROM change c
             WHERE c.code = m.code AND c.last_number > t.above) AS version,
            m.code IS NULL AND (m.contra IN (TABLE vat) OR m.contra IN (TABLE office)
                OR t.is_opening) AS is_transfer,
            CASE WHEN m.code IN (TABLE deducted) THEN t.by_document
                ELSE t.by_supply END AS is_late
        FROM taxed t
        CROSS JOIN LATERAL (VALUES
            (t.debit_account, t.credit_account, t.debit_tax_code, t.debit_tax_part, t.amount),
            (t.credit_account, t.debit_account, t.credit_tax_code, t.credit_tax_part, -t.amount)
        ) AS m (account, contra, code, part, net)
    )
    SELECT account, code, part, version, on_vat, is_transfer, sum(net) AS net,
        CAST(sum(entries) AS bigint) AS entries,
        coalesce(sum(net) FILTER (WHERE is_late), 0) AS late,
        CAST(coalesce(sum(entries) FILTER (WHERE is_late), 0) AS bigint) AS late_entries
    FROM moved
    WHERE code IS NOT NULL OR on_vat
    GROUP BY 1, 2, 3, 4, 5, 6
    ORDER BY 1, 2, 3, 4, 6
""")  # noqa: S608 - of constants
_BEHIND = text(f"""
    WITH RECURSIVE {ROOT}
    SELECT r.journal_number, r.entry_no, r.intent_id, r.booking_date, r.period, r.debit_account,
        r.credit_account, r.amount, r.debit, r.credit, coalesce(i.description, ''),
        i.external_reference, i.document_id
    FROM (
        SELECT r.journal_number, r.entry_no, r.intent_id, r.booking_date, r.period,
            r.debit_account, r.credit_account, r.amount,
            coalesce(sum(r.net) FILTER (WHERE r.net > 0), 0) AS debit,
            coalesce(-sum(r.net) FILTER (WHERE r.net < 0), 0) AS credit
        FROM ({ROWS.format(taxed=CODED)}) r
        JOIN unnest(CAST(:codes AS text[]), CAST(:versions AS bigint[]), CAST(:parts AS text[]))
            AS w (code, version, part)
            ON w.code = r.code AND w.part = r.part AND w.version IS NOT DISTINCT FROM r.version
        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
        ORDER BY 1 DESC
        LIMIT :limit
    ) r
    JOIN intent i ON i.tenant_id = :tenant AND i.intent_id = r.intent_id
    ORDER BY 1 DESC
""")  # noqa: S608 - of constants


def of_range(session: Session, snapshot: Snapshot) -> VatReturn:
    """The return of a range: its boxes, and how they agree with the VAT accounts."""
    codes = codes_of(session, snapshot)
    return vat_return(_form(snapshot), codes, list(_movements(session, snapshot)))


def behind(
    session: Session, snapshot: Snapshot, line: str, *, upto: int, limit: int
) -> tuple[Figure, list[FigureRow]]:
    """What was booked for a box; for the result, the tax of everything that it is made of."""
    form = _form(snapshot)
    if line not in {box.number for box in form.boxes}:
        raise LineNotFound(line)
    codes = codes_of(session, snapshot)
    movements = list(_movements(session, snapshot))
    wanted = set(_wanted(form, stated_places(form, codes), line))
    sign = -1 if any(sign < 0 for _, _, sign in wanted) else 1
    parts = {(code, part) for code, part, _ in wanted}
    net = sum((m.net for m in movements if (m.booked_by, m.part) in parts), ZERO)
    arguments = _arguments(session, snapshot) | {
        "cut": upto,
        "limit": limit,
        "codes": [code for (code, _), _ in parts],
        "versions": [version for (_, version), _ in parts],
        "parts": [part.value for _, part in parts],
    }
    rows = [FigureRow(*row) for row in session.execute(_BEHIND, arguments)]
    return Figure(line, sign * net, sign, ()), rows


def _wanted(form: Form, stated: Stated, number: str) -> Iterator[tuple[Version, TaxPart, int]]:
    """Which part of which code a box takes, and with which sign: the same for all of them."""
    effects = {box.number: box.effect for box in form.boxes}
    for code, places in stated.items():
        for place in places:
            if place.box == number:
                yield code, place.part, place.sign
            owed = place.stands_for or place.part
            if number == form.result and effects[place.box] and owed is not TaxPart.BASE:
                yield code, owed, -1


def _form(snapshot: Snapshot) -> Form:
    return form_of(snapshot.country, snapshot.days.last)


def codes_of(session: Session, snapshot: Snapshot) -> dict[Version, CodePlaces]:
    """Where the codes of the tenant stand, as they are and as they were."""
    known = in_time(session)
    chart = snapshot.chart
    versions: dict[Version, CodePlaces] = {}
    for name, code in known.present.items():
        versions[name, None] = CodePlaces.of(code, chart)
    for name, past in known.past.items():
        for upto, code in past:
            versions[name, upto] = CodePlaces.of(code, chart)
    return versions


def _movements(session: Session, snapshot: Snapshot) -> Iterator[Movement]:
    for row in session.execute(_MOVEMENTS, _arguments(session, snapshot)):
        yield Movement(
            account=row.account,
            tax_code=row.code,
            part=TaxPart(row.part) if row.part else None,
            net=row.net,
            entries=row.entries,
            version=row.version,
            on_vat_account=row.on_vat,
            is_transfer=row.is_transfer,
            late=row.late,
            late_entries=row.late_entries,
        )


def _arguments(session: Session, snapshot: Snapshot) -> dict[str, Any]:
    return {
        "tenant": tenant_of(session),
        "first": snapshot.days.first,
        "last": snapshot.days.last,
        "periods": periods_of(snapshot.days),
        "cut": snapshot.last_entry,
    }


def periods_of(days: DateRange) -> list[str]:
    """Every period that can hold one of the days."""
    months = range(
        days.first.year * 12 + days.first.month, days.last.year * 12 + days.last.month + 1
    )
    named = [f"{(month - 1) // 12:04d}-{(month - 1) % 12 + 1:02d}" for month in months]
    years = range(days.first.year, days.last.year + 1)
    return named + [f"{year:04d}-P{number}" for year in years for number in (13, 14)]
