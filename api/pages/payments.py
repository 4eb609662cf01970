"""Payment runs: what is due, the draft, the second person with a password, the bank's file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from api.http.dependencies import temporal_of
from api.pages import partner_form, templating, typed
from api.pages.language import GERMAN
from api.pages.orders import typed_in
from api.pages.routing import PageRoute, see
from api.pages.step_up import step_up
from api.pages.typed import Mistyped
from api.pages.visit import FormDep, Visit, VisitDep, as_id
from domain.access import views as access
from domain.banking import bank_views, candidate_views, standing_views
from domain.database import audit_views
from domain.errors import DomainError, InvalidInput, NotFound
from domain.money import BASE_CURRENCY, ZERO
from domain.payables import payee_store, vendor_store
from domain.payables.payee_store import PayeeDecision
from domain.payables.terms import Payee
from domain.payments import credit_item_views, store, views
from domain.payments.bank_answer import Outcome, reason_of
from domain.payments.business_day import next_business_day
from domain.payments.run import (
    LABEL_LENGTH,
    MOST_INVOICES,
    Payable,
    RunItem,
    RunStatus,
    Wish,
    invoices_of,
    paid_to,
)
from domain.payments.views import EligibleInvoice, Owed, RunView
from domain.reports import cash_outlook_views
from domain.reports.cash_outlook import OutlookDay, lowest, outlook
from workflows.payment_run.client import PaymentRuns, run_id_of
from workflows.payment_run.workflow import NewRunOrder

router = APIRouter(include_in_schema=False, route_class=PageRoute)

_RUNS = 50
_ROWS = 100
_MOST_ROWS = 500
_ONE_DAY = timedelta(days=1)
_CALENDAR = 30
_FEW_ITEMS = 2000
_UNDER_WAY = (RunStatus.DRAFT, RunStatus.APPROVED, RunStatus.EXPORTED)
_UNSEEN: dict[str, Any] = {"standing": None, "after": None, "lowest": None}
_ORDERS = ("approve", "export", "complete", "cancel", "withdraw")


@dataclass(frozen=True, slots=True)
class Changed:
    """What is otherwise now than when the run was made; `is_blocking` stops it."""

    text: str
    is_blocking: bool


@dataclass(frozen=True, slots=True)
class Paying:
    """Who made a run, who is to approve it now, and what it pays to each account."""

    created_by: UUID | None
    approver: UUID | None
    sums: dict[str, Decimal]


@router.get("/payments")
def show_payments(
    visit: VisitDep, rows: Annotated[int, Query(ge=1, le=_MOST_ROWS)] = _ROWS
) -> Response:
    """What is due and can be paid, the first to fall due, and the runs there are.

    Where much is open a script asks for the calendar, and for how much there is in all; who has
    none asks for the `whole`.
    """
    visit.need("kreditoren:read")
    return _proposal(visit, {"rows": rows, "is_whole": "whole" in visit.request.query_params})


@router.get("/payments/calendar")
def show_calendar(
    visit: VisitDep, rows: Annotated[int, Query(ge=1, le=_MOST_ROWS)] = _ROWS
) -> Response:
    """What the page left out: the days on which money leaves, what stays, and how much it is."""
    visit.need("kreditoren:read")
    facts = {**visit.read(_calendar, visit), "shown": rows}
    return templating.part(visit, "payments_later.html", facts)


@router.post("/payments")
async def make_run(visit: VisitDep, form: FormDep) -> Response:
    """Make a draft of what was marked; sent twice, it is one run."""
    visit.need("kreditoren:write")
    try:
        run_id = await _made(visit, form)
    except DomainError as refusal:
        facts = {"refusal": refusal, "marked": set(map(str, form.getlist("invoice"))),
                 "less": set(map(str, form.getlist("discount"))),
                 "taken": set(map(str, form.getlist("credit"))),
                 "label": str(form.get("label", "")), "rows": _rows_of(form),
                 "typed": _typed(form)}  # fmt: skip
        return await run_in_threadpool(_proposal, visit, facts, 409)
    return see(f"/payments/{run_id}")


@router.get("/payments/{run_id}")
def show_run(run_id: UUID, visit: VisitDep) -> Response:
    """One run: who is paid what, and what is left to do."""
    visit.need("kreditoren:read")
    return _run(visit, run_id, {})


@router.post("/payments/{run_id}/{order}")
async def order_run(run_id: UUID, order: str, visit: VisitDep, form: FormDep) -> Response:
    """Approve (the password again), write the file, say that the bank has paid, or give up.

    A file that left is withdrawn once two people ask for it.
    """
    visit.need("kreditoren:write")
    if order not in _ORDERS:
        raise InvalidInput("", "is no order")
    try:
        if order == "approve":
            await run_in_threadpool(step_up, visit, form)
        if order == "withdraw":
            reason, at = str(form.get("reason", "")), datetime.now(UTC)
            await visit.write(lambda session: store.ask_withdrawal(session, run_id, reason, at))
        runs = PaymentRuns(temporal_of(visit.request))
        await getattr(runs, order)(run_id, visit.command(f"pages.run.{order}", form))
    except DomainError as refusal:
        facts = {"refusal": refusal, "asked": order, "reason": str(form.get("reason", ""))[:500]}
        return await run_in_threadpool(_run, visit, run_id, facts, 409)
    return see(f"/payments/{run_id}")


@router.post("/payments/{run_id}/confirm/{vendor_id}")
async def confirm_iban(run_id: UUID, vendor_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """Confirm a payee's new IBAN, as another person than who changed it, who asked the vendor."""
    visit.need("kreditoren:write")

    def confirm(session: Session) -> dict[str, Any]:
        seen, asked = str(form.get("iban", "")), partner_form.asked_of(form)
        return {"vendor_id": str(vendor_store.confirm_iban(session, vendor_id, seen, asked))}

    try:
        await visit.once(f"pages.confirm.{vendor_id}", form, confirm)
    except DomainError as refusal:
        said = {"address": visit.request.url.path, **typed_in(form, "contact", "asked_by")}
        facts = {"refusal": refusal, "confirming": said}
        return await run_in_threadpool(_run, visit, run_id, facts, 409)
    return see(f"/payments/{run_id}")


@router.post("/payments/{run_id}/payee/{item_id}")
async def accept_payee(run_id: UUID, item_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """Accept that another than the vendor is paid, as another person than who entered it."""
    visit.need("kreditoren:write")
    at, reason = datetime.now(UTC), str(form.get("reason", "")).strip()[:500] or None

    def accept(session: Session) -> dict[str, Any]:
        item = next((e for e in views.items(session, run_id) if e.item_id == item_id), None)
        if item is None:
            raise NotFound("There is no such item.")
        payee = Payee(item.vendor_name, item.vendor_iban, item.vendor_bic)
        decision = PayeeDecision(item.vendor_id, payee, at, reason=reason)
        return {"id": str(payee_store.accept(session, decision))}

    try:
        await visit.once(f"pages.payee.{item_id}", form, accept)
    except DomainError as refusal:
        return await run_in_threadpool(_run, visit, run_id, {"refusal": refusal}, 409)
    return see(f"/payments/{run_id}")


@router.get("/payments/{run_id}/file")
def download_file(run_id: UUID, visit: VisitDep) -> Response:
    """The file for the bank, byte for byte as it was written."""
    visit.need("kreditoren:read")
    stored = visit.read(views.file, run_id)
    headers = {
        "Content-Disposition": f'attachment; filename="{stored.file.message_id}.xml"',
        "X-Content-Type-Options": "nosniff",
    }
    return Response(stored.file.content, media_type="application/xml", headers=headers)


async def _made(visit: Visit, form: FormData) -> UUID:
    command = visit.command("pages.run.create", form)
    run_id = run_id_of(command)
    invoices = tuple(found for each in form.getlist("invoice") if (found := as_id(str(each))))
    account = as_id(str(form.get("account", "")))
    if account is None:
        raise InvalidInput("/bank_account_id", "is missing")
    if not 1 <= len(invoices) <= MOST_INVOICES:
        raise InvalidInput("/invoice_ids", f"needs 1 to {MOST_INVOICES} invoices")
    parts = _parts(visit, form, invoices)
    less = frozenset(found for each in form.getlist("discount") if (found := as_id(str(each))))
    # Who typed another amount means that one.
    taken = (found for each in form.getlist("credit") if (found := as_id(str(each))))
    wish = Wish(
        parts, discounts=(less & set(invoices)) - parts.keys(), credits=dict.fromkeys(taken)
    )
    label = str(form.get("label", "")).strip()[:LABEL_LENGTH]

    def note(session: Session) -> None:
        store.wish(session, run_id, wish)
        if label:
            store.name(session, run_id, label)

    order = NewRunOrder(
        command=command,
        bank_account_id=account,
        execution_date=_day(form),
        invoice_ids=invoices,
        today=visit.today,
    )
    await visit.write(note)
    state = await PaymentRuns(temporal_of(visit.request)).create(run_id, order)
    return state.run_id


def _parts(visit: Visit, form: FormData, invoices: tuple[UUID, ...]) -> dict[UUID, Decimal]:
    """What is to be paid of some, where another amount was typed than is due."""
    found = {}
    for each in invoices:
        said, was = str(form.get(f"pay-{each}", "")), str(form.get(f"was-{each}", ""))
        if said.strip() and said != was:
            try:
                amount = typed.amount_of(said, visit.language.name)
            except Mistyped:
                amount = None
            if amount is None or amount <= 0:
                raise InvalidInput("/parts", "is no amount")
            found[each] = amount
    return found


def _day(form: FormData) -> date:
    try:
        day = typed.day_of(str(form.get("day", "")))
    except Mistyped:
        day = None
    if day is None:
        raise InvalidInput("/execution_date", "is no day")
    return day


def _typed(form: FormData) -> dict[str, str]:
    """Day, account and amounts as they were typed: pressed again, the same is ordered."""
    amounts = {
        name: str(form.get(name, ""))[:40]
        for name in form
        if name.startswith("pay-") and form.get(name) != form.get(f"was-{name[4:]}")
    }
    return {**amounts, **typed_in(form, "day", "account")}


def _rows_of(form: FormData) -> int:
    """How many rows the form showed; a refusal shows them again."""
    said = str(form.get("rows", ""))
    return min(max(int(said[:4]), 1), _MOST_ROWS) if said.isdecimal() else _ROWS


def _proposal(visit: Visit, more: dict[str, Any], status: int = 200) -> Response:
    return templating.page(visit, "payments.html", visit.read(_read, visit, more), status=status)


def _read(session: Session, visit: Visit, more: dict[str, Any]) -> dict[str, Any]:
    """Everything of the page, from one state of the books."""
    day = next_business_day(visit.today)
    is_whole = more.get("is_whole") or not visit.may("bank:read")
    later = not is_whole and candidate_views.are_many(session, _FEW_ITEMS)
    proposed = _earliest if later else _all
    eligible, facts = proposed(session, visit, day, more["rows"])
    runs, _ = views.runs(session, None, limit=_RUNS, offset=0)
    listed = [each.account for each in bank_views.accounts(session)]
    accounts = [each for each in listed if each.iban and each.currency == BASE_CURRENCY]
    due = {str(each.id) for each in eligible if _is_due(each, day)}
    vendors = {each.vendor_id for each in eligible}
    credits_, credit_count = credit_item_views.offered(session, vendors)
    return {
        "at": "z",
        "eligible": eligible,
        **facts,
        "runs": runs,
        "accounts": accounts,
        "day": day,
        "due": due,
        "credits": credits_,
        "credit_count": credit_count,
        "saved": [each.discount for each in eligible if each.discount and str(each.id) not in due],
        "later": later,
        "most": _MOST_ROWS,
        "refusal": None,
        "marked": None,
        "less": None,
        "taken": (),
        "label": "",
        "typed": {},
        **more,
    }


def _earliest(
    session: Session, _visit: Visit, day: date, rows: int
) -> tuple[list[EligibleInvoice], dict[str, Any]]:
    """What is to be paid first; how much there is in all is asked for later."""
    found, is_more = views.earliest(session, day, limit=rows)
    return found, {"total": None, "is_more": is_more, "cash": []}


def _all(
    session: Session, visit: Visit, day: date, rows: int
) -> tuple[list[EligibleInvoice], dict[str, Any]]:
    """The same, with how many there are, and the days on which they are due."""
    found, owed = views.proposed(session, day, limit=rows)
    cash = _cash(session, owed, visit.today) if visit.may("bank:read") else []
    return found, {"total": owed.count, "is_more": owed.count > len(found), "cash": cash}


def _calendar(session: Session, visit: Visit) -> dict[str, Any]:
    owed = views.owed(session)
    cash = _cash(session, owed, visit.today) if visit.may("bank:read") else []
    return {"cash": cash, "total": owed.count}


def _is_due(one: EligibleInvoice, day: date) -> bool:
    """Whether an order of the day is to pay it: it is due, or its discount is over after it."""
    ends = one.discount is not None and one.discount.pay_by < next_business_day(day + _ONE_DAY)
    return ends or (one.due_date is not None and one.due_date <= day)


def _cash(session: Session, owed: Owed, today: date) -> list[OutlookDay]:
    """The days on which something is to be paid, and what the bank accounts come to after it."""
    return [each for each in _outlook(session, owed, today) if each.out or each.into]


def _outlook(session: Session, owed: Owed, today: date) -> Sequence[OutlookDay]:
    """What the bank accounts come to on each day; nothing where there is none."""
    balance = cash_outlook_views.balance(session)
    if balance is None:
        return ()
    leaving = [*owed.from_day(today), *cash_outlook_views.leaving(session)]
    expected = cash_outlook_views.expected(session)
    return outlook(balance, leaving, expected, (today, _CALENDAR))


def _run(visit: Visit, run_id: UUID, more: dict[str, Any], status: int = 200) -> Response:
    return templating.page(
        visit, "run.html", visit.read(_of_run, visit, run_id, more), status=status
    )


def _of_run(session: Session, visit: Visit, run_id: UUID, more: dict[str, Any]) -> dict[str, Any]:
    """Everything of the page, from one state of the books."""
    run = views.run(session, run_id)
    found = views.payables(session, invoices_of(run.items))
    payables = {each.invoice_id: each for each in found}
    is_waiting = run.run.status == RunStatus.DRAFT and not access.is_one_person(session)
    approver = visit.caller.user_id if is_waiting else None
    who = Paying(run.run.created_by, approver, paid_to(run.items))
    left = credit_item_views.left(session, run.items)
    changed = {item.item_id: _changed(item, payables, left, who) for item in run.items}
    is_german = visit.language.name == GERMAN
    account_id = run.run.bank_account_id
    return {
        "at": "z",
        "run": run,
        "row": run.run,
        "payables": payables,
        "changed": changed,
        "blocking": sum(bool(c and c.is_blocking) for c in changed.values()),
        "netted": sum((item.amount for item in run.items if item.amount < ZERO), ZERO),
        "account": bank_views.account(session, account_id).account,
        **(_of_account(session, run, visit.today) if visit.may("bank:read") else _UNSEEN),
        "why": lambda outcome: _why(outcome, is_german=is_german),
        "people": run.names,
        "is_mine": run.run.created_by == visit.caller.user_id,
        "have_approved": visit.caller.user_id in run.approvals.by,
        "last": audit_views.last(session, "payment_run", run_id),
        "refusal": None,
        "asked": "",
        "reason": "",
        "confirming": {},
        **more,
    }


def _of_account(session: Session, run: RunView, today: date) -> dict[str, Any]:
    """What the account holds before and after the run, and the day on which the least is there.

    After: less what no statement shows yet, for the rest is booked. The least is of all accounts,
    as nobody knows from which one the bills will be paid that are in no run.
    """
    row = run.run
    if row.status not in _UNDER_WAY:
        return _UNSEEN
    standing = standing_views.standings(session).get(row.bank_account_id)
    coming = _outlook(session, views.owed(session), today)
    after = (
        standing.booked - cash_outlook_views.leaving_by_run(session, row.id) if standing else None
    )
    return {"standing": standing, "after": after, "lowest": lowest(coming) if coming else None}


def _why(outcome: Outcome, *, is_german: bool) -> str:
    """What the bank's reason means; a code that nobody knows is shown as it came."""
    if outcome.reason is None:
        return outcome.reason_text or ""
    reason = reason_of(outcome.reason)
    return f"{outcome.reason}: {reason.meaning_de if is_german else reason.meaning}"


def _changed(
    item: RunItem,
    payables: dict[UUID, Any],
    left: Mapping[UUID, Decimal],
    who: Paying,
) -> Changed | None:
    """What of an item is otherwise now; a run that is let go has its own say."""
    if item.open_item_id is not None:
        is_used = left.get(item.open_item_id, ZERO) < -item.amount
        return Changed("paid", is_blocking=True) if is_used else None
    payable = payables.get(item.invoice_id) if item.invoice_id else None
    if payable is None or not payable.is_linked:
        return Changed("gone", is_blocking=True)
    found = _of_payee(payable, item, who)
    if found is None and payable.has_less_than(item.amount):
        found = "paid"
    return Changed(found, is_blocking=True) if found else None


def _of_payee(payable: Payable, item: RunItem, who: Paying) -> str | None:
    payee, amount = payable.payee, who.sums[item.vendor_iban]
    if not payee.is_active:
        return "inactive"
    if payee.iban != item.vendor_iban:
        return "iban"
    if not payee.is_accepted:
        return "payee"
    if payee.needs_confirmation(who.created_by, amount):
        return "confirm"
    return "given" if payee.is_given_by(who.approver, amount) else None
