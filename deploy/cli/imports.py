"""`belegfluss import`: documents and bank statements over the REST API.

Each file is sent with a key derived from its name and content, so that a run that was cut off may
simply be repeated.
"""

import hashlib
import mimetypes
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import httpx
import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from deploy.cli.console import err, give_up, out, running_stack

app = typer.Typer(help="Documents and statements, by file or folder.", no_args_is_help=True)

_DOCUMENTS = {".pdf", ".jpg", ".jpeg", ".png", ".tif", ".tiff", ".heic", ".xml"}
_DOCUMENTS |= {".zip", ".eml", ".msg", ".p7m", ".dat"}
_TAKEN = {"accepted", "duplicate", "received"}
_STATEMENTS = {".xml", ".sta", ".mt940", ".940", ".942", ".txt", ".csv", ".json", ".zip"}
_LARGE = 1024 * 1024
_POLL_SECONDS = 0.5
_RATES = {".csv"}
_TRIES = 5
_AGAIN = {429, 502, 503, 504}

Paths = Annotated[list[Path], typer.Argument(exists=True, help="Files, or folders of files")]
Url = Annotated[str | None, typer.Option(envvar="BELEGFLUSS_URL", help="Where the API answers")]
Key = Annotated[str | None, typer.Option(envvar="BELEGFLUSS_API_KEY", help="API key")]


@app.command()
def documents(paths: Paths, url: Url = None, key: Key = None) -> None:
    """Send documents, e-invoices, archives and saved mails to the inbox, as if by mail.

    What is known already is not taken twice; what is no document is told.
    """
    with client_of(url, key) as client:
        _send_all(client, Target("/v1/inbox", {}), _files(paths, _DOCUMENTS))


@app.command()
def statements(
    paths: Paths,
    account: Annotated[
        UUID | None, typer.Option(help="Bank account; without it the IBAN in the file decides")
    ] = None,
    url: Url = None,
    key: Key = None,
) -> None:
    """Import CAMT, MT940, CSV and JSON files, or ZIP archives of them.

    What is known already is skipped; a large file is followed until it is done.
    """
    form = {"bank_account_id": str(account)} if account else {}
    with client_of(url, key) as client:
        _send_all(
            client, Target("/v1/bank-transactions/import-file", form), _files(paths, _STATEMENTS)
        )


@app.command()
def rates(paths: Paths, url: Url = None, key: Key = None) -> None:
    """Import reference rates of the ECB (eurofxref-hist.csv); rates that are known stay."""
    with client_of(url, key) as client:
        _send_all(client, Target("/v1/exchange-rates/import", {}), _files(paths, _RATES))


@dataclass(frozen=True, slots=True)
class Target:
    """Where files are sent, and what goes along."""

    path: str
    form: dict[str, str]


def client_of(url: str | None, key: str | None) -> httpx.Client:
    """Client of the API that is named, else of the running stack."""
    stack = running_stack()
    url = url or stack.get("api_url")
    key = key or next((each["api_key"] for each in stack.get("principals", ())), None)
    if url is None or key is None:
        raise give_up("Name --url and --key, or start the stack with `belegfluss up`.")
    return httpx.Client(
        base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=httpx.Timeout(300)
    )


def _files(paths: list[Path], suffixes: set[str]) -> list[Path]:
    return [
        file
        for path in paths
        for file in (sorted(path.rglob("*")) if path.is_dir() else [path])
        if file.is_file() and (not path.is_dir() or file.suffix.lower() in suffixes)
    ]


def _send_all(client: httpx.Client, target: Target, files: list[Path]) -> None:
    if not files:
        raise give_up("There is no such file.")
    failed = [name for name in _send_each(client, target, files) if name]
    out.print(f"{len(files) - len(failed)} of {len(files)} imported")
    if failed:
        raise typer.Exit(1)


def _send_each(client: httpx.Client, target: Target, files: list[Path]) -> Iterator[str | None]:
    """Send each file; yield the name of every one that was refused, else None."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=err) as progress:
        task = progress.add_task("Importing", total=len(files))
        for file in files:
            progress.update(task, description=escape(file.name))
            problem = _send(client, target, file, progress)
            if problem:
                progress.console.print(
                    f"[red]{escape(str(file))}[/red]: {escape(problem)}",
                    highlight=False,
                    soft_wrap=True,
                )
            progress.advance(task)
            yield str(file) if problem else None


class Refused(Exception):
    """The service did not take a file; `is_final` unless it may when it is asked again."""

    def __init__(self, reason: str, *, is_final: bool) -> None:
        super().__init__(reason)
        self.is_final = is_final


def _send(client: httpx.Client, target: Target, file: Path, progress: Progress) -> str | None:
    """Send one file and follow what a worker makes of it; return what was wrong."""
    content = file.read_bytes()
    try:
        answer = send_file(client, target, file.name, content, _key(target, file.name, content))
        if answer.status_code == httpx.codes.ACCEPTED and "Location" in answer.headers:
            _follow(client, answer.headers["Location"], progress)
    except Refused as refused:
        return str(refused)
    return None


def _follow(client: httpx.Client, import_path: str, progress: Progress) -> None:
    """Show the rows of an import until it ends. Raises Refused."""
    rows = progress.add_task("  rows", total=None)
    try:
        shown = _import_of(client, import_path)
        while shown["state"] == "importing":
            progress.update(rows, total=shown["rows_read"] or None, completed=shown["total_rows"])
            time.sleep(_POLL_SECONDS)
            shown = _import_of(client, import_path)
    finally:
        progress.remove_task(rows)
    if shown["problem"]:
        reason = f"{shown['problem']['code']}: {shown['problem']['message']}"
        raise Refused(reason, is_final=True)


def _import_of(client: httpx.Client, import_path: str) -> dict[str, Any]:
    answer = client.get(import_path)
    _check(answer)
    shown: dict[str, Any] = answer.json()
    return shown


def send_file(
    client: httpx.Client, target: Target, name: str, content: bytes, key: str
) -> httpx.Response:
    """Send bytes under a key, again while the service is busy. Raises Refused."""
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    problem = "no answer"
    for attempt in range(_TRIES):
        try:
            answer = client.post(
                target.path,
                data=target.form,
                files={"file": (name, content, kind)},
                headers={"Idempotency-Key": key}
                | ({"Prefer": "respond-async"} if len(content) > _LARGE else {}),
            )
        except httpx.TransportError as error:
            problem, wait = f"no answer: {error}", 2**attempt
        else:
            if answer.status_code not in _AGAIN:
                _check(answer)
                return answer
            problem, wait = _outcome_of(answer), int(answer.headers.get("Retry-After", 2**attempt))
        time.sleep(min(wait, 30))
    raise Refused(problem, is_final=False)


def _check(answer: httpx.Response) -> None:
    reason = _not_taken(answer) if answer.is_success else _outcome_of(answer)
    if reason is not None:
        unauthorised = answer.status_code in {401, 403}
        raise Refused(reason, is_final=not unauthorised)


def _not_taken(answer: httpx.Response) -> str | None:
    """Why nothing in a file was taken, for the inbox answers with a row for each document."""
    rows = answer.json().get("documents", [])
    if not rows or any(row["outcome"] in _TAKEN for row in rows):
        return None
    return "; ".join(f"{row['outcome']}: {row['detail']}" for row in rows)


def _key(target: Target, name: str, content: bytes) -> str:
    """Key of a file: the same file sent the same way is the same command."""
    said = repr((target.path, sorted(target.form.items()), name)).encode()
    return f"import-{hashlib.sha256(said + content).hexdigest()}"


def _outcome_of(answer: httpx.Response) -> str:
    try:
        problem: dict[str, Any] = answer.json()
    except ValueError:
        return f"{answer.status_code}"
    return f"{answer.status_code} {problem.get('code', '')}: {problem.get('detail', '')}"
