"""E-invoices that come by mail, and what people do to their cases."""

from collections.abc import Sequence
from typing import Any

from tests.api.test_review_cases import CASES, MERGE_PATCH
from tests.e2e.front_door import FrontDoor, letter
from tests.e_invoice_writer import EInvoice, Party, ubl

BUYERS = {
    "AT": Party("Alpenladen Handels GmbH", "AT", "ATU13585627", "Salzburg", "5020"),
    "DE": Party("Nordlicht Technik GmbH", "DE", "DE136695976", "Hamburg", "20457"),
}


async def case_of(door: FrontDoor, written: EInvoice) -> tuple[str, dict[str, Any]]:
    """Path and content of the case of a document that came by mail."""
    (path,) = await cases_of(door, [written])
    return path, await door.get(path)


async def cases_of(door: FrontDoor, written: Sequence[EInvoice]) -> list[str]:
    """Paths of the cases of documents that came in one mail, in their order."""
    names = [f"{each.number}.xml" for each in written]
    files = zip(names, map(ubl, written), strict=True)
    await door.send(letter("Rechnungen", *files))
    items = await door.until("/v1/inbox", lambda found: set(names) <= set(_by_name(found)))
    found = _by_name(items)
    shown = [await door.get(f"/v1/inbox/{found[name]}") for name in names]
    return [f"{CASES}/{each['review_case_id']}" for each in shown]


def _by_name(items: list[dict[str, Any]]) -> dict[str, str]:
    return {each["original_name"]: each["id"] for each in items}


async def a_vendor(door: FrontDoor, seller: Party, account: str) -> str:
    """A vendor, known by its name, whose invoices go to an account."""
    made = await door.order(
        "POST", "/v1/vendors", {"name": seller.name, "default_account": account}
    )
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def changed(door: FrontDoor, path: str, part: dict[str, Any]) -> dict[str, Any]:
    """The case once a part of its invoice is changed."""
    body = {"normalized_invoice": part}
    answered = await door.order("PATCH", path, body, Content_Type=MERGE_PATCH)
    assert answered.status_code == 200, answered.text
    found: dict[str, Any] = answered.json()
    return found


async def booked(door: FrontDoor, path: str) -> dict[str, Any]:
    """The approved case."""
    done = await door.order("POST", f"{path}/approve")
    assert done.status_code == 200, done.text
    found: dict[str, Any] = await door.get(path)
    return found
