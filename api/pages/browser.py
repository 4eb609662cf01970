"""What every page says to a browser: what it may load, what it may keep, and packed small."""

import gzip

from fastapi import Request, Response

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
FRAMING = {"Content-Security-Policy": f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"}
"""What a page is told that holds another of ours."""
FRAMED = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY.replace(
        "frame-ancestors 'none'", "frame-ancestors 'self'"
    ),
    "X-Frame-Options": "SAMEORIGIN",
}
"""What the page in it is told; there is nothing on it that a click could do."""
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Frame-Options": "DENY",
    # `no-referrer` would also take the origin from forms, by which strangers' are told.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_LEAST_PACKED = 1024
_LEVEL = 5


def dressed(request: Request, answer: Response) -> Response:
    """The answer with what browsers are told of every page."""
    for name, value in _HEADERS.items():
        answer.headers.setdefault(name, value)
    answer.headers.setdefault("Cache-Control", "no-store")
    if answer.headers.get("content-type", "").startswith("text/html"):
        _pack(request, answer)
    return answer


def takes_gzip(request: Request) -> bool:
    """Whether the browser unpacks."""
    return "gzip" in request.headers.get("accept-encoding", "")


def is_stranger(request: Request) -> bool:
    """Whether a form was sent from another site than ours.

    Browsers say where a form comes from; what is no browser has no cookie that could be misused.
    """
    came_from = request.headers.get("sec-fetch-site")
    if came_from is not None:
        return came_from not in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is not None and origin.partition("://")[2] != request.headers.get("host")


def _pack(request: Request, answer: Response) -> None:
    body = bytes(getattr(answer, "body", b""))
    answer.headers["Vary"] = "Accept-Encoding, Cookie"
    if len(body) < _LEAST_PACKED or not takes_gzip(request):
        return
    answer.body = gzip.compress(body, _LEVEL)
    answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Content-Length"] = str(len(answer.body))
