"""The problem document (RFC 9457)."""

from typing import Any

from pydantic import BaseModel, Field


class FieldProblemOut(BaseModel):
    """One bad field."""

    pointer: str = Field(description="JSON pointer into the body, or `query/NAME`")
    detail: str


class ProblemOut(BaseModel):
    """Why a request was refused."""

    type: str
    title: str
    status: int
    detail: str = Field(description="For people; may change")
    instance: str | None = None
    code: str = Field(description="For programs; stays")
    request_id: str | None = None
    errors: list[FieldProblemOut] | None = None
    context: dict[str, Any] | None = Field(default=None, description="Further facts")
