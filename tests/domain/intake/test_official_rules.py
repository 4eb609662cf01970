"""Broken rules as findings."""

import pytest

from domain.formats.e_invoice_rules import BrokenRule, Fault, Validation
from domain.intake.extraction import Extraction
from domain.intake.official_rules import findings_of, validated
from domain.reading.finding import Severity


def rule(name: str, *, is_fatal: bool = True, fault: Fault = Fault.RULE) -> BrokenRule:
    """One broken rule."""
    return BrokenRule(fault, name, "What it asks for.", is_fatal)


@pytest.mark.parametrize(
    ("name", "severity", "fields"),
    [
        ("BR-CO-16", Severity.BLOCKING, ("amount_due", "prepaid_amount", "rounding_amount")),
        ("BR-CO-17", Severity.BLOCKING, ("total_tax",)),
        ("BR-S-08", Severity.BLOCKING, ("total_net",)),
        ("BR-AE-09", Severity.BLOCKING, ("total_tax",)),
        ("BR-S-10", Severity.WARNING, ()),
        ("BR-01", Severity.WARNING, ()),
        ("UBL-SR-48", Severity.WARNING, ()),
    ],
)
def test_broken_sums_block_and_the_rest_warns(
    name: str, severity: Severity, fields: tuple[str, ...]
) -> None:
    """What is booked and paid hangs on the sums."""
    (found,) = findings_of(Validation("EN 16931", (rule(name),)))

    assert (found.code, found.severity, found.fields) == ("E_INVOICE_RULE", severity, fields)
    assert found.basis == f"EN 16931 {name}"


def test_the_form_is_one_finding_and_advice_another() -> None:
    """However often the schema is broken; what is cut is counted."""
    broken = (
        rule("SCHEMAV", fault=Fault.FORMAT),
        rule("SCHEMAV", fault=Fault.FORMAT),
        rule("UBL-CR-1", is_fatal=False),
    )
    form, advice = findings_of(Validation("EN 16931", broken, unlisted=7))

    assert (form.code, form.severity) == ("E_INVOICE_FORMAT", Severity.WARNING)
    assert "2 places" in form.message
    assert (advice.code, advice.severity) == ("E_INVOICE_ADVICE", Severity.HINT)
    assert "7 more" in advice.message


def test_what_was_not_run_is_told() -> None:
    """Missing, or for another reason."""
    (missing,) = findings_of(Validation("", not_run="VALIDATOR_MISSING"))
    (other,) = findings_of(Validation("ebInterface 4.3", not_run="There is no schema."))

    assert missing.code == "VALIDATOR_MISSING"
    assert other.message == "There is no schema."


def test_it_is_kept_with_the_reading() -> None:
    """There and back."""
    kept = validated(Extraction(), Validation("EN 16931", (rule("BR-01"),)))

    assert Extraction.from_json(kept.to_json()) == kept
    assert len(kept.findings) == 1
