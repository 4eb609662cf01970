"""The limit that POST /v1/bookings is held against: an ASGI application with one call in it.

It makes the same function call on the same server, with the same work every time but for the
ids, and knows no credential, key, validation, rule or log. `BARE_WORKS` names a file with one
prepared call a line, each for another company.
"""

import itertools
import os
from pathlib import Path
from typing import Any
from uuid import uuid4

from psycopg_pool import AsyncConnectionPool

PLACE = "00000000-0000-4000-8000-000000000000"
"""Stands for the ids in a prepared call."""

_CALL = "SELECT post_intents(%s::jsonb)"
_HEADERS = [(b"content-type", b"application/json")]


class Bare:
    """The application."""

    def __init__(self) -> None:
        works = Path(os.environ["BARE_WORKS"]).read_text(encoding="utf-8").splitlines()
        self._turn = itertools.cycle(works)
        self._pool = AsyncConnectionPool(
            os.environ["BARE_URL"], min_size=8, max_size=8, kwargs={"autocommit": True}, open=False
        )

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Answer every request with one posting."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        await receive()
        intent_id = str(uuid4())
        work = next(self._turn).replace(PLACE, intent_id)
        async with self._pool.connection() as connection:
            await (await connection.execute(_CALL, (work,), prepare=True)).fetchall()
        body = f'{{"intent_id":"{intent_id}","event_count":1}}'.encode()
        await send({"type": "http.response.start", "status": 201, "headers": _HEADERS})
        await send({"type": "http.response.body", "body": body})

    async def _live(self, receive: Any, send: Any) -> None:
        await receive()
        await self._pool.open()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._pool.close()
        await send({"type": "lifespan.shutdown.complete"})
