"""Who acts."""

import pytest

from domain.actor import Actor


def test_a_person_has_an_id() -> None:
    """An audit event of a person names one."""
    with pytest.raises(ValueError, match="user id"):
        Actor(None, "person", "api")
