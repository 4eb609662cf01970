"""Who works for documents stands behind who works for people: on one machine both want its cores.

A page that somebody waits for takes milliseconds; a document may take all the seconds that it is
allowed. Readers and the validator therefore give way. Alone on a machine they are as fast as ever.
"""

import os
from contextlib import suppress
from pathlib import Path

_NICENESS = 10
_SESSION = Path("/proc/self/autogroup")


def give_way() -> None:
    """Let this process, and what it starts, stand behind the others of the machine.

    Linux may weigh sessions against each other before their processes (`sched_autogroup_enabled`),
    and each reader is a session of its own; that weight is lowered as well, where there is one.
    """
    os.nice(_NICENESS)
    with suppress(OSError):
        _SESSION.write_text(f"{_NICENESS}")
