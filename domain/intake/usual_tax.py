"""What a vendor was booked as before, where a document alone leaves it open; and what it says."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from domain.intake.seller_region import seat_of
from domain.intake.tax_facts import MIXED, TaxGroup, TaxVendor, own_kind, plain
from domain.money import ZERO
from domain.payables.normalized import NormalizedInvoice
from domain.payables.vat_treatment import CATEGORIES, NOTHING, VatTreatment, differing
from domain.reading.finding import Finding, Severity
from domain.tax.code import TaxCode
from domain.tax.treatment import UNKNOWN, TaxFacts, Treatment, boxes_of, kinds

AS_BEFORE = "VAT_AS_BEFORE"
DIFFERS = "VAT_TREATMENT_DIFFERS"
_FIELDS = ("line_items", "taxes")
_PREPAYMENT = "prepayment"
# What a person settles once for a vendor; all else is asked of each document.
_LASTING = frozenset(
    {
        "VAT_KIND_UNKNOWN",
        "VAT_RATE_REGION",
        "VAT_RATE_UNKNOWN",
        "VAT_EXEMPTION_REASON",
        "VAT_NO_TAX_NO_REASON",
        "VAT_FOREIGN_REGISTRATION",
        "VAT_IMPORT_PAYMENT_UNKNOWN",
        "VAT_UNDECIDED",
    }
)
_NAMES = {"country": "country", "category": "category", "tax_code": "tax code"}


@dataclass(frozen=True, slots=True)
class SeenGroup:
    """A group of lines, what is known of it, and the code that is proposed."""

    group: TaxGroup
    facts: TaxFacts
    code: str | None


def known_by(vendor: TaxVendor, seat: str | None) -> TaxVendor:
    """The vendor without what is usual, where the document comes from another country."""
    moved = None not in (vendor.usual.country, seat) and vendor.usual.country != seat
    return vendor.alone if moved else vendor


def with_usual(
    found: Treatment, alone: Treatment, facts: TaxFacts, vendor: TaxVendor, usual_code: str | None
) -> tuple[Treatment, list[Finding]]:
    """The treatment with the usual one of the vendor, and what a person should know of that.

    `alone` is what the document says by itself. Where the rules ask what a person has settled for
    the vendor before, `usual_code` is proposed.
    """
    if usual_code is not None and found.is_asked and found.remark.finding in _LASTING:
        code = usual_code
        told = replace(
            found.remark,
            finding=AS_BEFORE,
            severity=Severity.WARNING.value,
            reason=f"{found.remark.reason} It was booked with {code} before.",
        )
        return replace(found, proposal=code, remark=told, boxes=boxes_of(facts.country, code)), []
    if (found.proposal, found.remark) == (alone.proposal, alone.remark):
        return found, []
    return found, [_as_before(found, vendor)]


def usual_code_for(
    facts: TaxFacts, seat: str | None, usual: VatTreatment, codes: Mapping[str, TaxCode]
) -> str | None:
    """The usual code, if country, category, kind and rate are as before; never foreign tax."""
    code = codes.get(usual.tax_code or "")
    before = usual.country, usual.category, usual.supply_kind or UNKNOWN
    if code is None or before != (seat, facts.category, facts.kind):
        return None
    if facts.status != "full" and code.deductible and code.accounts:
        return None
    is_untaxed = code.is_self_assessed or not code.rate
    return code.code if facts.rate == ("0" if is_untaxed else plain(code.rate or ZERO)) else None


def seen_of(
    invoice: NormalizedInvoice, groups: Sequence[SeenGroup], codes: Mapping[str, TaxCode]
) -> VatTreatment:
    """What a document says of its vendor, were it booked as it is proposed now."""
    said: dict[str, set[Any]] = {
        "category": {one.facts.category for one in groups} & CATEGORIES,
        "tax_code": {
            line.tax_code or one.code
            for one in groups
            if one.facts.more.get("doc_type") != _PREPAYMENT  # of an acquisition it has none
            for line in one.group.lines
        },
        "supply_kind": {own_kind(one.group, one.facts.category) for one in groups} & kinds(),
        "supply_rate": set(_acquired_at(groups, codes)),
        "is_small_business": set(_small(invoice, groups)),
    }
    said["tax_code"].discard(None)
    varies = [name for name, values in said.items() if len(values) > 1 or MIXED in values]
    one = {name: values.pop() for name, values in said.items() if values and name not in varies}
    return NOTHING.changed({"country": seat_of(invoice.vendor), "varies": tuple(varies), **one})


def unusual(vendor: TaxVendor, seen: VatTreatment) -> Iterator[Finding]:
    """Tell that a document is not what its vendor usually sends."""
    names = differing(vendor.usual, seen)
    if names:
        told = (f"{_NAMES[n]} {getattr(vendor.usual, n)}, here {getattr(seen, n)}" for n in names)
        yield Finding(
            DIFFERS,
            f"It differs from what is usual for this vendor: {'; '.join(told)}.",
            Severity.WARNING,
            ("vendor_country", *_FIELDS),
        )


def _as_before(found: Treatment, vendor: TaxVendor) -> Finding:
    usual = vendor.usual
    known = [usual.supply_kind, usual.supply_rate is not None and f"{plain(usual.supply_rate)} %"]
    known.append("small business" if usual.is_small_business else None)
    return Finding(
        AS_BEFORE,
        "The document alone does not say it; this vendor is treated as before: "
        f"{', '.join(str(each) for each in known if each)}.",
        Severity.HINT if vendor.is_decided else Severity.WARNING,
        _FIELDS,
        found.remark.basis,
    )


def _acquired_at(groups: Sequence[SeenGroup], codes: Mapping[str, TaxCode]) -> Iterator[object]:
    """Domestic rates of what is acquired, where a person has named codes that say so."""
    for line in (line for one in groups for line in one.group.lines):
        code = codes.get(line.tax_code or "")
        if code is not None and code.is_self_assessed and code.rate is not None:
            yield code.rate


def _small(invoice: NormalizedInvoice, groups: Sequence[SeenGroup]) -> Iterator[bool]:
    """It is one where it says so and shows no tax; who shows tax is none."""
    if invoice.total_tax:
        yield False
    elif any(one.facts.more.get("small_business_note") == "yes" for one in groups):
        yield True
