"""JSON bodies as they were meant: decimals stay decimals, what cannot be stored is refused."""

import json
import re
from collections.abc import Callable, Coroutine
from decimal import Decimal
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any, NoReturn, TypeVar

from fastapi import HTTPException, Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.types import Message, Receive

from api.http.packed import packed
from api.settings import Settings
from domain.errors import DomainError, InvalidInput, TooLarge
from domain.plain_text import UNSEEN, unseen_in

# No amount, rate or measure comes near. Beyond, a few bytes stand for a number that costs
# minutes and gigabytes as soon as it is written out.
_LONGEST_NUMBER = 400
_LARGEST_EXPONENT = 300
_MOST_BYTES = "most_bytes"
_Endpoint = TypeVar("_Endpoint", bound=Callable[..., Any])
# Only what is written or escaped like this can become a text that is refused.
_SUSPECT = re.compile(
    rf"\\u(?:00[01789]|20[026]|feff|[dD][89a-fA-F])|\\[bf]|[{UNSEEN}]", re.IGNORECASE
)


class PayloadTooLarge(TooLarge):
    """The body has more bytes than are taken."""

    def __init__(self) -> None:
        super().__init__("The body is too large.")


class BodyRefused(HTTPException):
    """A refusal from where a body is read: the framework lets only its own errors through."""

    def __init__(self, refusal: DomainError, status: int = 400) -> None:
        super().__init__(status, refusal.message)
        self.refusal = refusal


class ExactRequest(Request):
    """A request whose JSON numbers are never floats."""

    async def json(self) -> Any:
        """Parse the body once."""
        if not hasattr(self, "_json"):
            self._json = parsed(await self.body())
        return self._json


class ExactRoute(APIRoute):
    """A route that reads its body exactly; every router uses it.

    A `def` handler gets its thread here: to one that is none of ours, the framework would give a
    second one in which to look at what the first has answered.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **named: Any) -> None:
        super().__init__(path, _in_thread(endpoint), **named)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Hand the endpoint an exact request."""
        handle = super().get_route_handler()
        most = most_of(self.endpoint)

        async def exact(request: Request) -> Response:
            answer = await handle(ExactRequest(request.scope, limited(request, most)))
            return await packed(request, answer)

        return exact


def _in_thread(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    if iscoroutinefunction(endpoint):
        return endpoint

    @wraps(endpoint)
    async def handle(**named: Any) -> Any:
        return await run_in_threadpool(endpoint, **named)

    return handle


def is_json(request: Request) -> bool:
    """Whether a body is said to be JSON, as the framework takes it."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    main, _, sub = kind.partition("/")
    return main == "application" and (sub == "json" or sub.endswith("+json"))


def takes_up_to(most: int) -> Callable[[_Endpoint], _Endpoint]:
    """Let an endpoint take a form of this many bytes instead of what is usual."""

    def mark(endpoint: _Endpoint) -> _Endpoint:
        setattr(endpoint, _MOST_BYTES, most)
        return endpoint

    return mark


def most_of(endpoint: Callable[..., Any]) -> int | None:
    """Bytes of a form that an endpoint takes, where it has a limit of its own."""
    most: int | None = getattr(endpoint, _MOST_BYTES, None)
    return most


def limited(request: Request, most: int | None = None) -> Receive:
    """Stop reading a body at its limit (BOUNDED), whatever its length was said to be.

    `most` in bytes stands for the limit of a form where an endpoint has its own.
    """
    settings: Settings = request.app.state.settings
    is_form = request.headers.get("content-type", "").startswith("multipart/")
    left = (most or settings.max_upload_bytes) if is_form else settings.max_body_bytes

    async def receive() -> Message:
        nonlocal left
        message = await request.receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise BodyRefused(PayloadTooLarge(), 413)
        return message

    return receive


def parsed(body: bytes) -> Any:
    """JSON value of a body, else `JSONDecodeError`.

    >>> parsed(b'{"amount": 12345678901.23}')
    {'amount': Decimal('12345678901.23')}
    """
    try:
        text = body.decode()
        value = json.loads(
            text, parse_float=_number, parse_constant=_refuse, object_pairs_hook=_object
        )
        if _SUSPECT.search(text):
            _check_text(value, "")
    except json.JSONDecodeError:
        raise
    except (ValueError, RecursionError) as error:
        raise json.JSONDecodeError("unreadable", "", 0) from error
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; one in which a key stands twice says two things, and readers differ in which."""
    made = dict(pairs)
    if len(made) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise BodyRefused(InvalidInput("", f"holds the key {twice[:50]!r} twice in one object"))
    return made


def _check_text(value: object, pointer: str) -> None:
    """Refuse lone surrogates, which no database text can hold, and what is not seen in a text."""
    if isinstance(value, str):
        if _is_lone(value):
            raise json.JSONDecodeError("text with a lone surrogate", "", 0)
        unseen = unseen_in(value)
        if unseen is not None:
            raise BodyRefused(InvalidInput(pointer, f"holds {unseen}, which cannot be seen"))
    if isinstance(value, dict):
        for key, item in value.items():
            _check_text(key, pointer)
            _check_text(item, f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}")
    if isinstance(value, list):
        for at, item in enumerate(value):
            _check_text(item, f"{pointer}/{at}")


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
