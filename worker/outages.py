"""A database that is away is told as what it is: an outage, to be waited for."""

from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from domain.database.outages import DatabaseUnfit, outage_of, state_of
from domain.logs import way_of

log = structlog.get_logger("worker.outages")


class Outages(Interceptor):
    """Lets a process tell a step that cannot work now from one that cannot work at all."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002 - named by the SDK
        """Look at what each step raises."""
        return _Telling(next)


class _Telling(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002 - named by the SDK
        try:
            return await super().execute_activity(input)
        except SQLAlchemyError as error:
            outage = outage_of(error)
            if outage is None:
                raise
            if isinstance(outage, DatabaseUnfit):
                kind, state = type(error).__name__, state_of(error)
                log.error(  # noqa: TRY400 - without values, which a trace may have
                    "database unfit", kind=kind, state=state, way=way_of(error)
                )
            raise outage from error
