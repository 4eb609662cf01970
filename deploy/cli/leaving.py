"""How the command ends once it has spoken to Temporal: at once, when all is said.

A thread of the SDK that enters Python while it is taken down would abort it, its work done.
"""

import os
import sys

_BEGUN: list[bool] = []


def at_once() -> None:
    """Say that this process speaks to Temporal."""
    _BEGUN.append(True)


def leave(code: int) -> None:
    """End the process if it has spoken to Temporal; else the interpreter may end as it likes."""
    if not _BEGUN:
        return
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
