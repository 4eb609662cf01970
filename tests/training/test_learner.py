"""The learner, on contests made by hand."""

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from deploy.training.learner import Contest, curve, train


def contests() -> Iterator[Contest]:
    """Twelve documents of four families: what is labelled is right, whatever stands first."""
    for number in range(12):
        labelled = 1 + number % 3
        candidates = [{"none": 1.0}] + [
            {"label" if place == labelled else "bare": 1.0, f"nth{place}": 1.0}
            for place in (1, 2, 3)
        ]
        yield Contest(f"family {number % 4}", candidates, frozenset({labelled}))


def test_what_tells_the_right_one_gets_the_weight() -> None:
    """And what does not tell it gets little."""
    weights = train(list(contests()))

    assert weights["label"] > 1
    assert weights["bare"] < 0
    assert all(abs(weights.get(f"nth{place}", 0)) < 0.5 for place in (1, 2, 3))


def test_training_again_gives_the_same_weights() -> None:
    """It is seeded, and uses no library that differs between machines."""
    assert train(list(contests())) == train(list(contests()))


def test_what_one_family_alone_has_tells_nothing() -> None:
    """It would be a rule for one layout."""
    odd = Contest("other", [{"none": 1.0}, {"label": 1.0, "odd": 1.0}], frozenset({1}))

    assert "odd" not in train([*contests(), odd])


def test_what_is_believed_before_needs_evidence_to_the_contrary() -> None:
    """A start stays where nothing speaks against it."""
    assert train(list(contests()), {"bare": -5.0})["bare"] < train(list(contests()))["bare"]


def test_a_stronger_pull_leaves_smaller_weights() -> None:
    """What few documents prove is believed less."""
    weak, strong = train(list(contests()), pull=0.0), train(list(contests()), pull=0.5)

    assert 0 < strong["label"] < weak["label"]


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=200))
def test_a_curve_never_falls_and_is_never_certain(seen: list[tuple[float, bool]]) -> None:
    """The surer the model, the more its chance is worth; few outcomes prove little."""
    points = curve(seen)
    worths = [worth for _, worth in points]

    assert all(0 < worth < 1 for worth in worths)
    assert worths == sorted(worths)
    assert [chance for chance, _ in points] == sorted(chance for chance, _ in points)


def test_a_model_that_is_too_sure_is_corrected() -> None:
    """0.99 that is right half the time is worth a half."""
    points = curve([(0.99, number % 2 == 0) for number in range(100)])

    assert points == [(0.99, 0.5)]


def test_the_last_documents_decide_no_more_than_others() -> None:
    """Weights are a mean of steps: what two orders of the same documents give is close."""
    one, other = train(list(contests())), train(list(contests())[::-1])

    assert one.keys() == other.keys()
    assert all(abs(weight - other[name]) < 0.2 for name, weight in one.items())
