"""Copies of contests without labels."""

from deploy.training.forgetting import forgotten
from deploy.training.learner import Contest

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
