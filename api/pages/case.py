"""The case: the page on the left, what it becomes on the right, and what one decides about it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from api.http.dependencies import temporal_of
from api.http.uploads import blobs_of
from api.pages import (
    browser,
    case_fields,
    case_form,
    case_people,
    case_set_offs,
    case_talk,
    case_terms,
    templating,
)
from api.pages.case_form import Typed
from api.pages.inbox import Filter, FilterDep
from api.pages.orders import intake_orders
from api.pages.routing import PageRoute, see
from api.pages.visit import FormDep, Visit, VisitDep
from api.pictures.pages import picture_of, subject_of
from api.pictures.pool import DRAWABLE, DrawingBusy, NotDrawable, pictures_of
from domain.access import views as access
from domain.database import audit_views
from domain.database.blobs import BlobsUnavailable, FileNotFound
from domain.documents import views as documents
from domain.documents.views import Document
from domain.errors import DomainError, NotFound, Unavailable
from domain.formats import e_invoice, media
from domain.formats.invoice_record import InvoiceRecord
from domain.ids import derived_id
from domain.intake import inbox_views, preview_views, queue_views, review_views
from domain.intake.review import CaseChanged
from domain.intake.review_views import ReviewCase
from domain.ledger import books_store, journal_views
from domain.ledger.account import AccountType
from domain.ledger.booking import Books
from domain.payables import invoice_views, vendor_store, vendor_views
from domain.payables.invoice_views import InvoiceFilter
from domain.payables.partner import DuplicateName, DuplicateTaxId, DuplicateVatId, Vendor
from domain.payables.vendor_views import VendorFilter
from workflows.document_intake.client import Intakes

router = APIRouter(include_in_schema=False, route_class=PageRoute)

_HISTORY = 5
_VENDORS = 8
_FINAL = ("approved", "rejected")


@router.get("/cases/{case_id}")
def show_case(
    case_id: UUID,
    visit: VisitDep,
    wanted: FilterDep,
    find: Annotated[str, Query(max_length=100)] = "",
    done: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """One case."""
    visit.need("kreditoren:read")
    facts = {"find": find, "done": visit.unsealed(done)}
    return _shown(visit, case_id, wanted, facts)


@router.post("/cases/{case_id}")
async def change_case(case_id: UUID, visit: VisitDep, wanted: FilterDep, form: FormDep) -> Response:
    """Store what was typed; approve, where that was pressed; never over what others changed."""
    visit.need("kreditoren:write")
    case = await visit.in_thread(review_views.case, case_id)
    doing = str(form.get("do", "save"))
    typed = case_form.read(form, case, visit.language)
    if typed.wrong:
        return await _again(visit, case_id, wanted, typed, status=422)
    is_made = form.get("vendor_id") == "new" and case.vendor_id != _new_vendor_id(visit, form)
    if (typed.is_changed or is_made) and _version(form) != case.version:
        return await _again(visit, case_id, wanted, typed, {"is_stale": True}, status=409)
    kept: Typed | None = typed
    try:
        changes = await _with_vendor(visit, form, case, typed)
        if changes:
            await _amend(visit, form, case, changes)
            kept = None
        if doing != "approve":
            return see(f"/cases/{case_id}?{wanted.query(done=visit.sealed('saved'))}")
        return await _approve(visit, form, case, wanted, is_changed=bool(changes))
    except CaseChanged:
        return await _again(visit, case_id, wanted, typed, {"is_stale": True}, status=409)
    except DomainError as refusal:
        if refusal.code in {"UNAUTHORIZED", "NOT_FOUND"}:
            raise
        facts = _refused(form, refusal, "stored" if doing != "save" and kept is None else doing)
        return await _again(visit, case_id, wanted, kept, facts, status=_status(refusal))


@router.post("/cases/{case_id}/preview")
async def preview_posting(case_id: UUID, visit: VisitDep, form: FormDep) -> Response:
    """What would be posted with what stands in the form now; nothing is stored."""
    visit.need("kreditoren:read")
    case = await visit.in_thread(review_views.case, case_id)
    typed = case_form.read(form, case, visit.language)

    def show() -> Response:
        account = _account(form) if form.get("vendor_id") == "new" else None
        found = visit.read(
            preview_views.preview, case_id, visit.now, typed.changes or None, account
        )
        facts = {"preview": found, "wrong": typed.wrong, "case": case}
        return templating.part(visit, "posting.html", facts)

    return await run_in_threadpool(show)


@router.post("/cases/{case_id}/reject")
async def reject_case(case_id: UUID, visit: VisitDep, wanted: FilterDep, form: FormDep) -> Response:
    """Close without a posting, with the reason, and lead to the next."""
    visit.need("kreditoren:write")
    after = await _after(visit, wanted, case_id)
    reason = str(form.get("reason", "")).strip()[:500]
    orders = intake_orders(visit, form, "pages.case.reject")
    intakes = Intakes(temporal_of(visit.request))
    said = {"reason": reason} if reason else None
    try:
        await orders.on_case(case_id, intakes.reject, said, version=_version(form))
    except Unavailable as refusal:
        facts = _refused(form, refusal, "reject") | {"reason": reason}
        return await _again(visit, case_id, wanted, None, facts, status=_status(refusal))
    return see(_next(visit, after, wanted, "rejected"))


@router.post("/cases/{case_id}/reread")
async def read_case_again(
    case_id: UUID, visit: VisitDep, wanted: FilterDep, form: FormDep
) -> Response:
    """Have the document read again."""
    visit.need("kreditoren:write")
    case = await visit.in_thread(review_views.case, case_id)
    orders = intake_orders(visit, form, "pages.case.reread")
    await orders.reread(case.inbox_id, Intakes(temporal_of(visit.request)).reread)
    return see(f"/inbox?{wanted.query()}")


@router.get("/cases/{case_id}/pages/{number}")
def show_page(
    case_id: UUID, number: int, visit: VisitDep, width: Annotated[int, Query(ge=1, le=2400)] = 1200
) -> Response:
    """The picture of a page."""
    visit.need("kreditoren:read")
    subject = subject_of(visit.caller.tenant_id, visit.read(_document, case_id))
    return picture_of(visit.request, pictures_of(visit.request), subject, number, width)


@router.get("/cases/{case_id}/words/{number}")
def show_words(case_id: UUID, number: int, visit: VisitDep) -> Response:
    """The words of a page, for a click."""
    visit.need("kreditoren:read")
    subject = subject_of(visit.caller.tenant_id, visit.read(_document, case_id))
    found = pictures_of(visit.request).words(blobs_of(visit.request), subject, number)
    headers = {"Cache-Control": "private, max-age=3600"}
    return JSONResponse({"source": found.source, "words": found.words}, headers=headers)


@router.get("/accounts.json")
def list_accounts(visit: VisitDep) -> Response:
    """Accounts for the search: what a line can be booked on, or `all` that are in use."""
    visit.need("kreditoren:read")
    is_all = "all" in visit.request.query_params
    known = visit.read(books_store.books, visit.caller.tenant_id)
    kinds = {AccountType.EXPENSE, AccountType.ASSET}
    found = [
        [each.number, each.name]
        # Invoices are mostly cost: of equals it stands first.
        for each in sorted(
            known.accounts.values(), key=lambda each: (each.type is AccountType.ASSET, each.number)
        )
        if each.active and (is_all or (each.type in kinds and not each.is_open_item))
    ]
    return JSONResponse(found, headers={"Cache-Control": "private, max-age=300"})


def _document(session: Session, case_id: UUID) -> Document:
    return documents.document(session, review_views.case(session, case_id).document_id)


def _shown(
    visit: Visit,
    case_id: UUID,
    wanted: Filter,
    more: Mapping[str, Any],
    typed: Typed | None = None,
    status: int = 200,
) -> Response:
    """The page; all that it reads of the books is one state of them."""
    find = str(more.get("find", ""))
    other = more.get("other")
    known = visit.read(_read, visit, case_id, wanted, (find, other, typed))
    case_people.look(visit, case_id)
    case: ReviewCase = known["case"]
    read = known["item"].ocr_extraction
    found = case_fields.findings_of(case, known["people"], visit.language, read)
    fields = case_fields.fields_of(case, read, visit.language, found, typed)
    facts = {
        "at": "e",
        "invoice": case.normalized_invoice,
        "is_open": case.queue_state not in _FINAL,
        "wanted": wanted,
        "fields": fields,
        "left": case_fields.ordered(case_fields.LEFT, fields),
        "right": case_fields.ordered(case_fields.RIGHT[1:], fields),
        "boxes": case_fields.boxes_of(fields),
        "loose": found.get("", []),
        "blocking": _blocking(case, found),
        "codes": _codes(known["books"]),
        "set_offs": case_set_offs.rows_of(case),
        "terms": case_terms.rows_of(case),
        "typed": typed,
        "changed": case_fields.changed_of(case, visit.language, typed, known["vendor_names"])
        if typed
        else [],
        "may_repeat": False,
        "refused": "",
        "key": None,
        "version": case.version,
        "reason": "",
        "other": None,
        **known,
        **case_talk.NOTHING_TYPED,
        **case_people.NOTHING_ASKED,
        **_pages(visit, known["document"]),
        "is_stale": False,
        "refusal": None,
        "find": "",
        "done": "",
        **more,
    }
    page = templating.page(visit, "case.html", facts, status=status)
    page.headers.update(browser.FRAMING)
    return page


def _read(
    session: Session,
    visit: Visit,
    case_id: UUID,
    wanted: Filter,
    asked: tuple[str, UUID | None, Typed | None],
) -> dict[str, Any]:
    """What the page shows of the books; `asked`: vendors by name, one by its id, what was typed."""
    find, other, typed = asked
    case = review_views.case(session, case_id)
    is_open = case.queue_state not in _FINAL
    searched = _searched(session, find)
    return {
        "case": case,
        "people": access.names(session),
        "item": inbox_views.item(session, case.inbox_id),
        "document": documents.document(session, case.document_id),
        "books": books_store.books(session, visit.caller.tenant_id),
        "place": queue_views.place(session, wanted.asked(visit), case_id),
        "preview": preview_views.preview(session, case_id, visit.now) if is_open else None,
        "vendors": _vendors(session, case, searched, other),
        "finds_nobody": bool(find.strip()) and not searched,
        "finds_more": _VENDORS if len(searched) > _VENDORS else 0,
        "vendor_names": case_people.vendor_names(session, case, typed),
        **_history(session, case, visit.today),
        "twin": _twin(session, case),
        "last": audit_views.last(session, "review_case", case_id),
        **case_talk.facts_of(session, case_id),
        **case_people.facts_of(session, visit, case_id),
    }


async def _again(
    visit: Visit,
    case_id: UUID,
    wanted: Filter,
    typed: Typed | None,
    more: Mapping[str, Any] | None = None,
    status: int = 409,
) -> Response:
    """The case as it is now, with what was typed in its place."""
    return await run_in_threadpool(_shown, visit, case_id, wanted, more or {}, typed, status)


async def _with_vendor(
    visit: Visit, form: FormData, case: ReviewCase, typed: Typed
) -> dict[str, Any]:
    """The changes, with a vendor that is made of what the document says where that was chosen."""
    if str(form.get("vendor_id")) != "new":
        return typed.changes
    said = {name: value for name, value in typed.values.items() if name.startswith("vendor_")}
    seen = case.normalized_invoice["vendor"]
    vendor = Vendor(
        name=said.get("vendor_name") or seen["name"] or "",
        vat_id=said.get("vendor_vat_id") or None,
        tax_id=seen["tax_id"],
        iban=said.get("vendor_iban") or None,
        default_account=_account(form),
    )
    vendor_id = _new_vendor_id(visit, form)
    await visit.write(lambda session: vendor_store.create(session, vendor_id, vendor))
    return {**typed.changes, "vendor_id": str(vendor_id)}


def _new_vendor_id(visit: Visit, form: FormData) -> UUID:
    """Id of the vendor that a form makes: sent twice, it is the same one."""
    key = visit.command("pages.case.vendor", form).key
    return derived_id("vendor", visit.caller.tenant_id, "pages.case.vendor", key)


def _refused(form: FormData, refusal: DomainError, doing: str) -> dict[str, Any]:
    """What the page tells of a refusal.

    Where no answer came, the order may still be carried out: the form keeps its key and the version
    that it holds for, so that it is the same order when it comes again.
    """
    facts: dict[str, Any] = {"refusal": refusal, "refused": doing}
    if isinstance(refusal, DuplicateName | DuplicateTaxId | DuplicateVatId):
        facts["other"] = UUID(str(refusal.context["existing_id"]))
    if isinstance(refusal, Unavailable):
        version = _version(form)
        facts |= {"may_repeat": True, "key": str(form.get("key", ""))[:100] or None}
        facts |= {} if version is None else {"version": version}
    return facts


def _status(refusal: DomainError) -> int:
    return 503 if isinstance(refusal, Unavailable) else 409


def _account(form: FormData) -> str | None:
    """The usual account of a vendor that is yet to be made."""
    return str(form.get("new_account", "")).partition(" ")[0] or None


async def _amend(visit: Visit, form: FormData, case: ReviewCase, changes: dict[str, Any]) -> None:
    orders = intake_orders(visit, form, "pages.case.amend")
    intakes = Intakes(temporal_of(visit.request))
    await orders.on_case(case.id, intakes.amend, changes, version=case.version)


async def _approve(
    visit: Visit, form: FormData, case: ReviewCase, wanted: Filter, *, is_changed: bool
) -> Response:
    """Post what was seen. What a change brought up is looked at before it is approved."""
    now = await visit.in_thread(review_views.case, case.id) if is_changed else case
    seen = set(str(form.get("seen", "")).split())
    new = [each for each in now.findings if each["answer"] is None and each["id"] not in seen]
    if is_changed and new:
        return await _again(visit, case.id, wanted, None, {"done": "new-findings"}, status=409)
    after = await _after(visit, wanted, case.id)
    orders = intake_orders(visit, form, "pages.case.approve")
    intakes = Intakes(temporal_of(visit.request))
    version = now.version if is_changed else _version(form)
    status = await orders.on_case(case.id, intakes.approve, version=version, is_pinned=True)
    said = "approved" if status.intent_id is not None else "agreed"
    return see(_next(visit, after, wanted, said, case))


async def _after(visit: Visit, wanted: Filter, case_id: UUID) -> UUID | None:
    """The case that comes next in the queue, else the one before."""
    place = await visit.in_thread(queue_views.place, wanted.asked(visit), case_id)
    return (place.after or place.before) if place else None


def _next(
    visit: Visit, after: UUID | None, wanted: Filter, said: str, case: ReviewCase | None = None
) -> str:
    number = case.normalized_invoice["invoice_number"] if case else ""
    name = case.normalized_invoice["vendor"]["name"] if case else ""
    told = visit.sealed(f"{said}:{name or ''} {number or ''}".strip()[:100])
    if after is None:
        return f"/inbox?{urlencode({'done': told})}"
    return f"/cases/{after}?{wanted.query(done=told)}"


def _version(form: FormData) -> int | None:
    text = str(form.get("version", ""))
    return int(text) if text.isdecimal() and len(text) < 10 else None  # noqa: PLR2004


def _blocking(case: ReviewCase, found: Mapping[str, list[case_fields.Finding]]) -> int:
    """How many things stand in the way of an approval."""
    open_ = [
        each
        for findings in found.values()
        for each in findings
        if each.severity == "blocking" and not each.is_answered
    ]
    codes = {"MISSING_FIELD", "NOT_AN_INVOICE", "BALANCE_MISMATCH", "DUPLICATE_SUSPECTED"}
    return len(open_) + sum(each["code"] in codes for each in case.validation_issues)


def _codes(known: Books) -> list[tuple[str, str]]:
    """Tax codes that a line of an incoming invoice can have."""
    return [
        (each.code, each.label)
        for each in sorted(known.tax_codes.values(), key=lambda each: each.code)
        if each.active and each.direction == "input"
    ]


def _vendors(
    session: Session, case: ReviewCase, searched: Sequence[Any], other: UUID | None
) -> list[dict[str, Any]]:
    """Who it may be: the vendor of the case, candidates, what was looked for, and one more."""
    found: dict[str, dict[str, Any]] = {}
    for each in case.vendor_candidates:
        methods = [f"match_{each['match_method']}"]
        found[str(each["vendor_id"])] = _vendor(
            each["vendor_id"], each["vendor_name"], methods, each["confidence"]
        )
    ids = [each for each in (case.vendor_id, other) if each and str(each) not in found]
    names = vendor_views.names(session, ids)
    for each in ids:
        if each in names:
            methods = ["match_none"] if each == case.vendor_id else []
            found.setdefault(str(each), _vendor(each, names[each], methods))
    for row in searched[:_VENDORS]:
        found.setdefault(str(row.id), _vendor(row.id, row.name, []))
    return list(found.values())


def _searched(session: Session, find: str) -> Sequence[Any]:
    """Vendors in use whose name or VAT id has what was looked for."""
    if not find.strip():
        return []
    wanted = VendorFilter(find, is_active=True)
    return vendor_views.matching(session, wanted, limit=_VENDORS + 1)


def _vendor(
    vendor_id: object, name: str, methods: list[str], confidence: object = None
) -> dict[str, Any]:
    return {"id": str(vendor_id), "name": name, "confidence": confidence, "methods": methods}


def _history(session: Session, case: ReviewCase, today: date) -> dict[str, Any]:
    """The vendor's last invoices, what each was booked on, and its case where it had one."""
    if case.vendor_id is None:
        return {"history": [], "booked_on": {}, "cases_of": {}}
    wanted = InvoiceFilter(vendor_id=case.vendor_id)
    found, _ = invoice_views.invoices(session, wanted, today, limit=_HISTORY + 1, offset=0)
    others = [each for each in found if each.invoice.id != case.invoice_id][:_HISTORY]
    intents = [each.intent_id for each in others if each.intent_id is not None]
    return {
        "history": others,
        "booked_on": journal_views.accounts_of(session, intents),
        "cases_of": review_views.of_invoices(session, [each.invoice.id for each in others]),
    }


def _twin(session: Session, case: ReviewCase) -> ReviewCase | None:
    """The case that this one looks like, where there is one."""
    hint = case.duplicate_hint
    if not hint or not hint.get("review_case_id"):
        return None
    try:
        return review_views.case(session, UUID(str(hint["review_case_id"])))
    except NotFound:
        return None


def _pages(visit: Visit, document: Document) -> dict[str, Any]:
    """What stands on the left: pictures of pages, an e-invoice in words, or neither."""
    nothing: dict[str, Any] = {"drawn": None, "record": None}
    try:
        if document.mime_type in DRAWABLE:
            subject = subject_of(visit.caller.tenant_id, document)
            pictures = pictures_of(visit.request)
            return nothing | {"drawn": pictures.page(blobs_of(visit.request), subject, 1, 1200)}
        if document.mime_type == media.XML:
            return nothing | {"record": _record(visit, document)}
    except (NotDrawable, DrawingBusy, FileNotFound, BlobsUnavailable):
        pass
    return nothing


def _record(visit: Visit, document: Document) -> InvoiceRecord | None:
    content = blobs_of(visit.request).get(visit.caller.tenant_id, document.sha256)
    try:
        return e_invoice.read(content)
    except DomainError:
        return None
