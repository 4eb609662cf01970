"""How a tenant dunns, as data."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from domain.errors import InvalidInput
from domain.receivables.dunning_policy import (
    DunningPolicy,
    Language,
    Level,
    LevelText,
    default_policy,
)

TEXT = LevelText("Mahnung {level}", "Bitte {total} bis {pay_until}.")
LEVEL = Level(7, Decimal(5), 10, dict.fromkeys(Language, TEXT))
POLICY = DunningPolicy(
    is_on=True, needs_release=True, least_amount=Decimal(5), levels=(LEVEL, LEVEL)
)


def test_the_default_is_released_by_a_person() -> None:
    """Three levels in two languages, and it comes back as it was stored."""
    policy = default_policy()

    assert (policy.is_on, policy.needs_release, len(policy.levels)) == (True, True, 3)
    assert {language for level in policy.levels for language in level.texts} == set(Language)
    assert DunningPolicy.from_json(policy.to_json(), 0) == policy


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"after_days": 0}, "/levels/1/after_days"),
        ({"pay_days": 366}, "/levels/1/pay_days"),
        ({"fee": Decimal(-1)}, "/levels/1/fee"),
        ({"texts": {Language.DE: TEXT}}, "/levels/1/texts/en"),
        (
            {"texts": {**LEVEL.texts, Language.DE: LevelText(" ", "x")}},
            "/levels/1/texts/de/subject",
        ),
        (
            {"texts": {**LEVEL.texts, Language.DE: LevelText("x", "{iban}")}},
            "/levels/1/texts/de/body",
        ),
        ({"texts": {**LEVEL.texts, Language.EN: LevelText("x", "{")}}, "/levels/1/texts/en/body"),
        (
            {"texts": {**LEVEL.texts, Language.EN: LevelText("{total.__class__}", "x")}},
            "/levels/1/texts/en/subject",
        ),
    ],
)
def test_what_no_letter_can_say_is_refused(changes: dict[str, Any], pointer: str) -> None:
    """Each with the field that is wrong."""
    with pytest.raises(InvalidInput) as refused:
        replace(POLICY, levels=(LEVEL, replace(LEVEL, **changes)))
    assert refused.value.fields[0].pointer == pointer


def test_levels_are_one_to_nine() -> None:
    """None is no dunning: that is `is_on`."""
    for levels in ((), (LEVEL,) * 10):
        with pytest.raises(InvalidInput):
            replace(POLICY, levels=levels)
    with pytest.raises(InvalidInput):
        replace(POLICY, least_amount=Decimal(-1))
