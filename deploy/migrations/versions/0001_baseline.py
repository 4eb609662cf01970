"""The schema of the first release, area by area; each function in today's text."""

from deploy.migrations.objects import begin, replace, tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build from the ground up: an area stands on those before it."""
    begin()
    replace("current_tenant", "refuse_change")
    tables("database")
    tables("access")
    replace("record_audit", "open_tenant_head", "tenant_ids", "find_inbox")
    replace("find_login", "find_api_key", "find_session", "find_password_token")
    replace("begin_login", "login_succeeded")
    tables("documents")
    tables("ledger")
    replace("is_cancelled", "config_changed", "keep_locked", "account_moved", "intent_ties")
    tables("journal_index")
    replace("journals_behind", "journal_numbers", "items_maybe_open", "bookings_counted")
    replace("post_intents")
    tables("periods")
    tables("payables")
    tables("banking")
    tables("payments")
    tables("intake")
    tables("transactions")
    replace("is_reconciled", "total_transaction", "keep_transaction", "begin_transaction_state")
    replace("note_tied", "note_settled", "note_reversed")


def downgrade() -> None:
    """Books only grow: there is no way back but a restore."""
    raise NotImplementedError
