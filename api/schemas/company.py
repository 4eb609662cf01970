"""Wire models of a company: its data, its people, their keys, and what they did."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from api.schemas.types import BodyIn, BodyOut, Day

RoleName = Literal["owner", "admin", "member", "auditor"]


class CompanyOut(BodyOut):
    """The company whose books they are; what is not known is null."""

    id: UUID
    company_name: str
    country: Literal["AT", "DE"]
    chart: str
    fiscal_year_start: int = Field(description="Month in which the fiscal year begins")
    vat_id: str | None
    tax_id: str | None
    street: str | None
    postal_code: str | None
    city: str | None
    iban: str | None
    bic: str | None
    inbox_address: str
    datev_consultant: str | None
    datev_client: str | None


class MeOut(BodyOut):
    """Who calls, and what the credential may do."""

    id: UUID
    name: str
    email: str
    role: RoleName
    scopes: list[str]
    tenant_id: UUID
    company_name: str


class PersonOut(BodyOut):
    """A person of the company; who was shut out stays for the record."""

    id: UUID
    name: str
    email: str
    role: RoleName
    active: bool
    access_until: Day | None = Field(description="Last day on which they may come in")


class PersonIn(BodyIn):
    """A person to be invited by a letter."""

    email: str = Field(min_length=3, max_length=254, examples=["eva@example.at"])
    name: str = Field(min_length=1, max_length=200)
    role: RoleName = "member"
    access_until: Day | None = Field(
        default=None, description="Last day on which they may come in; an auditor has one"
    )


class AccessIn(BodyIn):
    """Until when a person may come in; null for no end, which an auditor cannot have."""

    access_until: Day | None


class ApiKeyOut(BodyOut):
    """What may be shown of a key: never its secret."""

    id: UUID
    display_prefix: str
    name: str
    email: str
    scopes: list[str]
    revoked_at: datetime | None


class SessionOut(BodyOut):
    """A login that holds."""

    id: UUID
    user_id: UUID
    user_name: str
    surface: str = Field(description="Where they logged in: api or pages")
    created_at: datetime
    expires_at: datetime
    is_current: bool = Field(description="Whether the call was made with it")


class AuditEventOut(BodyOut):
    """Who did what to what, when, and from which state to which; a refused attempt says so."""

    number: int
    occurred_at: datetime
    user_id: UUID | None
    user_name: str | None
    kind: Literal["person", "service", "system"]
    surface: str
    action: str
    subject: str
    subject_id: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    reason: str | None
