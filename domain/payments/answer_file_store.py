"""Takes the status reports that lie among the statements of a file."""

from collections.abc import Iterator, Sequence

from sqlmodel import Session

from domain.banking.continuity import FindingCode, ImportFinding
from domain.banking.import_store import Beside
from domain.errors import DomainError
from domain.formats import pain002
from domain.formats.pain002 import StatusReport
from domain.formats.statement import RowError, StatusFile
from domain.payments import answer_store
from domain.payments.answer_store import Kept
from domain.payments.bank_answer import is_refusal


def take(session: Session, files: Sequence[StatusFile]) -> Beside:
    """Store what each report says; one that cannot be taken is told, and stops no other."""
    taken = Beside()
    for file in files:
        try:
            report = pain002.read(file.content)
            with session.begin_nested():
                kept = answer_store.keep(session, report)
        except DomainError as error:
            taken.refusal = error
            named = f"{file.name}: " if file.name else ""
            finding = ImportFinding(FindingCode.FILE_SKIPPED, f"{named}{error.message}")
            taken.findings.append(finding)
        else:
            _count(taken, kept)
            taken.findings += _told(report, kept)
    return taken


def _count(taken: Beside, kept: Kept) -> None:
    taken.imported += kept.new
    taken.skipped += kept.statuses - kept.new - len(kept.unknown)
    taken.errors += [
        RowError(at, "UNREADABLE_ROW", f"{each}: of nothing in the file")
        for at, each in enumerate(kept.unknown, 1)
    ]


def _told(report: StatusReport, kept: Kept) -> Iterator[ImportFinding]:
    about = f"payment run {kept.run_id}" if kept.run_id else f"direct debits {kept.collection_id}"
    yield ImportFinding(
        FindingCode.STATUS_REPORT, f"A status report about {about}.", count=kept.statuses
    )
    if refused := sum(is_refusal(each.status) for each in report.told):
        yield ImportFinding(
            FindingCode.PAYMENTS_REFUSED, f"The bank refuses payments: {about}.", count=refused
        )
