"""Other people's programs over what was exported."""

import csv
import json
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

HLEDGER = shutil.which("hledger")
NO_HLEDGER = "hledger is not here; the Debian package of this name holds it"


def number_of(path: str) -> str:
    """Number of the account under a path.

    >>> number_of("Expenses:Other-Opex:6815-Bueromaterial")
    '6815'
    """
    return path.rpartition(":")[2].partition("-")[0]


def beancount(path: Path) -> dict[str, Any]:
    """What Beancount finds in a file."""
    found: dict[str, Any] = json.loads(_run(sys.executable, "-m", "tests.bean", str(path)))
    return found


def hledger(path: Path, *command: str) -> str:
    """What hledger says about a file; it must be content with it."""
    return _run(str(HLEDGER), "--file", str(path), *command)


def hledger_balances(path: Path, *query: str) -> dict[str, Decimal]:
    """Balance of every account that has one, as hledger computes it."""
    told = hledger(path, "balance", "--flat", "--no-total", "-O", "csv", *query)
    rows = list(csv.reader(told.splitlines()))[1:]
    return {account: Decimal(amount.removesuffix(" EUR")) for account, amount in rows}


def _run(*command: str) -> str:
    done = subprocess.run(  # noqa: S603 - our own command lines
        command, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
