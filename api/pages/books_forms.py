"""What is added to the books by a form: a reversal, own accounts, own tax codes, bank accounts."""

from typing import Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID, uuid4

from fastapi import APIRouter, Response
from pydantic import BaseModel, ValidationError
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from api.pages import journal, settings, templating, typed
from api.pages.orders import carried_out
from api.pages.routing import PageRoute, see
from api.pages.span import Span
from api.pages.typed import Mistyped
from api.pages.visit import FormDep, Visit, VisitDep
from api.schemas.accounts import AccountIn
from api.schemas.bank_accounts import BankAccountIn
from api.schemas.tax_codes import TaxCodeIn
from domain.banking import alias_store, bank_views, statement_store
from domain.errors import DomainError, FieldError, InvalidInput, NotFound
from domain.ledger import account_store, account_views, chart_store, tax_code_store
from domain.transactions import reversal_store

router = APIRouter(include_in_schema=False, route_class=PageRoute)

_REASON = 500
_MOST_ACCOUNTS = 10_000
_Body = TypeVar("_Body", bound=BaseModel)


@router.post("/journal/{intent_id}/reverse")
async def reverse_intent(intent_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """Mirror an intent in a new one, with the reason; nothing is ever deleted."""
    visit.need("journal:write")
    reason = " ".join(str(form.get("reason", "")).split())[:_REASON]

    def act(session: Session) -> dict[str, Any]:
        if not reason:
            raise InvalidInput("/reason", "is missing")
        posted = reversal_store.reverse(
            session,
            intent_id,
            today=visit.today,
            in_original_period=form.get("mode") == "original_period",
            reason=reason,
        )
        return {"intent_id": str(posted.intent_id)}

    try:
        done = await visit.once(f"pages.journal.reverse.{intent_id}", form, act)
    except DomainError as refusal:
        if refusal.code == "NOT_FOUND":
            raise
        told = {"refusal": refusal, "reason": reason}
        return await run_in_threadpool(journal.shown, visit, intent_id, told, 409)
    return see(f"/journal/{done['intent_id']}")


@router.post("/accounts")
async def add_account(visit: VisitDep, form: FormDep) -> Response:
    """Add an account of one's own to the chart."""
    visit.need("config:write")
    names = ("number", "name", "type")
    told = _typed(form, *names)

    def act(session: Session) -> dict[str, Any]:
        body = body_of(AccountIn, _filled(form, *names))
        return {
            "number": chart_store.add_account(
                session, visit.caller.tenant_id, body.account()
            ).number
        }

    return await carried_out(
        visit, form, "pages.accounts.add", act, f"/accounts?{urlencode({'q': told['number'][:8]})}",
        lambda refusal: journal.chart(visit, "", {"refusal": refusal, "typed": told}, 409),
    )  # fmt: skip


@router.post("/accounts/{number}/{order}")
async def turn_account(number: str, order: str, visit: VisitDep, form: FormDep) -> Response:
    """Take an account out of use, or back."""
    visit.need("config:write")
    turn = {"deactivate": account_store.deactivate, "activate": account_store.activate}.get(order)
    if turn is None:
        raise NotFound("There is no such page.")

    def act(session: Session) -> dict[str, Any]:
        return {"number": turn(session, number[:8]).number}

    return await carried_out(
        visit, form, f"pages.accounts.{order}.{number[:8]}", act, f"/accounts/{number[:8]}",
        lambda refusal: journal.sheet(
            visit, number[:8], Span(None, None), None, {"refusal": refusal}, 409
        ),
    )  # fmt: skip


@router.post("/settings/tax-codes")
async def add_tax_code(visit: VisitDep, form: FormDep) -> Response:
    """Create a tax code of one's own, as the API does."""
    visit.need("config:write")
    names = ("code", "label", "rate", "vat_account", "self_assess_account", "reports_as")
    told = _typed(form, *names)

    def act(session: Session) -> dict[str, Any]:
        facts = _filled(form, *names)
        facts["rate"] = _percent(visit, str(form.get("rate", "")))
        body = body_of(TaxCodeIn, facts)
        return {"code": tax_code_store.create(session, body.tax_code(), body.description).code}

    return await carried_out(
        visit, form, "pages.tax_codes.add", act, "/settings/tax-codes",
        lambda refusal: settings.tax_codes(visit, {"refusal": refusal, "typed": told}),
    )  # fmt: skip


@router.get("/bank/accounts/new")
def ask_for_bank_account(visit: VisitDep) -> Response:
    """The form for a bank account."""
    visit.need("bank:write")
    return _bank_form(visit, {})


@router.post("/bank/accounts")
async def open_bank_account(visit: VisitDep, form: FormDep) -> Response:
    """Open a bank account on an asset account that there is."""
    visit.need("bank:write")
    names = ("name", "iban", "bic", "account_number", "alias")

    def act(session: Session) -> dict[str, Any]:
        facts = _filled(form, *names)
        alias = facts.pop("alias", None)
        body = body_of(BankAccountIn, facts | {"aliases": [alias] if alias else []})
        account_id = uuid4()
        statement_store.open_account(session, account_id, body.account())
        for each in body.aliases:
            alias_store.keep(session, account_id, each)
        return {"id": str(account_id)}

    return await carried_out(
        visit, form, "pages.bank.open", act, "/bank",
        lambda refusal: _bank_form(visit, {"refusal": refusal, "typed": _typed(form, *names)}, 409),
    )  # fmt: skip


def _bank_form(visit: Visit, more: dict[str, Any], status: int = 200) -> Response:
    free = visit.read(_free_accounts)
    facts = {"at": "b", "free": free, "refusal": None, "typed": None, **more}
    return templating.page(visit, "bank_new.html", facts, status=status)


def _free_accounts(session: Session) -> list[Any]:
    """Asset accounts that are no bank account yet."""
    taken = {each.account.account_number for each in bank_views.accounts(session)}
    found, _ = account_views.page(session, limit=_MOST_ACCOUNTS, offset=0)
    return [each for each in found if each.type == "asset" and each.number not in taken]


def body_of(model: type[_Body], facts: dict[str, Any]) -> _Body:
    """What was typed, held against the API's own body. Raises InvalidInput, with each field."""
    try:
        return model.model_validate(facts)
    except ValidationError as error:
        fields = tuple(
            FieldError("/" + "/".join(str(part) for part in each["loc"]), each["msg"])
            for each in error.errors(include_url=False, include_input=False)
        )
        raise InvalidInput.restored(
            "; ".join(each.detail for each in fields), fields, {}
        ) from error


def _filled(form: FormData, *names: str) -> dict[str, Any]:
    """Fields that hold something."""
    return {name: text for name, text in _typed(form, *names).items() if text}


def _typed(form: FormData, *names: str) -> dict[str, str]:
    return {name: str(form.get(name, "")).strip()[:300] for name in names}


def _percent(visit: Visit, text: str) -> str | None:
    """A rate as the API takes it. Raises InvalidInput."""
    try:
        found = typed.amount_of(text.replace("%", ""), visit.language.name)
    except Mistyped as error:
        raise InvalidInput("/rate", "is no rate") from error
    return None if found is None else str(found)
