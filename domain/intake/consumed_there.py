"""What a foreign bill says was consumed where it was supplied: beds, meals, parking, roads, fuel.

Lodging and what goes with it, meals, stands for cars and the use of roads are taxed where they are
(Art. 47, 55 of Directive 2006/112/EC; § 3a Abs. 3 Nr. 1, Nr. 3 lit. b UStG DE; § 3a Abs. 9, 11 UStG
AT): nobody acquires a breakfast from another state. Words and names are those of other countries,
too; they are asked only where a bill bears another country's tax.
"""

import re
from collections.abc import Iterable, Sequence

HOTEL, RESTAURANT = "hotel", "restaurant"
PARKING, TOLL, FUEL = "property_rent", "toll", "fuel"
# What a line is called that a house supplies with a room or a meal: drinks are goods by their name
# alone.
OF_A_BILL = frozenset({None, "goods", RESTAURANT, HOTEL})
# What general words make of the use of a road or a car park.
_OF_THE_ROAD = frozenset({None, "goods", "service", TOLL, FUEL, PARKING})
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
_MEAL = re.compile(
    rf"{_COUNTED}(?:bewirtung|speisen|restaurant|coperto|couvert|verzehr|lunch|dinner|brunch"
    r"|(?:tages|mittags|abend)(?:men\u00fc|teller|essen|tisch)|men[\u00fcu\u00f9\u00fa](?: |$)"
    r"|pranzo|cena|d\u00e9jeuner|d\u00eener|repas|past[oi]|almuerzo|comida|obiad|ob\u011bd|ve\u010de\u0159e|eb\u00e9d|kosilo"
    r"|etterem|\u00e9ttermi)(?![\w-])"
)
_KITCHEN = re.compile(
    r"(?<![\w-])(?:restaurante?|ristorante|trattoria|osteria|pizzeria|brasserie|bistrot?|taverna|taverne"
    r"|(?:gast|wirts|brau)haus|restauracja|restaurace|\u00e9tterem|gostilna|konoba|steakhouse|autogrill"
    r"|mcdonald['\u2019]?s|burger king)(?![\w.-])"
)
_PARKED = re.compile(
    r"\bpark(?:geb|schein|ticket|garage|haus|entgelt|en\b|dauer|karte|platz|zeit|ing\b|ering)|\bkurzpark"
    r"|\bstationnement|\bparcheggi|\baparcamiento|\bestacionamiento|\bparkol\u00e1s|\bparkov\u00e1n|\bparkiranj"
    r"|\bparkowani|\bsosta\b|\bgaragen?geb|\beinstellplatz|\bstellplatz"
)
_PARK = re.compile(
    r"(?<![\w-])(?:park(?:haus|h\u00e4user|garagen?|raum\w*|platz|ing|ering|service)|parcheggi|aparcamientos"
    r"|apcoa|contipark|q-park|easypark)(?![\w.-])"
)
_ROAD = re.compile(
    r"(?<!wasser)maut(?!h)|vignette|vinjet|winiet|\bp\u00e9age|\bpedaggi|\bpeaje|\bportage[mn]|\bm\u00fdt|\bmyto\b"
    r"|\bcestnin|\b\u00fatd\u00edj|\btolls?\b(?![ -]free)|autobahngeb|tunnelgeb|\btolheffing"
    r"|\bautoroute|\bautostrad|\bautopista|\bautocest"
)
_ROADS = re.compile(
    r"(?<![\w-])(?:autostrad[ae]|autoroutes?|autopistas?|autocest[ae]|asfinag|telepass|toll collect"
    r"|aprr|sanef|dars)(?![\w.-])"
)
_FUEL = re.compile(
    r"\bdiesel|\bgas-?oil|\bgazole|\bcarburant|\bessence sans|\bsans plomb|\bbenzin|\bsenza piombo"
    r"|\bgasolio|\bnafta\b|\bolej nap\u0119d|\bg\u00e1zolaj|\bgasolina|\bgas\u00f3leo|\bbencin"
    r"|\bsuper (?:95|98|e10)|\bnatural 95|\badblue"
)
# Who serves houses, or finds rooms for others, is none.
_FOR_HOUSES = re.compile(
    r"reserv|booking|buchung|bedarf|suppl|software|solution|ausstatt|einricht|w\u00e4sche|textil"
    r"|consult|berat|system|technik|handel|vertrieb|agentur|agency|portal|m\u00f6bel|equipment"
)
_SERVES = re.compile(r"service")
_NONE_PARKED = re.compile(r"domain|parkett|sensor|schild|markier|software")


def is_hotel_bill(seller: str, descriptions: Iterable[str]) -> bool:
    """Whether a line begins with lodging, or the seller is called a house that has rooms.

    >>> is_hotel_bill("Muster GmbH", ["2 \u00dcbernachtungen", "Garage"])
    True
    >>> is_hotel_bill("Hotelbedarf Muster GmbH", ["Bett f\u00fcr Doppelzimmer"])
    False
    """
    name = seller.casefold()
    is_house = _HOUSE.search(name) is not None and not _is_for_houses(name)
    return is_house or any(_LODGING.match(each.casefold().strip()) for each in descriptions)


def is_meal(seller: str, descriptions: Iterable[str]) -> bool:
    """Whether a line begins with a meal, or the seller is called a place to eat.

    >>> is_meal("Trattoria da Gino", ["Vino"]), is_meal("Restaurantbedarf GmbH", ["Teller"])
    (True, False)
    """
    name = seller.casefold()
    is_kitchen = _KITCHEN.search(name) is not None and not _is_for_houses(name)
    return is_kitchen or any(_MEAL.match(each.casefold().strip()) for each in descriptions)


def on_the_road(
    seller: str, lines: Sequence[tuple[str, str | None]], named: frozenset[str | None]
) -> str | None:
    """Parking, tolls or fuel, where all lines are so, or the seller is one who has nothing else.

    `lines` are descriptions with their kinds, `named` the kinds of all of them.

    >>> on_the_road("Muster SpA", [("Parcheggio 3 ore", None)], frozenset({None}))
    'property_rent'
    >>> on_the_road("Muster SpA", [("Domain parking", None)], frozenset({None})) is None
    True
    """
    if not named <= _OF_THE_ROAD:
        return None
    found = [_kind_on_the_road(each.casefold()) or kind for each, kind in lines]
    known = {each for each in found if each in (PARKING, TOLL, FUEL)}
    if known and all(each in known for each in found):
        return known.pop() if len(known) == 1 else TOLL
    name = seller.casefold()
    if _FOR_HOUSES.search(name):
        return None
    return PARKING if _PARK.search(name) else TOLL if _ROADS.search(name) else None


def _kind_on_the_road(said: str) -> str | None:
    if _PARKED.search(said) and not _NONE_PARKED.search(said):
        return PARKING
    return TOLL if _ROAD.search(said) else FUEL if _FUEL.search(said) else None


def _is_for_houses(name: str) -> bool:
    return bool(_FOR_HOUSES.search(name) or _SERVES.search(name))
