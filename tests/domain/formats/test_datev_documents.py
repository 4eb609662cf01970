"""Documents for DATEV: files, and the index that links find them by."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from domain.formats import media
from domain.formats.datev_documents import Linked, index, package
from domain.formats.datev_extf import document_link

NOW = datetime(2026, 12, 1, 9, 30, 15, tzinfo=UTC)
RECEIPT = Linked(UUID("6b29fc40-ca47-1067-b31d-00dd010662da"), "a" * 64, media.PDF, 4)
PHOTO = Linked(UUID(int=1), "b" * 64, media.JPEG, 4)


def test_the_index_is_the_golden_file(golden: Callable[[str, bytes], None]) -> None:
    """Archive 6.0: one document for each file, under the GUID that links name."""
    data = index([RECEIPT, PHOTO], NOW)
    assert document_link(RECEIPT.id).split('"')[1].encode() in data
    golden("datev_document.xml", data)


def test_a_package_has_its_files_and_names_what_is_lost() -> None:
    """What cannot be sent is not passed over, and not in the index."""
    kept = {RECEIPT.sha256: b"%PDF"}
    found = {
        m.name: b"".join(m.blocks) for m in package("Belege_1", [RECEIPT, PHOTO], kept.get, NOW)
    }
    assert list(found) == [
        f"Belege_1/{RECEIPT.guid}.pdf",
        f"Belege_1/{PHOTO.guid}.missing.txt",
        "Belege_1/document.xml",
    ]
    assert PHOTO.sha256.encode() in found[f"Belege_1/{PHOTO.guid}.missing.txt"]
    assert PHOTO.guid.encode() not in found["Belege_1/document.xml"]
