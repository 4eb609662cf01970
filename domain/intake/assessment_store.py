"""What a document is judged by: reading, vendor, content rules, and what is there already."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache, partial
from typing import Any
from uuid import UUID

import sqlalchemy
from sqlalchemy import Integer, Uuid, and_, bindparam, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from domain.access.rows import TenantRow
from domain.database.plain import TENANT, rows_of
from domain.database.session import tenant_of
from domain.dates import local_day
from domain.documents.rows import ExtractionRow
from domain.iban import written
from domain.intake import (
    against_document,
    case_finding,
    duplicate_store,
    form_store,
    hand_booking_views,
    learned,
    preceding_store,
    review,
    taken_off,
)
from domain.intake.bounds import within_bounds
from domain.intake.case_finding import CaseFinding, Said
from domain.intake.exchange import tax_findings
from domain.intake.extraction import Extraction, circumstances_of, empty, normalized
from domain.intake.plan import plan_findings
from domain.intake.posting import nothing_findings
from domain.intake.review import CaseFacts
from domain.intake.rows import InboxItemRow
from domain.intake.seller_region import seat_of
from domain.intake.several_accounts import unsettled
from domain.intake.taken_off import is_below
from domain.intake.tax_facts import TaxTenant, TaxVendor, around_of
from domain.intake.tax_month import month_findings
from domain.intake.tax_proposal import (
    TaxAdvice,
    TaxProposal,
    account_findings,
    advised,
    date_findings,
    import_findings,
)
from domain.intake.vendor_match import (
    KnownVendor,
    MatchStatus,
    VendorMatch,
    identity_findings,
    match,
    namesake_findings,
)
from domain.intake.vendor_views import known_vendor, known_vendors
from domain.ledger import rate_views
from domain.ledger.books_store import books
from domain.money import BASE_CURRENCY
from domain.payables import (
    content,
    learned_value_views,
    payee_views,
    prepayment_store,
    prepayment_views,
    vat_treatment_views,
)
from domain.payables.content import ComplianceCheck
from domain.payables.due_findings import due_findings, rate_findings
from domain.payables.learned_value import LearnedValue
from domain.payables.normalized import NormalizedInvoice, NormalizedVendor
from domain.payables.rows import VendorRow, VendorVatTreatmentRow
from domain.payables.terms import ForeignRate, Payee
from domain.payables.vat_treatment import NOTHING, TreatmentSource, VatTreatment
from domain.periods import period_views
from domain.plain_text import looks
from domain.reading.finding import Finding, Severity
from domain.reading.limits import READING_UNFINISHED


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed for posting, whether a person has changed what was read, and what was found.

    `findings` are those of the last look, with their answers.
    """

    invoice: NormalizedInvoice
    vendor_id: UUID | None
    is_amended: bool = False
    findings: Sequence[CaseFinding] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """The facts, and the findings with all answers, also to those that are no more.

    `invoice` is what would be posted: with the proposed tax codes where nobody has named others.
    `news` is what it would teach of its vendor's usual VAT treatment, `taught` what people's
    corrections have taught of the vendor before.
    """

    facts: CaseFacts
    findings: tuple[CaseFinding, ...]
    invoice: NormalizedInvoice
    proposals: tuple[TaxProposal, ...] = ()
    news: VatTreatment = NOTHING
    taught: Mapping[str, LearnedValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Known:
    """Rows that a proposal is judged by; held, so that the session does not ask for them again."""

    tenant: TenantRow
    vendor: VendorRow | None
    treatment: VendorVatTreatmentRow | None


def latest(session: Session, document_id: UUID) -> tuple[int | None, Extraction]:
    """The latest reading of a document and its version; empty when there is none."""
    return _stored_reading(session, document_id, None)


def reading_of(session: Session, document_id: UUID, version: int | None) -> Extraction:
    """A reading of a document; empty when it failed."""
    return _stored_reading(session, document_id, version)[1]


def proposed_invoice(read: Extraction) -> NormalizedInvoice:
    """What a reading proposes for posting."""
    return within_bounds(normalized(read))


def judge(
    session: Session,
    item: InboxItemRow,
    proposal: Proposal,
    read: Extraction,
    said: Said | None = None,
) -> Judgement:
    """Judge a proposal by everything that is known, and by what a person says to it."""
    proposal = with_rate(session, proposal)
    known = _known(session, proposal.vendor_id)
    alike = duplicate_store.twins_of(session, item, proposal.invoice, proposal.vendor_id, read)
    hints = [twin.hint for twin in alike if twin.stops]
    similar = (twin.finding for twin in alike if not twin.stops)
    advice = _advice(session, proposal, read, known)
    filled = advice.filled(proposal.invoice)
    if not hints:  # what nobody has seen yet cannot be acknowledged
        filled = replace(filled, duplicate_acknowledged=False)
    received = local_day(item.created_at, known.tenant.country)
    misfits = _misfits(session, filled, known.vendor, received)
    earlier = preceding_store.preceding_findings(
        session, item, proposal.invoice, proposal.vendor_id, read
    )
    forms = form_store.findings(session, item, proposal.invoice, proposal.vendor_id, read)
    taught = learned_value_views.in_force(session, proposal.vendor_id)
    told = found_in(session, proposal, read, taught)
    found = (*told, *forms, *earlier, *similar, *advice.findings, *misfits)
    reviewed = case_finding.reviewed(proposal.findings, found, proposal.invoice, said)
    facts = CaseFacts(
        invoice=proposal.invoice,
        vendor_id=proposal.vendor_id,
        findings=tuple(each for each in reviewed if each.is_live),
        duplicate=hints[0] if hints else None,
        is_read=proposal.is_amended or read.is_read,
        unread_because=item.notice,
    )
    return Judgement(facts, reviewed, filled, advice.proposals, advice.news, taught)


def columns_of(session: Session, judged: Judgement, read: Extraction) -> dict[str, Any]:
    """What a reviewer sees of a judgement, as a case keeps it."""
    facts = judged.facts
    return {
        "vendor_id": facts.vendor_id,
        "normalized_invoice": judged.invoice.to_json(),
        "tax_proposals": [each.to_json() for each in judged.proposals],
        "findings": [each.to_json() for each in judged.findings],
        "page_hash": read.page_hash,
        "validation_issues": review.validation_issues(facts),
        "duplicate_hint": facts.open_duplicate.to_json() if facts.open_duplicate else None,
        "compliance_check": compliance_of(session, facts.invoice, read).to_json(),
    }


def _known(session: Session, vendor_id: UUID | None) -> _Known:
    """The tenant, the vendor and the latest VAT treatment of it, in one statement."""
    named = {"tenant": tenant_of(session), "vendor": vendor_id}
    found = _Known(*session.execute(_known_query(), named).one())
    session.info["judged by"] = found
    return found


@cache
def _known_query() -> Any:
    tenant, vendor, treatment = TenantRow, VendorRow, VendorVatTreatmentRow
    each = aliased(treatment)
    latest = (
        sqlalchemy.select(func.max(col(each.version)))
        .where(col(each.tenant_id) == col(vendor.tenant_id), col(each.vendor_id) == col(vendor.id))
        .scalar_subquery()
    )
    columns: Any = (tenant, vendor, treatment)
    return (
        sqlalchemy.select(*columns)
        .join(
            vendor,
            and_(
                col(vendor.tenant_id) == col(tenant.id),
                col(vendor.id) == bindparam("vendor", type_=Uuid()),
            ),
            isouter=True,
        )
        .join(
            treatment,
            and_(
                col(treatment.tenant_id) == col(vendor.tenant_id),
                col(treatment.vendor_id) == col(vendor.id),
                col(treatment.version) == latest,
            ),
            isouter=True,
        )
        .where(col(tenant.id) == TENANT)
    )


def _advice(session: Session, proposal: Proposal, read: Extraction, known: _Known) -> TaxAdvice:
    """What the rules of VAT propose; nothing for what is no invoice."""
    if not proposal.invoice.document_type.is_invoice:
        return TaxAdvice((), ())
    return advised(
        proposal.invoice,
        _tax_tenant(known.tenant),
        _tax_vendor(session, known, proposal.invoice),
        around_of(read),
        books(session, tenant_of(session)),
    )


def _misfits(
    session: Session, invoice: NormalizedInvoice, vendor: VendorRow | None, received: date
) -> Iterator[Finding]:
    account = vendor.default_account if vendor else None
    known = books(session, tenant_of(session))
    yield from account_findings(invoice, account, known)
    yield from import_findings(invoice, known)
    yield from nothing_findings(invoice, account)
    closed = partial(period_views.closed_now, session)
    yield from month_findings(invoice, received, known, closed)
    yield from date_findings(invoice, datetime.now(UTC).date())


def _tax_vendor(session: Session, known: _Known, invoice: NormalizedInvoice) -> TaxVendor:
    """Seat, account and usual treatment of a vendor; its address goes before its VAT id."""
    row, kept = known.vendor, known.treatment
    if row is None:
        return TaxVendor()
    usual = vat_treatment_views.treatment_of(kept)
    seat = seat_of(NormalizedVendor(vat_id=row.vat_id, country=row.country))
    is_decided = kept is not None and kept.source == TreatmentSource.PERSON
    prepaid = prepayment_views.prepayments(session, row.id) if is_below(invoice) else ()
    return TaxVendor(
        seat or usual.country,
        usual,
        is_decided,
        row.default_account,
        tuple(prepaid),
    )


def _tax_tenant(row: TenantRow) -> TaxTenant:
    names = ("builder", "cleaner", "energy_reseller", "telecom_reseller", "small_business")
    flags = {name: getattr(row, f"is_{name}") for name in (*names, "cash_basis")}
    return TaxTenant(
        country=row.country,
        deduction=row.vat_deduction,
        is_small_business=row.is_small_business,
        flags=flags,
    )


def _vendor_row(session: Session, vendor_id: UUID | None) -> VendorRow | None:
    return session.get(VendorRow, (tenant_of(session), vendor_id)) if vendor_id else None


def compliance_of(
    session: Session, invoice: NormalizedInvoice, read: Extraction
) -> ComplianceCheck:
    """Hold an invoice against the law of the tenant's country."""
    country = books(session, tenant_of(session)).chart.country
    return content.check(invoice, circumstances_of(read, country))


def _stored_reading(
    session: Session, document_id: UUID, version: int | None
) -> tuple[int | None, Extraction]:
    """Version and content; the raw text, which may be long, stays where it is."""
    rows = rows_of(session, _reading_query(), document=document_id, version=version)
    if not rows:
        return None, empty()
    found, fields, failure = rows[0]
    if failure == READING_UNFINISHED:
        return found, replace(empty(), findings=(review.UNFINISHED,))
    return found, empty() if fields is None else Extraction.from_json(dict(fields))


@cache
def _reading_query() -> Any:
    """Built once: to build a query takes longer than to ask it."""
    row = ExtractionRow
    version = bindparam("version", type_=Integer())
    return (
        sqlalchemy.select(col(row.version), col(row.fields), col(row.failure))
        .where(
            col(row.tenant_id) == TENANT,
            col(row.document_id) == bindparam("document", type_=Uuid()),
            or_(version.is_(None), col(row.version) == version),
        )
        .order_by(col(row.version).desc())
        .limit(1)
    )


def vendor_of(session: Session, invoice: NormalizedInvoice) -> VendorMatch:
    """Match the vendor that a document names against those in use.

    Where an account leaves it open, other names that people gave its vendors are asked for.
    """
    known = known_vendors(session)
    found = match(invoice.vendor, known)
    iban = written(invoice.vendor.iban or "")
    if found.status is not MatchStatus.AMBIGUOUS or not iban:
        return found
    paid = [each.id for each in known if iban in map(written, each.ibans)]
    names = learned_value_views.aliases(session, paid) if paid else {}
    if not names:
        return found
    return match(invoice.vendor, (replace(each, aliases=names.get(each.id, ())) for each in known))


def found_in(
    session: Session, proposal: Proposal, read: Extraction, taught: Mapping[str, LearnedValue]
) -> Iterator[Finding]:
    """All that is found about a proposal: by the reading, and by what the books know."""
    stated = proposed_invoice(read)
    proposed = stated if proposal.is_amended else proposal.invoice
    told = case_finding.of_reading(read, proposed, proposal.invoice)
    yield from unsettled(told, proposal.invoice.vendor, _vendor(session, proposal.vendor_id))
    yield from learned.findings(stated, proposal.invoice, taught)
    if proposal.is_amended:
        yield from against_document.differences(read, proposed, proposal.invoice)
    yield from _identity_findings(session, proposal)
    yield from due_findings(proposal.invoice, _accepted(session, proposal))
    yield from plan_findings(proposal.invoice)
    yield from tax_findings(proposal.invoice, read.tax_in_euro)
    yield from _set_off_findings(session, proposal)
    yield from hand_booking_views.findings(session, proposal.invoice, proposal.vendor_id)
    yield from _rate_findings(session, proposal.invoice)


def _rate_findings(session: Session, invoice: NormalizedInvoice) -> Iterator[Finding]:
    """A rate that somebody states, against the reference rate of its day where that is known."""
    if invoice.fx is not None and invoice.currency is not None:
        known = rate_views.rate_on(session, invoice.currency, invoice.fx.rate_date)
        if known is not None:
            yield from rate_findings(invoice.fx, known.rate, known.rate_date)


def _set_off_findings(session: Session, proposal: Proposal) -> Iterator[Finding]:
    """What was set off and cannot be any more, because others used it or the vendor changed."""
    set_offs = proposal.invoice.set_offs
    known = prepayment_store.known_of(session, proposal.vendor_id, set_offs)
    wrong = (*prepayment_store.problems(set_offs, known), *taken_off.problems(proposal.invoice))
    for at, why in wrong:
        place = at.partition("/")[0]
        yield Finding(
            "PREPAYMENT_GONE",
            f"Prepayment {int(place) + 1} of the set-off: {why}." if place else f"Set-off: {why}.",
            Severity.BLOCKING,
            (f"set_offs/{place}",) if place else ("set_offs", "total_gross", "amount_due"),
        )


def _accepted(session: Session, proposal: Proposal) -> list[Payee]:
    """Payees of the vendor that people have accepted, where the document names one at all."""
    if proposal.invoice.payee is None:
        return []
    return payee_views.accepted(session, proposal.vendor_id)


def with_rate(session: Session, proposal: Proposal) -> Proposal:
    """The proposal with a reference rate, where it needs one and one is known."""
    invoice = proposal.invoice
    is_foreign = invoice.currency not in (None, BASE_CURRENCY)
    if not is_foreign or invoice.fx is not None or invoice.invoice_date is None:
        return proposal
    known = rate_views.rate_before(session, invoice.currency or "", invoice.invoice_date)
    if known is None:
        return proposal
    fx = ForeignRate(known.rate, known.rate_date, known.source)
    return replace(proposal, invoice=replace(invoice, fx=fx))


def _identity_findings(session: Session, proposal: Proposal) -> Iterator[Finding]:
    vendor = _vendor(session, proposal.vendor_id)
    if vendor is not None:
        yield from identity_findings(proposal.invoice.vendor, vendor)
        yield from _namesake_findings(session, proposal.invoice.vendor, vendor)


def _namesake_findings(
    session: Session, seen: NormalizedVendor, vendor: KnownVendor
) -> Iterator[Finding]:
    """A document that has the name of one known vendor and the VAT id of another."""
    key = looks(seen.name or "")
    if not key or key == looks(vendor.name):
        return
    row = session.exec(
        select(VendorRow).where(
            VendorRow.tenant_id == tenant_of(session),
            VendorRow.name_key == key,
            VendorRow.id != vendor.id,
        )
    ).first()
    if row is not None:
        yield from namesake_findings(vendor, known_vendor(row))


def _vendor(session: Session, vendor_id: UUID | None) -> KnownVendor | None:
    row = _vendor_row(session, vendor_id)
    return None if row is None else known_vendor(row)
