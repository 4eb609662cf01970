"""What a credential may do: `module:read`, `module:write`, or `admin` for everything."""

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
_OF_ROLE = {
    "owner": frozenset({ADMIN}),
    "admin": frozenset({ADMIN}),
    "member": SCOPES - {ADMIN, "config:write"},
}


def scopes_of_role(role: str) -> frozenset[str]:
    """Scopes of a login: owner and admin everything, member everything but `config:write`.

    >>> "config:write" in scopes_of_role("member"), scopes_of_role("owner")
    (False, frozenset({'admin'}))
    """
    return _OF_ROLE[role]


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
