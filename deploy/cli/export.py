"""`belegfluss export`: the whole journal of a company as plain text."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, BinaryIO
from uuid import UUID

import typer

from deploy.cli.console import database
from domain.database.session import read_session
from domain.dates import DateRange
from domain.formats.beancount import Beancount
from domain.formats.hledger import Hledger
from domain.formats.plain_text import Form
from domain.ledger.export_views import lines

_DAY = ["%Y-%m-%d"]


class Format(StrEnum):
    """Programs that read the file."""

    BEANCOUNT = "beancount"
    HLEDGER = "hledger"


_FORMS: dict[Format, Form] = {Format.BEANCOUNT: Beancount(), Format.HLEDGER: Hledger()}


def export(
    tenant: Annotated[UUID, typer.Argument(help="Id of the tenant")],
    form: Annotated[Format, typer.Option("--format", help="Program that shall read it")],
    output: Annotated[
        Path | None, typer.Option(dir_okay=False, help="File to write, else standard output")
    ] = None,
    first: Annotated[
        datetime | None, typer.Option("--from", formats=_DAY, help="First booking date")
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", formats=_DAY, help="Last booking date")
    ] = None,
) -> None:
    """Write the whole journal as plain text for beancount or hledger, as it is at this moment.

    Between two dates it holds the bookings of these days alone; nothing is carried forward.
    """
    with database(tenant) as bind, read_session(bind, tenant) as session, _opened(output) as file:
        days = DateRange(_day(first) or date.min, _day(last) or date.max)
        for line in lines(session, _FORMS[form], days):
            file.write(line.encode())


def _day(at: datetime | None) -> date | None:
    return at.date() if at else None


@contextmanager
def _opened(path: Path | None) -> Iterator[BinaryIO]:
    """Standard output, or a file that bears its name only once it is complete."""
    if path is None:
        yield typer.get_binary_stream("stdout")
        return
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
