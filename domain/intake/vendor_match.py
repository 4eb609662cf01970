"""Which vendor sent it, how sure, and why: VAT id, then IBAN, then name."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

from rapidfuzz import fuzz

from domain.iban import grouped, written
from domain.payables.normalized import NormalizedVendor
from domain.reading.finding import Finding, Severity
from domain.reading.names import is_another_company, is_only_form, may_be_named
from domain.reading.values import vat_id_written

VAT_ID, IBAN, EXACT = Decimal("1.00"), Decimal("0.95"), Decimal("0.90")
LEAST, MOST_SIMILAR = Decimal("0.60"), Decimal("0.85")
_AMBIGUOUS = Decimal("0.05")
_LEAST_RATIO = 75
_MOST_CANDIDATES = 10
_REMEMBERED = 50_000
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
    """A vendor as the books know it; `ibans` are all that were ever confirmed.

    `aliases` are other names of those whose documents at its account people have given to it.
    """

    id: UUID
    name: str
    vat_id: str | None = None
    ibans: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


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
    """Match what a document says of its vendor against those the books know.

    An account that several vendors share (a factor's, a parent's) tells none of them apart.
    """
    sought, known = _Sought.of(seen), list(vendors)
    is_shared = len([vendor for vendor in known if sought.is_paid_to(vendor)]) > 1
    sought = replace(sought, is_shared=is_shared)
    found = sorted(
        (candidate for vendor in known if (candidate := _candidate(sought, vendor)) is not None),
        key=lambda candidate: (-candidate.confidence, candidate.vendor.name, candidate.vendor.id),
    )[:_MOST_CANDIDATES]
    candidates = tuple(found)
    if not candidates:
        return VendorMatch(MatchStatus.UNMATCHED)
    is_close = (
        len(candidates) > 1 and candidates[0].confidence - candidates[1].confidence <= _AMBIGUOUS
    )
    if is_close or _is_doubtful(sought, candidates[0]):
        return VendorMatch(MatchStatus.AMBIGUOUS, candidates)
    findings = tuple(identity_findings(seen, candidates[0].vendor))
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


def vat_id_findings(seen: NormalizedVendor, vendor: KnownVendor) -> Iterator[Finding]:
    """A document with the VAT id of somebody else: of another firm, or of a registration abroad."""
    seen_id, known_id = vat_id_written(seen.vat_id or ""), vat_id_written(vendor.vat_id or "")
    if not seen_id or not known_id or seen_id == known_id:
        return
    is_abroad = seen_id[:2] != known_id[:2]
    yield Finding(
        "VENDOR_VAT_ID_DIFFERS",
        f"The document names the VAT id {seen_id}; {vendor.name} is known with {known_id}.",
        Severity.WARNING if is_abroad else Severity.BLOCKING,
        ("vendor_vat_id",),
    )


def namesake_findings(vendor: KnownVendor, namesake: KnownVendor) -> Iterator[Finding]:
    """A document that is taken for one vendor and bears the name of another that is known."""
    yield Finding(
        "VENDOR_NAME_DIFFERS",
        f"The document bears the name of {namesake.name}, and what else it says of its sender is "
        f"that of {vendor.name}: two vendors that are known.",
        Severity.BLOCKING,
        ("vendor_name", "vendor_vat_id"),
    )


def identity_findings(seen: NormalizedVendor, vendor: KnownVendor) -> Iterator[Finding]:
    """Where a document and the books tell two things of who is to be paid."""
    yield from iban_findings(seen, vendor)
    yield from vat_id_findings(seen, vendor)


def alias_of(seen: NormalizedVendor, vendor: KnownVendor) -> str | None:
    """The name of a document at the account of a vendor that is called quite otherwise.

    Who gives the document to that vendor all the same says that it is one of its names. None where
    its VAT id tells who it is.
    """
    sought, known = _Sought.of(seen), vat_id_written(vendor.vat_id or "")
    is_told = bool(sought.vat_id and known)
    if not sought.is_paid_to(vendor) or not sought.name or is_told:
        return None
    return None if may_be_named(sought.whole_name, vendor.name) else sought.whole_name


def is_surely(seen: NormalizedVendor, vendor: KnownVendor) -> bool:
    """Whether a document names this vendor and nobody else, by VAT id or by its whole name.

    An IBAN on a page proves nothing: whoever forges an invoice can copy it.

    >>> is_surely(NormalizedVendor(name="ACME KG"), KnownVendor(UUID(int=1), "ACME GmbH"))
    True
    """
    seen_id, known_id = vat_id_written(seen.vat_id or ""), vat_id_written(vendor.vat_id or "")
    if seen_id and known_id:
        return seen_id == known_id
    is_named = bool(seen.name) and not is_only_form(seen.name or "")
    return is_named and bare_name(seen.name or "") == bare_name(vendor.name)


@lru_cache(_REMEMBERED)
def bare_name(name: str) -> str:
    """A name without legal form, signs, accents and case.

    >>> bare_name("M\u00fcller & S\u00f6hne Ges.m.b.H."), bare_name("ACME GmbH & Co. KG")
    ('muller sohne', 'acme')
    """
    folded = unicodedata.normalize("NFKD", name.lower().replace("\u00df", "ss"))
    plain = "".join(sign for sign in folded if not unicodedata.combining(sign))
    words = re.sub(r"[^a-z0-9]+", " ", plain)
    return " ".join(_LEGAL_FORMS.sub(" ", words).split()) or " ".join(words.split())


@dataclass(frozen=True, slots=True)
class _Sought:
    """What a document says of its vendor, in the form that is compared."""

    vat_id: str
    iban: str
    name: str
    whole_name: str
    is_shared: bool = False

    def is_paid_to(self, vendor: KnownVendor) -> bool:
        """Whether the account is one of a vendor's."""
        return bool(self.iban) and self.iban in map(written, vendor.ibans)

    def is_alias_of(self, vendor: KnownVendor) -> bool:
        """Whether a person has given documents of this name and account to a vendor."""
        return self.is_paid_to(vendor) and self.name in map(bare_name, vendor.aliases)

    @classmethod
    def of(cls, seen: NormalizedVendor) -> "_Sought":
        name = seen.name or ""
        bare = "" if is_only_form(name) else bare_name(name)
        return cls(vat_id_written(seen.vat_id or ""), written(seen.iban or ""), bare, name)


def _is_doubtful(seen: _Sought, best: Candidate) -> bool:
    """Whether only a similar name speaks for a vendor that has another VAT id, or only an account.

    It may be somebody else, whose accounts and VAT treatment are others: a person says who it is.
    Companies that share a factor, a parent or a collecting account share an IBAN.
    """
    known = vat_id_written(best.vendor.vat_id or "")
    if best.method is MatchMethod.IBAN and seen.is_alias_of(best.vendor):
        return False
    if best.method is MatchMethod.IBAN:
        is_named_otherwise = bool(seen.name) and not may_be_named(seen.whole_name, best.vendor.name)
        # Its own VAT id is no proof for a vendor without one; entered there, it tells who it is.
        is_another = is_named_otherwise and bool(seen.vat_id) and not known
        return is_another or is_another_company(seen.whole_name, best.vendor.name)
    is_similar = best.method is MatchMethod.NAME_FUZZY
    return is_similar and bool(seen.vat_id and known) and seen.vat_id != known


def _candidate(seen: _Sought, vendor: KnownVendor) -> Candidate | None:
    """The strongest reason decides; the others are told, too."""
    reasons = list(_reasons(seen, vendor))
    if not reasons:
        return None
    confidence, method, _ = max(reasons, key=lambda reason: reason[0])
    return Candidate(vendor, confidence, method, tuple(text for _, _, text in reasons))


def _reasons(seen: _Sought, vendor: KnownVendor) -> Iterator[tuple[Decimal, MatchMethod, str]]:
    if seen.vat_id and vendor.vat_id and seen.vat_id == vat_id_written(vendor.vat_id):
        yield VAT_ID, MatchMethod.VAT_ID, "same VAT id"
    if seen.is_paid_to(vendor):
        yield LEAST if seen.is_shared else IBAN, MatchMethod.IBAN, "same IBAN"
    if seen.is_alias_of(vendor):
        yield EXACT, MatchMethod.NAME_EXACT, "name of an earlier document of it"
    if not is_only_form(vendor.name):
        yield from _name_reasons(seen.name, bare_name(vendor.name))


def _name_reasons(seen: str, known: str) -> Iterator[tuple[Decimal, MatchMethod, str]]:
    if not seen or not known:
        return
    if seen == known:
        yield EXACT, MatchMethod.NAME_EXACT, "same name"
        return
    # What cannot reach the least ratio ends early, as 0; half a point is rounded up to it.
    ratio = round(fuzz.token_sort_ratio(seen, known, score_cutoff=_LEAST_RATIO - 1))
    if ratio >= _LEAST_RATIO:
        share = Decimal(ratio - _LEAST_RATIO) / (100 - _LEAST_RATIO)
        confidence = (LEAST + (MOST_SIMILAR - LEAST) * share).quantize(Decimal("0.01"))
        yield confidence, MatchMethod.NAME_FUZZY, f"similar name ({ratio} %)"
