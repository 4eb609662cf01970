"""A worker that is killed where a plan says so: `python -m tests.e2e.mortal_worker ledger`.

The plan is a folder (MORTAL_PLAN) with one folder for each tenant, and in it a file for each
death: `before` or `after`, and the name of an activity. The worker renames the file and dies
by SIGKILL, right before that activity does its work, or after it and before anybody hears of it.
Then the next one is forked from a parent that has loaded everything: a death costs no start.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from temporalio import activity
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput

from deploy.stack.process import ends_with_its_parent
from worker import running
from worker.__main__ import main
from worker.heartbeat import Heartbeat

_PLAN = Path(os.environ.get("MORTAL_PLAN", ""))


class _Mortal(Heartbeat):
    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002
        return super().intercept_activity(_Dying(next))


class _Dying(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002
        _die_if_planned("before")
        result = await super().execute_activity(input)
        _die_if_planned("after")
        return result


def _die_if_planned(moment: str) -> None:
    info = activity.info()
    tenant = (info.workflow_id or "").partition("/")[2].partition("/")[0]
    plan = _PLAN / tenant / f"{moment} {info.activity_type}"
    if plan.exists():
        plan.rename(plan.with_name(f"{plan.name} done"))
        os.kill(os.getpid(), signal.SIGKILL)


def live_again_and_again() -> int:
    """Run worker after worker, until one ends by itself; its exit code."""
    asked = signal.Signals(signal.SIGTERM)
    signal.pthread_sigmask(signal.SIG_BLOCK, {asked, signal.SIGCHLD})
    is_asked = False
    while True:
        if (living := os.fork()) == 0:
            _live()
        while signal.sigwait({asked, signal.SIGCHLD}) == asked:
            is_asked = True
            os.kill(living, asked)
        code = os.waitstatus_to_exitcode(os.waitpid(living, 0)[1])
        if is_asked or code != -signal.SIGKILL:
            return max(code, 0)


def _live() -> None:
    ends_with_its_parent(signal.SIGKILL)()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM, signal.SIGCHLD})
    main()


if __name__ == "__main__":
    setattr(running, "Heartbeat", _Mortal)  # noqa: B010 - what the worker builds its steps with
    sys.exit(live_again_and_again())
