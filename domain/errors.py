"""Refusals: a broken rule, told to the caller in words and with a stable code.

A refusal is defined where it is raised and named for what happened. Its code is its
name in upper snake case, its HTTP status that of its kind; the API and the Temporal
failure converter are the only places that translate it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Self


@dataclass(frozen=True, slots=True)
class FieldError:
    """One bad field: a JSON pointer into the body, or `query/NAME`, and the reason."""

    pointer: str
    detail: str


def code_of(name: str) -> str:
    """Upper snake case of a class name.

    >>> code_of("PeriodAlreadyLocked")
    'PERIOD_ALREADY_LOCKED'
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()


class DomainError(Exception):
    """A broken rule. `context` holds further facts as JSON-able values."""

    code: ClassVar[str] = "INTERNAL_ERROR"

    def __init_subclass__(cls) -> None:
        """Derive the code from the name, unless the class names its code itself."""
        super().__init_subclass__()
        if "code" not in cls.__dict__:
            cls.code = code_of(cls.__name__)

    def __init__(
        self, message: str, *, fields: tuple[FieldError, ...] = (), **context: object
    ) -> None:
        super().__init__(message)
        self.message = message
        self.fields = fields
        self.context = {key: _plain(value) for key, value in context.items() if value is not None}

    @classmethod
    def restored(
        cls, message: str, fields: tuple[FieldError, ...], context: dict[str, object]
    ) -> Self:
        """Rebuild a refusal that crossed a process boundary, whatever its constructor takes."""
        error = cls.__new__(cls)
        DomainError.__init__(error, message, fields=fields, **context)
        return error


class Invalid(DomainError):
    """The request itself is wrong (400)."""


class Unauthorized(DomainError):
    """Nobody, or somebody unknown, is asking (401)."""


class Forbidden(DomainError):
    """Somebody known may not do this (403)."""


class NotFound(DomainError):
    """There is nothing here for this tenant (404)."""


class Conflict(DomainError):
    """It does not fit the present state (409)."""


class Stale(DomainError):
    """The caller decided on an older state than the present one (412)."""


class TooLarge(DomainError):
    """It is more than is taken at once (413)."""


class Unprocessable(DomainError):
    """Understood, well formed, and still not possible (422)."""


class Throttled(DomainError):
    """Too often (429); `context["retry_after"]` says for how many seconds."""


class Failed(DomainError):
    """The service could not do its part (500)."""


class Unavailable(DomainError):
    """A part that is needed is away (503); `context["retry_after"]` in seconds."""


class StepBroke(Failed):
    """A step failed again and again for a reason that no rule knows; the worker's log has it."""

    code = "INTERNAL_ERROR"

    def __init__(self, kind: str) -> None:
        super().__init__("Something went wrong on our side; it can be tried again.", kind=kind)


class InvalidInput(Invalid):
    """A field is missing or has a wrong type, format, length or range."""

    def __init__(self, pointer: str, detail: str) -> None:
        super().__init__(f"{pointer}: {detail}", fields=(FieldError(pointer, detail),))


class NoChanges(Invalid):
    """The body holds no field that can be changed."""

    def __init__(self, message: str = "The body holds no changeable field.") -> None:
        super().__init__(message)


class InsufficientScope(Forbidden):
    """The credential is valid but lacks the scope."""


class SelfApprovalDenied(Forbidden):
    """Requester and approver are the same person (FOUR_EYES)."""


def refusals(kind: type[DomainError] = DomainError) -> Iterator[type[DomainError]]:
    """Every refusal that has been defined, `kind` included."""
    yield kind
    for sub in kind.__subclasses__():
        yield from refusals(sub)


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int | str | list | dict):
        return value
    return str(value)
