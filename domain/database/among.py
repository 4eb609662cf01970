"""Asks for many ids by one parameter: a list of hundreds would be compiled each time."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Uuid, any_, bindparam, cast
from sqlalchemy.types import NullType


def among(column: Any, ids: Iterable[UUID]) -> ColumnElement[bool]:
    """Whether a column is one of some ids.

    The parameter has no type of its own, so that the server reads the ids once, as an array; a
    text that is cast to one is read again for each row of a scan.
    """
    given = bindparam(None, array(ids), type_=NullType(), unique=True)
    found: ColumnElement[bool] = column == any_(cast(given, ARRAY(Uuid)))
    return found


def array(ids: Iterable[UUID]) -> str:
    """Ids as the text of an array, which is written in a tenth of the time that a list takes.

    >>> array([UUID(int=1), UUID(int=2)])
    '{00000000000000000000000000000001,00000000000000000000000000000002}'
    """
    return f"{{{','.join([each.hex for each in ids])}}}"
