"""The base of every table: one metadata, one way to name constraints."""

from typing import ClassVar

from sqlalchemy import MetaData
from sqlmodel import SQLModel

_NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}


class Table(SQLModel):
    """A row of the database, every key of which begins with the tenant.

    Migrations say `text`, `timestamptz` and `bigint`; here that is `str`, `datetime` and
    `int` with `sa_type=BigInteger`.
    """

    metadata: ClassVar[MetaData] = MetaData(naming_convention=_NAMES)
