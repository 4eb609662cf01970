"""The guide says what the code says."""

import pytest

from deploy.docs import GUIDE, pages


@pytest.mark.parametrize("name", pages())
def test_generated_pages_are_up_to_date(name: str) -> None:
    """`make docs` writes them again."""
    assert (GUIDE / name).read_text() == pages()[name]


def test_every_setting_says_what_it_means() -> None:
    """Nobody has to read code to run the service."""
    silent = [line for line in pages()["configuration.md"].splitlines() if line.endswith("|  |")]
    assert silent == []
