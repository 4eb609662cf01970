"""Scopes: what they cover, and what a role may do."""

import pytest

from domain.access.scope import MODULES, SCOPES, allows, checked, scopes_of_role
from domain.errors import InvalidInput


def test_admin_covers_everything() -> None:
    """No scope is beyond it."""
    assert all(allows(frozenset({"admin"}), scope) for scope in SCOPES)


@pytest.mark.parametrize("module", MODULES)
def test_writing_does_not_imply_reading(module: str) -> None:
    """Each action is granted by itself."""
    assert not allows(frozenset({f"{module}:write"}), f"{module}:read")


def test_a_member_may_do_all_but_change_the_configuration() -> None:
    """Owners and admins may do everything."""
    member = scopes_of_role("member")
    assert SCOPES - member == {"admin", "config:write"}
    assert scopes_of_role("owner") == scopes_of_role("admin") == {"admin"}


@pytest.mark.parametrize("scope", ["journal", "journal:approve", "auswertungen:write", ""])
def test_unknown_scopes_are_refused(scope: str) -> None:
    """Reports can only be read, and there is no approve scope."""
    with pytest.raises(InvalidInput):
        checked([scope])
