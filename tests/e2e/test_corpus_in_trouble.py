"""A twentieth of the corpus mailed while workers die; `make chaos CORPUS=1` mails it all."""

import pytest

from deploy.stack.caller import wait_for
from tests.chaos.mailing import Corpus
from tests.corpus import CORPUS, mailable
from tests.e2e.conftest import House

PATIENCE_SECONDS = 1200

pytestmark = pytest.mark.timeout(PATIENCE_SECONDS + 300)


def test_each_attachment_ends_in_one_visible_state(house: House) -> None:
    """None is lost, none is there twice, and nothing is left in the middle."""
    if not CORPUS.is_dir():
        pytest.skip(f"NO CORPUS at {CORPUS}: set BELEGFLUSS_CORPUS")
    corpus = Corpus(house, mailable()[::20], house.company())
    found = corpus.mailed(PATIENCE_SECONDS, loses_store=False)
    wait_for("a whole house", lambda: house.is_whole() or None)

    assert found.differences == []
    assert found.kills
