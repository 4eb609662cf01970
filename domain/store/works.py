"""Works as the text of a call that stores them.

The server-side function `post_works` takes numbers, completes hashes and stores; everything
else about an intent is decided here, before the call (deploy/migrations/sql).
"""

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import zip_longest
from typing import Any
from uuid import UUID

import orjson

from domain.access.actor import Actor
from domain.dates import fiscal_year_range, instant, month_range
from domain.ids import derived_id
from domain.ledger.booking import Books
from domain.ledger.chain import Leaf, text_commitment
from domain.ledger.foreign import document_amounts, foreign_shares
from domain.ledger.intent import Entry, Exchange, Intent, Kind, Posting, Side
from domain.money import BASE_CURRENCY, ZERO
from domain.store.posting import Work
from domain.store.work_events import event_of

_Row = dict[str, Any]
_SELDOM = (
    "document_date",
    "external_reference",
    "document_id",
    "document_sha256",
    "reverses_intent_id",
    "approved_by",
)
# A number in metadata may be longer than the quick way to write JSON knows.
_WRITE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


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
            zip(intent.postings, document_amounts(intent), strict=True)
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
            events.append(event_of(self._tenant_id, actor, intent, self._instant))
        self._rows["event_of"].append((intent_id, index))


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


def _text(value: object) -> str | None:
    return None if value is None else str(value)
