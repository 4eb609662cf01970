"""Dependencies that wait for nothing, called where they stand: the framework would take a thread.

For a `def` it cannot know better, and a thread for each name of a handler costs more than what the
handler asks of the database. What does wait, for the database above all, stays a plain `Depends`.
"""

from collections.abc import Callable, Coroutine
from functools import cache, wraps
from typing import Any

from fastapi import Depends


def at_once(make: Callable[..., object]) -> Any:
    """A dependency on what a function or a class makes of what it asks for, without waiting."""
    return Depends(_called(make))


@cache
def _called(make: Callable[..., object]) -> Callable[..., Coroutine[Any, Any, object]]:
    """The same for all who ask: a request has it made once."""

    @wraps(make)
    async def called(*args: object, **named: object) -> object:
        return make(*args, **named)

    return called
