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

_DOCUMENTS = {".pdf", ".jpg", ".jpeg", ".png"}
_STATEMENTS = {".xml"}
_TRIES = 5
_AGAIN = {429, 502, 503, 504}

Paths = Annotated[list[Path], typer.Argument(exists=True, help="Files, or folders of files")]
Url = Annotated[str | None, typer.Option(envvar="BELEGFLUSS_URL", help="Where the API answers")]
Key = Annotated[str | None, typer.Option(envvar="BELEGFLUSS_API_KEY", help="API key")]


@app.command()
def documents(paths: Paths, url: Url = None, key: Key = None) -> None:
    """Store PDF, JPEG and PNG files; bytes that are known already are not stored twice."""
    with _client(url, key) as client:
        _send_all(client, _Target("/v1/documents", {}), _files(paths, _DOCUMENTS))


@app.command()
def statements(
    paths: Paths,
    account: Annotated[
        UUID | None, typer.Option(help="Bank account; without it the IBAN in the file decides")
    ] = None,
    url: Url = None,
    key: Key = None,
) -> None:
    """Import CAMT.053 files; transactions that are known already are skipped."""
    form = {"bank_account_id": str(account)} if account else {}
    with _client(url, key) as client:
        _send_all(
            client, _Target("/v1/bank-transactions/import-file", form), _files(paths, _STATEMENTS)
        )


@dataclass(frozen=True, slots=True)
class _Target:
    path: str
    form: dict[str, str]


def _client(url: str | None, key: str | None) -> httpx.Client:
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


def _send_all(client: httpx.Client, target: _Target, files: list[Path]) -> None:
    if not files:
        raise give_up("There is no such file.")
    failed = [name for name in _sent(client, target, files) if name]
    out.print(f"{len(files) - len(failed)} of {len(files)} imported")
    if failed:
        raise typer.Exit(1)


def _sent(client: httpx.Client, target: _Target, files: list[Path]) -> Iterator[str | None]:
    """Send each file; yield the name of every one that was refused, else None."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=err) as progress:
        task = progress.add_task("Importing", total=len(files))
        for file in files:
            progress.update(task, description=escape(file.name))
            problem = _send(client, target, file)
            if problem:
                progress.console.print(
                    f"[red]{escape(str(file))}[/red]: {escape(problem)}",
                    highlight=False,
                    soft_wrap=True,
                )
            progress.advance(task)
            yield str(file) if problem else None


def _send(client: httpx.Client, target: _Target, file: Path) -> str | None:
    """Send one file, again while the service is busy; return what was wrong."""
    content = file.read_bytes()
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    for attempt in range(_TRIES):
        try:
            answer = client.post(
                target.path,
                data=target.form,
                files={"file": (file.name, content, kind)},
                headers={"Idempotency-Key": _key(target, file.name, content)},
            )
        except httpx.TransportError as error:
            problem, wait = f"no answer: {error}", 2**attempt
        else:
            if answer.status_code not in _AGAIN:
                return None if answer.is_success else _told(answer)
            problem, wait = _told(answer), int(answer.headers.get("Retry-After", 2**attempt))
        time.sleep(min(wait, 30))
    return problem


def _key(target: _Target, name: str, content: bytes) -> str:
    """Key of a file: the same file sent the same way is the same command."""
    said = repr((target.path, sorted(target.form.items()), name)).encode()
    return f"import-{hashlib.sha256(said + content).hexdigest()}"


def _told(answer: httpx.Response) -> str:
    try:
        problem: dict[str, Any] = answer.json()
    except ValueError:
        return f"{answer.status_code}"
    return f"{answer.status_code} {problem.get('code', '')}: {problem.get('detail', '')}"
