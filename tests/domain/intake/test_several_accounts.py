"""Several accounts on one invoice: told, and stopped where somebody else may hold one."""

from dataclasses import replace
from uuid import UUID

import pytest

from domain.formats.invoice_record import RecordMeans, RecordPayment
from domain.intake import from_pages, from_record
from domain.intake.several_accounts import CODE, unsettled
from domain.intake.vendor_match import KnownVendor
from domain.payables.normalized import NormalizedVendor
from domain.reading.finding import Finding, Severity
from domain.reading.origin import OwnParty
from tests.domain.intake.test_hybrid import RECORD
from tests.layouts import INVOICE, typed

FIRST, OTHER = "AT611904300234573201", "DE89370400440532013000"
SHOWN = {FIRST: "AT61 1904 3002 3457 3201", OTHER: "DE89 3704 0044 0532 0130 00"}
SECOND = f"Zweites Konto: IBAN {SHOWN[OTHER]}"


def told(found: tuple[Finding, ...]) -> list[Finding]:
    """What is said of the accounts."""
    return [each for each in found if each.code == CODE]


@pytest.mark.parametrize(
    ("words", "severity"),
    [
        ("", None),
        (f"IBAN {SHOWN[FIRST]}", None),
        (f"Ihre IBAN {SHOWN[OTHER]}", None),
        (SECOND, Severity.WARNING),
        (f"Kontoinhaber: Muster Handel GmbH\n{SECOND}", Severity.WARNING),
        (f"Kontoinhaber: Alpen Factorbank AG\n{SECOND}", Severity.BLOCKING),
        (f"Kontoinhaber: Muster Handel GmbH\nKontoinhaber: Max Fremd\n{SECOND}", Severity.BLOCKING),
        (f"Neue Bankverbindung: IBAN {SHOWN[OTHER]}", Severity.BLOCKING),
        (f"Unsere Bankverbindung hat sich ge\u00e4ndert!\n{SECOND}", Severity.BLOCKING),
    ],
)
def test_accounts_of_a_page(words: str, severity: Severity | None) -> None:
    """Footers list several banks of one vendor; those of several holders wait for a person."""
    found = from_pages.extraction_of(typed(f"{INVOICE}\n{words}"), OwnParty())

    assert [each.severity for each in told(found.findings)] == ([severity] if severity else [])
    assert all(shown in each.message for each in told(found.findings) for shown in SHOWN.values())


def test_the_account_of_the_recipient_is_none_of_the_vendor() -> None:
    """It stands on what is collected."""
    found = from_pages.extraction_of(typed(f"{INVOICE}\n{SECOND}"), OwnParty(ibans=(OTHER,)))

    assert (found.vendor_iban, told(found.findings)) == (FIRST, [])


@pytest.mark.parametrize(
    ("accounts", "severity"),
    [
        (((FIRST, None),), None),
        (((FIRST, None), (SHOWN[FIRST], None)), None),
        (((FIRST, None), ("AT00", None)), None),
        (((FIRST, None), (OTHER, None)), Severity.WARNING),
        (((FIRST, "Muster GmbH"), (OTHER, "MUSTER")), Severity.WARNING),
        (((FIRST, "Muster GmbH"), (OTHER, "Factor AG")), Severity.BLOCKING),
    ],
)
def test_accounts_of_an_e_invoice(
    accounts: tuple[tuple[str, str | None], ...], severity: Severity | None
) -> None:
    """BG-17 may be repeated; the first account is read."""
    means = tuple(RecordMeans(code="58", iban=iban, holder=holder) for iban, holder in accounts)
    record = replace(RECORD, payment=RecordPayment(means=means))
    found = from_record.extraction_of(record)

    assert found.vendor_iban == FIRST
    assert [each.severity for each in told(found.findings)] == ([severity] if severity else [])


@pytest.mark.parametrize(
    ("known", "severity", "is_told"),
    [
        ((FIRST,), Severity.WARNING, False),
        ((FIRST,), Severity.BLOCKING, True),
        ((OTHER,), Severity.WARNING, True),
        ((), Severity.WARNING, True),
        (None, Severity.WARNING, True),
    ],
)
def test_the_account_that_is_known_settles_it(
    known: tuple[str, ...] | None, severity: Severity, *, is_told: bool
) -> None:
    """A vendor with several banks is asked about once, unless a holder is somebody else."""
    vendor = None if known is None else KnownVendor(UUID(int=1), "Muster", ibans=known)
    findings = [Finding(CODE, "", severity), Finding("X", "", Severity.WARNING)]
    found = list(unsettled(findings, NormalizedVendor(iban=SHOWN[FIRST]), vendor))

    assert found == findings[0 if is_told else 1 :]
