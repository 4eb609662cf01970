"""Statement files on PostgreSQL: read as a stream, stored piece by piece."""

from collections.abc import Callable
from tempfile import TemporaryFile
from time import monotonic

from sqlalchemy import Engine
from sqlmodel import Session
from temporalio import activity

from activities.commands import ordered
from domain.banking import csv_profile_store, import_store, import_views
from domain.banking.import_store import FileOrder
from domain.banking.spool import Spool
from domain.database.blobs import Blobs
from domain.database.session import read_session
from domain.errors import DomainError, Unavailable
from domain.formats import statement_file
from domain.intake import statement_item_store
from domain.payments import answer_file_store
from workflows.statement_import.steps import ImportOutcome, StatementActivities, StatementFile

_TELL_SECONDS = 1.0


class PostgresStatements(StatementActivities):
    """Imports files from the object store, in transactions of some thousand rows."""

    def __init__(self, engine: Engine, blobs: Blobs) -> None:
        self._engine = engine
        self._blobs = blobs

    @activity.defn(name="statements.import_file", no_thread_cancel_exception=True)
    def import_file(self, file: StatementFile) -> ImportOutcome:
        """Import a file; repeated, go on where it stopped, or say how it ended."""
        order = FileOrder(file.batch_id, file.sha256, file.bank_account_id)
        try:
            self._import(file, order)
        except Unavailable:
            raise
        except DomainError as refusal:
            error = refusal
            self._transact(file, lambda session: import_store.refuse(session, order, error))
        self._transact(file, lambda session: statement_item_store.settle(session, file.batch_id))
        return self._outcome(file)

    def _import(self, file: StatementFile, order: FileOrder) -> None:
        if self._is_over(file) or self._is_known(file, order):
            return
        with read_session(self._engine, file.tenant_id) as session:
            own = csv_profile_store.profiles(session)
        with TemporaryFile() as source, Spool() as spool:
            self._blobs.fetch(file.tenant_id, file.sha256, source)
            spool.take(statement_file.parts(source, own), self._teller(file))
            import_store.import_file(
                lambda act: self._transact(file, act), order, spool, answer_file_store.take
            )

    def _is_over(self, file: StatementFile) -> bool:
        with read_session(self._engine, file.tenant_id) as session:
            state = import_views.state_of(session, file.batch_id)
        return state in {"held", "done", "refused"}

    def _is_known(self, file: StatementFile, order: FileOrder) -> bool:
        return bool(self._transact(file, lambda session: import_store.known_import(session, order)))

    def _outcome(self, file: StatementFile) -> ImportOutcome:
        with read_session(self._engine, file.tenant_id) as session:
            row = import_views.import_of(session, file.batch_id).row
        return ImportOutcome(state=row.state, rows=row.total_rows)

    def _teller(self, file: StatementFile) -> Callable[[int], None]:
        """Say now and then how many rows are read."""
        last = monotonic()

        def tell(rows: int) -> None:
            nonlocal last
            if monotonic() - last > _TELL_SECONDS:
                last = monotonic()
                self._transact(
                    file,
                    lambda session: import_store.read_so_far(session, file.batch_id, rows),
                )

        return tell

    def _transact(self, file: StatementFile, act: Callable[[Session], object]) -> object:
        with ordered(self._engine, file.tenant_id, file.actor) as session:
            return act(session)
