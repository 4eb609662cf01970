"""Save the history of a workflow of the running stack, to be replayed by every test run.

Run as `python -m deploy.stack.history WORKFLOW_ID`, or `make history ID=...`.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from deploy.stack.home import read_json
from deploy.stack.settings import StackSettings
from workflows.shared.connection import TemporalServer, connect
from workflows.shared.variables import from_environment

HISTORIES = Path("tests/replay/histories")


async def save(address: str, workflow_id: str, folder: Path) -> Path:
    """Fetch a history and write it under the process's name and the end of its id."""
    client = await connect(TemporalServer(address))
    history = await client.get_workflow_handle(workflow_id).fetch_history()
    process, *_, key = workflow_id.split("/")
    path = folder / f"{process}_{key[-12:]}.json"
    _write(path, tidied(history.to_json()))
    return path


def tidied(history: str) -> str:
    """A history without what tells of the machine: stack traces and who worked on it."""
    document = json.loads(history, object_hook=_tidy)
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _tidy(value: dict[str, Any]) -> dict[str, Any]:
    value.pop("stackTrace", None)
    return value | {"identity": "somebody"} if "identity" in value else value


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def main() -> None:
    """Read the command line; the stack of BELEGFLUSS_HOME must be running."""
    listing = read_json(from_environment(StackSettings).home / "stack.json")
    if listing is None or len(sys.argv) < 2 or not sys.argv[1]:  # noqa: PLR2004
        sys.exit("Start the stack with `make up`, then: make history ID=workflow-id")
    print(asyncio.run(save(listing["temporal_address"], sys.argv[1], HISTORIES)))  # noqa: T201


if __name__ == "__main__":
    main()
