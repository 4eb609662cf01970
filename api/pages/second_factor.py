"""One's own second factor: set up with a square and a first code, renewed, switched off."""

import io
from typing import Any
from uuid import UUID

import segno
from fastapi import APIRouter, Response
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from api.http import errors, second_factors
from api.http.second_factors import Begun
from api.pages import templating
from api.pages.account import shown
from api.pages.routing import PageRoute, see
from api.pages.step_up import step_up
from api.pages.visit import FormDep, Visit, VisitDep, as_id
from domain.access import second_factor_store
from domain.access.second_factor import NoSecondFactor, SecondFactorOn, WrongCode
from domain.database.session import write_session
from domain.errors import DomainError

router = APIRouter(include_in_schema=False, route_class=PageRoute)


@router.post("/account/second-factor")
async def begin_second_factor(visit: VisitDep, form: FormDep) -> Response:
    """Make a secret (the password again), and show it once, as a square and as text."""
    return await run_in_threadpool(_begun, visit, form)


@router.post("/account/second-factor/confirm")
async def confirm_second_factor(visit: VisitDep, form: FormDep) -> Response:
    """Let it count after its first code, and show the codes for its loss, once."""
    return await run_in_threadpool(_confirmed, visit, form)


@router.post("/account/second-factor/codes")
async def renew_recovery_codes(visit: VisitDep, form: FormDep) -> Response:
    """Make new codes for the loss (a code again); the older ones end."""
    return await run_in_threadpool(_renewed, visit, form)


@router.post("/account/second-factor/end")
async def end_second_factor(visit: VisitDep, form: FormDep) -> Response:
    """Ask for no more codes (a code again)."""
    return await run_in_threadpool(_ended, visit, form)


def _begun(visit: Visit, form: FormData) -> Response:
    try:
        step_up(visit, form)
        with _writing(visit) as session:
            begun = second_factors.begin(session, visit.seal, visit.caller.user_id)
    except DomainError as refusal:
        return _refused(visit, refusal)
    return _square(visit, begun)


def _confirmed(visit: Visit, form: FormData) -> Response:
    factor_id = as_id(str(form.get("factor", ""))) or UUID(int=0)
    code = str(form.get("code", ""))[: second_factors.LONGEST]
    try:
        with _writing(visit) as session:
            codes = second_factors.confirmed(
                session, visit.seal, visit.caller.user_id, factor_id, code, visit.caller.token_hash
            )
    except WrongCode as refusal:
        waiting = visit.read(second_factors.waiting, visit.seal, visit.caller.user_id, factor_id)
        return _square(visit, waiting, refusal)
    except SecondFactorOn:
        # Sent twice: the codes were shown by the first answer, and are kept nowhere.
        return shown(visit, {"factor_note": "told"})
    except DomainError as refusal:
        return _refused(visit, refusal)
    return _codes(visit, codes)


def _renewed(visit: Visit, form: FormData) -> Response:
    try:
        step_up(visit, form)
        with _writing(visit) as session:
            codes = second_factor_store.renew_codes(session, visit.caller.user_id)
    except DomainError as refusal:
        return _refused(visit, refusal)
    return _codes(visit, codes)


def _ended(visit: Visit, form: FormData) -> Response:
    try:
        step_up(visit, form)
        with _writing(visit) as session:
            second_factor_store.end(session, visit.caller.user_id)
    except NoSecondFactor:
        return see("/account")  # sent twice
    except DomainError as refusal:
        return _refused(visit, refusal)
    return see("/account")


def _writing(visit: Visit) -> Any:
    return write_session(visit.engine, visit.caller.tenant_id, visit.caller.actor)


def _refused(visit: Visit, refusal: DomainError) -> Response:
    return shown(visit, {"factor_refusal": refusal}, errors.status_of(refusal))


def _square(visit: Visit, begun: Begun, refusal: DomainError | None = None) -> Response:
    facts = {"begun": begun, "square": _drawn(begun.address), "codes": None, "refusal": refusal}
    status = errors.status_of(refusal) if refusal else 200
    return templating.page(visit, "account_second_factor.html", facts, status=status)


def _codes(visit: Visit, codes: list[str]) -> Response:
    facts = {"begun": None, "square": None, "codes": codes, "refusal": None}
    return templating.page(visit, "account_second_factor.html", facts)


def _drawn(address: str) -> Markup:
    """The square as SVG, with classes and no style: black on white in the dark, too."""
    drawn = io.BytesIO()
    code = segno.make_qr(address, error="m")
    code.save(
        drawn, kind="svg", xmldecl=False, svgns=False, omitsize=True, svgclass="qr",
        lineclass="qr-line", border=4,
    )  # fmt: skip
    return Markup(drawn.getvalue().decode())  # noqa: S704 (made of squares by a library)
