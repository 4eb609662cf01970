"""Lists on a terminal, and where a program reads them."""

import pytest

from deploy.cli.console import show


def test_what_the_columns_are_is_told_beside_the_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """A program reads bare lines; who looks at them sees what they count."""
    show(("process", "open"), [("intake", 289), ("mail", None)])
    told = capsys.readouterr()
    assert told.out == "intake\t289\nmail\t\n"
    assert told.err == "process\topen\n"


def test_that_there_is_nothing_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """And nothing is read as a line."""
    show(("process", "open"), [])
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "There is nothing to list.\n")
