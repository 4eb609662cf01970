"""The comparison finds what is lost, double, changed and stuck; else it proves nothing."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.chaos.acknowledged import Acknowledged, Found, Trouble, differences

TOLD = Acknowledged(
    intents={"a", "b"},
    mails={"<1@x>"},
    corrections={"case": "Nr. 2"},
    runs={"run": "completed"},
    seals={"2000-01": "ff"},
    movements={"moved": "b"},
)
FOUND = Found(
    intents=("a", "b"),
    mails=("<1@x>",),
    attachments={"<1@x> r.xml": 1},
    corrections={"case": "Nr. 2"},
    runs={"run": "completed"},
    seals={"2000-01": "ff"},
    movements={"moved": "b"},
    transfers={"invoice": 1},
    bank={"1800": (Decimal("-9.00"), Decimal("-9.00"))},
)


def test_what_is_as_it_was_acknowledged_differs_in_nothing() -> None:
    """Books, mails, runs, seals and movements."""
    assert differences(TOLD, FOUND) == []


@pytest.mark.parametrize(
    ("change", "trouble", "what"),
    [
        ({"intents": ("a",)}, Trouble.LOST, "intent b"),
        ({"intents": ("a", "b", "b")}, Trouble.DOUBLE, "intent b, 2 times"),
        ({"intents": ("a", "b", "c")}, Trouble.DOUBLE, "intent c was acknowledged to nobody"),
        ({"mails": ()}, Trouble.LOST, "mail <1@x>"),
        ({"attachments": {"<1@x> r.xml": 2}}, Trouble.DOUBLE, "attachment <1@x> r.xml, 2 times"),
        ({"corrections": {"case": "Nr. 1"}}, Trouble.WRONG, "correction of case case: Nr. 1"),
        ({"runs": {}}, Trouble.LOST, "run run: completed"),
        ({"runs": {"run": "exported"}}, Trouble.WRONG, "run run: exported, not completed"),
        ({"seals": {"2000-01": "00"}}, Trouble.WRONG, "seal of 2000-01: 00, not ff"),
        (
            {"movements": {"moved": "b", "other": "b"}},
            Trouble.DOUBLE,
            "movement other: b, told to nobody",
        ),
        ({"transfers": {"invoice": 2}}, Trouble.DOUBLE, "payment of invoice invoice, 2 times"),
        (
            {"bank": {"1800": (Decimal("-9.01"), Decimal("-9.00"))}},
            Trouble.WRONG,
            "bank 1800: -9.01 in the books, -9.00 moved",
        ),
        ({"broken": ("open items differ on 3300",)}, Trouble.WRONG, "open items differ on 3300"),
        ({"open": ("mail ff is not split",)}, Trouble.STUCK, "mail ff is not split"),
    ],
)
def test_each_difference_is_named(change: dict[str, Any], trouble: Trouble, what: str) -> None:
    """One thing is broken on purpose, and one difference is told."""
    (found,) = differences(TOLD, replace(FOUND, **change))

    assert found.trouble is trouble
    assert found.what.startswith(what)
