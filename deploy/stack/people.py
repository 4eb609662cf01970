"""The two companies of a development stack, their people, passwords and keys.

They are credentials of a machine for trying things out: they stay the same as long as the
home does, in a file that only its owner reads.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from argon2 import PasswordHasher
from sqlalchemy import Engine

from deploy.stack.home import read_json, write_json
from domain.access import address_views
from domain.access import store as access
from domain.access.scope import ADMIN, OF_READING, READER, SCOPES
from domain.actor import Actor
from domain.database.session import engine, write_session
from domain.ledger import tenant_store
from domain.ledger.tenant_store import NewTenant

_BOOKS = tuple(sorted(each for each in SCOPES - {ADMIN} if not each.startswith("config:")))
_READS = tuple(sorted(OF_READING))
_SYSTEM = Actor.system("cli")
_HASHER = PasswordHasher()

AUSTRIAN = NewTenant(
    company_name="Alpenladen Handels GmbH",
    country="AT",
    chart="at_ekr",
    inbox_address="alpenladen",
    vat_id="ATU13585627",
    street="Marktgasse 4",
    postal_code="5020",
    city="Salzburg",
    iban="AT072011182955510300",
    bic="GIBAATWW",
    datev_consultant="1001",
    datev_client="2",
)
GERMAN = NewTenant(
    company_name="Nordlicht Technik GmbH",
    country="DE",
    chart="de_skr04",
    inbox_address="nordlicht",
    vat_id="DE136695976",
    street="Hafenstraße 12",
    postal_code="20457",
    city="Hamburg",
    iban="DE44500105175407324931",
    bic="INGDDEFF",
    datev_consultant="1001",
    datev_client="1",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """A person with a password and a key; neither shows in a `repr`."""

    name: str
    email: str
    user_id: UUID
    scopes: tuple[str, ...]
    password: str = field(repr=False)
    api_key: str = field(repr=False)

    @property
    def actor(self) -> Actor:
        """The person as an audit event names them."""
        return Actor(self.user_id, "person", "api")


@dataclass(frozen=True, slots=True)
class Company:
    """A tenant with its people by name."""

    id: UUID
    inbox_address: str
    people: Mapping[str, Principal]


@dataclass(frozen=True, slots=True)
class _Post:
    name: str
    role: str
    scopes: tuple[str, ...]
    life: timedelta | None = None


POSTS = (
    _Post("bookkeeper", "member", _BOOKS),
    _Post("approver", "member", _BOOKS),
    _Post("auditor", READER, _READS, timedelta(days=365)),
    _Post("admin", "owner", (ADMIN,)),
)


def found(
    bind: Engine, template: NewTenant, hashed: Callable[[str], str] = _HASHER.hash
) -> Company:
    """Open a company that no other shares an address with, and employ its four people."""
    address = f"{template.inbox_address}-{secrets.token_hex(3)}"
    tenant_id = tenant_store.create(bind, replace(template, inbox_address=address), _SYSTEM)
    with write_session(bind, tenant_id, _SYSTEM) as session:
        people = {}
        for post in POSTS:
            email, password = f"{post.name}@{address}.example", secrets.token_urlsafe(15)
            until = datetime.now(UTC).date() + post.life if post.life else None
            user_id = access.add_user(
                session, email=email, name=post.name, role=post.role, access_until=until
            )
            access.set_password(session, user_id, hashed(password))
            key = access.issue_key(session, user_id, name="stack", scopes=list(post.scopes))
            people[post.name] = Principal(
                name=post.name,
                email=email,
                user_id=user_id,
                scopes=post.scopes,
                password=password,
                api_key=key.secret,
            )
    return Company(tenant_id, address, people)


def people(database_url: str, home: Path, inbox_domain: str) -> dict[str, Any]:
    """Companies and people of a home as stack.json lists them; founded at the first start."""
    bind, path = engine(database_url, pool_size=1), home / "people.json"
    try:
        known = read_json(path)
        if known is None or not _is_open(bind, known):
            first, other = found(bind, AUSTRIAN), found(bind, GERMAN)
            known = {**_listed(first), "other_tenant": _listed(other)}
            write_json(path, known)
    finally:
        bind.dispose()
    return _addressed(known, inbox_domain)


def _is_open(bind: Engine, known: Mapping[str, Any]) -> bool:
    """Whether this database holds the company: an external one may be another each time."""
    return address_views.owner_of(bind, known["inbox_address"]) == UUID(known["tenant_id"])


def _listed(company: Company) -> dict[str, Any]:
    principals = [asdict(person) for person in company.people.values()]
    for each in principals:
        del each["user_id"]
    return {
        "tenant_id": str(company.id),
        "inbox_address": company.inbox_address,
        "principals": principals,
    }


def _addressed(known: Mapping[str, Any], domain: str) -> dict[str, Any]:
    """Turn local parts into mail addresses."""
    other = known.get("other_tenant")
    address = f"{known['inbox_address']}@{domain}"
    below = {"other_tenant": _addressed(other, domain)} if other else {}
    return {**known, "inbox_address": address, **below}
