"""Which vendor sent it."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.intake.vendor_match import (
    KnownVendor,
    MatchMethod,
    MatchStatus,
    alias_of,
    bare_name,
    is_surely,
    match,
    namesake_findings,
    vat_id_findings,
)
from domain.payables.normalized import NormalizedVendor
from domain.reading.finding import Severity

IBAN, OTHER_IBAN = "AT611904300234573201", "DE89370400440532013000"
HANDEL = KnownVendor(UUID(int=1), "Muster Handel GmbH", "ATU13585627", (IBAN,))
DRUCK = KnownVendor(UUID(int=2), "Druckerei Huber OG", None, (OTHER_IBAN,))
KNOWN = (HANDEL, DRUCK)


@pytest.mark.parametrize(
    ("seen", "method", "confidence"),
    [
        (NormalizedVendor(vat_id="ATU 13585627"), MatchMethod.VAT_ID, "1.00"),
        (NormalizedVendor(iban="AT61 1904 3002 3457 3201"), MatchMethod.IBAN, "0.95"),
        (NormalizedVendor(name="MUSTER HANDEL Ges.m.b.H."), MatchMethod.NAME_EXACT, "0.90"),
        (NormalizedVendor(name="Muster Handels GmbH"), MatchMethod.NAME_FUZZY, None),
    ],
)
def test_the_best_reason_decides(
    seen: NormalizedVendor, method: MatchMethod, confidence: str | None
) -> None:
    """VAT id before IBAN before name."""
    found = match(seen, KNOWN)

    assert found.status is MatchStatus.MATCHED
    assert found.vendor_id == HANDEL.id
    assert found.candidates[0].method is method
    if confidence is None:
        assert Decimal("0.60") <= found.candidates[0].confidence <= Decimal("0.85")
    else:
        assert found.candidates[0].confidence == Decimal(confidence)


@pytest.mark.parametrize("name", ["Zimmerei Gruber", None, "", "GmbH"])
def test_a_stranger_is_unmatched(name: str | None) -> None:
    """Below 0.6 nobody is proposed."""
    found = match(NormalizedVendor(name=name), KNOWN)

    assert found.status is MatchStatus.UNMATCHED
    assert found.to_json() == {
        "status": "unmatched",
        "vendor_id": None,
        "vendor_name": None,
        "confidence": "0",
        "match_method": "none",
    }


@pytest.mark.parametrize(
    ("name", "vat_id", "status"),
    [
        ("Muster Handels GmbH", "ATU47110816", MatchStatus.AMBIGUOUS),
        ("Muster Handels GmbH", "DE136695976", MatchStatus.AMBIGUOUS),
        ("Muster Handels GmbH", None, MatchStatus.MATCHED),
        ("Muster Handel GmbH", "ATU47110816", MatchStatus.MATCHED),  # and it blocks
    ],
)
def test_a_similar_name_with_another_vat_id_is_asked(
    name: str, vat_id: str | None, status: MatchStatus
) -> None:
    """It may be somebody else, whose accounts and VAT treatment are others."""
    found = match(NormalizedVendor(name=name, vat_id=vat_id), KNOWN)

    assert found.status is status
    assert [each.vendor.id for each in found.candidates] == [HANDEL.id]


def test_one_vendors_vat_id_with_anothers_iban_is_ambiguous() -> None:
    """Within 0.05 no vendor is set: somebody has to look."""
    found = match(NormalizedVendor(vat_id="ATU13585627", iban=OTHER_IBAN), KNOWN)

    assert found.status is MatchStatus.AMBIGUOUS
    assert found.vendor_id is None
    assert {candidate.vendor.id for candidate in found.candidates} == {HANDEL.id, DRUCK.id}


def test_a_known_vendor_with_a_new_iban_is_a_blocking_finding() -> None:
    """The classic payment fraud."""
    seen = NormalizedVendor(vat_id="ATU13585627", iban="GB29NWBK60161331926819")
    (finding,) = match(seen, KNOWN).findings

    assert (finding.code, finding.severity) == ("VENDOR_IBAN_CHANGED", Severity.BLOCKING)
    assert not match(NormalizedVendor(vat_id="ATU13585627", iban=IBAN), KNOWN).findings
    without = KnownVendor(UUID(int=3), "Neu GmbH", "DE136695976")
    assert not match(NormalizedVendor(vat_id="DE136695976", iban=IBAN), [without]).findings


@given(st.permutations([*KNOWN, KnownVendor(UUID(int=4), "Muster Handels GmbH")]))
def test_the_order_of_the_vendors_does_not_matter(vendors: list[KnownVendor]) -> None:
    """The same document gives the same match."""
    seen = NormalizedVendor(name="Muster Handel", iban=IBAN)

    assert match(seen, vendors) == match(seen, sorted(vendors, key=lambda vendor: vendor.id))


def test_legal_forms_and_accents_do_not_make_a_name() -> None:
    """A name that is nothing but a legal form stays what it is."""
    assert bare_name("Café Größer e.U.") == bare_name("CAFE GROSSER EU")
    assert bare_name("AG") == "ag"


def test_a_vendor_is_sure_by_its_vat_id_or_its_name_alone() -> None:
    """An IBAN can be copied; a VAT id that is another's outweighs the name."""
    known = KnownVendor(UUID(int=3), "Papier GmbH", "ATU13585627", ("AT611904300234573201",))

    assert is_surely(NormalizedVendor(name="Other", vat_id="ATU 13585627"), known)
    assert is_surely(NormalizedVendor(name="Papier Ges.m.b.H."), known)
    assert not is_surely(NormalizedVendor(name="Papier GmbH", vat_id="DE136695976"), known)
    assert not is_surely(NormalizedVendor(iban="AT611904300234573201"), known)


@pytest.mark.parametrize(
    ("seen", "severity"),
    [
        ("ATU 13585627", None),
        (None, None),
        ("ATU12345675", Severity.BLOCKING),
        ("DE136695976", Severity.WARNING),
    ],
)
def test_the_vat_id_of_somebody_else_is_told(seen: str | None, severity: Severity | None) -> None:
    """A firm may be registered abroad, too; at home it has one id."""
    found = list(vat_id_findings(NormalizedVendor(vat_id=seen), HANDEL))

    assert [each.severity for each in found] == ([severity] if severity else [])
    assert not list(vat_id_findings(NormalizedVendor(vat_id=seen), DRUCK))


def test_the_name_of_one_vendor_with_the_vat_id_of_another_stops() -> None:
    """As the reverse does (VENDOR_VAT_ID_DIFFERS)."""
    one, other = KnownVendor(UUID(int=1), "ACME GmbH"), KnownVendor(UUID(int=2), "Bolt AG")
    (found,) = namesake_findings(one, other)

    assert found.severity is Severity.BLOCKING
    assert "Bolt AG" in found.message


@pytest.mark.parametrize(
    ("seen", "vat_id", "status"),
    [
        ("Birke Metall KG", "DE136695976", MatchStatus.AMBIGUOUS),
        ("Cedern Kunststoff AG", None, MatchStatus.AMBIGUOUS),
        ("Birke Metall", "DE136695976", MatchStatus.AMBIGUOUS),
        ("Stadtgemeinde Hallein", "ATU51604839", MatchStatus.AMBIGUOUS),
        ("Huber Druck", "DE136695976", MatchStatus.MATCHED),
        ("Huber Druck", None, MatchStatus.MATCHED),  # what a house is called at its door
        ("Druckerei Huber GmbH", None, MatchStatus.MATCHED),  # another legal form by now
        ("Druckerei Huber OG, Filiale Wels", None, MatchStatus.MATCHED),
        (None, None, MatchStatus.MATCHED),
    ],
)
def test_an_account_alone_makes_no_vendor_of_another_company(
    seen: str | None, vat_id: str | None, status: MatchStatus
) -> None:
    """A factor, a parent, a collecting account: a person says who it is, and sees the candidate."""
    found = match(NormalizedVendor(name=seen, vat_id=vat_id, iban=OTHER_IBAN), KNOWN)

    assert (found.status, found.candidates[0].vendor) == (status, DRUCK)
    assert (found.vendor_id is None) is (status is MatchStatus.AMBIGUOUS)


@pytest.mark.parametrize("form", ["Inc.", "Ltd", "Co., Ltd.", "GmbH & Co. KG"])
def test_a_legal_form_alone_is_no_name(form: str) -> None:
    """A vendor that was stored by it is nobody's namesake."""
    known = KnownVendor(UUID(int=3), form)

    assert match(NormalizedVendor(name=form), [known]).status is MatchStatus.UNMATCHED
    assert not is_surely(NormalizedVendor(name=form), known)


_SHARED = (
    KnownVendor(UUID(int=1), "Ahorn Teile GmbH", None, (IBAN,)),
    KnownVendor(UUID(int=2), "Birke Metall KG", "DE136695976", (IBAN,)),
)


@pytest.mark.parametrize(
    ("name", "vat_id", "vendor"),
    [
        ("Birke Metall KG", "DE136695976", 2),
        ("Birke Metall KG", None, 2),
        ("Ahorn Teile GmbH", None, 1),
        ("Cedern Kunststoff AG", None, None),
        (None, None, None),
    ],
)
def test_an_account_of_several_vendors_tells_none_of_them(
    name: str | None, vat_id: str | None, vendor: int | None
) -> None:
    """Name or VAT id says who it is: the account alone left every document to a person."""
    found = match(NormalizedVendor(name=name, vat_id=vat_id, iban=IBAN), _SHARED)

    assert found.vendor_id == (UUID(int=vendor) if vendor else None)
    assert {each.vendor.id for each in found.candidates} == {UUID(int=1), UUID(int=2)}


@pytest.mark.parametrize(
    ("known", "iban", "vendor"),
    [
        (_SHARED[:1], IBAN, 1),
        (_SHARED, IBAN, 1),
        (_SHARED, OTHER_IBAN, None),  # the name alone is another company's
    ],
)
def test_another_name_that_a_person_gave_counts_beside_the_account(
    known: tuple[KnownVendor, ...], iban: str, vendor: int | None
) -> None:
    """Asked once, not every month."""
    named = (replace(known[0], aliases=("Cedern Kunststoff AG",)), *known[1:])
    seen = NormalizedVendor(name="CEDERN Kunststoff AG", iban=iban)

    assert match(seen, known).vendor_id is None
    assert match(seen, named).vendor_id == (UUID(int=vendor) if vendor else None)


@pytest.mark.parametrize(
    ("name", "iban", "vat_id", "alias"),
    [
        ("Cedern Kunststoff AG", OTHER_IBAN, None, "Cedern Kunststoff AG"),
        ("Druckerei Huber", OTHER_IBAN, None, None),  # one of its names anyway
        ("Cedern Kunststoff AG", IBAN, None, None),  # at another account
        (None, OTHER_IBAN, None, None),
    ],
)
def test_an_alias_is_a_name_at_the_known_account(
    name: str | None, iban: str, vat_id: str | None, alias: str | None
) -> None:
    """And nothing that its name or VAT id tells."""
    assert alias_of(NormalizedVendor(name=name, vat_id=vat_id, iban=iban), DRUCK) == alias
    told = NormalizedVendor(name=name, vat_id="ATU47110816", iban=IBAN)
    assert alias_of(told, HANDEL) is None
