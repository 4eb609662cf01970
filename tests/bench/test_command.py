"""`belegfluss bench reading` over real documents."""

import json
import shutil
from pathlib import Path

from typer.testing import CliRunner

from deploy.bench.truth import HEADER
from deploy.cli.main import app
from tests.corpus import DOCUMENTS

HYBRID, SEVERAL = "zugferd_507.pdf", "text_507.pdf"
STATED = {
    **dict.fromkeys(HEADER),
    "invoice_number": "RE-20190610/507",
    "invoice_date": "2019-06-10",
    "total_gross": "571.04",
    "currency": "EUR",
}


def test_documents_are_read_and_held_against_their_truth(tmp_path: Path) -> None:
    """A hybrid by its XML and by its page, with every change of it told; others are named."""
    for name in (HYBRID, SEVERAL):
        shutil.copy(DOCUMENTS / name, tmp_path)
    known = {HYBRID: STATED, SEVERAL: {"_meta": {"documents": []}}}
    (tmp_path / "truth.json").write_text(json.dumps(known))

    result = CliRunner().invoke(app, ["bench", "reading", "--truth", str(tmp_path)])

    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["skipped"] == [SEVERAL]
    assert found["sources"]["hybrid"]["all_fields"]["correct"] == 4, found["misses"]
    assert found["sources"]["text"]["documents"] == 1
    assert found["sources"]["text"]["lines"]["expected"] > 0
    assert found["sources"]["hybrid"]["cpu_seconds_a_page"] > 0
    assert found["tampering"]["share"] == 1
    assert "invoice_number" in result.stderr


def test_a_folder_without_truth_is_told(tmp_path: Path) -> None:
    """In words, not with a traceback."""
    result = CliRunner().invoke(app, ["bench", "reading", "--truth", str(tmp_path)])

    assert result.exit_code == 1
    assert "truth.json" in result.stderr
