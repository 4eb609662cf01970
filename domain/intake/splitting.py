"""A file that holds several invoices, split by its pages at a person's word."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from domain.errors import InvalidInput

MOST_PARTS = 50


@dataclass(frozen=True, slots=True)
class Part:
    """Pages of one invoice, counted from 1, the last included."""

    first_page: int
    last_page: int

    @property
    def named(self) -> str:
        """The pages in words.

        >>> Part(1, 2).named, Part(3, 3).named
        ('pages 1-2', 'page 3')
        """
        if self.first_page == self.last_page:
            return f"page {self.first_page}"
        return f"pages {self.first_page}-{self.last_page}"

    @property
    def pages(self) -> range:
        """Its pages."""
        return range(self.first_page, self.last_page + 1)


def check_parts(parts: Sequence[Part], left_out: Collection[int], count: int) -> None:
    """Refuse parts that are no split of so many pages: each page is in one part or left out.

    Raises InvalidInput.
    """
    if not len(parts) + bool(left_out) > 1 or not 0 < len(parts) <= MOST_PARTS:
        raise InvalidInput("/parts", f"names 2 to {MOST_PARTS} parts, or one and what is left out")
    seen: dict[int, str] = dict.fromkeys(left_out, "left_out")
    for position, part in enumerate(parts):
        if not 1 <= part.first_page <= part.last_page <= count:
            raise InvalidInput(f"/parts/{position}", f"is no range of the {count} pages")
        for page in part.pages:
            if page in seen:
                raise InvalidInput(f"/parts/{position}", f"has page {page} once more")
            seen[page] = part.named
    missing = sorted(set(range(1, count + 1)) - set(seen))
    if missing or not set(seen) <= set(range(1, count + 1)):
        named = ", ".join(map(str, missing)) or "one that is not there"
        raise InvalidInput("/left_out", f"each page is in a part or left out: {named} is not")


def part_name(original: str, part: Part) -> str:
    """Name of a part: that of the whole, with its pages.

    >>> part_name("scan.pdf", Part(3, 3))
    'scan (page 3).pdf'
    """
    stem, dot, ending = original.rpartition(".")
    stem, ending = (stem, f".{ending}") if dot else (original, ".pdf")
    return f"{stem} ({part.named}){ending}"


def reason_of(parts: Sequence[Part], left_out: Collection[int]) -> str:
    """Why the whole is closed, and where its pages are."""
    told = "; ".join(part.named for part in parts)
    rest = f"; left out: {', '.join(map(str, sorted(left_out)))}" if left_out else ""
    return f"The file was split into {len(parts)} documents: {told}{rest}."
