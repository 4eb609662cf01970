"""Copies of contests without labels."""

from deploy.training.forgetting import forgotten, with_other_words
from deploy.training.learner import Contest
from tests.layouts import typed

DAY = {"l0:due_date:cell": 1.0, "L:due_date": 1.0, "u:invoice_date:1": 1.0, "y3": 1.0}
CONTEST = Contest("t01", [{"none": 1.0}, DAY, {"l:none": 1.0, "y4": 1.0}], frozenset({1}))


def test_only_days_have_copies_and_they_are_the_same_each_time() -> None:
    """By field, name and number alone."""
    assert list(forgotten(CONTEST, "invoice_number", "a.pdf")) == []
    copies = list(forgotten(CONTEST, "due_date", "a.pdf"))
    assert len(copies) == 2
    assert copies == list(forgotten(CONTEST, "due_date", "a.pdf"))


def test_a_copy_lacks_labels_and_nothing_else() -> None:
    """What has no label left says so; what is right stays right."""
    names = [f"{number}.pdf" for number in range(40)]
    copies = [copy for name in names for copy in forgotten(CONTEST, "due_date", name)]

    assert all((copy.family, copy.right) == ("t01", frozenset({1})) for copy in copies)
    assert all("y3" in copy.candidates[1] for copy in copies)
    assert all(copy.candidates[0::2] == CONTEST.candidates[0::2] for copy in copies)
    gone = [copy.candidates[1] for copy in copies if "L:due_date" not in copy.candidates[1]]
    assert 40 < len(gone) < 80
    assert all("l:none" in each and "l0:due_date:cell" not in each for each in gone)


def test_labels_become_words_of_no_language() -> None:
    """Those of the kinds that are asked for; everything else stays where and what it is."""
    page = typed("Verk\u00e4ufer   Muster GmbH\nRechnung   4711")
    other = with_other_words(page, frozenset({"vendor"}), "a.pdf")
    word, *rest = other.lines[0].text.split()

    assert word != "Verk\u00e4ufer"
    assert (len(word), word[0].isupper(), rest) == (9, True, ["Muster", "GmbH"])
    assert other.lines[1].text == page.lines[1].text
    assert [word.box for word in other.pages[0].words] == [word.box for word in page.pages[0].words]


def test_the_language_is_of_the_document_and_the_same_each_time() -> None:
    """Words that all documents shared would be learned like any others."""
    page = typed("Verk\u00e4ufer   Muster GmbH")
    vendor = frozenset({"vendor"})
    spelt = {name: with_other_words(page, vendor, name).text for name in ("a.pdf", "b.pdf")}

    assert spelt["a.pdf"] != spelt["b.pdf"]
    assert with_other_words(page, vendor, "a.pdf").text == spelt["a.pdf"]
