"""What is drawn agrees with itself, and looks are kept apart."""

import hashlib
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest

from tests.generated_documents.content import HUNDRED, drawn
from tests.generated_documents.family import Family, Split, families
from tests.generated_documents.held_out.layouts import LAYOUTS as HELD_OUT
from tests.generated_documents.train.layouts import LAYOUTS as TRAIN
from tests.generated_documents.varied.drawing import varied
from tests.generated_documents.varied.layouts import LAYOUTS as VARIED

EVERY = [family for split in Split for family in families(split)]


def as_drawn(family: Family, seed: int) -> Family:
    """The family as a document has it."""
    return varied(family, Random(seed)) if family.split is Split.VARIED else family


@pytest.mark.parametrize("family", EVERY, ids=lambda family: family.name)
def test_sums_agree(family: Family) -> None:
    """Lines, discount and freight make the bases, and the tax is that of the rates."""
    for seed in range(20):
        content = drawn(as_drawn(family, seed), Random(seed))
        whole = content.goods - content.reduced + content.shipping
        is_gross = "gross_prices" in content.has
        assert whole == (content.gross if is_gross else content.net)
        for group in content.groups:
            assert abs(group.basis * group.rate / HUNDRED - group.tax) <= 1
        assert all(item.total >= 0 for item in content.items)
        assert content.prepaid < max(content.gross, Decimal("0.01"))


def drawn_in_a_process(hash_seed: str) -> str:
    """What a process of its own draws, whatever order its sets have."""
    script = "from tests.generated_documents.test_content import told; print(told())"
    done = subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-c", script],
        check=True,
        capture_output=True,
        text=True,
        env={"PYTHONHASHSEED": hash_seed, "PYTHONPATH": ":".join(sys.path)},
    )
    return done.stdout


def told() -> str:
    """A digest of documents of every family."""
    contents = [drawn(as_drawn(each, seed), Random(seed)) for each in EVERY for seed in range(5)]
    parts = [repr((replace(each, has=frozenset()), sorted(each.has))) for each in contents]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def test_a_seed_draws_the_same_in_every_process() -> None:
    """Or nobody could repeat a figure."""
    assert drawn_in_a_process("1") == drawn_in_a_process("2") == f"{told()}\n"


def test_a_third_of_the_families_is_held_out() -> None:
    """Of those with one look; at least forty in all, in layouts of their own."""
    names = [family.name for family in EVERY]
    held_out = families(Split.HELD_OUT)

    assert len(names) == len(set(names)) >= 40
    assert 2 * len(held_out) >= len(families(Split.TRAIN))
    assert not {*TRAIN, *VARIED} & set(HELD_OUT)
    assert not set(TRAIN) & set(VARIED)
    assert {family.layout for family in held_out} <= set(HELD_OUT)
    assert {family.layout for family in families(Split.TRAIN)} <= set(TRAIN)
    assert {family.layout for family in families(Split.VARIED)} == set(VARIED)
    assert len({family.language for family in EVERY}) == 10


def test_documents_of_a_varied_family_differ_in_their_looks() -> None:
    """In words, forms and columns; the same chance gives the same look."""
    for family in families(Split.VARIED):
        looks = [varied(family, Random(seed)) for seed in range(6)]
        assert len({(look.labels["number"], look.numbers, look.columns) for look in looks}) > 4
        assert len({look.draw for look in looks}) == 6
        assert looks[0] == varied(family, Random(0))


def test_vendors_of_training_are_no_vendors_of_measuring() -> None:
    """Or a model that knows names by heart would be praised for it."""
    words = {split: set(families(split)[0].vendors["words"]) for split in Split}
    assert not words.pop(Split.HELD_OUT) & set().union(*words.values())
