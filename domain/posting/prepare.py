"""Prepared calls as the text of the one call that stores them.

The server-side function `post_intents` (post_intents.sql) takes numbers, completes hashes and
stores; everything else about an intent is decided here, before the call.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from itertools import zip_longest
from typing import Any
from uuid import UUID

import orjson

from domain.actor import Actor
from domain.dates import fiscal_year_range, instant, month_range
from domain.ledger.booking import Books
from domain.ledger.chain import Leaf, text_commitment
from domain.ledger.foreign import foreign_shares
from domain.ledger.intent import Entry, Exchange, Intent, Side
from domain.money import ZERO
from domain.posting.call import PreparedCall
from domain.posting.events import event_of
from domain.posting.open_items import ItemSettled, OpenedItem, opened_by, settled_by

_Row = dict[str, Any]
_SELDOM = (
    "document_date",
    "supply_date",
    "external_reference",
    "document_id",
    "document_sha256",
    "reverses_intent_id",
    "approved_by",
)
# A number in metadata may be longer than the quick way to write JSON knows.
_WRITE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Chance:
    """What no rule decides: the instant of the posting, and salt for each text."""

    now: datetime
    salt: Callable[[], str]


def tenant_part(
    calls: Sequence[PreparedCall], facts: Mapping[str, object], chance: Chance
) -> dict[str, object]:
    """Calls of one tenant as one part of the text, with what the caller adds.

    Prepared with different versions of the chart, they count as prepared with the oldest.
    """
    oldest = min((call.books for call in calls), key=lambda known: known.version)
    rows = _Rows(calls[0].tenant_id, oldest, chance)
    for call in calls:
        rows.add(call)
    return rows.part(facts)


def text_of(parts: Sequence[Mapping[str, object]]) -> bytes:
    """JSON of a call of `post_intents`: what each tenant has to store."""
    return orjson.dumps(parts, default=str)


class _Rows:
    """Rows of one tenant: everything but numbers and hashes is decided here."""

    def __init__(self, tenant_id: UUID, known: Books, chance: Chance) -> None:
        self._tenant_id = tenant_id
        self._tenant = str(tenant_id)
        self._now = chance.now
        self._instant = instant(chance.now)
        self._salt = chance.salt
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
            "in_currency": [],
            "events": [],
            "event_of": [],
        }

    def add(self, call: PreparedCall) -> None:
        """Take the intents of one call, and its key."""
        acts = _acting(call.actor)
        for intent in call.intents:
            self._add(intent, call.actor, acts)
        if call.key is not None:
            key = call.key.key
            self._rows["keys"].append(
                {
                    "operation": key.operation,
                    "key": key.key,
                    "request_hash": key.request_hash,
                    "body": call.key.body,
                }
            )

    def part(self, facts: Mapping[str, object]) -> dict[str, object]:
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
        salt = self._salt()
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
        rows["open_items"].extend(map(_open_item_row, opened_by(intent, self._books.accounts)))
        self._settle(intent)
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
            supply_date=intent.supply_date,
        )

    def _settle(self, intent: Intent) -> None:
        """Add what the intent settles; what is said in a currency, to half of its smallest unit."""
        for item in settled_by(intent):
            self._rows["settlements"].append(self._settlement_row(item))
            said = item.document_amount
            if said is not None and item.amount > ZERO:
                half = Decimal(5).scaleb(min(int(said.as_tuple().exponent), 0) - 1)
                held = {"open_item_id": item.open_item_id, "intent_id": item.intent_id}
                self._rows["in_currency"].append({**held, "half": half})

    def _settlement_row(self, item: ItemSettled) -> _Row:
        return {
            "settlement_id": item.settlement_id,
            "open_item_id": item.open_item_id,
            "intent_id": item.intent_id,
            "amount": item.amount,
            "settled_on": item.settled_on,
            "created_at": self._now,
            "document_amount": item.document_amount,
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


def _open_item_row(item: OpenedItem) -> _Row:
    return {
        "open_item_id": item.open_item_id,
        "intent_id": item.intent_id,
        "account": item.account,
        "side": item.side.value,
        "amount": item.amount,
        "partner_id": item.partner_id,
        "document_number": item.document_number,
        "booking_date": item.booking_date,
        "due_date": item.due_date,
        "currency": item.currency,
        "document_amount": item.document_amount,
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
