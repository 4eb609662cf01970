"""Answers packed small for who unpacks them: lists of a company's books are long and alike."""

import gzip

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

_LEAST = 1024
_LEVEL = 5
_ASIDE = 64 * 1024
"""From this many bytes on, others are answered meanwhile."""


def takes_gzip(request: Request) -> bool:
    """Whether the caller unpacks.

    >>> takes_gzip(Request({"type": "http", "headers": [(b"accept-encoding", b"gzip, br")]}))
    True
    """
    return "gzip" in request.headers.get("accept-encoding", "")


async def packed(request: Request, answer: Response) -> Response:
    """The same answer; a long one as gzip where the caller unpacks. What streams stays as it is."""
    body = bytes(getattr(answer, "body", b""))
    kind = answer.headers.get("content-type", "")
    if len(body) < _LEAST or "json" not in kind or "content-encoding" in answer.headers:
        return answer
    answer.headers.append("Vary", "Accept-Encoding")
    if not takes_gzip(request):
        return answer
    if len(body) < _ASIDE:
        answer.body = gzip.compress(body, _LEVEL)
    else:
        answer.body = await run_in_threadpool(gzip.compress, body, _LEVEL)
    answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Content-Length"] = str(len(answer.body))
    return answer
