"""Pages whose invoices have numbers of another form.

A family for training has one form of numbers, and hardly one has blanks in it. What a model learns
from them alone is that a number ends at the next blank: "RE 2026 0017" would be cut.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

from deploy.training.learner import SEED
from domain.reading.layout import Layout, Page, Word

_FORMS = (
    "{year} {serial}", "{letters} {year} {serial}", "{three} {other}", "{letters}-{serial} {year}",
    "{year}.{serial}", "{two} / {serial}", "{serial}-{letters}", "{letters}.{year}.{serial}",
    "{letters} {six}", "{letters}{three}/{short}", "{year}/{serial}", "{six}", "{letters}{serial}",
    "{year}{serial}", "{two}/{year}-{three}", "{letters}_{serial}",
)  # fmt: skip
_LETTERS = "ABEFGKLMNRSTVW"
_MOST_LETTERS = 3
_MARKS = ",.;:()"


def renumbered(layout: Layout, number: str, year: int, name: str) -> tuple[Layout, str] | None:
    """The pages with another number in the place of this one, and that number; None without any.

    The name of the document decides by chance on form and figures.
    """
    other = _drawn(year, random.Random(f"{SEED} {name} number"))  # noqa: S311  repeatable
    pages = tuple(
        replace(page, words=tuple(_replaced(page, number.split(), other))) for page in layout.pages
    )
    is_other = any(one.words != each.words for one, each in zip(pages, layout.pages, strict=True))
    return (Layout(pages), other) if is_other else None


def _drawn(year: int, chance: random.Random) -> str:
    letters = "".join(chance.choices(_LETTERS, k=chance.randint(1, _MOST_LETTERS)))
    return chance.choice(_FORMS).format(
        year=year,
        short=f"{year % 100:02}",
        letters=letters,
        two=chance.randrange(10, 100),
        three=chance.randrange(100, 1000),
        other=chance.randrange(100, 1000),
        serial=f"{chance.randrange(1, 10**5):0{chance.choice((4, 5))}}",
        six=chance.randrange(10**5, 10**6),
    )


def _replaced(page: Page, number: Sequence[str], other: str) -> Iterator[Word]:
    """The words of a page; those of the number give their place to those of the other one."""
    words, at = page.words, 0
    while at < len(words):
        found = words[at : at + len(number)]
        if [word.text.strip(_MARKS) for word in found] == [*number]:
            yield from _spread(found, other)
            at += len(found)
        else:
            yield words[at]
            at += 1


def _spread(found: Sequence[Word], text: str) -> Iterator[Word]:
    """Words of a text in the place of others, each as wide as it is long."""
    left, right = found[0].box.left, found[-1].box.right
    at = 0
    for part in text.split():
        start, end = ((right - left) * place // len(text) for place in (at, at + len(part)))
        box = found[0].box._replace(left=left + start, right=max(left + end, left + start + 1))
        yield replace(found[0], text=part, box=box)
        at += len(part) + 1
