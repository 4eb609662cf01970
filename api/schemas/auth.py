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
    device_token: str | None = Field(
        default=None, max_length=200, description="What an earlier login gave this device"
    )
    code: str | None = Field(
        default=None,
        max_length=40,
        description="Of the second factor, or one for its loss; asked for by"
        " `SECOND_FACTOR_NEEDED`",
    )
    remember_device: bool = Field(
        default=False, description="Whether this device is to be known next time"
    )


class UserOut(BodyOut):
    """The person who logged in."""

    id: UUID
    email: str
    role: Literal["owner", "admin", "member", "auditor"]


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
    device_token: str | None = Field(
        default=None, description="Where `remember_device` asked for it; it opens nothing"
    )


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


class ConfirmationIn(BodyIn):
    """Who calls, once more: a code where they have a second factor, else the password."""

    password: str | None = Field(default=None, max_length=128)
    code: str | None = Field(default=None, max_length=40)


class SecondFactorOut(BodyOut):
    """Whether a login asks the caller for a code as well."""

    is_on: bool
    since: datetime | None = Field(description="When its first code was shown")
    recovery_codes_left: int = Field(description="Codes for its loss that were not used yet")
