"""A database that is away is told as what it is: an outage, to be waited for."""

from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from domain.database.outages import outage_of


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
            if outage is not None:
                raise outage from error
            raise
