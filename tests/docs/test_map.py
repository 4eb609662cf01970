"""The map names every folder, and the walks through the code name what is there."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "guide"
MAP = (GUIDE / "map.md").read_text()
TOPS = ("activities", "api", "deploy", "docs", "domain", "tests", "worker", "workflows")
WALKS = (GUIDE / "from-mail-to-entry.md").read_text()
_FOLDER = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)
_STATION = re.compile(r"^\d+\. (`.+?)(?=\n\n|\n\d+\. |\Z)", re.MULTILINE | re.DOTALL)
_QUOTED = re.compile(r"`([^`]+)`")
_COUNTED = re.compile(r"These are (\d+) files in (\d+) folders")

on_the_map = _FOLDER.findall(MAP)


def folders() -> Iterator[str]:
    """Every folder of the repository that holds a file of ours."""
    for path in (path for top in TOPS for path in (ROOT / top).rglob("*")):
        parts = path.relative_to(ROOT).parts
        if path.is_file() and not any(p == "__pycache__" or p.startswith(".") for p in parts):
            yield str(path.parent.relative_to(ROOT))


def walk(title: str) -> list[tuple[str, list[str]]]:
    """Stations of a walk: each a file, and what to look at in it."""
    text = WALKS.split(f"## {title}")[1].split("\n## ")[0]
    quoted = [_QUOTED.findall(station) for station in _STATION.findall(text)]
    return [(path, names) for path, *names in quoted]


def counted(title: str) -> tuple[int, int]:
    """How many files and folders the page says that a walk has."""
    text = WALKS.split(f"## {title}")[1].split("\n## ")[0]
    files, folders = _COUNTED.findall(text)[0]
    return int(files), int(folders)


MAIL = "An invoice by e-mail becomes a row of the journal"
PAYMENT = "A payment run becomes a file for the bank"


def test_every_folder_is_on_the_map() -> None:
    """Whoever adds a folder says what it is for."""
    assert sorted(set(folders()) - set(on_the_map)) == []


def test_the_map_names_what_is_there() -> None:
    """Each folder once, and none that has gone."""
    assert [name for name in on_the_map if not (ROOT / name).is_dir()] == []
    assert sorted(on_the_map) == sorted(set(on_the_map))


def test_areas_stand_in_the_order_of_the_import_law() -> None:
    """Whoever reads from the top to the bottom reads in the direction of imports."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts = settings["tool"]["importlinter"]["contracts"]
    layers = next(each["layers"] for each in contracts if each.get("containers") == ["domain"])
    areas = [name for layer in layers for name in layer.split(" : ")]
    areas = [name for name in areas if (ROOT / "domain" / name).is_dir()]
    shown = [name.removeprefix("domain/") for name in on_the_map if name.count("/") == 1]
    assert [name for name in shown if name in areas] == areas


@pytest.mark.parametrize(("title", "files", "folders"), [(MAIL, 30, 12), (PAYMENT, 20, 5)])
def test_a_walk_is_short(title: str, files: int, folders: int) -> None:
    """A newcomer opens so many files at most, and the page counts right."""
    opened = {path for path, _ in walk(title)}
    entered = {path.rpartition("/")[0] for path in opened}
    assert counted(title) == (len(opened), len(entered))
    assert len(opened) <= files
    assert len(entered) <= folders


@pytest.mark.parametrize(
    ("path", "names"),
    [pytest.param(*each, id=each[0]) for each in [*walk(MAIL), *walk(PAYMENT)]],
)
def test_what_a_walk_names_is_there(path: str, names: list[str]) -> None:
    """The file, and in it every function, class and method that is to be looked at."""
    assert names
    assert [name for name in names if name not in defined_in(ROOT / path)] == []


def defined_in(path: Path) -> set[str]:
    """Functions, classes and methods of a file; of SQL, its functions and the tables it fills."""
    text = path.read_text()
    if path.suffix == ".sql":
        return set(re.findall(r"(?:FUNCTION|INSERT INTO) (\w+)", text))
    return set(_defined(ast.parse(text), ""))


def _defined(node: ast.AST, inside: str) -> Iterator[str]:
    for each in ast.iter_child_nodes(node):
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield inside + each.name
        if isinstance(each, ast.ClassDef):
            yield from _defined(each, f"{each.name}.")
