"""The belegfluss command on a real database."""

import subprocess
import sys
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text
from typer.testing import CliRunner, Result

from deploy.cli.main import app
from domain.access import views as access
from domain.access.token import hash_of
from domain.database.session import read_session
from domain.ledger import entry_views
from domain.ledger.journal_views import JournalFilter
from domain.letters import views as letters
from tests.builders import Tenant, another_tenant
from tests.proofs import JANUARY, exported, included, lock, post
from tests.servers import APP_PASSWORD, Database


@pytest.fixture(autouse=True)
def _environment(database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BELEGFLUSS_HOME", str(tmp_path))
    monkeypatch.setenv("BELEGFLUSS_DATABASE_URL", database.url)


def run(*arguments: object) -> Result:
    """Run a command."""
    return CliRunner().invoke(app, [str(each) for each in arguments])


def test_a_tenant_with_an_owner_and_a_key(database: Database) -> None:
    """What a new installation does first."""
    tenant = run("tenant", "create", "Neue GmbH", "--chart", "de_skr03", "--inbox", "neu").stdout
    assert "Neue GmbH" in run("tenant", "list").stdout

    added = run("user", "create", tenant.strip(), "eva@neu.example", "Eva", "--role", "owner")
    token = added.stdout.split()[-1]
    assert access.password_token(database.engine, hash_of(token)) is not None
    assert "eva@neu.example" in run("user", "list", tenant.strip()).stdout

    key = run("api-key", "create", "eva@neu.example", "--scope", "journal:read").stdout.strip()
    found = access.api_key(database.engine, hash_of(key))
    assert found is not None
    assert (str(found.tenant_id), found.scopes) == (tenant.strip(), frozenset({"journal:read"}))


def test_an_invitation_is_a_letter(tenant: Tenant, database: Database) -> None:
    """Nobody sees the token but its reader: it is made when the letter is sent."""
    added = run("user", "create", tenant.id, "ida@neu.example", "Ida", "--letter").stdout

    assert "token" not in added
    with read_session(database.engine, tenant.id) as session:
        ((letter,), _) = letters.letters(session, limit=9, offset=0)
    assert (letter.kind, letter.state) == ("invitation", "pending")
    assert str(letter.id) in added


def test_a_revoked_key_opens_nothing(tenant: Tenant, database: Database) -> None:
    """It stays in the list."""
    person = tenant.people["auditor"]
    line = next(
        line
        for line in run("api-key", "list", tenant.id).stdout.splitlines()
        if person.email in line
    )
    assert run("api-key", "revoke", tenant.id, line.split()[0]).exit_code == 0
    assert access.api_key(database.engine, hash_of(person.api_key)) is None
    assert person.email in run("api-key", "list", tenant.id).stdout


def test_a_person_who_is_shut_out_cannot_come_back(tenant: Tenant, database: Database) -> None:
    """Keys end with the person."""
    person = tenant.people["bookkeeper"]
    assert run("user", "revoke", tenant.id, person.user_id).exit_code == 0
    assert access.api_key(database.engine, hash_of(person.api_key)) is None
    assert "False" in run("user", "list", tenant.id).stdout


def test_an_index_is_made_again(database: Database) -> None:
    """Of a company that there is; the journal is searched as before."""
    tenant = another_tenant(database)
    post(database, tenant, date(2026, 1, 5))

    done = run("tenant", "reindex", str(tenant.id))
    with read_session(database.engine, tenant.id) as session:
        indexed = session.execute(text("SELECT last_number FROM journal_index")).scalar()
        (line,) = entry_views.page(session, JournalFilter(search="büromaterial"), limit=10).lines
    unknown = run("tenant", "reindex", str(uuid4()))

    assert (done.exit_code, indexed, line.journal_number) == (0, 1, 1), done.output
    assert unknown.exit_code == 1
    assert "There is no tenant" in unknown.stderr


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("tenant", "create", "X", "--chart", "skr99", "--inbox", "x"), "no chart"),
        (("user", "create", "TENANT", "a@b.example", "A", "--role", "king"), "no role"),
        (("api-key", "create", "nobody@b.example", "--scope", "journal:read"), "no active user"),
        (("api-key", "create", "ADMIN", "--scope", "journal:fly"), "is no scope"),
        (("user", "create", "TENANT", "ADMIN", "A"), "DUPLICATE_USER"),
    ],
)
def test_what_does_not_fit_is_told_in_words(
    tenant: Tenant, arguments: tuple[str, ...], reason: str
) -> None:
    """Exit code 1 and a sentence, never a traceback."""
    filled = {"TENANT": str(tenant.id), "ADMIN": tenant.people["admin"].email}
    result = run(*(filled.get(each, each) for each in arguments))
    assert result.exit_code == 1
    assert reason in result.stderr


def test_a_resumption_without_temporal_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only Temporal's address is needed; who names a key file that is not there hears which one."""
    monkeypatch.delenv("BELEGFLUSS_DATABASE_URL")
    monkeypatch.setenv("BELEGFLUSS_TEMPORAL_TLS_CA", "/nowhere.pem")

    result = run("resume")

    assert result.exit_code == 1
    assert "BELEGFLUSS_TEMPORAL_TLS_CA names no file" in result.stderr


def test_who_spoke_to_temporal_leaves_at_once() -> None:
    """With the code of the command, all said, and nothing of the interpreter taken down."""
    script = (
        "import atexit, sys; from deploy.cli import leaving, main;"
        "atexit.register(print, 'taken down');"
        "main.app = lambda **_: (leaving.at_once(), print('said'), sys.exit(3));"
        "main.main()"
    )

    ended = subprocess.run(  # noqa: S603 - our own line
        [sys.executable, "-c", script], check=False, capture_output=True, text=True
    )

    assert (ended.returncode, ended.stdout) == (3, "said\n"), ended.stderr


def test_migrating_again_changes_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command may run at every start of a new version."""
    monkeypatch.setenv("BELEGFLUSS_DATABASE_OWNER_URL", database.owner_url)
    assert APP_PASSWORD in database.url
    assert "up to date" in run("migrate").stdout
    assert run("tenant", "list").exit_code == 0


def test_a_file_that_is_no_proof_is_refused(tmp_path: Path) -> None:
    """The line that differs is named."""
    (tmp_path / "proof.ndjson").write_text("{}\n")
    result = run("verify", tmp_path / "proof.ndjson")
    assert result.exit_code == 1
    assert "line 1" in result.stderr


def test_what_a_file_says_is_no_markup(tmp_path: Path) -> None:
    """A name that looks like a tag of the terminal's library is shown as it is."""
    entry = '"entry":{"entry_no":"[/red][bold]1","entry_seq":"1"},"prev_hash":"","leaf_hash":""'
    lines = ['{"proof":"proof-1"}', f'{{"audit_hash":"","text":null,{entry}}}']
    (tmp_path / "proof.ndjson").write_text("\n".join(lines))
    result = run("verify", tmp_path / "proof.ndjson")
    assert (result.exit_code, type(result.exception)) == (1, SystemExit)
    assert "entry [/red][bold]1 differs" in result.stderr


def test_a_month_and_an_intent_are_verified(database: Database, tmp_path: Path) -> None:
    """Both forms of a proof, with the hash that was kept outside."""
    tenant = another_tenant(database)
    intents = [post(database, tenant, date(2026, 1, day)) for day in (1, 2, 3)]
    closing_hash = lock(database, tenant, JANUARY)
    month, intent = exported(database, tenant, JANUARY), included(database, tenant, intents[1])

    for lines, said in ((month, "3 of 3 entries"), (intent, "1 of 3 entries")):
        (tmp_path / "proof.ndjson").write_text("".join(lines), encoding="utf-8")
        held = run("verify", tmp_path / "proof.ndjson", closing_hash)
        other = run("verify", tmp_path / "proof.ndjson", "0" * 64)
        assert (held.exit_code, other.exit_code) == (0, 1)
        assert said in held.stdout
        assert "the closing hash is another one" in other.stderr


def test_without_a_database_the_way_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither environment nor stack."""
    monkeypatch.delenv("BELEGFLUSS_DATABASE_URL")
    result = run("tenant", "list")
    assert result.exit_code == 1
    assert "BELEGFLUSS_DATABASE_URL" in result.stderr


def test_a_mailbox_is_polled_until_it_is_removed(tenant: Tenant) -> None:
    """The command keeps where the password is, and refuses the password itself."""
    where = ("mailbox", "add", tenant.id, "imap.example", "eva", "--secret")
    refused = run(*where, "geheim")
    added = run(*where, "env:IMAP_EVA", "--move-to", "Erledigt").stdout.strip()
    twice = run(*where, "env:IMAP_EVA")

    assert (refused.exit_code, twice.exit_code) == (1, 1)
    assert "INVALID_INPUT" in refused.stderr
    assert "DUPLICATE_MAILBOX" in twice.stderr
    assert "imap.example:993\teva\tINBOX" in run("mailbox", "list", tenant.id).stdout
    assert run("mailbox", "remove", tenant.id, added).exit_code == 0
    assert run("mailbox", "list", tenant.id).stdout == ""
    assert "MAILBOX_NOT_FOUND" in run("mailbox", "poll", tenant.id, added).stderr


def test_what_vat_has_to_know_is_set_and_told(tenant: Tenant, database: Database) -> None:
    """Builder or not is master data; what was before stands in the audit log."""
    assert run("tenant", "set", tenant.id, "--builder", "--deduction", "none").exit_code == 0
    with read_session(database.engine, tenant.id) as session:
        row = session.execute(text("SELECT is_builder, is_cleaner, vat_deduction FROM tenant"))
        told = session.execute(
            text("SELECT after FROM audit_event WHERE action = 'tenant.changed'")
        )
        assert row.one() == (True, None, "none")
        assert told.scalar_one() == {"is_builder": True, "vat_deduction": "none"}

    assert "full, partial or none" in run("tenant", "set", tenant.id, "--deduction", "x").output
    assert run("tenant", "set", tenant.id).exit_code == 1
    limits = ("--small-differences", "0.05", "--fx-difference", "10")
    assert run("tenant", "set", tenant.id, *limits).exit_code == 0
    for wrong in ("x", "-1", "10001", "0.001"):
        assert run("tenant", "set", tenant.id, "--small-differences", wrong).exit_code == 1
    assert run("tenant", "set", uuid4(), "--builder").exit_code == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("user", "list"),
        ("user", "create", "a@b.example", "A"),
        ("user", "revoke", "ID"),
        ("api-key", "list"),
        ("api-key", "revoke", "ID"),
        ("mailbox", "list"),
        ("mailbox", "add", "mail.example", "me", "--secret", "env:X"),
        ("mailbox", "remove", "ID"),
        ("mailbox", "poll", "ID"),
        ("tenant", "set", "--builder"),
        ("export", "--format", "hledger"),
    ],
)
def test_a_tenant_that_there_is_not_is_told(arguments: tuple[str, ...]) -> None:
    """An empty list would say that nobody is there, or nothing."""
    known = {"ID": str(uuid4())}
    words = 1 if arguments[0] == "export" else 2
    command, rest = arguments[:words], arguments[words:]
    result = run(*command, str(uuid4()), *(known.get(each, each) for each in rest))

    assert result.exit_code == 1
    assert "There is no tenant" in result.stderr
