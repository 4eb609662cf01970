"""Whether a bill is one of a hotel, whose other lines are then consumed there as well.

Lodging and what goes with it are taxed where the house stands (§ 3a Abs. 3 Nr. 1 lit. a, Nr. 3
lit. b UStG DE; § 3a Abs. 9, 11 UStG AT): nobody acquires a breakfast from another state.
"""

import re
from collections.abc import Iterable

HOTEL = "hotel"
# What a line is called that a house supplies with a room: drinks are goods by their name alone.
OF_A_BILL = frozenset({None, "goods", "restaurant", HOTEL})
_COUNTED = r"\W*(?:\d{1,4}(?:[.,]\d{1,2})?\s?(?:x|mal|stk\.?)?\s{0,3})?"
# The head of the line, so that a bed for a room of a hotel is none.
_LODGING = re.compile(
    rf"{_COUNTED}(?:(?:hotel)?\u00fcbernachtung(?:en)?|n\u00e4chtigung(?:en)?|logis|unterkunft"
    r"|beherbergung|zimmer(?: \d{1,4}| mit\b|$)"
    r"|(?:einzel|doppel|dreibett|zweibett|familien|hotel|komfort|standard)[- ]?zimmer"
    r"|accommodation|lodging|overnight stay|room (?:night|charge|\d)|nuit(?:\u00e9e)?s?"
    r"|h\u00e9bergement|pernottament[oi]|alojamiento|overnachting(?:en)?|noclegi?"
    r"|ubytov\u00e1n\u00ed|sz\u00e1ll\u00e1s(?:d\u00edj)?|no\u010ditev)(?![\w-])"
)
_HOUSE = re.compile(
    r"(?<![\w-])(?:(?:park|land|stadt|see|sport|flughafen|airport)?hotel|h\u00f4tel|motel|hostel"
    r"|gasthof|g\u00e4stehaus|guest ?house|auberge|albergo)(?![\w.-])"
)
# Who serves houses, or finds rooms for others, is none.
_FOR_HOUSES = re.compile(
    r"reserv|booking|buchung|bedarf|suppl|software|service|solution|ausstatt|einricht|w\u00e4sche|textil"
    r"|consult|berat|system|technik|handel|vertrieb|agentur|agency|portal|m\u00f6bel"
)


def is_hotel_bill(seller: str, descriptions: Iterable[str]) -> bool:
    """Whether a line begins with lodging, or the seller is called a house that has rooms.

    >>> is_hotel_bill("Muster GmbH", ["2 \u00dcbernachtungen", "Garage"])
    True
    >>> is_hotel_bill("Hotelbedarf Muster GmbH", ["Bett f\u00fcr Doppelzimmer"])
    False
    """
    name = seller.casefold()
    is_house = _HOUSE.search(name) is not None and not _FOR_HOUSES.search(name)
    return is_house or any(_LODGING.match(each.casefold().strip()) for each in descriptions)
