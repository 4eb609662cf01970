"""What a credential may do: `module:read`, `module:write`, or `admin` for everything."""

from collections.abc import Iterable

from domain.errors import InvalidInput

MODULES = (
    "journal",
    "bank",
    "kreditoren",
    "debitoren",
    "perioden",
    "auswertungen",
    "config",
    "transactions",
)
ADMIN = "admin"
SCOPES = frozenset(
    {f"{module}:{action}" for module in MODULES for action in ("read", "write")}
    - {"auswertungen:write"}
    | {ADMIN}
)
OF_READING = frozenset(scope for scope in SCOPES if scope.endswith(":read"))
READER = "auditor"
"""The role of who reads and never decides; it ends on a day."""
_OF_ROLE = {
    "owner": frozenset({ADMIN}),
    "admin": frozenset({ADMIN}),
    "member": SCOPES - {ADMIN, "config:write"},
    READER: OF_READING,
}
ROLES = tuple(_OF_ROLE)


def scopes_of_role(role: str) -> frozenset[str]:
    """Scopes of a login: owner and admin all, member all but `config:write`, auditor to read.

    >>> "config:write" in scopes_of_role("member"), scopes_of_role("owner")
    (False, frozenset({'admin'}))
    """
    return _OF_ROLE[role]


def within_role(scopes: Iterable[str], role: str) -> frozenset[str]:
    """What of these scopes the role holds too: no key does more than its owner.

    >>> within_role(["journal:read", "journal:write"], "auditor")
    frozenset({'journal:read'})
    """
    held = scopes_of_role(role)
    return frozenset(scope for scope in scopes if allows(held, scope))


def checked(scopes: list[str]) -> list[str]:
    """Sort scopes, or refuse one that does not exist.

    >>> checked(["journal:write", "bank:read"])
    ['bank:read', 'journal:write']
    """
    for scope in scopes:
        if scope not in SCOPES:
            raise InvalidInput("/scopes", f"{scope!r} is no scope")
    return sorted(set(scopes))


def allows(held: frozenset[str], needed: str) -> bool:
    """Whether scopes cover one that is needed; `write` does not imply `read`.

    >>> allows(frozenset({"journal:write"}), "journal:read")
    False
    """
    return ADMIN in held or needed in held
