"""A twentieth of the corpus mailed while workers die; `make chaos CORPUS=1` mails it all."""

from pathlib import Path

import pytest

from tests.chaos.mailing import Corpus
from tests.corpus import CORPUS, mailable
from tests.e2e.conftest import started

PATIENCE_SECONDS = 1200

pytestmark = pytest.mark.timeout(PATIENCE_SECONDS + 300)


def test_each_attachment_ends_in_one_visible_state(tmp_path: Path) -> None:
    """None is lost, none is there twice, and nothing is left in the middle."""
    if not CORPUS.is_dir():
        pytest.skip(f"NO CORPUS at {CORPUS}: set BELEGFLUSS_CORPUS")
    with started(tmp_path, "deploy.cli", "up") as house:
        found = Corpus(house, mailable()[::20]).mailed(PATIENCE_SECONDS, loses_store=False)

    assert found.differences == []
    assert found.kills
