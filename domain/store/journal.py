"""Writes the journal: one server-side call stores intents, entries, open items and roll-ups."""

import json
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import zip_longest
from typing import Any, Never
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from domain.dates import fiscal_year_range, month_range
from domain.errors import Conflict, DomainError, Failed, Invalid
from domain.ids import derived_id
from domain.ledger.booking import Booking, Books, intent_of, period_of
from domain.ledger.chain import Leaf, text_commitment
from domain.ledger.intent import Entry, Exchange, Intent, Kind, Posting, Side
from domain.ledger.reversal import AlreadyReversed, reverse
from domain.money import BASE_CURRENCY, exponent_of
from domain.store import audit
from domain.store.books import books
from domain.tables.bound import actor_of, tenant_of
from domain.views.journal import posted_of

_POST = text(
    "SELECT * FROM post_intents(:tenant, :config, CAST(:periods AS jsonb),"
    " CAST(:intents AS jsonb), CAST(:entries AS jsonb), CAST(:open_items AS jsonb),"
    " CAST(:settlements AS jsonb))"
)
_ATTEMPTS = 5


class PeriodLocked(Invalid):
    """The period takes no bookings: it is soft-locked or locked."""

    def __init__(self, period: str) -> None:
        super().__init__(f"Period {period} is locked.", period=period)


class SettlementExceedsOpenAmount(Invalid):
    """More would be settled of an open item than is open."""

    def __init__(self, open_item_id: str) -> None:
        super().__init__("The settlement exceeds the open amount.", open_item_id=open_item_id)


class DuplicateSuspected(Conflict):
    """The same booking seems to exist already."""

    def __init__(self, existing: str) -> None:
        super().__init__(
            "A booking with this date and these movements exists.", existing_intent_id=existing
        )


class ChartKeepsChanging(Failed):
    """The chart changed again and again while a booking was prepared."""

    code = "INTERNAL_ERROR"


@dataclass(frozen=True, slots=True)
class Posted:
    """What a posting answers; `replayed` when the intent was in the books before."""

    intent_id: UUID
    event_count: int
    first_number: int
    replayed: bool = False


def book(session: Session, booking: Booking) -> Posted:
    """Expand a booking by the tenant's chart and store it; the same `intent_id` stores once."""
    return book_all(session, [booking])[0]


def book_all(session: Session, bookings: Sequence[Booking]) -> list[Posted]:
    """Store many bookings, all or nothing, and answer in their order."""
    return _store(session, lambda known: [intent_of(each, known) for each in bookings])


def reverse_intent(
    session: Session,
    intent_id: UUID,
    *,
    today: date,
    in_original_period: bool = False,
    reason: str | None = None,
) -> Posted:
    """Mirror an intent in a new one, today or in the original period.

    Raises NotFound, AlreadyReversed, HasSettlements or PeriodLocked.
    """
    posted = posted_of(session, intent_id)
    reversal_id = derived_id("reversal", tenant_of(session), intent_id)
    day = posted.booking_date if in_original_period else today
    period = posted.period if in_original_period else period_of(today, 1)

    def mirrored(_: Books) -> list[Intent]:
        return [reverse(posted, reversal_id, day=day, period=period, reason=reason)]

    stored = _store(session, mirrored)[0]
    if stored.replayed:
        raise AlreadyReversed(intent_id)
    return stored


def post(session: Session, prepare: Callable[[Books], Intent]) -> Posted:
    """Store one intent that is prepared from the tenant's books, afresh if they change."""
    return _store(session, lambda known: [prepare(known)])[0]


def _store(session: Session, prepare: Callable[[Books], list[Intent]]) -> list[Posted]:
    tenant_id = tenant_of(session)
    for attempt in range(_ATTEMPTS):
        known = books(session, tenant_id, fresh=attempt > 0)
        try:
            intents = prepare(known)
        except DomainError:
            # An account or a code may have been added since this chart was read.
            if attempt == 0:
                continue
            raise
        rows = _call(session, known, intents)
        if rows:
            return _answers(session, intents, rows)
    raise ChartKeepsChanging("The chart of accounts keeps changing; try again.")


def _call(session: Session, known: Books, intents: list[Intent]) -> list[Any]:
    call = _Call(tenant_of(session), actor_of(session), datetime.now(UTC), known)
    try:
        return list(session.execute(_POST, call.arguments(intents)))
    except DBAPIError as error:
        _refuse(error, intents)


def _answers(session: Session, intents: list[Intent], rows: list[Any]) -> list[Posted]:
    stored = {
        row.posted_intent_id: Posted(
            row.posted_intent_id, row.event_count, row.first_number, row.replayed
        )
        for row in rows
    }
    for intent in intents:
        posted = stored[intent.intent_id]
        if not posted.replayed:
            after: dict[str, object] = {
                "first_number": str(posted.first_number),
                "entries": str(posted.event_count),
                "period": intent.period,
                "source": intent.source,
            }
            action = "journal.reversed" if intent.kind is Kind.REVERSAL else "journal.posted"
            audit.record(session, action, "intent", intent.intent_id, after=after)
    return [stored[intent.intent_id] for intent in intents]


def _refuse(error: DBAPIError, intents: list[Intent]) -> Never:
    """Turn what concurrency decided into the refusal it means."""
    diag = getattr(error.orig, "diag", None)
    detail = (getattr(diag, "message_detail", None) or "") if diag else ""
    refusals: dict[str, Callable[[str], DomainError]] = {
        "BF001": PeriodLocked,
        "BF002": SettlementExceedsOpenAmount,
        "BF004": DuplicateSuspected,
    }
    state = getattr(error.orig, "sqlstate", None) or ""
    if state in refusals:
        raise refusals[state](detail) from None
    if getattr(diag, "constraint_name", None) == "uq_intent_reversed_once":
        raise AlreadyReversed(intents[0].reverses_intent_id or intents[0].intent_id) from None
    raise error


class _Call:
    """Arguments of one call: everything but numbers and hashes is decided here."""

    def __init__(self, tenant_id: UUID, actor: Any, now: datetime, known: Books) -> None:
        self._tenant_id = tenant_id
        self._actor = actor
        self._now = now
        self._books = known

    def arguments(self, intents: Iterable[Intent]) -> dict[str, object]:
        rows: dict[str, list[dict[str, object]]] = {
            "intents": [],
            "entries": [],
            "open_items": [],
            "settlements": [],
        }
        periods: dict[str, dict[str, object]] = {}
        for intent in intents:
            salt = secrets.token_hex(16)
            commitment = text_commitment(salt, intent.description)
            periods[intent.period] = self._period(intent)
            rows["intents"].append(self._intent(intent, salt, commitment))
            rows["entries"].extend(self._entries(intent, commitment))
            rows["open_items"].extend(self._open_items(intent))
            rows["settlements"].extend(self._settlements(intent))
        arguments: dict[str, object] = {k: json.dumps(v, default=str) for k, v in rows.items()}
        arguments["periods"] = json.dumps(list(periods.values()), default=str)
        return arguments | {"tenant": self._tenant_id, "config": self._books.version}

    def _period(self, intent: Intent) -> dict[str, object]:
        number = int(intent.period[6:]) if "P" in intent.period else 0
        if number:
            last = fiscal_year_range(intent.fiscal_year, self._books.fiscal_year_start).last
            days = month_range(f"{last.year:04d}-{last.month:02d}")
        else:
            days = month_range(intent.period)
        return {
            "name": intent.period,
            "period_number": number,
            "fiscal_year": intent.fiscal_year,
            "first_day": days.first,
            "last_day": days.last,
        }

    def _intent(self, intent: Intent, salt: str, commitment: str) -> dict[str, object]:
        debit = sum((p.amount for p in intent.postings if p.side is Side.DEBIT), Decimal())
        return {
            "intent_id": intent.intent_id,
            "booking_date": intent.booking_date,
            "document_date": intent.document_date,
            "period": intent.period,
            "fiscal_year": intent.fiscal_year,
            "kind": intent.kind.value,
            "source": intent.source,
            "description": intent.description,
            "text_salt": salt,
            "text_commitment": commitment,
            "external_reference": intent.external_reference,
            "custom_metadata": intent.custom_metadata,
            "document_id": intent.document_id,
            "document_sha256": intent.document_sha256,
            **_exchange(intent.exchange),
            "reverses_intent_id": intent.reverses_intent_id,
            "fingerprint": intent.fingerprint,
            "total": debit,
            "event_count": len(intent.entries),
            "lines": list(intent.lines),
            "created_at": self._now.isoformat(),
            "created_by": self._actor.user_id,
            "approved_by": intent.approved_by,
            "actor": asdict(self._actor),
            "check_duplicate": intent.check_duplicate,
        }

    def _entries(self, intent: Intent, commitment: str) -> Iterable[dict[str, object]]:
        shares = foreign_shares(intent)
        for entry, share in zip_longest(intent.entries, shares):
            leaf = self._leaf(intent, entry, share, commitment)
            head, tail = leaf.around_number
            yield {
                "intent_id": intent.intent_id,
                "fiscal_year": intent.fiscal_year,
                "head": head,
                "tail": tail,
                "period": intent.period,
                "booking_date": intent.booking_date,
                "debit_account": entry.debit.account,
                "credit_account": entry.credit.account,
                "amount": entry.amount,
                "debit_tax_code": entry.debit.tax_code,
                "debit_tax_part": leaf.debit_tax_part,
                "credit_tax_code": entry.credit.tax_code,
                "credit_tax_part": leaf.credit_tax_part,
                "debit_partner_id": entry.debit.partner_id,
                "credit_partner_id": entry.credit.partner_id,
                "fx_amount": share,
                "reverses_entry_no": entry.reverses,
                "opening": intent.is_opening,
            }

    def _leaf(self, intent: Intent, entry: Entry, share: Decimal | None, commitment: str) -> Leaf:
        fx = intent.exchange
        return Leaf(
            tenant=self._tenant_id,
            fiscal_year=intent.fiscal_year,
            period=intent.period,
            posting_date=intent.booking_date,
            document_date=intent.document_date,
            posted_at=self._now,
            kind=intent.kind.value,
            reverses=entry.reverses,
            document_no=intent.external_reference,
            document_sha256=intent.document_sha256,
            text_commitment=commitment,
            created_by=_text(self._actor.user_id),
            approved_by=_text(intent.approved_by),
            intent_id=intent.intent_id,
            debit_account=entry.debit.account,
            credit_account=entry.credit.account,
            amount=entry.amount,
            debit_tax_code=entry.debit.tax_code,
            debit_tax_part=_text(entry.debit.tax_part),
            credit_tax_code=entry.credit.tax_code,
            credit_tax_part=_text(entry.credit.tax_part),
            debit_partner=_text(entry.debit.partner_id),
            credit_partner=_text(entry.credit.partner_id),
            fx_currency=fx.currency if fx else None,
            fx_amount=share,
            fx_rate=fx.rate if fx else None,
        )

    def _open_items(self, intent: Intent) -> Iterable[dict[str, object]]:
        """Postings on open-item accounts open items, unless the intent says what it settles."""
        if intent.settles or intent.kind is Kind.REVERSAL:
            return
        for position, posting in enumerate(intent.postings):
            if self._opens(posting):
                yield {
                    "open_item_id": derived_id("open-item", intent.intent_id, position),
                    "intent_id": intent.intent_id,
                    "account": posting.account,
                    "side": posting.side.value,
                    "amount": posting.amount,
                    "partner_id": posting.partner_id,
                    "document_number": intent.terms.document_number or intent.external_reference,
                    "booking_date": intent.booking_date,
                    "due_date": intent.terms.due_date,
                    "currency": intent.exchange.currency if intent.exchange else BASE_CURRENCY,
                    "document_amount": _document_amount(intent, posting),
                }

    def _opens(self, posting: Posting) -> bool:
        account = self._books.accounts.get(posting.account)
        return account is not None and account.is_open_item

    def _settlements(self, intent: Intent) -> Iterable[dict[str, object]]:
        for settling in intent.settles:
            yield {
                "settlement_id": derived_id("settlement", intent.intent_id, settling.open_item_id),
                "open_item_id": settling.open_item_id,
                "intent_id": intent.intent_id,
                "amount": settling.amount,
                "settled_on": intent.booking_date,
                "created_at": self._now.isoformat(),
            }


def foreign_shares(intent: Intent) -> list[Decimal]:
    """Each row's share of the document amount; the last row takes the rounding rest."""
    if intent.exchange is None:
        return []
    entries = intent.entries
    total = sum((entry.amount for entry in entries), Decimal())
    unit = Decimal(1).scaleb(-exponent_of(intent.exchange.currency))
    shares = [
        (intent.exchange.amount * entry.amount / total).quantize(unit) for entry in entries[:-1]
    ]
    return [*shares, intent.exchange.amount - sum(shares, Decimal())]


def _document_amount(intent: Intent, posting: Posting) -> Decimal:
    if intent.exchange is None:
        return posting.amount
    total = sum((p.amount for p in intent.postings if p.side is posting.side), Decimal())
    unit = Decimal(1).scaleb(-exponent_of(intent.exchange.currency))
    return (intent.exchange.amount * posting.amount / total).quantize(unit)


def _exchange(exchange: Exchange | None) -> dict[str, object]:
    return {
        "fx_currency": exchange.currency if exchange else None,
        "fx_amount": exchange.amount if exchange else None,
        "fx_rate": exchange.rate if exchange else None,
        "fx_rate_date": exchange.rate_date if exchange else None,
        "fx_rate_source": exchange.rate_source if exchange else None,
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)
