"""Wire models of what people's corrections taught of a vendor."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from api.schemas.types import BodyIn, BodyOut
from domain.payables.learned_value import PLACE, Taught


class LearnedValueUndoIn(BodyIn):
    """Which learned value is to be taken back: the latest version of its subject."""

    subject: Annotated[str, Field(max_length=40, examples=["place:invoice_number"])]
    version: int = Field(ge=1)
    reason: Annotated[str | None, Field(max_length=500)] = None


class LearnedValueOut(BodyOut):
    """One version of something learned; `value` is null where it was taken back.

    `subject` is `place:` and a field, `accounts`, `split`, `terms` or `alias`. The value of a place
    is the words that name the field on the vendor's documents (`label`, `side`) and its spot; of
    accounts `account` or `by_text`, of a split its `parts`, of terms `days` and `discounts`, of an
    alias the `names` under which documents with the vendor's account come.
    """

    subject: Annotated[str, Field(examples=["place:invoice_number"])]
    version: int
    in_force: bool
    value: Annotated[
        dict[str, Any] | None,
        Field(
            examples=[
                {
                    "label": "unser zeichen",
                    "side": "beside",
                    "page": 1,
                    "box": [600, 900, 1300, 1000],
                    "form": "whole",
                }
            ]
        ),
    ]
    explanation: Annotated[
        str, Field(examples=["invoice_number is read behind the words 'unser zeichen'."])
    ]
    document_id: UUID | None
    reason: str | None
    decided_by: UUID | None
    decided_at: datetime

    @classmethod
    def listed(cls, rows: Iterable[Any]) -> "list[LearnedValueOut]":
        """All versions, the latest first; of each subject the latest may be in force."""
        rows = list(rows)
        latest: dict[str, int] = {}
        for row in rows:
            latest[row.subject] = max(row.version, latest.get(row.subject, 0))
        return [cls._of(row, is_latest=row.version == latest[row.subject]) for row in rows]

    @classmethod
    def _of(cls, row: Any, *, is_latest: bool) -> "LearnedValueOut":
        return cls(
            subject=row.subject,
            version=row.version,
            in_force=is_latest and row.value is not None,
            value=row.value,
            explanation=explained(row.subject, row.value),
            document_id=row.document_id,
            reason=row.reason,
            decided_by=row.decided_by,
            decided_at=row.decided_at,
        )


def explained(subject: str, value: Mapping[str, Any] | None) -> str:
    """What a learned value does, in one sentence.

    >>> explained("terms", {"days": 14, "discounts": []})
    'Where a document states no due date, it is due 14 days after its date.'
    """
    if value is None:
        return "Taken back: nothing of this kind is proposed any more."
    if subject.startswith(PLACE):
        return _placed(subject.removeprefix(PLACE), value)
    if subject == Taught.ACCOUNTS:
        account = value.get("account", "that of the same text")
        return f"Lines without an account are proposed on {account}."
    if subject == Taught.SPLIT:
        return f"The only line of a rate is split into {len(value['parts'])} parts."
    if subject == Taught.ALIAS:
        names = ", ".join(value["names"])
        return f"Documents of {names} at the vendor's account are its own."
    days = f"it is due {value['days']} days after its date."
    return f"Where a document states no due date, {days}"


def _placed(name: str, value: Mapping[str, Any]) -> str:
    where = {"beside": "behind", "above": "below"}.get(value["side"])
    if where is None:
        return f"{name} is read at this spot of the page."
    return f"{name} is read {where} the words '{value['label']}'."
