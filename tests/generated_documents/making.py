"""Makes a folder of documents with its truth.json, the same for the same seed."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from playwright.sync_api import Page as Tab

from deploy.bench.truth import HEADER
from tests.generated_documents import degrading
from tests.generated_documents.content import Content, drawn
from tests.generated_documents.family import Family, Split, families
from tests.generated_documents.held_out.layouts import LAYOUTS as HELD_OUT
from tests.generated_documents.printing import Seen, printed, printer
from tests.generated_documents.sheet import Sheet
from tests.generated_documents.styles import sheet_of
from tests.generated_documents.train.layouts import LAYOUTS as TRAIN
from tests.generated_documents.varied.drawing import varied
from tests.generated_documents.varied.layouts import LAYOUTS as VARIED

_LAYOUTS = {Split.TRAIN: TRAIN, Split.VARIED: VARIED, Split.HELD_OUT: HELD_OUT}
_SCANNED_PAGES = 2


@dataclass(frozen=True, slots=True)
class Order:
    """How many documents of a split, with a text layer and as scans."""

    split: Split
    texts: int
    scans: int = 0
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Made:
    """One document: bytes, where its values stand, and what it says."""

    family: Family
    content: Content
    pdf: bytes
    seen: Sequence[Seen]
    names_currency: bool


def make(folder: Path, order: Order) -> None:
    """Write the documents of an order and their truth."""
    folder.mkdir(parents=True, exist_ok=True)
    known: dict[str, Any] = {}
    with printer() as tab:
        for number, made in enumerate(documents(tab, order), 1):
            name = f"{made.family.name}_{number:04}"
            if number <= order.texts:
                (folder / f"{name}.pdf").write_bytes(made.pdf)
                known[f"{name}.pdf"] = truth_of(made, made.seen)
                continue
            chance = Random(f"{order.seed}/{number}/scan")
            scan = degrading.scanned(made.pdf, chance)
            (folder / f"{name}{scan.ending}").write_bytes(scan.data)
            seen = [each for each in map(scan.moved, made.seen) if each is not None]
            known[f"{name}{scan.ending}"] = truth_of(made, seen, scan=scan.kind)
    text = json.dumps(known, indent=1, ensure_ascii=False)
    (folder / "truth.json").write_text(text + "\n")


def documents(tab: Tab, order: Order) -> Iterator[Made]:
    """The documents, family by family in turn; scans are of one or two pages."""
    looks = families(order.split)
    for number in range(1, order.texts + order.scans + 1):
        family = looks[(number - 1) % len(looks)]
        attempt = 0
        while True:
            chance = Random(f"{order.seed}/{order.split}/{number}/{attempt}")
            made = _made(tab, family, chance)
            pages = max(seen.page for seen in made.seen)
            if number <= order.texts or pages <= _SCANNED_PAGES:
                break
            attempt += 1
        yield made


def _made(tab: Tab, family: Family, chance: Random) -> Made:
    family = varied(family, chance) if family.split is Split.VARIED else family
    content = drawn(family, chance)
    sheet = Sheet(family, content, chance)
    body = _LAYOUTS[family.split][family.layout](sheet)
    html = (
        f'<!doctype html><html lang="{family.language}"><meta charset="utf-8">'
        f"<style>{sheet_of(family)}</style><body>{body}"
    )
    pdf, seen = printed(tab, html)
    return Made(family, content, pdf, seen, sheet.names_currency)


def truth_of(made: Made, seen: Sequence[Seen], scan: str | None = None) -> dict[str, Any]:
    """What the page says, by what came out on it, in the form of a truth.json."""
    content = made.content
    stated = {each.name: each.value for each in seen}
    header: dict[str, str | None] = {name: stated.get(name) for name in HEADER}
    header["currency"] = content.currency if made.names_currency else None
    items = [_line(content, stated, at) for at in range(len(content.items))]
    return {
        **header,
        "line_count": len(items),
        "line_items": items,
        "_meta": {
            "truth_from": "generated",
            "family": made.family.name,
            "layout": made.family.layout,
            "language": made.family.language,
            "genre": made.family.genre,
            "kind": content.kind,
            "absent": _absent(header, made),
            "boxes": _boxes(seen),
            **({"scan": scan} if scan else {}),
        },
    }


def _line(content: Content, stated: Mapping[str, str], at: int) -> dict[str, str | None]:
    """A line as it is printed; numbers as they are, whatever their form on the page."""
    item = content.items[at]
    values = {"quantity": item.quantity, "unit_price": item.price, "total": item.total}
    shown = {
        name: f"{value:f}" if f"line/{at}/{name}" in stated else None
        for name, value in values.items()
    }
    return {"description": item.description, **shown}


def _absent(header: Mapping[str, str | None], made: Made) -> list[str]:
    """What the page does not say and nobody can derive."""
    never = [name for name in ("vendor_vat_id", "vendor_iban") if header[name] is None]
    says_days = {"terms_days", "skonto", "collected", "card"} & made.content.has
    if header["due_date"] is None and not says_days:
        never.append("due_date")
    return never


def _boxes(seen: Sequence[Seen]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for each in seen:
        box = [round(side, 4) for side in each.box]
        found.setdefault(each.name, []).append({"page": each.page, "box": box})
    return found
