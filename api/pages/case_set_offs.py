"""Prepayments on the page of a case: what is offered, chosen, and typed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from api.pages import typed
from api.pages.language import Language
from api.pages.typed import Mistyped
from domain.intake.review_views import OfferedPrepayment, ReviewCase
from domain.money import ZERO

TAKE = "set-off"
"""What the button says that takes what is proposed."""
_TOO_MUCH = "left"


@dataclass(frozen=True, slots=True)
class OfferedRow:
    """One prepayment, or what of it is set off in one line; without a day nobody can any more."""

    key: str
    kind: str
    id: str
    document_number: str | None
    booking_date: date | None
    left_amount: Decimal
    proposed_amount: Decimal | None
    chosen_amount: Decimal | None = None
    position: int | None = None


def rows_of(case: ReviewCase) -> list[OfferedRow]:
    """What is offered, and what was chosen before: a row for each line in which it is."""
    chosen: dict[str, list[Mapping[str, Any]]] = {}
    for each in case.normalized_invoice.get("set_offs") or ():
        chosen.setdefault(str(each["open_item_id"] or each["intent_id"]), []).append(each)
    rows = [
        row
        for each in case.prepayments
        for row in _rows(_offered(each), chosen.pop(f"{each.open_item_id or each.intent_id}", ()))
    ]
    return [*rows, *(row for found in chosen.values() for row in _rows(_gone(found[0]), found))]


def _offered(each: OfferedPrepayment) -> OfferedRow:
    id_ = str(each.open_item_id or each.intent_id)
    return OfferedRow(
        f"set-off-{id_}",
        "open_item_id" if each.open_item_id else "intent_id",
        id_,
        each.document_number,
        each.booking_date,
        each.left_amount,
        each.proposed_amount,
    )


def _gone(chosen: Mapping[str, Any]) -> OfferedRow:
    kind = "open_item_id" if chosen["open_item_id"] else "intent_id"
    id_ = str(chosen[kind])
    return OfferedRow(f"set-off-{id_}", kind, id_, None, None, ZERO, None)


def _rows(row: OfferedRow, chosen: Sequence[Mapping[str, Any]]) -> Iterator[OfferedRow]:
    if not chosen:
        yield row
    for each in chosen:
        at, amount = each.get("position"), Decimal(str(each["amount"]))
        key = row.key if at is None else f"{row.key}-{at}"
        yield replace(row, key=key, chosen_amount=amount, position=at)


def read(
    values: Mapping[str, str], case: ReviewCase, language: Language, wrong: dict[str, str]
) -> list[dict[str, Any]] | None:
    """All that is set off, where something of it was typed or taken; else None."""
    rows = rows_of(case)
    if values.get("do") == TAKE:
        return [_said(row, row.proposed_amount) for row in rows if row.proposed_amount]
    touched = [
        row for row in rows if values.get(row.key) not in (None, values.get(f"was-{row.key}"))
    ]
    if not touched:
        return None
    return list(_typed(rows, touched, (values, language, wrong)))


def _typed(
    rows: list[OfferedRow],
    touched: list[OfferedRow],
    form: tuple[Mapping[str, str], Language, dict[str, str]],
) -> Iterator[dict[str, Any]]:
    values, language, wrong = form
    for row in rows:
        amount = row.chosen_amount
        if row in touched:
            try:
                amount = typed.amount_of(values[row.key], language.name)
            except Mistyped as error:
                wrong[row.key] = str(error)
        if amount and amount > row.left_amount and row in touched:
            wrong[row.key] = _TOO_MUCH
        if amount:
            yield _said(row, amount)


def _said(row: OfferedRow, amount: Decimal | None) -> dict[str, Any]:
    place = {} if row.position is None else {"position": row.position}
    return {row.kind: row.id, "amount": str(amount), **place}
