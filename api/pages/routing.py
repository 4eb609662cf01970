"""A route that answers people: what is refused becomes a page, and browsers are told the rules."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from api.http import errors
from api.http.json_bodies import limited, most_of
from api.pages import browser, templating
from api.pages.visit import SECRET, NotSignedIn, Visit, language_of, party_of, visiting
from domain.errors import DomainError, InvalidInput, NotFound

_SEE_OTHER = 303
_RESUMED = 100_000


class PageRoute(APIRoute):
    """Every page's route."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Answer a person."""
        handle = super().get_route_handler()
        most = most_of(self.endpoint)

        async def answer(request: Request) -> Response:
            bounded = Request(request.scope, limited(request, most))
            try:
                found = await handle(bounded)
            except NotSignedIn:
                found = await _to_the_gate(bounded)
            except Exception as error:  # noqa: BLE001 (the last net under every page)
                found = await _refused(request, error)
            return browser.dressed(request, found)

        return answer


def see(address: str) -> Response:
    """Send a browser on, so that a reload asks for the page and not for the order again."""
    return RedirectResponse(address, _SEE_OTHER)


def is_ours(address: str) -> bool:
    r"""Whether an address leads to a page of this site and nowhere else.

    Browsers leave out tabs and line breaks before they read an address.

    >>> is_ours("/inbox?q=x"), is_ours("//evil.example"), is_ours("https://evil.example")
    (True, False, False)
    >>> is_ours("/\t/evil.example"), is_ours("/\n/evil.example"), is_ours("/\\evil.example")
    (False, False, False)
    """
    is_path = address.startswith("/") and not address.startswith(("//", "/\\"))
    return is_path and address.isprintable()


async def _to_the_gate(request: Request) -> Response:
    """Ask to sign in, and keep what was typed into a form."""
    if request.headers.get("hx-request"):
        # A script that looks ahead hears no more; what was typed stays until it is sent.
        return Response(status_code=401)
    address = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if request.method == "GET":
        if request.headers.get("sec-fetch-site") == "cross-site":
            # A strict cookie stays at home when a link of a letter is followed: once more, by us.
            language = language_of(request, "DE")
            return templating.gate(request, language, "again.html", {"address": address})
        return see(f"/login?next={quote(address)}" if address != "/" else "/login")
    kept = "" if browser.is_stranger(request) else await _typed(request)
    return card(request, {"next": address, "kept": kept, "has_ended": True}, 401)


def card(request: Request, facts: Mapping[str, object], status: int = 200) -> Response:
    """The one card of the gate; `facts` say why one is here."""
    known = {"next": "/", "kept": "", "email": "", "refusal": None, "retry_after": None}
    silent = {"has_ended": False, "note": None, "passkeys": party_of(request).is_possible}
    language = language_of(request, "DE")
    return templating.gate(request, language, "login.html", {**known, **silent, **facts}, status)


async def _typed(request: Request) -> str:
    """What a form held, to be offered again after the login; files cannot be kept."""
    form = await request.form()
    fields = [(k, v) for k, v in form.multi_items() if isinstance(v, str) and k not in SECRET]
    text = urlencode(fields)
    return text if len(text) <= _RESUMED else ""


async def _refused(request: Request, error: Exception) -> Response:
    refusal = _refusal(error)
    await errors.note(request, refusal)
    return await run_in_threadpool(shown, request, refusal)


def _refusal(error: Exception) -> DomainError:
    if isinstance(error, RequestValidationError):
        wrong = {str(each["loc"][0]) for each in error.errors()}
        return NotFound("There is no such page.") if "path" in wrong else InvalidInput("", "form")
    if isinstance(error, HTTPException):
        return InvalidInput("", str(error.detail))
    return errors.refusal_of(error)


def shown(request: Request, refusal: DomainError) -> HTMLResponse:
    """The page that tells a refusal, or its piece where a script asked."""
    visit = _known(request)
    language = visit.language if visit else language_of(request, "DE")
    status = errors.status_of(refusal)
    facts = {
        "code": refusal.code,
        "fields": refusal.fields,
        "request_id": getattr(request.state, "request_id", ""),
        "retry_after": refusal.context.get("retry_after"),
        "status": status,
        "is_order": request.method not in {"GET", "HEAD"},
    }
    if request.headers.get("hx-request"):
        return templating.gate(request, language, "refusal.html", facts, status)
    if visit is None:
        return templating.gate(request, language, "error_outside.html", facts, status)
    try:
        return templating.page(visit, "error.html", facts, status=status)
    except Exception:  # noqa: BLE001 (the database may be what is away)
        return templating.gate(request, language, "error_outside.html", facts, status)


def _known(request: Request) -> Visit | None:
    try:
        return visiting(request)
    except Exception:  # noqa: BLE001 (as above; an error page must not break)
        return None
