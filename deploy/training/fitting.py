"""From samples to a model: weights of each field and of the totals, and what chances are worth."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from deploy.training.forgetting import forgotten
from deploy.training.learner import PULL, Contest, curve, train
from deploy.training.samples import FIELDS, Sample, is_true
from domain.reading.candidate import Candidate
from domain.reading.choice import (
    ROLES,
    TOTALS,
    Option,
    options,
    triple_features,
    triples,
)
from domain.reading.fields import chosen_of
from domain.reading.model import NONE, Model

FOLDS = 5
_INNER_FOLDS = 2
_BELIEVED_OF = {"invoice_number": {"form:grouped": 1.0, "form:followed": -1.0, "form:behind": 1.0}}
# Where words and places are many, weights that are drawn less are too sure on pages of others.
_PULL_OF = {
    "vendor_name": 0.02,
    "vendor_vat_id": 0.02,
    "invoice_number": 0.05,
    "invoice_date": 0.02,
}
_BELIEVED = {"alone": 1.0, "sum": 3.0, "no_sum": -3.0, "rate": 0.5, "groups_tax": 1.0}
Outcome = tuple[Sample, str, Option[Any], bool]


def fitted(samples: Sequence[Sample], curves: Mapping[str, Any] | None = None) -> Model:
    """A model of these samples."""
    weights = {
        field: train(
            [contest for sample in samples for contest in _contests(sample, field)],
            _BELIEVED_OF.get(field),
            _PULL_OF.get(field, PULL),
        )
        for field in FIELDS
    }
    weights[TOTALS] = train(list(_totals(samples)), _BELIEVED)
    return Model("", weights, dict(curves or {}))


def crossed(samples: Sequence[Sample]) -> list[Outcome]:
    """What models that have not seen a layout make of its documents.

    Families of one layout are too much alike to tell what a chance is worth on a page of none.
    """
    layouts = sorted({sample.layout for sample in samples})
    outcomes: list[Outcome] = []
    for fold in range(FOLDS):
        held = set(layouts[fold::FOLDS])
        model = fitted([sample for sample in samples if sample.layout not in held])
        outcomes += judged([sample for sample in samples if sample.layout in held], model)
    return outcomes


def judged(samples: Sequence[Sample], model: Model) -> list[Outcome]:
    """What a model makes of documents."""
    return [
        (sample, field, option, sample.is_right(field, option.value))
        for sample in samples
        for field, option in chosen_of(sample.candidates, model).items()
        if field in sample.truth
    ]


def curves_of(outcomes: Sequence[Outcome]) -> dict[str, list[tuple[float, float]]]:
    """For each field what its chances are worth."""
    return {
        field: curve(
            [
                (option.chance, is_right)
                for sample, name, option, is_right in outcomes
                if name == field and option.value is not None
            ]
        )
        for field in FIELDS
    }


def _of(sample: Sample, field: str) -> Sequence[Candidate[Any]]:
    found = sample.candidates
    if field in ROLES:
        return found.of_role(field)
    return {
        "vendor_name": found.names,
        "vendor_vat_id": found.vat_ids,
        "vendor_iban": found.ibans,
        "invoice_number": found.numbers,
    }.get(field, found.dates)


@cache
def _contests(sample: Sample, field: str) -> tuple[Contest, ...]:
    """The contest of a field, and its copies on pages that were changed, or without labels."""
    contest = _contest(sample, field)
    if contest is None:
        return ()
    copies = tuple(
        _contest_of(sample, field, copy.candidates, copy.value)
        for copy in sample.copies.get(field, ())
    )
    if 0 not in contest.right:  # a name that has the word of a label is none without it
        copies = tuple(each for each in copies if 0 not in each.right)
    return (contest, *copies, *forgotten(contest, field, sample.name))


@cache
def _contest(sample: Sample, field: str) -> Contest | None:
    """The candidates of a field, with "not on the page" as the first of them."""
    if field not in sample.truth:
        return None
    return _contest_of(sample, field, _of(sample, field), sample.truth[field])


def _contest_of(
    sample: Sample, field: str, candidates: Sequence[Candidate[Any]], known: Any
) -> Contest:
    right = {
        place
        for place, candidate in enumerate(candidates, 1)
        if is_true(field, known, candidate.value)
    }
    features = [{NONE: 1.0}, *(dict.fromkeys(each.features, 1.0) for each in candidates)]
    return Contest(sample.family, features, frozenset(right or {0}))


def _totals(samples: Sequence[Sample]) -> Iterator[Contest]:
    """Which set of net, tax and gross is right, as models weigh them that do not know the family.

    Those that know it are too sure of each single amount, and would leave nothing to the sums.
    """
    families = sorted({sample.family for sample in samples})
    for fold in range(_INNER_FOLDS):
        held = set(families[fold::_INNER_FOLDS])
        others = [sample for sample in samples if sample.family not in held]
        weights = {
            role: train([each for sample in others if (each := _contest(sample, role))])
            for role in ROLES
        }
        alone = Model("", weights, {})
        for sample in samples:
            if sample.family in held and set(ROLES) <= sample.truth.keys():
                yield _together(sample, alone)


def _together(sample: Sample, alone: Model) -> Contest:
    by_role = {role: options(role, sample.candidates.of_role(role), alone) for role in ROLES}
    found = triples(by_role)
    sums = sample.candidates.sums
    right = {
        place
        for place, triple in enumerate(found)
        if all(
            _is_right(sample, role, option.value, by_role[role])
            for role, option in zip(ROLES, triple, strict=True)
        )
    }
    features = [
        {
            **dict.fromkeys(triple_features(triple, sums), 1.0),
            "alone": sum(option.weight for option in triple),
        }
        for triple in found
    ]
    return Contest(sample.family, features, frozenset(right))


def _is_right(
    sample: Sample, role: str, value: Decimal | None, known: Sequence[Option[Decimal]]
) -> bool:
    """A total that is not among the candidates is rightly none."""
    if value is None:
        return not any(
            option.value is not None and sample.is_right(role, option.value) for option in known
        )
    return sample.is_right(role, value)
