"""What a view asks of the database, and how many rows that looks at: the form of a list."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, event, text
from sqlmodel import Session

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Asked:
    """One statement as it was sent."""

    statement: str
    parameters: Any


@dataclass(frozen=True, slots=True)
class Scan:
    """A table or index that a plan reads, and how many rows of it."""

    table: str
    rows: int


@contextmanager
def asked(session: Session) -> Iterator[list[Asked]]:
    """Statements of a session while the block runs, in order."""
    with asked_of(session.connection()) as found:
        yield found


@contextmanager
def asked_of(bind: Connection | Engine | type[Engine]) -> Iterator[list[Asked]]:
    """Statements of a connection, of an engine or of all of them while the block runs."""
    found: list[Asked] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        found.append(Asked(statement, parameters))

    event.listen(bind, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(bind, "before_cursor_execute", note)


def scans(session: Session, view: Callable[[Session], _T]) -> list[list[Scan]]:
    """What each statement of a view read, in order; the view is read once, then explained."""
    with asked(session) as found:
        view(session)
    # Tables of a test are small: they would be read whole, whatever the plan of a large one.
    session.execute(text("SET LOCAL enable_seqscan = off"))
    return [
        list(_scans(_plan(session, each)))
        for each in found
        if each.statement.lstrip().upper().startswith(("SELECT", "WITH"))
    ]


def calls(session: Session, view: Callable[[Session], _T], function: str) -> int:
    """How often the statements of a view run a function for its rows."""
    with asked(session) as found:
        view(session)
    named = [each for each in found if function in each.statement]
    return sum(_calls(_plan(session, each), function) for each in named)


def _calls(node: dict[str, Any], function: str) -> int:
    own = round(node["Actual Loops"]) if node.get("Function Name") == function else 0
    return own + sum(_calls(child, function) for child in node.get("Plans", ()))


def _plan(session: Session, one: Asked) -> dict[str, Any]:
    explained = f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {one.statement}"
    (row,) = session.connection().exec_driver_sql(explained, one.parameters).all()
    told = row[0] if isinstance(row[0], list) else json.loads(row[0])
    plan: dict[str, Any] = told[0]["Plan"]
    return plan


def _scans(node: dict[str, Any]) -> Iterator[Scan]:
    if "Relation Name" in node:
        read = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
        yield Scan(node["Relation Name"], round(read * node["Actual Loops"]))
    for child in node.get("Plans", ()):
        yield from _scans(child)
