"""Streams entries for the DATEV export: whole lines where the server can write them."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.database.silence import wait_at_most
from domain.formats import datev_extf
from domain.reports.datev_record import SWITCH_OFF, Booked, Rules

_ROWS_AT_ONCE = 2000
_RAW = "["
_BETWEEN = "\t"
_PATIENCE = """
SELECT set_config('statement_timeout', '15min', true),
    set_config('idle_in_transaction_session_timeout', '15min', true)
"""
_LONGEST_SORT = timedelta(minutes=5)

RANGE = """
WHERE e.tenant_id = %(tenant)s AND e.period = ANY(%(periods)s)
  AND e.booking_date BETWEEN %(first)s AND %(last)s AND e.journal_number <= %(last_number)s
"""
"""Entries `e` of a batch."""

_IS_PLAIN = """
coalesce(external_reference, '-') ~ %(plain_reference)s
AND length(coalesce(external_reference, '')) <= %(reference_length)s
AND coalesce(description, '-') ~ %(plain_text)s
"""
_PLAIN_HEAD = """
format(%(head)s::text, to_char(booking_date, 'DDMM'),
    coalesce(external_reference, journal_number::text), to_char(due_date, 'DDMMYY'),
    rtrim(left(description, %(text_length)s)), 'BEDI ""' || upper(document_id::text) || '""')
"""
_TAIL = """
format(%(tail)s::text, journal_number, CASE WHEN period = ANY(%(locked)s) THEN 1 ELSE 0 END,
    to_char(supply_date, 'DDMMYYYY'),
    to_char(due_date, 'DDMMYYYY'), CASE WHEN is_reversal THEN 1 END)
"""
_HEAD = f"""
CASE WHEN {_IS_PLAIN} THEN {_PLAIN_HEAD}
ELSE json_build_array(journal_number::text, external_reference, description,
    to_char(booking_date, 'DDMM'), to_char(due_date, 'DDMMYY'), document_id)::text
END
"""
_LINE = f"""
concat(replace(amount::text, '.', ','), CASE WHEN is_reversal THEN ';"H"' ELSE ';"S"' END,
    ';"";;;"";', debit_written, ';', credit_written,
    CASE WHEN is_automatic THEN %(switched_off)s ELSE ';"";' END,
    {_PLAIN_HEAD}, ';"";', {_TAIL})
"""
IS_LINE = f"""
event_count = 1
AND num_nonnulls(debit_tax_code, credit_tax_code, debit_partner_id, credit_partner_id,
    fx_amount) = 0
AND {_IS_PLAIN}
"""
"""Whether an entry is a line of its own: no tax, no partner, no foreign amount, plain texts."""
_TAKES_BACK = """
WITH RECURSIVE undone (reverses_intent_id, depth) AS (
    SELECT i.reverses_intent_id, 1
    UNION ALL
    SELECT r.reverses_intent_id, u.depth + 1 FROM undone u JOIN intent r
        ON r.tenant_id = i.tenant_id AND r.intent_id = u.reverses_intent_id
    WHERE r.kind = 'reversal'
)
SELECT mod(max(depth), 2) = 1 FROM undone
"""
"""Whether a reversal `i` takes back what was booked or, undoing a reversal, says it again."""
_BOOKED = f"""
SELECT e.journal_number, e.intent_id, e.booking_date, e.period, e.debit_account,
    e.credit_account, e.amount, e.debit_tax_code, e.debit_tax_part, e.credit_tax_code,
    e.credit_tax_part, e.debit_partner_id, e.credit_partner_id, e.fx_amount,
    i.external_reference, i.description, i.document_id, i.supply_date,
    i.event_count, i.fx_currency, i.fx_rate,
    CASE WHEN i.kind = 'reversal' THEN ({_TAKES_BACK}) ELSE false END AS is_reversal,
    o.due_date, d.written AS debit_written, c.written AS credit_written,
    d.is_automatic OR c.is_automatic AS is_automatic
FROM journal_entry e
JOIN intent i ON i.tenant_id = e.tenant_id AND i.intent_id = e.intent_id
JOIN unnest(%(accounts)s::text[], %(written)s::text[], %(automatic)s::boolean[])
    AS d (number, written, is_automatic) ON d.number = e.debit_account
JOIN unnest(%(accounts)s::text[], %(written)s::text[], %(automatic)s::boolean[])
    AS c (number, written, is_automatic) ON c.number = e.credit_account
LEFT JOIN (
    SELECT intent_id, min(due_date) AS due_date FROM open_item
    WHERE tenant_id = %(tenant)s AND booking_date BETWEEN %(first)s AND %(last)s
      AND due_date IS NOT NULL
    GROUP BY intent_id
) o ON o.intent_id = e.intent_id
{RANGE}"""  # noqa: S608 - parts of one statement, values are bound
ENTRIES = f"""
SELECT CASE WHEN {IS_LINE} THEN {_LINE} ELSE {_HEAD} || '{_BETWEEN}' || {_TAIL} END,
    event_count, is_reversal, fx_currency, fx_rate, debit_account, credit_account, amount,
    debit_tax_code, debit_tax_part, credit_tax_code, credit_tax_part, debit_partner_id,
    credit_partner_id, fx_amount
FROM ({_BOOKED}) b
ORDER BY journal_number
"""  # noqa: S608 - as above
"""Lines, else head and tail of a voucher with an entry: what is plain the server writes.

Asked in this way it sorts first and writes while we read; it would be slower if it wrote first.
"""


def entries(session: Session, rules: Rules, arguments: dict[str, Any]) -> Iterator[Booked | str]:
    """Entries of a batch by number, as the server sends them: the ORM would be too slow.

    The server waits for who reads slowly, but not for ever. The arguments are those of RANGE,
    and the names of locked periods.
    """
    session.execute(text(_PATIENCE))
    wait_at_most(session.connection(), _LONGEST_SORT)
    connection: Any = session.connection().connection.driver_connection
    with connection.cursor(row_factory=_entry) as cursor:
        yield from cursor.stream(ENTRIES, arguments | _writing(rules), size=_ROWS_AT_ONCE)


def _entry(_cursor: object) -> Callable[[Sequence[Any]], Booked | str]:
    """Make entries of rows; the first of an intent has its voucher, by the number of its rows."""
    to_come = 0

    def made(row: Sequence[Any]) -> Booked | str:
        nonlocal to_come
        head, between, tail = row[0].partition(_BETWEEN)
        if not between:
            return str(head)
        if to_come:
            to_come -= 1
            return Booked(None, None, *row[2:])
        to_come = row[1] - 1
        return Booked(_spelt(head) if head.startswith(_RAW) else head, tail, *row[2:])

    return made


def _spelt(raw: str) -> str:
    """The head of a voucher whose texts are not plain: they are spelt here."""
    journal_id, number, description, day, due, document_id = json.loads(raw)
    link = datev_extf.document_link(UUID(document_id)) if document_id else ""
    number = datev_extf.reference(number or "") or journal_id
    return datev_extf.voucher_head(day, number, due or "", description or "", link)


def _writing(rules: Rules) -> dict[str, Any]:
    """What the server needs to know of the format."""
    accounts = list(rules.plain_accounts())
    return {
        "accounts": [number for number, _, _ in accounts],
        "written": [written for _, written, _ in accounts],
        "automatic": [is_automatic for _, _, is_automatic in accounts],
        "switched_off": f';"{SWITCH_OFF}";',
        "head": datev_extf.head_template(),
        "tail": datev_extf.tail_template(),
        "plain_text": datev_extf.PLAIN_TEXT,
        "plain_reference": datev_extf.PLAIN_REFERENCE,
        "text_length": datev_extf.TEXT_LENGTH,
        "reference_length": datev_extf.REFERENCE_LENGTH,
    }
