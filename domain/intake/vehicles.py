"""Which vehicle an article serves, as far as its words say so.

Austria deducts nothing of what passenger cars, estate cars and motorcycles cost, but of those
without CO2, of trucks, and of vans and minibuses that the ministry lists (§ 12 Abs. 2 Z 2 lit. b,
Z 2a UStG). A make alone, petrol or
a parking fee do not tell which of them it is: that has to be asked.
"""

import re

PASSENGER, ELECTRIC, UNCLEAR = "car_passenger", "car_electric", "vehicle"

_PASSENGER = re.compile(
    r"\bpkws?\b|\bpkw-|\bpersonen(?:kraft)?wagen|\bpersonenkraftfahrzeug|\bpassenger cars?\b"
    r"|\bmotorr(?:a|\u00e4)d|\bkraftr(?:a|\u00e4)d|\bmotorcycle|\bkombi(?:wagen|fahrzeug)"
)
_ELECTRIC = re.compile(
    r"\b(?:elektro-?(?:autos?|pkw|kfz|fahrzeuge?|motorr(?:a|\u00e4)d|roller)|e-?pkw"
    r"|e-(?:auto|kfz|fahrzeug|motorrad|golf|tron)s?\b|vollelektrisch|battery[ -]electric|bev\b"
    r"|electric (?:cars?|vehicles?)|(?:0|null) ?g(?:/km)? ?co2|co2-frei|tesla(?! ?powerwall)"
    r"|polestar"
    r"|(?:vw|volkswagen) id\.? ?(?:[3-7]\b|buzz)|eq[abcesv]\b|ioniq ?[569]\b|kia ev\d|enyaq"
    r"|taycan|renault (?:zoe|5 e)"
    r"|bmw i(?:[3457]|x[123]?)\b|nissan (?:leaf|ariya))"
)
# What a vehicle has that is named otherwise: its drive.
_POWERED = re.compile(r"\belektro\b|\belektrisch|\belectric\b|\bladestrom|\bwallbox")
_HYBRID = re.compile(r"hybrid|\bphev\b|tfsi ?e\b")
# Vehicles that are never of the list of those without deduction.
_OTHER = re.compile(
    r"\blkws?\b|\blkw-|\blast(?:kraft)?wagen|\bsattel|\bzugmaschine|\btraktor|\w*stapler\b"
    r"|\w*bagger\b"
    r"|\bradlader|\bbaumaschine|\banh(?:a|\u00e4)nger|\bautobus|\bomnibus|\breisebus|\bgo-?box"
    r"|\b(?:e-?)?bikes?\b|\bfahrr(?:a|\u00e4)d|\blastenrad|\w*aggregat\b|\w*generator\b"
    r"|\w*rasenm"
    r"|\bmotors(?:a|\u00e4)ge|\bfreischneider|\bhebeb(?:u|\u00fc)hne|\btrucks?\b|\bforklift"
)
# Small trucks and buses are deducted only where the ministry lists them.
_LISTED = re.compile(
    r"\bfiskal|\bklein-?(?:lkw|bus|lastkraftwagen)|\bminibus|\bkastenwagen|\bpritschenwagen"
    r"|\bpick-?up\b"
    r"|\btransporter\b|\bvans?\b"
)
_PARTS = re.compile(
    r"\b(?:kfz|kraftfahrzeug|fahrzeug|kraftwagen|firmen(?:wagen|auto)|dienstwagen"
    r"|miet(?:wagen|auto)|leihwagen|ersatzwagen)"
    r"|\bautos?\b(?!-)|\bauto(?:miete|verleih|w(?:a|\u00e4)sche|leasing|reparatur|service"
    r"|werkstatt|reifen|batterie|pflege)"
    r"|\b(?:polizeiliches )?kennzeichen|\bfahrgestell|\b(?:winter|sommer|ganzjahres"
    r"|allwetter|auto)?reifen(?:wechsel|einlagerung|montage|satz|depot)?\b"
    r"|\br(?:a|\u00e4)derwechsel|\bautofelgen?\b|\balufelgen?\b|\bwindschutzscheibe"
    r"|\bbremsbel(?:a|\u00e4)g|\bbremsscheibe"
    r"|\b\u00f6lwechsel|\babschlepp|\bwaschstra(?:ss|\u00df)e|\bwagenw(?:a|\u00e4)sche"
    r"|\bpickerl|\u00a7 ?57a"
    r"|\bsuper(?:[ -]?plus|benzin)|\bsuper (?:95|98|e10)|\beurosuper|\bbenzin|\bdiesel(?!\w)"
    r"|\btreibstoff|\bkraftstoff"
    r"|\btank(?:f(?:u|\u00fc)llung|karte|ung)|\bpetrol\b|\bgasoline|\bfuel\b"
    r"|\bpark(?:geb(?:u|\u00fc)hr|schein|ticket|garage|haus|entgelt|en\b|karte|platz(?:miete"
    r"|geb)?\b)|\bkurzpark|\bparking\b"
    r"|\b(?:tief)?garage(?:n(?:miete|platz|stellplatz|entgelt|geb(?:u|\u00fc)hr))?\b"
    r"|\w*vignette|\w*maut\b|\w*mautgeb|\bsection control|\b(?:car|vehicle) (?:hire|rental"
    r"|lease|leasing|wash|repair)"
    r"|\b(?:tyres?|tires?|number plate|licen[cs]e plate|motor vehicle)\b|\bmoped"
    r"|\bmotorroller|\bvespa\b"
)
_MAKES = re.compile(
    r"\b(?:vw|volkswagen|audi|bmw|mercedes|[s\u0161]koda|cupra|opel|renault|peugeot"
    r"|citro[e\u00eb]n|dacia|toyota"
    r"|mazda|hyundai|kia|volvo|porsche|nissan|subaru|lexus|jaguar|land rover|range rover"
    r"|alfa romeo"
    r"|seat (?:ibiza|leon|ateca|arona|tarraco|alhambra|mii)|ford (?:focus|fiesta|kuga|mondeo"
    r"|puma|galaxy|s-max|c-max|mustang|transit|ranger|tourneo)"
    r"|fiat (?:500|panda|tipo|punto|ducato|doblo)|honda (?:civic|jazz|cr-?v|hr-?v|accord)"
    r"|suzuki (?:swift|vitara|jimny|sx4|ignis)"
    r"|mini (?:cooper|one|countryman|clubman)|mitsubishi (?:outlander|space star|asx|l200)"
    r"|smart (?:fortwo|forfour)|jeep)\b"
)


def vehicle_of(words: str) -> str | None:
    """Which vehicle words are about; UNCLEAR where they do not say, None where about none.

    >>> vehicle_of("Leasing PKW"), vehicle_of("PKW BMW i4 Elektro"), vehicle_of("Super 95, 45 l")
    ('car_passenger', 'car_electric', 'vehicle')
    >>> vehicle_of("Reparatur LKW MAN"), vehicle_of("Druckerpapier")
    (None, None)
    """
    folded = words.casefold()
    is_passenger = _PASSENGER.search(folded) is not None
    is_listed = _LISTED.search(folded) is not None
    if _OTHER.search(folded) and not is_passenger and "fiskal" not in folded:
        return None
    is_one = is_passenger or is_listed or _PARTS.search(folded) or _MAKES.search(folded)
    is_powered = _ELECTRIC.search(folded) or (is_one and _POWERED.search(folded))
    if is_powered and not _HYBRID.search(folded):
        return ELECTRIC
    if is_passenger:
        return PASSENGER
    return UNCLEAR if is_one else None
