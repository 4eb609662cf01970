"""Places of values: found again on the vendor's next document."""

from dataclasses import replace

from domain.reading.candidate import Candidate
from domain.reading.candidates import candidates_of
from domain.reading.layout import Box
from domain.reading.origin import OwnParty
from domain.reading.places import Place, nearest, place_of
from tests.layouts import typed

PAGE = """
Rechnung                       Auftrag      Datum
                               4711         03.02.2026
Unser Zeichen: AB 2026/17      Kunde 881
"""


def placed(value: str) -> Place:
    """Where a number of the page stands."""
    found = candidates_of(typed(PAGE), OwnParty())
    of_value = next(each for each in found.numbers if each.value == value)
    place = place_of(found.around, of_value)
    assert place is not None
    return place


def test_words_beside_a_value_name_it_before_those_above() -> None:
    """The label is kept without figures and signs, and the form with it."""
    assert (placed("AB 2026/17").label, placed("AB 2026/17").side) == ("unser zeichen", "beside")
    assert placed("AB 2026/17").form == "lettered"
    assert (placed("4711").label, placed("4711").side) == ("auftrag", "above")
    assert placed("881").label == "kunde"


def test_a_place_is_found_by_its_words_wherever_they_moved() -> None:
    """Of several with the same words the nearest; without words only the spot itself."""
    place = placed("881")
    moved = replace(place, box=Box(100, 9000, 300, 9100))
    farther = replace(place, box=Box(100, 9500, 300, 9600))
    bare = replace(place, label="", side="none")

    assert nearest(place, [placed("4711"), None, moved, farther]) == 2
    assert nearest(place, [placed("4711")]) is None
    assert nearest(bare, [replace(bare, box=moved.box)]) is None
    assert nearest(bare, [bare]) == 0
    assert Place.from_json(place.to_json()) == place


def test_what_follows_from_other_values_has_no_place() -> None:
    """A sum of tax groups, for one."""
    found = candidates_of(typed(PAGE), OwnParty())
    assert place_of(found.around, Candidate("1", None, ())) is None
