"""The API's own page works in a browser, with nothing from elsewhere."""

from urllib.parse import urlsplit

import pytest

from tests.e2e.browser import page
from tests.e2e.conftest import House

pytestmark = pytest.mark.timeout(300)


def test_the_description_can_be_read_and_tried(house: House) -> None:
    """Every script is the house's own: people enter their keys on this page."""
    address = house.stack["api_url"]
    asked: set[str] = set()
    with page() as browser:
        browser.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
        browser.goto(f"{address}/docs")
        browser.get_by_text("/v1/bookings", exact=True).first.wait_for(timeout=120_000)
        shown = browser.inner_text("body")

    assert "Belegfluss" in shown
    assert asked - {""} == {urlsplit(address).netloc}
