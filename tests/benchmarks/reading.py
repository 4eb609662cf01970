"""Documents: pieces a second against bare libraries, and how well generated ones are read.

The limits know no field: Tesseract as a program on the rendered page, pdfium's text cut at its
blanks, a parse by lxml, and the same reader without a process of its own.
"""

import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from multiprocessing import get_context
from os import cpu_count, environ
from pathlib import Path

import pypdfium2
from lxml import etree

from activities.recognition import Job, read, recognise
from deploy.bench.reading import samples
from deploy.bench.score import report_of
from deploy.bench.truth import truths
from tests.benchmarks.measure import compare
from tests.corpus import CORPUS, DOCUMENTS
from tests.generated_documents.family import Split
from tests.generated_documents.making import Order, make

_SCAN, _TEXT = DOCUMENTS / "scan_kraxi.png", DOCUMENTS / "text_507.pdf"
_XML = DOCUMENTS / "xrechnung_01.01a_ubl.xml"
_CORES = cpu_count() or 1
_OF_CORPUS = ("einvoice-xml", "einvoice-pdf", "invoice-pdf", "scans")
_GENERATED = Order(Split.HELD_OUT, texts=48, scans=8, seed=7)


def benchmarks() -> Iterator[dict[str, object]]:
    """Speed first, then quality."""
    yield compare(
        "reading scans, one process for each core",
        "bare tesseract, one process for each core",
        lambda: _rate(3 * _CORES, _scans_read),
        lambda: _rate(3 * _CORES, _scans_recognised),
        goal=0.9,
    )
    yield compare(
        "reading text PDFs",
        "words of pdfium alone",
        lambda: _rate(30, lambda count: _repeat(count, lambda: _read(_TEXT))),
        lambda: _rate(300, lambda count: _repeat(count, _pdfium_words)),
        goal=0.5,
    )
    yield compare(
        "a text PDF in a process of its own",
        "the same in this process",
        lambda: _rate(10, lambda count: _repeat(count, lambda: recognise(_TEXT))),
        lambda: _rate(30, lambda count: _repeat(count, lambda: _read(_TEXT))),
        goal=0.7,
    )
    yield compare(
        "reading e-invoices, validation apart",
        "bare lxml parse",
        lambda: _rate(200, lambda count: _repeat(count, lambda: _read(_XML))),
        lambda: _rate(2000, lambda count: _repeat(count, lambda: etree.parse(_XML))),
        goal=0.3,
    )
    yield from quality()


def quality() -> Iterator[dict[str, object]]:
    """What `belegfluss bench reading` says of the corpus and of looks that nobody has seen."""
    for name in _OF_CORPUS:
        if (CORPUS / name).is_dir():
            yield _figures(f"reading the corpus, {name}", CORPUS / name)
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder), _GENERATED)
        yield _figures("reading generated documents, looks held out", Path(folder))


def _figures(name: str, folder: Path) -> dict[str, object]:
    known = [truth for truth in truths(folder) if not truth.holds_several]
    found = report_of(samples(known, _CORES)).to_json()
    return {"name": name, **found}


def _rate(count: int, act: Callable[[int], object]) -> float:
    """Pieces a second."""
    begin = time.perf_counter()
    act(count)
    return count / (time.perf_counter() - begin)


def _repeat(count: int, act: Callable[[], object]) -> None:
    for _ in range(count):
        act()


def _read(path: Path) -> object:
    return read(Job(path), lambda number, count: None)


def _scans_read(count: int) -> None:
    with get_context("fork").Pool(_CORES) as pool:
        pool.map(_read, [_SCAN] * count, chunksize=1)


def _scans_recognised(count: int) -> None:
    with ThreadPoolExecutor(_CORES) as threads:
        list(threads.map(_tesseract, [_SCAN] * count))


def _tesseract(picture: Path) -> None:
    program: Sequence[str] = ("tesseract", str(picture), "-", "-l", "deu+eng", "--psm", "1", "tsv")
    settings = {**environ, "OMP_THREAD_LIMIT": "1"}
    subprocess.run(program, env=settings, check=True, capture_output=True)  # noqa: S603


def _pdfium_words() -> list[str]:
    with closing(pypdfium2.PdfDocument(_TEXT)) as pdf:
        return [word for page in pdf for word in page.get_textpage().get_text_range().split()]
