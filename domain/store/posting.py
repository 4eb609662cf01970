"""Prepared intents as the one call that stores them.

The server-side function `post_works` takes numbers, completes hashes and stores; everything
else about an intent is decided here, before the call (deploy/migrations/sql).
"""

import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import zip_longest
from typing import Any
from uuid import UUID

import orjson

from domain.access.actor import Actor
from domain.access.audit_event import AuditEvent
from domain.canonical import canonical
from domain.dates import fiscal_year_range, instant, month_range
from domain.errors import Conflict, DomainError, Invalid, Unauthorized, Unavailable
from domain.ids import derived_id
from domain.ledger.booking import Books
from domain.ledger.chain import Leaf, text_commitment
from domain.ledger.intent import Entry, Exchange, Intent, Kind, Posting, Side
from domain.ledger.reversal import AlreadyReversed
from domain.money import BASE_CURRENCY, ZERO, exponent_of
from domain.store.once import IdempotencyKeyInUse, IdempotencyKeyReused, Key

CHART_CHANGED = "BF003"

_Row = dict[str, Any]
_SELDOM = (
    "document_date",
    "external_reference",
    "document_id",
    "document_sha256",
    "reverses_intent_id",
    "approved_by",
)
_TOLD = ("user_id", "kind", "surface", "key_prefix", "action", "subject", "after", "head")
# A number in metadata may be longer than the quick way to write JSON knows.
_WRITE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
# Where the text of an event without a call, at no instant and about nothing, is cut.
_NEVER = datetime(1900, 1, 1, tzinfo=UTC)
_INSTANT = instant(_NEVER)
_CALL = '"request_id":'
_NO_CALL = f"{_CALL}null"
_SUBJECT = "00000000-0000-4000-8000-000000000001"


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


def together(works: Sequence[Work], facts: Mapping[str, object]) -> dict[str, object]:
    """Works of one tenant as one place of the call, with what the caller adds.

    Prepared with different versions of the chart, they count as prepared with the oldest.
    """
    oldest = min((work.books for work in works), key=lambda known: known.version)
    rows = _Rows(works[0].tenant_id, oldest, datetime.now(UTC))
    for work in works:
        rows.add(work)
    return rows.place(facts)


def text_of(places: Sequence[Mapping[str, object]]) -> bytes:
    """JSON of a call of `post_works`: what each tenant has to store."""
    return orjson.dumps(places, default=str)


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
    """Rows of one tenant: everything but numbers and hashes is decided here."""

    def __init__(self, tenant_id: UUID, known: Books, now: datetime) -> None:
        self._tenant_id = tenant_id
        self._tenant = str(tenant_id)
        self._now = now
        self._instant = instant(now)
        self._books = known
        self._ids: set[str] = set()
        self._periods: dict[str, _Row] = {}
        self._movements: dict[tuple[str, str], dict[str, Decimal]] = {}
        self._same_events: dict[tuple[object, ...], int] = {}
        self._rows: dict[str, list[Any]] = {
            "keys": [],
            "intents": [],
            "duplicates": [],
            "entries": [],
            "leaves": [],
            "open_items": [],
            "settlements": [],
            "events": [],
            "event_of": [],
        }

    def add(self, work: Work) -> None:
        """Take the intents of one work, and its key."""
        acts = _acting(work.actor)
        for intent in work.intents:
            self._add(intent, work.actor, acts)
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

    def place(self, facts: Mapping[str, object]) -> dict[str, object]:
        """All of it without what is empty; periods in the order in which they are locked."""
        moved = sorted(self._movements.items())
        return {
            **facts,
            "tenant": self._tenant,
            "config": self._books.version,
            "periods": [self._periods[name] for name in sorted(self._periods)],
            "movements": [{"period": p, "account": a, **sums} for (p, a), sums in moved],
            **{name: rows for name, rows in self._rows.items() if rows},
        }

    def _add(self, intent: Intent, actor: Actor, acts: _Row) -> None:
        intent_id = str(intent.intent_id)
        if intent_id in self._ids:
            raise ValueError("One call cannot store an intent twice.")
        self._ids.add(intent_id)
        salt = secrets.token_hex(16)
        commitment = text_commitment(salt, intent.description)
        if intent.period not in self._periods:
            start = self._books.fiscal_year_start
            self._periods[intent.period] = _period(intent.period, intent.fiscal_year, start)
        rows = self._rows
        row = self._intent(intent, intent_id, salt, commitment, acts)
        rows["intents"].append(row)
        for entry, share in zip_longest(intent.entries, foreign_shares(intent)):
            leaf = self._leaf(intent, intent_id, entry, share, commitment, acts)
            rows["leaves"].append((intent_id, intent.fiscal_year, *leaf.around_number))
            rows["entries"].append(_entry(intent, intent_id, entry, share))
            self._move(intent, entry)
        if intent.kind is not Kind.REVERSAL:
            rows["open_items"].extend(self._open_items(intent))
        if intent.settles:
            rows["settlements"].extend(self._settlements(intent))
        self._tell(intent, intent_id, actor)
        if intent.check_duplicate:
            named = ("intent_id", "fingerprint", "external_reference")
            rows["duplicates"].append({name: row.get(name) for name in named})

    def _intent(
        self, intent: Intent, intent_id: str, salt: str, commitment: str, acts: _Row
    ) -> _Row:
        debit = sum((p.amount for p in intent.postings if p.side is Side.DEBIT), ZERO)
        row: _Row = {
            "intent_id": intent_id,
            "booking_date": intent.booking_date,
            "period": intent.period,
            "fiscal_year": intent.fiscal_year,
            "kind": intent.kind,
            "source": intent.source,
            "description": intent.description,
            "text_salt": salt,
            "text_commitment": commitment,
            "fingerprint": intent.fingerprint,
            "total": str(debit),
            "event_count": len(intent.entries),
            "lines": intent.lines,
            "created_at": self._instant,
            "actor": acts,
        }
        if acts["user_id"] is not None:
            row["created_by"] = acts["user_id"]
        if intent.custom_metadata is not None:
            row["custom_metadata"] = orjson.Fragment(_WRITE(intent.custom_metadata))
        if intent.exchange is not None:
            row |= _exchange(intent.exchange)
        for name in _SELDOM:
            value = getattr(intent, name)
            if value is not None:
                row[name] = value
        return row

    def _leaf(
        self,
        intent: Intent,
        intent_id: str,
        entry: Entry,
        share: Decimal | None,
        commitment: str,
        acts: _Row,
    ) -> Leaf:
        fx, debit, credit = intent.exchange, entry.debit, entry.credit
        return Leaf(
            tenant=self._tenant,
            fiscal_year=intent.fiscal_year,
            period=intent.period,
            posting_date=intent.booking_date,
            document_date=intent.document_date,
            posted_at=self._now,
            kind=intent.kind,
            reverses=entry.reverses,
            document_no=intent.external_reference,
            document_sha256=intent.document_sha256,
            text_commitment=commitment,
            created_by=acts["user_id"],
            approved_by=_text(intent.approved_by),
            intent_id=intent_id,
            debit_account=debit.account,
            credit_account=credit.account,
            amount=entry.amount,
            debit_tax_code=debit.tax_code,
            debit_tax_part=debit.tax_part,
            credit_tax_code=credit.tax_code,
            credit_tax_part=credit.tax_part,
            debit_partner=_text(debit.partner_id),
            credit_partner=_text(credit.partner_id),
            fx_currency=fx.currency if fx else None,
            fx_amount=share,
            fx_rate=fx.rate if fx else None,
        )

    def _open_items(self, intent: Intent) -> Iterable[_Row]:
        """Postings on open-item accounts open items, unless the intent says what it settles."""
        if intent.settles or not any(map(self._opens, intent.postings)):
            return
        for position, (posting, document_amount) in enumerate(
            zip(intent.postings, _document_amounts(intent), strict=True)
        ):
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
                    "document_amount": document_amount,
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

    def _move(self, intent: Intent, entry: Entry) -> None:
        """Add what the roll-ups of the accounts gain, by side."""
        opening = "opening_" if intent.is_opening else ""
        for account, side in (
            (entry.debit.account, f"{opening}debit"),
            (entry.credit.account, f"{opening}credit"),
        ):
            moved = self._movements.setdefault((intent.period, account), {})
            moved[side] = moved.get(side, ZERO) + entry.amount

    def _tell(self, intent: Intent, intent_id: str, actor: Actor) -> None:
        """Add what the audit log tells; intents that differ by their id alone share an event."""
        same = (id(actor), intent.kind, len(intent.entries), intent.period, intent.source)
        events = self._rows["events"]
        index = self._same_events.get(same)
        if index is None:
            index = self._same_events[same] = len(events)
            events.append(self._event(intent, actor))
        self._rows["event_of"].append((intent_id, index))

    def _event(self, intent: Intent, actor: Actor) -> _Row:
        like = _event_like(
            self._tenant_id,
            (actor.user_id, actor.kind, actor.surface, actor.key_prefix),
            "journal.reversed" if intent.kind is Kind.REVERSAL else "journal.posted",
            (len(intent.entries), intent.period, intent.source),
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
def _period(name: str, fiscal_year: int, fiscal_year_start: int) -> _Row:
    number = int(name[6:]) if "P" in name else 0
    if number:
        last = fiscal_year_range(fiscal_year, fiscal_year_start).last
        days = month_range(f"{last.year:04d}-{last.month:02d}")
    else:
        days = month_range(name)
    return {
        "name": name,
        "period_number": number,
        "fiscal_year": fiscal_year,
        "first_day": days.first,
        "last_day": days.last,
    }


@lru_cache(maxsize=2048)
def _event_like(
    tenant_id: UUID, who: tuple[Any, ...], action: str, after: tuple[int, str, str]
) -> _EventLike:
    """What all events share that differ by instant, call and intent alone."""
    entries, period, source = after
    event = AuditEvent(
        tenant_id=tenant_id,
        occurred_at=_NEVER,
        actor=Actor(*who),
        action=action,
        subject="intent",
        subject_id=_SUBJECT,
        after={"entries": str(entries), "period": period, "source": source},
    )
    row = event.row
    to_instant, tail = str(row["tail"]).split(_INSTANT)
    to_call, tail = tail.split(_NO_CALL)
    to_subject, rest = tail.split(_SUBJECT)
    facts = {name: row[name] for name in _TOLD if row[name] is not None}
    return _EventLike(facts, to_instant, to_call + _CALL, to_subject, rest)


def _acting(actor: Actor) -> _Row:
    """Who acts, as the intent keeps it."""
    return {
        "user_id": _text(actor.user_id),
        "kind": actor.kind,
        "surface": actor.surface,
        "key_prefix": actor.key_prefix,
        "request_id": actor.request_id,
    }


def _exchange(fx: Exchange) -> _Row:
    return {
        "fx_currency": fx.currency,
        "fx_amount": fx.amount,
        "fx_rate": fx.rate,
        "fx_rate_date": fx.rate_date,
        "fx_rate_source": fx.rate_source,
    }


def _entry(intent: Intent, intent_id: str, entry: Entry, share: Decimal | None) -> _Row:
    row: _Row = {
        "intent_id": intent_id,
        "period": intent.period,
        "booking_date": intent.booking_date,
        "debit_account": entry.debit.account,
        "credit_account": entry.credit.account,
        "amount": str(entry.amount),
        "opening": intent.is_opening,
    }
    for side, posting in (("debit", entry.debit), ("credit", entry.credit)):
        if posting.tax_code is not None:
            row[f"{side}_tax_code"] = posting.tax_code
        if posting.tax_part is not None:
            row[f"{side}_tax_part"] = posting.tax_part
        if posting.partner_id is not None:
            row[f"{side}_partner_id"] = posting.partner_id
    if share is not None:
        row["fx_amount"] = share
    if entry.reverses is not None:
        row["reverses_entry_no"] = entry.reverses
    return row


def foreign_shares(intent: Intent) -> list[Decimal]:
    """Each row's share of the document amount, none without one."""
    if intent.exchange is None:
        return []
    return list(_shares(intent.exchange, [entry.amount for entry in intent.entries]))


def _document_amounts(intent: Intent) -> list[Decimal]:
    """Each posting's share of the document amount, which each side makes up."""
    if intent.exchange is None:
        return [posting.amount for posting in intent.postings]
    of_side = {
        side: _shares(intent.exchange, [p.amount for p in intent.postings if p.side is side])
        for side in Side
    }
    return [next(of_side[posting.side]) for posting in intent.postings]


def _shares(exchange: Exchange, amounts: Sequence[Decimal]) -> Iterator[Decimal]:
    """Cut the document amount where the running sum cuts the whole.

    So no share is negative, and all of them are the document amount.
    """
    total = sum(amounts, ZERO)
    unit = Decimal(1).scaleb(-exponent_of(exchange.currency))
    done = taken = ZERO
    for amount in amounts:
        done += amount
        upto = (exchange.amount * done / total).quantize(unit)
        yield upto - taken
        taken = upto


def _text(value: object) -> str | None:
    return None if value is None else str(value)
