"""Tenants with people, as small as an honest one can be."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from argon2 import PasswordHasher

from deploy.stack.people import AUSTRIAN, GERMAN, Principal, found
from domain.actor import Actor
from domain.ledger.chart import Chart
from tests.servers import Database

_QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass(frozen=True, slots=True)
class Tenant:
    """A tenant, its people by name, and who acts in it where a test does not care.

    The people are bookkeeper, approver, auditor and admin.
    """

    id: UUID
    actor: Actor
    inbox_address: str
    people: Mapping[str, Principal]


def another_tenant(
    database: Database, chart: Chart = Chart.AT_EKR, *, fiscal_year_start: int = 1
) -> Tenant:
    """Create a tenant that no other test has."""
    company = AUSTRIAN if chart.country == AUSTRIAN.country else GERMAN
    company = replace(company, chart=chart.value, fiscal_year_start=fiscal_year_start)
    founded = found(database.engine, company, hashed=_QUICK.hash)
    return Tenant(founded.id, Actor.system("cli"), founded.inbox_address, founded.people)
