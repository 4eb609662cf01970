"""Attempts are counted where they come from, from their beginning; no stranger closes a door."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from domain.access import store as access
from domain.access import throttle_store
from domain.access.origin import Origin
from domain.access.throttle_store import FREE_OF_ACCOUNT, FREE_OF_PLACE, LONGEST_WAIT, RateLimited
from domain.database.session import write_session
from tests.builders import Tenant, another_tenant
from tests.servers import Database

_SLOW = 2
"""Attempts that a slow machine lets through, because their second is over."""


def stranger() -> Origin:
    """Somebody whom no other test is."""
    return Origin(str(uuid4()))


def account() -> str:
    """A mail address that nobody has."""
    return f"{uuid4()}@example.at"


def attempted(database: Database, address: str, origin: Origin) -> bool:
    """Whether an attempt was taken."""
    try:
        throttle_store.begin(database.engine, address, origin)
    except RateLimited:
        return False
    return True


def later(database: Database, origin: Origin, seconds: int) -> None:
    """Let time pass for one place."""
    move = text(
        "UPDATE login_attempt SET attempted_at = attempted_at - make_interval(secs => :seconds)"
        " WHERE place = 'network ' || encode(sha256(convert_to(:network, 'UTF8')), 'hex')"
    )
    with database.owner_engine.begin() as connection:
        connection.execute(move, {"seconds": seconds, "network": origin.network})


def shut(database: Database, address: str, origin: Origin) -> None:
    """Fail so often that the next attempt has to wait as long as any."""
    for _ in range(FREE_OF_ACCOUNT + 7):
        assert attempted(database, address, origin)
        later(database, origin, LONGEST_WAIT)
    assert attempted(database, address, origin)


def known_device(database: Database, tenant: Tenant, name: str) -> str:
    """Hash of the token of a device on which one of a tenant's people logged in."""
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        return access.know_device(session, tenant.people[name].user_id).hash


def test_of_many_at_once_the_free_ones_get_through(database: Database) -> None:
    """The next is refused, however fast it comes."""
    address, origin = account(), stranger()
    with ThreadPoolExecutor(8) as pool:
        taken = pool.map(lambda _: attempted(database, address, origin), range(25))
        assert FREE_OF_ACCOUNT <= sum(taken) <= FREE_OF_ACCOUNT + _SLOW


def test_an_address_is_one_however_it_is_written(database: Database) -> None:
    """Upper and lower case count together; another address does not count."""
    address, origin = account(), stranger()
    shut(database, address.upper(), origin)
    assert not attempted(database, address, origin)
    assert attempted(database, f"other-{address}", origin)


def test_the_wait_doubles_up_to_a_minute(database: Database) -> None:
    """Nothing while failures are free, then a second, two, four."""
    query = text("SELECT extract(epoch FROM login_delay(:failures, 5, 60))")
    with database.owner_engine.connect() as connection:
        waits = [
            int(connection.execute(query, {"failures": failures}).scalar_one())
            for failures in (0, 4, 5, 6, 7, 8, 9, 10, 11, 12, 10_000)
        ]
    assert waits == [0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_no_wait_is_a_lock(database: Database) -> None:
    """After a minute there is one more attempt, after an hour all is forgotten."""
    address, origin = account(), stranger()
    shut(database, address, origin)
    with pytest.raises(RateLimited) as refused:
        throttle_store.begin(database.engine, address, origin)
    assert 0 < int(str(refused.value.context["retry_after"])) <= LONGEST_WAIT
    later(database, origin, LONGEST_WAIT)
    assert attempted(database, address, origin)
    assert not attempted(database, address, origin)
    later(database, origin, 3600)
    assert all(attempted(database, address, origin) for _ in range(FREE_OF_ACCOUNT))


def test_a_stranger_closes_no_door(database: Database) -> None:
    """Whoever has failed waits; from elsewhere the same address is open."""
    address, origin = account(), stranger()
    shut(database, address, origin)
    assert not attempted(database, address, origin)
    assert attempted(database, address, stranger())


def test_spraying_over_addresses_waits(database: Database) -> None:
    """One password on many addresses is as many failures of one place."""
    origin = stranger()
    taken = sum(attempted(database, account(), origin) for _ in range(FREE_OF_PLACE + 9))
    assert FREE_OF_PLACE <= taken <= FREE_OF_PLACE + _SLOW
    assert attempted(database, account(), stranger())


def test_a_known_device_is_a_place_of_its_own(database: Database) -> None:
    """Also in a network from which somebody attacks; for its owner's account alone."""
    tenant, origin = another_tenant(database), stranger()
    person, other = (tenant.people[name] for name in ("bookkeeper", "approver"))
    device = known_device(database, tenant, "bookkeeper")
    shut(database, person.email, origin)
    shut(database, other.email, origin)
    here = Origin(origin.network, device)
    assert attempted(database, person.email, here)
    assert not attempted(database, other.email, here)
    assert not attempted(database, person.email, Origin(origin.network, "f" * 64))
    tries = sum(attempted(database, person.email, here) for _ in range(9))
    assert FREE_OF_ACCOUNT - 1 <= tries < FREE_OF_ACCOUNT + _SLOW


def test_a_device_of_who_was_shut_out_is_unknown(database: Database) -> None:
    """It counts with its network again."""
    tenant, origin = another_tenant(database), stranger()
    person = tenant.people["bookkeeper"]
    here = Origin(origin.network, known_device(database, tenant, "bookkeeper"))
    shut(database, person.email, origin)
    with write_session(database.engine, tenant.id, tenant.actor) as session:
        access.deactivate_user(session, person.user_id)
    assert not attempted(database, person.email, here)


@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM login_attempt", "DELETE FROM known_device", "SELECT login_delay(1,1,1)"],
)
def test_the_count_cannot_be_cleaned(database: Database, statement: str) -> None:
    """The application's role reaches it through functions only."""
    with (
        pytest.raises(DBAPIError, match="permission denied"),
        database.engine.begin() as connection,
    ):
        connection.execute(text(statement))
