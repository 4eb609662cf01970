"""`belegfluss resume`: everything open gets its process back, now instead of in five minutes."""

import asyncio

from deploy.cli import leaving
from deploy.cli.console import err, give_up, running_stack, show, told
from workflows.resume.client import Resumption
from workflows.resume.steps import Resumed
from workflows.shared.connection import TemporalServer, connect
from workflows.shared.settings import TemporalSettings
from workflows.shared.variables import from_environment

_TOLD_AFTER = 10.0  # seconds
_PATIENCE = (
    "Still at it; after a loss of Temporal's store there is much to start. If you leave, what was"
    " begun goes on. If nothing comes: does a worker of the ledger's queue run?"
)


def resume() -> None:
    """Start a process for whatever is open and has none, and tell how much of each kind that was.

    Mails, documents, runs, lock requests, imports, debtors, and letters that are due. The schedule
    `belegfluss-resume` does the same every five minutes. A worker of the ledger's queue must run.
    """
    with told():
        done = asyncio.run(_resumed(temporal_server()))
    kinds = sorted({*done.open, *done.failed})
    show(
        ("process", "open", "started anew", "could not be started"),
        [
            (kind, done.open.get(kind, 0), done.started.get(kind, 0), done.failed.get(kind, 0))
            for kind in kinds
        ],
    )


def temporal_server() -> TemporalServer:
    """Temporal of the running stack, else the one that the environment names."""
    leaving.at_once()
    address = running_stack().get("temporal_address")
    if address:
        return TemporalServer(address)
    return from_environment(TemporalSettings).temporal


async def _resumed(server: TemporalServer) -> Resumed:
    try:
        client = await connect(server)
    except RuntimeError as error:
        raise give_up(f"Temporal does not answer at {server.address}.") from error
    asked = asyncio.ensure_future(Resumption(client).now())
    done, _ = await asyncio.wait({asked}, timeout=_TOLD_AFTER)
    if not done:
        err.print(_PATIENCE, soft_wrap=True)
    return await asked
