"""Pages whose invoices have numbers of another form."""

from deploy.training.renumbering import renumbered
from tests.layouts import typed

PAGE = typed("Rechnung Nr. AB 2026/17.   Seite 17\nZahlung: AB 2026/17")
NAMES = [f"{number}.pdf" for number in range(60)]


def test_another_number_stands_wherever_the_number_stood() -> None:
    """All else stays, and so does the place."""
    for name in NAMES:
        found = renumbered(PAGE, "AB 2026/17", 2026, name)
        assert found is not None
        page, other = found
        assert page.lines[0].text == f"Rechnung Nr. {other} Seite 17"
        assert page.lines[1].text == f"Zahlung: {other}"
        last, new = PAGE.lines[1].words[-1].box, page.lines[1].words
        assert new[1].box.left == PAGE.lines[1].words[1].box.left
        assert last.right - len(other) <= new[-1].box.right <= last.right


def test_forms_differ_and_are_the_same_each_time() -> None:
    """With blanks and without, with the year and without."""
    others = [found[1] for name in NAMES if (found := renumbered(PAGE, "AB 2026/17", 2026, name))]

    assert len(set(others)) > 50
    assert (
        {" " in other for other in others} == {"2026" in other for other in others} == {True, False}
    )
    assert renumbered(PAGE, "AB 2026/17", 2026, NAMES[0]) == renumbered(
        PAGE, "AB 2026/17", 2026, NAMES[0]
    )


def test_a_number_that_is_not_there_is_not_replaced() -> None:
    """It may have been read in other words."""
    assert renumbered(PAGE, "4711", 2026, "a.pdf") is None
