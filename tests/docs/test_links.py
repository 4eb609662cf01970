"""The documents point at what is there, and the decisions are complete."""

import re
import subprocess
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    chain(ROOT.glob("*.md"), ROOT.glob("docs/**/*.md"), ROOT.glob("deploy/**/*.md")),
)
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
_LINK = re.compile(r"\]\(([^)#]+)(#[^)]*)?\)")
_PATH = re.compile(
    r"`((?:activities|api|deploy|docs|domain|tests|worker|workflows)/[\w./*-]+"
    r"|[\w-]+(?:/[\w-]+)*/[\w*-]+\.(?:md|py|sql|toml))[^`]*`"
)
# They say what was before.
_OF_THE_PAST = {"0033", "0034", "0035"}
_PARTS = ("Status: ", "## Context", "## Decision", "## Consequences", "## Rejected")
_MOST_BYTES = 300_000


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Each relative link is a file of the repository."""
    targets = [target for target, _ in _LINK.findall(page.read_text()) if "://" not in target]
    assert [each for each in targets if not (page.parent / each).exists()] == []


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if page.name[:4] not in _OF_THE_PAST],
    ids=lambda page: str(page.relative_to(ROOT)),
)
def test_named_paths_exist(page: Path) -> None:
    """A file or a folder that is named in backticks is there; `*` stands for anything."""
    named = _PATH.findall(page.read_text())
    assert [path for path in named if not list(ROOT.glob(path))] == []


def test_decisions_are_numbered_without_gaps_and_listed() -> None:
    """In the order in which they are read."""
    numbers = [int(page.name[:4]) for page in DECISIONS]
    listed = re.findall(
        r"\]\((\d{4}-[a-z-]+\.md)\)", (DECISIONS[0].parent / "README.md").read_text()
    )
    assert numbers == list(range(1, len(DECISIONS) + 1))
    assert listed == [page.name for page in DECISIONS]


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.name[:4])
def test_a_decision_says_why_what_and_what_not(page: Path) -> None:
    """Status, context, decision, consequences, rejected, in this order; its number on top."""
    text = page.read_text()
    places = [text.find(part) for part in _PARTS]
    assert text.startswith(f"# {page.name[:4]} ")
    assert -1 not in places
    assert places == sorted(places)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_named_make_targets_exist(page: Path) -> None:
    """`make help` lists them, too."""
    known = subprocess.run(["make", "help"], cwd=ROOT, text=True, capture_output=True, check=True)  # noqa: S607 (make of the path)
    named = set(re.findall(r"(?:`|^)make ([a-z]+)", page.read_text(), re.MULTILINE))
    assert named <= {line.split()[0] for line in known.stdout.splitlines()} | {"help"}


def test_pictures_are_small() -> None:
    """A clone stays quick."""
    pictures = list((ROOT / "docs").glob("**/*.png"))
    assert pictures
    assert [each.name for each in pictures if each.stat().st_size >= _MOST_BYTES] == []
