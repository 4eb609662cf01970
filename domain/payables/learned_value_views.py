"""Reads what people's corrections taught of vendors: what is in force, and all before it."""

from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy
from sqlalchemy import Uuid, bindparam
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import Session, col, func, select

from domain.database.plain import TENANT, rows_of
from domain.database.session import tenant_of
from domain.payables.learned_value import PLACE, LearnedValue, Taught
from domain.payables.rows import VendorLearnedValueRow
from domain.reading.places import Place

_MOST = 500


def versions(session: Session, vendor_id: UUID) -> Sequence[VendorLearnedValueRow]:
    """What was learned of a vendor and taken back, the latest first; 500 of `count`."""
    return session.exec(
        select(VendorLearnedValueRow)
        .where(
            VendorLearnedValueRow.tenant_id == tenant_of(session),
            VendorLearnedValueRow.vendor_id == vendor_id,
        )
        .order_by(
            col(VendorLearnedValueRow.decided_at).desc(),
            col(VendorLearnedValueRow.subject),
            col(VendorLearnedValueRow.version).desc(),
        )
        .limit(_MOST)
    ).all()


def count(session: Session, vendor_id: UUID) -> int:
    """How many versions there are of all that was learned of a vendor."""
    return session.exec(
        select(func.count())
        .select_from(VendorLearnedValueRow)
        .where(
            VendorLearnedValueRow.tenant_id == tenant_of(session),
            VendorLearnedValueRow.vendor_id == vendor_id,
        )
    ).one()


def latest(session: Session, vendor_id: UUID) -> dict[str, VendorLearnedValueRow]:
    """The latest version of each subject, taken back or not."""
    rows = session.exec(
        select(VendorLearnedValueRow)
        .where(
            VendorLearnedValueRow.tenant_id == tenant_of(session),
            VendorLearnedValueRow.vendor_id == vendor_id,
        )
        .order_by(col(VendorLearnedValueRow.subject), col(VendorLearnedValueRow.version).desc())
        .ext(distinct_on(col(VendorLearnedValueRow.subject)))
    )
    return {row.subject: row for row in rows}


def in_force(session: Session, vendor_id: UUID | None) -> dict[str, LearnedValue]:
    """What is learned of a vendor, by subject; nothing where there is no vendor."""
    if vendor_id is None:
        return {}
    return {
        name: LearnedValue(name, value, document_id, decided_at.date())
        for name, value, document_id, decided_at in rows_of(
            session, _in_force_query(), vendor=vendor_id
        )
        if value is not None
    }


def aliases(session: Session, vendor_ids: Sequence[UUID]) -> dict[UUID, tuple[str, ...]]:
    """Other names under which documents of vendors come, as people have said."""
    rows = session.exec(
        select(VendorLearnedValueRow)
        .where(
            VendorLearnedValueRow.tenant_id == tenant_of(session),
            col(VendorLearnedValueRow.vendor_id).in_(vendor_ids),
            VendorLearnedValueRow.subject == Taught.ALIAS.value,
        )
        .order_by(col(VendorLearnedValueRow.vendor_id), col(VendorLearnedValueRow.version).desc())
        .ext(distinct_on(col(VendorLearnedValueRow.vendor_id)))
    )
    return {row.vendor_id: tuple(row.value["names"]) for row in rows if row.value is not None}


@cache
def _in_force_query() -> Any:
    """Built once: to build a query takes longer than to ask it."""
    row = VendorLearnedValueRow
    subject = col(row.subject)
    return (
        sqlalchemy.select(subject, col(row.value), col(row.document_id), col(row.decided_at))
        .where(
            col(row.tenant_id) == TENANT,
            col(row.vendor_id) == bindparam("vendor", type_=Uuid()),
        )
        .order_by(subject, col(row.version).desc())
        .ext(distinct_on(subject))
    )


def places(session: Session, vendor_id: UUID | None) -> dict[str, Place]:
    """Where people found values on earlier documents of a vendor, by field."""
    return {
        name.removeprefix(PLACE): Place.from_json(learned.value)
        for name, learned in in_force(session, vendor_id).items()
        if name.startswith(PLACE)
    }
