"""What a process does when a worker lets go of it: nothing that waits."""

import ast
from collections.abc import Iterator
from pathlib import Path

import workflows

ALL = "BaseException", "GeneratorExit"


def test_nothing_is_awaited_on_the_way_out() -> None:
    """A coroutine that is closed may run anywhere, and whoever waits there ignores its end."""
    folder = Path(workflows.__file__).parent
    found = [
        f"{path.relative_to(folder)}:{each.lineno}"
        for path in sorted(folder.rglob("*.py"))
        for each in awaited_at_the_end(path.read_text())
    ]

    assert found == []


def test_what_waits_at_the_end_is_found() -> None:
    """Wherever it is closed: in a `finally`, and where everything is caught."""
    rest = "async def f():\n    try:\n        pass\n    {}:\n        await g()\n"
    for end in ("finally", "except BaseException", "except (OSError, GeneratorExit)", "except"):
        assert [each.lineno for each in awaited_at_the_end(rest.format(end))] == [5]
    assert not list(awaited_at_the_end(rest.format("except (Exception, CancelledError)")))


def awaited_at_the_end(source: str) -> Iterator[ast.Await]:
    """Each `await` that a closed coroutine comes by."""
    for each in ast.walk(ast.parse(source)):
        if not isinstance(each, ast.Try):
            continue
        ends = [*each.finalbody, *(handler for handler in each.handlers if catches_all(handler))]
        for end in ends:
            yield from (inner for inner in ast.walk(end) if isinstance(inner, ast.Await))


def catches_all(handler: ast.ExceptHandler) -> bool:
    """Whether a handler catches the end of a coroutine as well."""
    if handler.type is None:
        return True
    names = {each.id for each in ast.walk(handler.type) if isinstance(each, ast.Name)}
    return not names.isdisjoint(ALL)
