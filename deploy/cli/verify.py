"""`belegfluss verify`: whether proofs hold, and the audit log of a company."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from deploy.cli.console import database, give_up, out
from domain.database.audit_chain import AuditBroken, check_events
from domain.database.session import read_session
from domain.periods import verifier
from domain.periods.verifier import Differs


def verify(
    file: Annotated[
        Path | None, typer.Argument(exists=True, dir_okay=False, help="Exported proof")
    ] = None,
    closing_hash: Annotated[
        str | None, typer.Argument(help="The hash that was kept outside the service")
    ] = None,
    audit: Annotated[
        UUID | None, typer.Option(help="Id of the tenant whose audit log is checked instead")
    ] = None,
) -> None:
    """Check the proof of a locked period, or of an intent in it, without the service.

    Or check the audit log of a tenant in its database: that no event was altered, removed or put
    in, down to the last one that was recorded.
    """
    if file is not None and audit is None:
        _verify_proof(file, closing_hash)
    elif audit is not None and file is None:
        _verify_audit(audit)
    else:
        raise give_up("Name either the FILE of a proof, or a tenant with --audit.")


def _verify_proof(file: Path, closing_hash: str | None) -> None:
    try:
        with file.open(encoding="utf-8") as lines:
            proven = verifier.verify(lines, closing_hash and closing_hash.lower())
    except Differs as error:
        raise give_up(f"The proof does not hold: {error}") from error
    out.print(
        f"The proof holds: period {proven.period},"
        f" {proven.entry_count} of {proven.closing['entry_count']} entries,"
        f" closing hash {proven.closing_hash}",
        soft_wrap=True,
        markup=False,
    )


def _verify_audit(tenant: UUID) -> None:
    with database(tenant) as bind:
        try:
            with read_session(bind, tenant) as session:
                last = check_events(session)
        except AuditBroken as error:
            raise give_up(f"The audit log does not hold: {error.message}") from error
    out.print(
        f"The audit log holds: {last.number} events, last hash {last.audit_hash}", soft_wrap=True
    )
