"""JSON bodies as they were meant: decimals stay decimals, what cannot be stored is refused."""

import json
import re
from collections.abc import Callable, Coroutine
from decimal import Decimal
from typing import Any, NoReturn

from fastapi import HTTPException, Request, Response
from fastapi.routing import APIRoute
from starlette.types import Message, Receive

from api.settings import Settings

# No amount, rate or measure comes near. Beyond, a few bytes stand for a number that costs
# minutes and gigabytes as soon as it is written out.
_LONGEST_NUMBER = 400
_LARGEST_EXPONENT = 300
# Only what is escaped like this, or a NUL itself, can become a text that cannot be stored.
_UNSTORABLE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])|\0")


class ExactRequest(Request):
    """A request whose JSON numbers are never floats."""

    async def json(self) -> Any:
        """Parse the body once."""
        if not hasattr(self, "_json"):
            self._json = parsed(await self.body())
        return self._json


class ExactRoute(APIRoute):
    """A route that reads its body exactly; every router uses it."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Hand the endpoint an exact request."""
        handle = super().get_route_handler()

        async def exact(request: Request) -> Response:
            return await handle(ExactRequest(request.scope, limited(request)))

        return exact


def limited(request: Request) -> Receive:
    """Stop reading a body at its limit (BOUNDED), whatever its length was said to be."""
    settings: Settings = request.app.state.settings
    is_form = request.headers.get("content-type", "").startswith("multipart/")
    left = settings.max_upload_bytes if is_form else settings.max_body_bytes

    async def receive() -> Message:
        nonlocal left
        message = await request.receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise HTTPException(413, "The body is too large.")
        return message

    return receive


def parsed(body: bytes) -> Any:
    """JSON value of a body, else `JSONDecodeError`.

    >>> parsed(b'{"amount": 12345678901.23}')
    {'amount': Decimal('12345678901.23')}
    """
    try:
        text = body.decode()
        value = json.loads(text, parse_float=_number, parse_constant=_refuse)
        if _UNSTORABLE.search(text):
            _check_text(value)
    except json.JSONDecodeError:
        raise
    except (ValueError, RecursionError) as error:
        raise json.JSONDecodeError("unreadable", "", 0) from error
    return value


def _check_text(value: object) -> None:
    """Refuse NUL and lone surrogates, which no database text can hold."""
    if isinstance(value, str) and ("\0" in value or _is_lone(value)):
        raise json.JSONDecodeError("text with NUL or a lone surrogate", "", 0)
    if isinstance(value, dict):
        for key, item in value.items():
            _check_text(key)
            _check_text(item)
    if isinstance(value, list):
        for item in value:
            _check_text(item)


def _is_lone(value: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in value)


def _number(text: str) -> Decimal:
    """Exact value of a number of bearable length and size (BOUNDED)."""
    if len(text) > _LONGEST_NUMBER:
        raise ValueError("a number with too many digits")
    value = Decimal(text)
    if value and abs(value.adjusted()) > _LARGEST_EXPONENT:
        raise ValueError("a number beyond reason")
    return value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON number")
