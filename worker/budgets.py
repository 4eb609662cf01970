"""Tells transactions of a step when the step's own time is over: they end before it does."""

from datetime import timedelta
from typing import Any

from temporalio import activity
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from domain.database.budget import LONGEST_LOCK, limited

LOCAL_LOCK = timedelta(seconds=2)
"""So long a step in a workflow task waits for a lock: longer the process waits, with a timer."""


class Budgets(Interceptor):
    """Limits what each step does in the database to what Temporal gives it."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002 - named by the SDK
        """Begin the budget when the step begins."""
        return _Limiting(next)


class _Limiting(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002 - named by the SDK
        info = activity.info()
        if info.start_to_close_timeout is None:
            return await super().execute_activity(input)
        with limited(info.start_to_close_timeout, LOCAL_LOCK if info.is_local else LONGEST_LOCK):
            return await super().execute_activity(input)
