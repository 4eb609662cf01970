"""Which vendor sent it, how sure, and why: VAT id, then IBAN, then name."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from rapidfuzz import fuzz

from domain.iban import grouped, written
from domain.invoicing.normalized import NormalizedVendor
from domain.reading.finding import Finding, Severity
from domain.reading.values import vat_id_written

VAT_ID, IBAN, EXACT = Decimal("1.00"), Decimal("0.95"), Decimal("0.90")
LEAST, MOST_SIMILAR = Decimal("0.60"), Decimal("0.85")
_AMBIGUOUS = Decimal("0.05")
_LEAST_RATIO = 75
_MOST_CANDIDATES = 10
_LEGAL_FORMS = re.compile(
    r"\b(?:gmbh|mbh|ges m b h|gesellschaft|ag|kgaa|kg|ohg|og|gbr|gesbr|e u|eu|e k|ug|se|eg|gen|ev"
    r"|e v|ltd|limited|llc|inc|corp|bv|b v|nv|sa|sarl|srl|s r l|und co|co|haftungsbeschrankt)\b"
)


class MatchMethod(StrEnum):
    """What spoke for a vendor."""

    VAT_ID = "vat_id"
    IBAN = "iban"
    NAME_EXACT = "name_exact"
    NAME_FUZZY = "name_fuzzy"
    NONE = "none"


class MatchStatus(StrEnum):
    """Whether one vendor stands out."""

    MATCHED = "matched"
    AMBIGUOUS = "ambiguous"
    UNMATCHED = "unmatched"


@dataclass(frozen=True, slots=True)
class KnownVendor:
    """A vendor as the books know it; `ibans` are all that were ever confirmed."""

    id: UUID
    name: str
    vat_id: str | None = None
    ibans: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A vendor that it may be, and the reasons."""

    vendor: KnownVendor
    confidence: Decimal
    method: MatchMethod
    reasons: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """The candidate as the contract shows it, with its reasons."""
        return {
            "vendor_id": str(self.vendor.id),
            "vendor_name": self.vendor.name,
            "confidence": str(self.confidence),
            "match_method": self.method.value,
            "reasons": list(self.reasons),
        }


@dataclass(frozen=True, slots=True)
class VendorMatch:
    """The outcome: one vendor, or several candidates, or none."""

    status: MatchStatus
    candidates: tuple[Candidate, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def vendor(self) -> KnownVendor | None:
        """The vendor that stands out."""
        return self.candidates[0].vendor if self.status is MatchStatus.MATCHED else None

    @property
    def vendor_id(self) -> UUID | None:
        """Its id."""
        return self.vendor.id if self.vendor is not None else None

    def to_json(self) -> dict[str, Any]:
        """`vendor_match` as the contract shows it."""
        best = self.candidates[0] if self.candidates else None
        return {
            "status": self.status.value,
            "vendor_id": str(self.vendor_id) if self.vendor_id else None,
            "vendor_name": self.vendor.name if self.vendor else None,
            "confidence": str(best.confidence) if best else "0",
            "match_method": best.method.value if best and self.vendor else MatchMethod.NONE.value,
        }

    def candidates_json(self) -> list[dict[str, Any]]:
        """`vendor_candidates` as the contract shows it."""
        return [candidate.to_json() for candidate in self.candidates]


def match(seen: NormalizedVendor, vendors: Iterable[KnownVendor]) -> VendorMatch:
    """Match what a document says of its vendor against those the books know."""
    found = sorted(
        (candidate for vendor in vendors if (candidate := _candidate(seen, vendor)) is not None),
        key=lambda candidate: (-candidate.confidence, candidate.vendor.name, candidate.vendor.id),
    )[:_MOST_CANDIDATES]
    candidates = tuple(found)
    if not candidates:
        return VendorMatch(MatchStatus.UNMATCHED)
    if len(candidates) > 1 and candidates[0].confidence - candidates[1].confidence <= _AMBIGUOUS:
        return VendorMatch(MatchStatus.AMBIGUOUS, candidates)
    findings = tuple(iban_findings(seen, candidates[0].vendor))
    return VendorMatch(MatchStatus.MATCHED, candidates, findings)


def iban_findings(seen: NormalizedVendor, vendor: KnownVendor) -> Iterator[Finding]:
    """A known vendor with an IBAN nobody has confirmed: the classic payment fraud."""
    iban = written(seen.iban or "")
    if iban and vendor.ibans and iban not in map(written, vendor.ibans):
        yield Finding(
            "VENDOR_IBAN_CHANGED",
            f"{vendor.name} is known with another IBAN than {grouped(iban)}. "
            "A second person has to confirm the new one before it is paid.",
            Severity.BLOCKING,
            ("vendor_iban",),
        )


def bare_name(name: str) -> str:
    """A name without legal form, signs, accents and case.

    >>> bare_name("M\u00fcller & S\u00f6hne Ges.m.b.H."), bare_name("ACME GmbH & Co. KG")
    ('muller sohne', 'acme')
    """
    folded = unicodedata.normalize("NFKD", name.lower().replace("\u00df", "ss"))
    plain = "".join(sign for sign in folded if not unicodedata.combining(sign))
    words = re.sub(r"[^a-z0-9]+", " ", plain)
    return " ".join(_LEGAL_FORMS.sub(" ", words).split()) or " ".join(words.split())


def _candidate(seen: NormalizedVendor, vendor: KnownVendor) -> Candidate | None:
    """The strongest reason decides; the others are told, too."""
    reasons = list(_reasons(seen, vendor))
    if not reasons:
        return None
    confidence, method, _ = max(reasons, key=lambda reason: reason[0])
    return Candidate(vendor, confidence, method, tuple(text for _, _, text in reasons))


def _reasons(
    seen: NormalizedVendor, vendor: KnownVendor
) -> Iterator[tuple[Decimal, MatchMethod, str]]:
    vat_id = vat_id_written(seen.vat_id or "")
    if vat_id and vat_id == vat_id_written(vendor.vat_id or ""):
        yield VAT_ID, MatchMethod.VAT_ID, "same VAT id"
    iban = written(seen.iban or "")
    if iban and iban in map(written, vendor.ibans):
        yield IBAN, MatchMethod.IBAN, "same IBAN"
    if seen.name:
        yield from _name_reasons(bare_name(seen.name), bare_name(vendor.name))


def _name_reasons(seen: str, known: str) -> Iterator[tuple[Decimal, MatchMethod, str]]:
    if not seen or not known:
        return
    if seen == known:
        yield EXACT, MatchMethod.NAME_EXACT, "same name"
        return
    ratio = round(fuzz.token_sort_ratio(seen, known))
    if ratio >= _LEAST_RATIO:
        share = Decimal(ratio - _LEAST_RATIO) / (100 - _LEAST_RATIO)
        confidence = (LEAST + (MOST_SIMILAR - LEAST) * share).quantize(Decimal("0.01"))
        yield confidence, MatchMethod.NAME_FUZZY, f"similar name ({ratio} %)"
