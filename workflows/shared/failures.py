"""Refusals across the process boundary, and the one data converter of all processes.

A `DomainError` travels as an application failure whose type is its code, and comes back as
the class it was. Any other error may quote a row of the books in its text, so only its type
and the place in the code reach Temporal; the worker's log has the rest.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from pydantic import BaseModel, Field
from temporalio.api.failure.v1 import Failure
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DefaultFailureConverter, PayloadConverter
from temporalio.exceptions import (
    ActivityError,
    ApplicationError,
    ApplicationErrorCategory,
    FailureError,
    ServerError,
)
from temporalio.exceptions import TimeoutError as StepTimeout

from domain.errors import DomainError, FieldError, Throttled, Unavailable, refusals

_KINDS = {kind.__name__: kind for kind in DomainError.__subclasses__()}
_DEEPEST_CAUSE = 10


class Refusal(BaseModel):
    """What a refusal takes along: its class and kind by name, its fields and its facts."""

    refusal: str
    kind: str
    message: str
    fields: tuple[FieldError, ...] = ()
    context: dict[str, object] = Field(default_factory=dict)

    @classmethod
    def of(cls, error: DomainError) -> "Refusal":
        """Describe a refusal."""
        kinds = [name for name, kind in _KINDS.items() if isinstance(error, kind)]
        return cls(
            refusal=_path(type(error)),
            kind=kinds[0] if kinds else "Failed",
            message=error.message,
            fields=error.fields,
            context=error.context,
        )

    def restored(self, code: str) -> DomainError:
        """Rebuild the refusal: in its own class, or in one of the same code and kind."""
        known = {_path(kind): kind for kind in refusals()}.get(self.refusal)
        kind = known or _stand_in(self.refusal, self.kind, code)
        return kind.restored(self.message, self.fields, self.context)


class RefusalConverter(DefaultFailureConverter):
    """Carries refusals; keeps the words of unexpected errors out of Temporal."""

    def to_failure(
        self, exception: BaseException, payload_converter: PayloadConverter, failure: Failure
    ) -> None:
        """Write an error as a failure."""
        super().to_failure(_outward(exception), payload_converter, failure)

    def from_failure(self, failure: Failure, payload_converter: PayloadConverter) -> BaseException:
        """Read a failure; a refusal comes back as itself."""
        error = super().from_failure(failure, payload_converter)
        if isinstance(error, ApplicationError) and error.type and len(error.details) == 1:
            detail = error.details[0]
            if isinstance(detail, Mapping) and "refusal" in detail:
                return Refusal.model_validate(detail).restored(error.type)
        return error


data_converter = replace(pydantic_data_converter, failure_converter_class=RefusalConverter)
"""The converter of every client, worker and replayer."""


STEP_FAILED = (FailureError, DomainError)
"""What to catch around a step: a normal one wraps its failure, a local one raises it as it is."""


def refusal_in(error: BaseException | None) -> DomainError | None:
    """The refusal behind an error, if there is one."""
    for _ in range(_DEEPEST_CAUSE):
        if error is None or isinstance(error, DomainError):
            return error
        error = error.__cause__
    return None


def is_outage(error: BaseException) -> bool:
    """Whether a step failed because a part that it needs is away."""
    return isinstance(refusal_in(error), Unavailable)


def kind_of(error: BaseException) -> str:
    """Class of the accident that ended a step for good, by its name.

    Attempts that end with their time are told as what the last of them failed with.
    """
    cause: BaseException | None = error
    while isinstance(cause, ActivityError | StepTimeout | ServerError) and cause.__cause__:
        cause = cause.__cause__
    if isinstance(cause, ApplicationError) and cause.type:
        return cause.type
    return type(cause or error).__name__


def _outward(error: BaseException) -> BaseException:
    if isinstance(error, DomainError):
        return ApplicationError(
            error.message,
            Refusal.of(error).model_dump(mode="json"),
            type=error.code,
            non_retryable=not isinstance(error, Unavailable | Throttled),
            category=ApplicationErrorCategory.BENIGN,
        )
    if isinstance(error, FailureError) or type(error).__module__.startswith("temporalio."):
        return error
    outward = ApplicationError("Unexpected; see the worker's log.", type=type(error).__name__)
    outward.__cause__ = error.__cause__
    outward.__suppress_context__ = True
    outward.__traceback__ = error.__traceback__
    return outward


def _path(kind: type[DomainError]) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


@lru_cache(maxsize=256)
def _stand_in(path: str, kind: str, code: str) -> type[DomainError]:
    """Class for a refusal whose own module this process has not loaded."""
    base = _KINDS.get(kind, DomainError)
    return type(
        path.rpartition(".")[2], (base,), {"code": code, "__module__": "workflows.shared.failures"}
    )
