"""The style page quotes the code as it is, and names the contracts and the words that there are."""

import re
import tomllib
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "guide"
STYLE = (GUIDE / "style.md").read_text()
CODE = ("activities", "api", "domain", "workflows")
_QUOTE = re.compile(r"^`([^`\n]+)`\n\n```(?:python|sql|toml)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_BLOCK = re.compile(r"^(.*)\n\n```(?:python|sql|toml)\n", re.MULTILINE)
_WORD_ROW = re.compile(r"^\| ([^|]+) \| [^|]+ \| [^|]* \|$", re.MULTILINE)
QUOTES = [
    pytest.param(*quote, id=f"{page.stem}:{quote[0]}")
    for page in sorted(GUIDE.glob("*.md"))
    for quote in _QUOTE.findall(page.read_text())
]


@pytest.mark.parametrize(("path", "block"), QUOTES)
def test_a_quote_stands_in_its_file(path: str, block: str) -> None:
    """Line by line and in this order; `...` alone in a line leaves something out."""
    lines = list(stripped((ROOT / path).read_text()))
    for part in parts_of(block):
        starts = (i for i in range(len(lines)) if lines[i : i + len(part)] == part)
        start = next(starts, None)
        assert start is not None, "\n".join(part)
        lines = lines[start + len(part) :]


def test_every_block_of_the_style_page_is_a_quote_or_a_warning() -> None:
    """What is neither from a file nor under "not like that" would be believed."""
    before = _BLOCK.findall(STYLE)
    assert len(before) >= 15
    assert [line for line in before if not re.fullmatch(r"`[^`]+`|Not like that:", line)] == []


def test_every_contract_is_named() -> None:
    """In the words and the number of the settings."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    names = [each["name"] for each in settings["tool"]["importlinter"]["contracts"]]
    assert [name for name in names if f"| {name} |" not in STYLE] == []
    assert len(names) == 11, "the page says eleven"


def test_the_words_of_the_trade_are_in_the_code() -> None:
    """A table of words that nobody uses would be a wish."""
    text = "\n".join(path.read_text() for top in CODE for path in (ROOT / top).rglob("*.py"))
    known = set(re.findall(r"\w+", text))
    table = STYLE.split("| say |")[1].split("\n\n")[0]
    said = [name for row in _WORD_ROW.findall(table) for name in re.findall(r"`([^`]+)`", row)]
    assert len(said) > 50
    assert [name for name in said if not set(name.split(".")) <= known] == []


def parts_of(block: str) -> Iterator[list[str]]:
    """Stretches of a quote between what is left out."""
    for is_gap, lines in groupby(stripped(block), key=lambda line: line == "..."):
        if not is_gap:
            yield list(lines)


def stripped(text: str) -> Iterator[str]:
    """Lines that say something, however far they are moved in."""
    yield from filter(None, map(str.strip, text.splitlines()))
