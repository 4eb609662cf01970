"""Files that never change under their address: styles, scripts, the font."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from fastapi import APIRouter, Request, Response

from api.pages import browser
from domain.errors import NotFound

router = APIRouter(include_in_schema=False)
_KINDS = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "woff2": "font/woff2",
    "svg": "image/svg+xml",
}
_PACKED = {"css", "js", "svg"}
_FOR_EVER = "public, max-age=31536000, immutable"
_DIGEST = 12


@dataclass(frozen=True, slots=True)
class _File:
    """One file, as it is and packed."""

    kind: str
    content: bytes
    packed: bytes | None
    digest: str


@router.get("/static/{digest}/{name}")
def show_file(digest: str, name: str, request: Request) -> Response:
    """One of our files; the digest in its address makes a new version a new address."""
    known = _known().get(name)
    if known is None or digest != known.digest:
        raise NotFound("There is no such file.")
    headers = {"Cache-Control": _FOR_EVER, "Vary": "Accept-Encoding"}
    if known.packed is not None and browser.takes_gzip(request):
        headers["Content-Encoding"] = "gzip"
        return Response(known.packed, headers=headers, media_type=known.kind)
    return Response(known.content, headers=headers, media_type=known.kind)


def address(name: str) -> str:
    """Where a file is."""
    return f"/static/{_known()[name].digest}/{name}"


@cache
def _known() -> dict[str, _File]:
    found = {}
    for each in files("api.pages").joinpath("static").iterdir():
        ending = each.name.rpartition(".")[2]
        if ending in _KINDS:
            found[each.name] = _file(ending, each.read_bytes())
    style = found["pages.css"]
    # A style sheet finds the font beside it, under the address of its own version.
    font = f"/static/{found['inter-latin.woff2'].digest}/inter-latin.woff2".encode()
    found["pages.css"] = _file("css", style.content.replace(b"inter-latin.woff2", font))
    return found


def _file(ending: str, content: bytes) -> _File:
    packed = gzip.compress(content, 9, mtime=0) if ending in _PACKED else None
    digest = hashlib.sha256(content).hexdigest()[:_DIGEST]
    return _File(_KINDS[ending], content, packed, digest)
