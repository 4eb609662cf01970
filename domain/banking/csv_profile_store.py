"""Layouts of CSV exports that a person of the tenant has mapped."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from domain.banking.rows import BankCsvProfileRow
from domain.database import audit
from domain.database.session import actor_of, tenant_of
from domain.errors import InvalidInput, NotFound
from domain.formats import bank_csv_profile
from domain.formats.bank_csv_profile import (
    COLUMNS,
    NEEDED,
    Profile,
    plain_name,
    profile_of,
    recognised,
)
from domain.ids import derived_id


class LayoutKnown(InvalidInput):
    """Files of this header are read already; a second meaning would change their amounts."""

    code = InvalidInput.code

    def __init__(self, known: Profile) -> None:
        super().__init__("/header", f"is read already as {known.bank}")
        self.context = {"format": known.bank}


def profiles(session: Session) -> list[Profile]:
    """The tenant's own layouts, by name."""
    return [profile_of(row.profile) for row in rows(session)]


def rows(session: Session) -> list[BankCsvProfileRow]:
    """The same as they are stored: with who mapped them and when."""
    query = select(BankCsvProfileRow).where(BankCsvProfileRow.tenant_id == tenant_of(session))
    return list(session.exec(query.order_by(col(BankCsvProfileRow.name))))


def keep(session: Session, name: str, facts: Mapping[str, object]) -> UUID:
    """Store a layout, or change the one of that name. Raises InvalidInput and LayoutKnown."""
    profile_id = derived_id("bank-csv-profile", tenant_of(session), name)
    profile = {"id": name, "bank": name, **facts}
    _check(profile_of(profile))
    _check_new(profile_of(profile), [each for each in profiles(session) if each.id != name])
    values = {"profile": profile, "created_by": actor_of(session).user_id}
    session.execute(
        insert(BankCsvProfileRow)
        .values(
            tenant_id=tenant_of(session),
            id=profile_id,
            name=name,
            created_at=datetime.now(UTC),
            **values,
        )
        .on_conflict_do_update(index_elements=["tenant_id", "id"], set_=values)
    )
    audit.record(session, "bank_csv_profile.kept", "bank_csv_profile", profile_id, after=profile)
    return profile_id


def remove(session: Session, profile_id: UUID) -> Profile:
    """Read no file by a layout any more; what was imported by it stays. Raises NotFound."""
    row = session.get(BankCsvProfileRow, (tenant_of(session), profile_id))
    if row is None:
        raise NotFound("There is no such layout.")
    before = dict(row.profile)
    session.delete(row)
    session.flush()
    audit.record(session, "bank_csv_profile.removed", "bank_csv_profile", profile_id, before=before)
    return profile_of(before)


def _check(profile: Profile) -> None:
    unknown = sorted(set(profile.columns) - COLUMNS)
    if unknown:
        raise InvalidInput("/columns", f"knows no {', '.join(unknown)}")
    if NEEDED[0] not in profile.columns:
        raise InvalidInput("/columns", "needs booking_date")
    sides = {"debit", "credit"} & set(profile.columns)
    if ("amount" in profile.columns) == bool(sides):
        raise InvalidInput("/columns", "needs amount, or debit and credit, and not both")
    names = Counter(plain_name(str(each)) for each in profile.columns.values())
    twice = [name for name, count in names.items() if count > 1]
    if twice:
        raise InvalidInput("/columns", f"{twice[0]} means two things")
    missing = [each for each in profile.columns.values() if each not in profile.header]
    if missing:
        raise InvalidInput("/header", f"lacks {missing[0]}")


def _check_new(profile: Profile, others: Sequence[Profile]) -> None:
    """Refuse a header that a built-in layout reads, or that another one of the tenant has."""
    found = recognised([profile.header], bank_csv_profile.profiles())
    if found is not None:
        raise LayoutKnown(found.profile)
    for other in others:
        if _names(other) == _names(profile):
            raise LayoutKnown(other)


def _names(profile: Profile) -> set[str]:
    return {plain_name(each) for each in profile.header}
