"""Prepayments on the page of a case: what is offered, chosen, and typed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from api.pages import typed
from api.pages.language import Language
from api.pages.typed import Mistyped
from domain.intake.review_views import ReviewCase
from domain.money import ZERO

TAKE = "set-off"
"""What the button says that takes what is proposed."""
_TOO_MUCH = "left"


@dataclass(frozen=True, slots=True)
class OfferedRow:
    """One prepayment; without a day it is one that cannot be set off any more."""

    key: str
    kind: str
    id: str
    document_number: str | None
    booking_date: date | None
    left_amount: Decimal
    proposed_amount: Decimal | None
    chosen_amount: Decimal | None


def rows_of(case: ReviewCase) -> list[OfferedRow]:
    """What is offered, and what was chosen before."""
    chosen = {
        str(each["open_item_id"] or each["intent_id"]): each
        for each in case.normalized_invoice.get("set_offs") or ()
    }
    rows = [
        OfferedRow(
            f"set-off-{each.open_item_id or each.intent_id}",
            "open_item_id" if each.open_item_id else "intent_id",
            str(each.open_item_id or each.intent_id),
            each.document_number,
            each.booking_date,
            each.left_amount,
            each.proposed_amount,
            _chosen(chosen, str(each.open_item_id or each.intent_id)),
        )
        for each in case.prepayments
    ]
    offered = {row.id for row in rows}
    gone = (each for name, each in chosen.items() if name not in offered)
    return [*rows, *map(_gone, gone)]


def _chosen(chosen: Mapping[str, Mapping[str, Any]], name: str) -> Decimal | None:
    found = chosen.get(name)
    return Decimal(str(found["amount"])) if found else None


def _gone(chosen: Mapping[str, Any]) -> OfferedRow:
    kind = "open_item_id" if chosen["open_item_id"] else "intent_id"
    id_ = str(chosen[kind])
    amount = Decimal(str(chosen["amount"]))
    return OfferedRow(f"set-off-{id_}", kind, id_, None, None, ZERO, None, amount)


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
    return {row.kind: row.id, "amount": str(amount)}
