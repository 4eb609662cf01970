"""Wire models of logins and passwords."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from api.schemas.types import BodyIn, BodyOut

_Email = Annotated[str, Field(min_length=3, max_length=254, examples=["eva@example.at"])]


class LoginIn(BodyIn):
    """Mail address and password."""

    email: _Email
    password: str = Field(max_length=128)


class UserOut(BodyOut):
    """The person who logged in."""

    id: UUID
    email: str
    role: Literal["owner", "admin", "member"]


class TenantOut(BodyOut):
    """The company whose books they are."""

    id: UUID
    company_name: str


class LoginOut(BodyOut):
    """A session token, used like an API key until it expires."""

    token: str
    expires_at: datetime
    user: UserOut
    tenant: TenantOut


class ForgotPasswordIn(BodyIn):
    """The address to which a reset is sent, if it is known."""

    email: _Email


class SetupPasswordIn(BodyIn):
    """A token from an invitation or a reset, and the new password."""

    token: str = Field(min_length=1, max_length=200)
    password: str = Field(min_length=12, max_length=128)


class OkOut(BodyOut):
    """Done."""

    ok: Literal[True] = True
