"""What every table gets: isolation of tenants, and growth only where books are kept."""

from alembic import op

APP = "belegfluss_app"

_GUARDS = (
    """
    CREATE FUNCTION current_tenant() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('app.tenant_id', true), '')::uuid
    """,
    """
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
            USING ERRCODE = 'restrict_violation';
    END
    $$
    """,
)


def install() -> None:
    """Create the two functions that the rules stand on."""
    for statement in _GUARDS:
        op.execute(statement)
    definer("current_tenant()")


def isolate(
    table: str, *, column: str = "tenant_id", grant: str = "SELECT, INSERT, UPDATE, DELETE"
) -> None:
    """Show and take rows of the transaction's tenant only, for everyone but a superuser.

    A transaction without `app.tenant_id` sees nothing and can store nothing.
    """
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY isolated ON {table}"
        f" USING ({column} = current_tenant()) WITH CHECK ({column} = current_tenant())"
    )
    if grant:
        op.execute(f"GRANT {grant} ON {table} TO {APP}")


def append_only(table: str, *, grant: str = "SELECT, INSERT") -> None:
    """Isolate a table whose rows are never changed or removed, whoever asks."""
    isolate(table, grant=grant)
    op.execute(
        f"CREATE TRIGGER append_only_rows BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER append_only_table BEFORE TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def visible_to_owner(table: str, commands: tuple[str, ...] = ("SELECT",)) -> None:
    """Let SECURITY DEFINER functions find rows before the tenant is known."""
    for command in commands:
        op.execute(
            f"CREATE POLICY lookup_{command.lower()} ON {table}"
            f" FOR {command} TO CURRENT_USER USING (true)"
        )


def definer(signature: str) -> None:
    """Let the application, and nobody else, call a function."""
    op.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO {APP}")
