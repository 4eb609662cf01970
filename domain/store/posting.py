"""Prepared intents as the one call that stores them.

The server-side function `post_intents` takes numbers, completes hashes and stores; everything
else about an intent is decided here, before the call (deploy/migrations/sql).
"""

import json
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import zip_longest
from typing import Any
from uuid import UUID

from domain.access.actor import Actor
from domain.access.audit_event import AuditEvent
from domain.canonical import canonical
from domain.dates import fiscal_year_range, instant, month_range
from domain.errors import Conflict, DomainError, Invalid, Unauthorized, Unavailable
from domain.ids import derived_id
from domain.ledger.booking import Books
from domain.ledger.chain import Leaf, text_commitment
from domain.ledger.intent import Entry, Intent, Kind, Posting, Side
from domain.ledger.reversal import AlreadyReversed
from domain.money import BASE_CURRENCY, ZERO, exponent_of
from domain.store.once import IdempotencyKeyInUse, IdempotencyKeyReused, Key

CHART_CHANGED = "BF003"

_Row = dict[str, object]
# Where the text of an event without a call, at no instant and about nothing, is cut.
_NEVER = datetime(1900, 1, 1, tzinfo=UTC)
_INSTANT = instant(_NEVER)
_CALL = '"request_id":'
_NO_CALL = f"{_CALL}null"
_SUBJECT = "00000000-0000-4000-8000-000000000001"
_WRITE = json.JSONEncoder(default=str, ensure_ascii=False, separators=(",", ":")).encode


class PeriodLocked(Invalid):
    """The period takes no bookings: it is soft-locked or locked."""

    def __init__(self, period: str) -> None:
        super().__init__(f"Period {period} is locked.", period=period)


class SettlementExceedsOpenAmount(Invalid):
    """More would be settled of an open item than is open."""

    def __init__(self, open_item_id: str) -> None:
        super().__init__("The settlement exceeds the open amount.", open_item_id=open_item_id)


class CredentialEnded(Unauthorized):
    """The credential was revoked, or its login ended, before the books were written."""

    code = "UNAUTHORIZED"

    def __init__(self) -> None:
        super().__init__("A valid API key or session token is needed.")


class ChartKeepsChanging(Unavailable):
    """The chart changed again and again while a booking was prepared."""

    code = "SERVICE_UNAVAILABLE"

    def __init__(self) -> None:
        super().__init__("The chart of accounts keeps changing; try again.", retry_after=1)


class DuplicateSuspected(Conflict):
    """The same booking seems to exist already."""

    def __init__(self, existing: str, suspected: str = "") -> None:
        super().__init__(
            "A booking with this date and these movements exists.", existing_intent_id=existing
        )
        self.suspected = suspected


@dataclass(frozen=True, slots=True)
class Posted:
    """What a posting answers; `replayed` when the intent was in the books before."""

    intent_id: UUID
    event_count: int
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class KeyedAnswer:
    """A call's key, and the answer that is kept for the next time it comes."""

    key: Key
    body: dict[str, Any]

    @property
    def name(self) -> tuple[str, str]:
        """What tells it apart from other keys of the tenant."""
        return self.key.operation, self.key.key


@dataclass(frozen=True, slots=True)
class Work:
    """Intents of one tenant, prepared with one version of its chart, and the key of the call."""

    tenant_id: UUID
    actor: Actor
    books: Books
    intents: Sequence[Intent]
    key: KeyedAnswer | None = None


def work_text(works: Sequence[Work], facts: Mapping[str, object]) -> str:
    """Works of one tenant as the server-side function takes them, with what the caller adds.

    Prepared with different versions of the chart, they count as prepared with the oldest.
    """
    oldest = min((work.books for work in works), key=lambda known: known.version)
    rows = _Rows(works[0].tenant_id, oldest, datetime.now(UTC))
    for work in works:
        rows.add(work)
    return rows.text(facts)


def answers(works: Sequence[Work], result: dict[str, Any] | None) -> list[list[Posted]]:
    """What was stored for each work, in order."""
    known = {UUID(each["id"]): each["rows"] for each in (result or {}).get("known") or ()}
    return [
        [
            Posted(
                intent.intent_id,
                known.get(intent.intent_id, len(intent.entries)),
                intent.intent_id in known,
            )
            for intent in work.intents
        ]
        for work in works
    ]


def refusal(
    state: str | None, detail: str | None, constraint: str | None, intents: Sequence[Intent]
) -> DomainError | None:
    """What a database error means when it is one that concurrency decides, else None."""
    refusals: dict[str, Callable[[str], DomainError]] = {
        "BF001": PeriodLocked,
        "BF002": SettlementExceedsOpenAmount,
        "BF004": lambda ids: DuplicateSuspected(*ids.split()),
        "BF005": lambda _: IdempotencyKeyReused(),
        "BF006": lambda _: IdempotencyKeyInUse(),
        "BF008": lambda _: CredentialEnded(),
    }
    if state in refusals:
        return refusals[state](detail or "")
    if constraint == "uq_intent_reversed_once":
        reversal = next(each for each in intents if each.reverses_intent_id is not None)
        return AlreadyReversed(reversal.reverses_intent_id or reversal.intent_id)
    return None


class _Rows:
    """Rows of one call: everything but numbers and hashes is decided here."""

    def __init__(self, tenant_id: UUID, known: Books, now: datetime) -> None:
        self._tenant_id = tenant_id
        self._now = now
        self._books = known
        self._periods: dict[str, _Row] = {}
        self._ids: set[UUID] = set()
        self._now_text = now.isoformat()
        self._actors: dict[Actor, _Row] = {}
        self._leaves: list[tuple[object, ...]] = []
        self._events: list[_Row] = []
        self._event_of: list[tuple[str, int]] = []
        self._same_events: dict[tuple[object, ...], int] = {}
        self._instant = instant(now)
        self._movements: dict[tuple[str, str], dict[str, Decimal]] = {}
        self._rows: dict[str, list[_Row]] = {
            "keys": [],
            "intents": [],
            "duplicates": [],
            "entries": [],
            "open_items": [],
            "settlements": [],
        }

    def add(self, work: Work) -> None:
        """Take the intents of one work, and its key."""
        for intent in work.intents:
            self._add(intent, work.actor)
        if work.key is not None:
            key = work.key.key
            self._rows["keys"].append(
                {
                    "operation": key.operation,
                    "key": key.key,
                    "request_hash": key.request_hash,
                    "body": work.key.body,
                }
            )

    def text(self, facts: Mapping[str, object]) -> str:
        """JSON without what is empty; periods in the order in which they are locked."""
        filled = {name: rows for name, rows in self._rows.items() if rows}
        periods = [self._periods[name] for name in sorted(self._periods)]
        moved = sorted(self._movements.items())
        return _WRITE(
            {
                **facts,
                "config": self._books.version,
                "periods": periods,
                "movements": [{"period": p, "account": a, **sums} for (p, a), sums in moved],
                "leaves": self._leaves,
                "events": self._events,
                "event_of": self._event_of,
                **filled,
            }
        )

    def _add(self, intent: Intent, actor: Actor) -> None:
        if intent.intent_id in self._ids:
            raise ValueError("One call cannot store an intent twice.")
        self._ids.add(intent.intent_id)
        salt = secrets.token_hex(16)
        commitment = text_commitment(salt, intent.description)
        rows = self._rows
        if intent.period not in self._periods:
            self._periods[intent.period] = self._period(intent)
        entries = intent.entries
        row = self._intent(intent, entries, actor, salt, commitment)
        rows["intents"].append(row)
        rows["entries"].extend(self._entries(intent, entries, actor, commitment))
        rows["open_items"].extend(self._open_items(intent))
        rows["settlements"].extend(self._settlements(intent))
        self._move(intent, entries)
        self._tell(intent, entries, actor, str(row["intent_id"]))
        if intent.check_duplicate:
            named = ("intent_id", "fingerprint", "external_reference")
            rows["duplicates"].append({name: row.get(name) for name in named})

    def _period(self, intent: Intent) -> _Row:
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

    def _intent(
        self,
        intent: Intent,
        entries: Sequence[Entry],
        actor: Actor,
        salt: str,
        commitment: str,
    ) -> _Row:
        debit = sum((p.amount for p in intent.postings if p.side is Side.DEBIT), Decimal())
        fx = intent.exchange
        return _filled(
            {
                "intent_id": str(intent.intent_id),
                "booking_date": intent.booking_date.isoformat(),
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
                "fx_currency": fx and fx.currency,
                "fx_amount": fx and fx.amount,
                "fx_rate": fx and fx.rate,
                "fx_rate_date": fx and fx.rate_date,
                "fx_rate_source": fx and fx.rate_source,
                "reverses_intent_id": intent.reverses_intent_id,
                "fingerprint": intent.fingerprint,
                "total": str(debit),
                "event_count": len(entries),
                "lines": intent.lines,
                "created_at": self._now_text,
                "created_by": _text(actor.user_id),
                "approved_by": intent.approved_by,
                "actor": self._actor(actor),
            }
        )

    def _actor(self, actor: Actor) -> _Row:
        """Who acts, written once for all that they do in this call."""
        if actor not in self._actors:
            self._actors[actor] = {
                "user_id": _text(actor.user_id),
                "kind": actor.kind,
                "surface": actor.surface,
                "key_prefix": actor.key_prefix,
                "request_id": actor.request_id,
            }
        return self._actors[actor]

    def _entries(
        self, intent: Intent, entries: Sequence[Entry], actor: Actor, commitment: str
    ) -> Iterable[_Row]:
        intent_id = str(intent.intent_id)
        for entry, share in zip_longest(entries, foreign_shares(intent)):
            leaf = self._leaf(intent, entry, share, commitment, actor)
            self._leaves.append((intent_id, intent.fiscal_year, *leaf.around_number))
            yield _filled(
                {
                    "intent_id": intent_id,
                    "period": intent.period,
                    "booking_date": intent.booking_date.isoformat(),
                    "debit_account": entry.debit.account,
                    "credit_account": entry.credit.account,
                    "amount": str(entry.amount),
                    "debit_tax_code": entry.debit.tax_code,
                    "debit_tax_part": leaf.debit_tax_part,
                    "credit_tax_code": entry.credit.tax_code,
                    "credit_tax_part": leaf.credit_tax_part,
                    "debit_partner_id": leaf.debit_partner,
                    "credit_partner_id": leaf.credit_partner,
                    "fx_amount": share,
                    "reverses_entry_no": entry.reverses,
                    "opening": intent.is_opening,
                }
            )

    def _leaf(
        self, intent: Intent, entry: Entry, share: Decimal | None, commitment: str, actor: Actor
    ) -> Leaf:
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
            created_by=_text(actor.user_id),
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

    def _open_items(self, intent: Intent) -> Iterable[_Row]:
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

    def _settlements(self, intent: Intent) -> Iterable[_Row]:
        for settling in intent.settles:
            yield {
                "settlement_id": derived_id("settlement", intent.intent_id, settling.open_item_id),
                "open_item_id": settling.open_item_id,
                "intent_id": intent.intent_id,
                "amount": settling.amount,
                "settled_on": intent.booking_date,
                "created_at": self._now,
            }

    def _move(self, intent: Intent, entries: Sequence[Entry]) -> None:
        """Add what the roll-ups of the accounts gain, by side."""
        opening = "opening_" if intent.is_opening else ""
        for entry in entries:
            for account, side in (
                (entry.debit.account, f"{opening}debit"),
                (entry.credit.account, f"{opening}credit"),
            ):
                moved = self._movements.setdefault((intent.period, account), {})
                moved[side] = moved.get(side, ZERO) + entry.amount

    def _tell(self, intent: Intent, entries: Sequence[Entry], actor: Actor, intent_id: str) -> None:
        """Add what the audit log tells; intents that differ by their id alone share an event."""
        same = (id(actor), intent.kind, len(entries), intent.period, intent.source)
        index = self._same_events.get(same)
        if index is None:
            index = self._same_events[same] = len(self._events)
            self._events.append(self._event(intent, entries, actor))
        self._event_of.append((intent_id, index))

    def _event(self, intent: Intent, entries: Sequence[Entry], actor: Actor) -> _Row:
        reversal = intent.kind is Kind.REVERSAL
        like = _event_like(
            self._tenant_id,
            replace(actor, request_id=None),
            "journal.reversed" if reversal else "journal.posted",
            (len(entries), intent.period, intent.source),
        )
        called = canonical(actor.request_id).decode()
        return {
            **like.facts,
            "occurred_at": self._instant,
            "request_id": actor.request_id,
            "tail": f"{like.to_instant}{self._instant}{like.to_call}{called}{like.to_subject}",
            "rest": like.rest,
        }


@dataclass(frozen=True, slots=True)
class _EventLike:
    """Fields of an event, and its text after the number, cut where each has something of its own.

    Nothing is looked for in what a caller chose: the text is joined around it.
    """

    facts: _Row
    to_instant: str
    to_call: str
    to_subject: str
    rest: str


@lru_cache(maxsize=2048)
def _event_like(
    tenant_id: UUID, actor: Actor, action: str, after: tuple[int, str, str]
) -> _EventLike:
    """What all events share that differ by instant, call and intent alone."""
    entries, period, source = after
    event = AuditEvent(
        tenant_id=tenant_id,
        occurred_at=_NEVER,
        actor=actor,
        action=action,
        subject="intent",
        subject_id=_SUBJECT,
        after={"entries": str(entries), "period": period, "source": source},
    )
    facts = _filled(event.row)
    to_instant, tail = str(facts.pop("tail")).split(_INSTANT)
    to_call, tail = tail.split(_NO_CALL)
    to_subject, rest = tail.split(_SUBJECT)
    return _EventLike(facts, to_instant, to_call + _CALL, to_subject, rest)


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


def _filled(row: _Row) -> _Row:
    return {name: value for name, value in row.items() if value is not None}


def _text(value: object) -> str | None:
    return None if value is None else str(value)
