"""Which vehicle an article serves, as far as its words say so.

Austria deducts nothing of what passenger cars, estate cars and motorcycles cost, but of those
without CO2, of trucks, and of vans and minibuses that the ministry lists (§ 12 Abs. 2 Z 2 lit. b,
Z 2a UStG). Make and model, petrol or
a parking fee do not tell which of them it is: that has to be asked. Words that mean many things
(a make, `auto`, `van`, `parking`, `fuel`) say that it is one beside a second sign alone.
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
    r"|electric (?:cars?|vehicles?)|tesla (?:model ?)?[3sxy]\b|tesla (?:roadster|supercharg)"
    r"|polestar ?[1-6]\b"
    r"|(?:vw|volkswagen) id\.? ?(?:[3-7]\b|buzz)|eq[abcesv]\b|ioniq ?[569]\b|kia ev\d|enyaq"
    r"|taycan|renault (?:zoe|5 e)"
    r"|bmw i(?:[3457]|x[123]?)\b|nissan (?:leaf|ariya))"
)
# What a vehicle has that is named otherwise: its drive, and not its windows.
_POWERED = re.compile(
    r"\b(?:elektro|elektrisch|electric)\b(?=\W*$| ?[,;)/]| betrieben| drive| motor\b)"
    r"|\belektrische[rsn]? (?:pkw|autos?|fahrzeug|antrieb|firmenwagen|dienstwagen)"
    r"|\bladestrom|\bwallbox|(?:\b0|\bnull) ?g(?:/km)? ?co2|\bco2-frei|\btesla\b|\bpolestar\b"
)
_HYBRID = re.compile(r"hybrid|\bphev\b|tfsi ?e\b")
# Machines and large vehicles that are never of the list of those without deduction.
_MACHINE = re.compile(
    r"\bzugmaschine|\btraktor|stapler\b|bagger\b|\bradlader|\bbaumaschine|\bautobus|\bomnibus"
    r"|\breisebus|\bgo-?box|\bforklift|\bhebeb(?:u|\u00fc)hne"
)
# A trailer is no car, whatever draws it (§ 12 Abs. 2 Z 2 lit. b UStG names three kinds of cars).
_TRAILED = r"anh(?:a|\u00e4|ae)nger"
_TRAILER = re.compile(
    r"\b(?:pkw|auto|kfz)[- ]?(?:transport|kasten|planen?|kipp|tieflade|universal|alu)?-?"
    rf"{_TRAILED}(?!\w*(?:kupplung|steckdose|vorrichtung|bock))\w*"
    rf"|\b\w{{0,14}}{_TRAILED}n? (?:f(?:\u00fcr|ue?r)|zum?|hinter)"
    r" (?:den |einen |das )?(?:pkws?|kfz|autos?)\b"
)
# Others, and what may as well be a part of a car that is named beside it.
_OTHER = re.compile(
    r"\blkws?\b|\blkw-|\blast(?:kraft)?wagen|\bsattel(?:zug|schlepper|auflieger|anh)"
    r"|\banh(?:a|\u00e4)ngern?\b|\b(?:e-?)?bikes?\b|\bfahrr(?:a|\u00e4)d(?!tr)|\blastenrad|aggregat\b"
    r"|generator\b|rasenm|\bmotors(?:a|\u00e4)ge|\bfreischneider"
    r"|\btrucks?\b(?! ?(?:&|und|and) ?cars\b)"
)
# Small trucks and buses are deducted only where the ministry lists them.
_LISTED = re.compile(
    r"\bfiskal|\bklein-?(?:lkw|bus|lastkraftwagen)|\bminibus|\bkastenwagen|\bpritschenwagen"
    r"|\bpick-?up\b|\btransporter\b"
)
_PARTS = re.compile(
    r"\b(?:kfz|kraftfahrzeug|fahrzeug|kraftwagen|firmen(?:wagen|auto)|dienstwagen"
    r"|miet(?:wagen|auto)|leihwagen|ersatzwagen|neuwagen|gebrauchtwagen)"
    r"|\bauto(?:miete|verleih|w(?:a|\u00e4)sche|leasing|reparatur|service"
    r"|werkstatt|reifen|batterie|pflege)"
    r"|\b(?:polizeiliches |wunsch)kennzeichen|\bfahrgestell|\b(?:winter|sommer|ganzjahres"
    r"|allwetter|auto)?reifen(?:wechsel|einlagerung|montage|satz|depot)?\b"
    r"|\br(?:a|\u00e4)derwechsel|\b(?:auto|alu|stahl)?felgen?\b|\bwindschutzscheibe"
    r"|\bbremsbel(?:a|\u00e4)g|\bbremsscheibe|\bbremssattel|\banh(?:a|\u00e4)ngerkupplung"
    r"|\b(?:fahrrad|dach)tr(?:a|\u00e4)ger"
    r"|\b\u00f6lwechsel|\babschlepp|\bwaschstra(?:ss|\u00df)e|\bwagenw(?:a|\u00e4)sche"
    r"|\bpickerl|\u00a7 ?57a"
    r"|\bsuper(?:[ -]?plus|benzin)|\bsuper (?:95|98|e10)|\beurosuper|\bbenzin|\bdiesel(?!\w)"
    r"|\btreibstoff|\bkraftstoff|\bbetankung"
    r"|\btank(?:f(?:u|\u00fc)llung|karte|ung\b|en\b|rechnung|beleg|quittung)|\bpetrol\b|\bgasoline"
    r"|\bfuel card|\bpark(?:geb(?:u|\u00fc)hr|schein|ticket|garage|haus|entgelt|en\b|karte"
    r"|platz(?:miete|geb)?\b)|\bkurzpark"
    r"|\b(?:tief)?garage(?:n(?:miete|platz|stellplatz|entgelt|geb(?:u|\u00fc)hr))?\b"
    r"|vignette|maut\b|mautgeb|\bsection control|\b(?:car|vehicle) (?:hire|rental"
    r"|lease|leasing|wash|repair)"
    r"|\b(?:tyres?|tires?|number plate|licen[cs]e plate|motor vehicle)\b|\bmoped"
    r"|\bmotorroller|\bvespa\b"
)
_MAKE = (
    r"\b(?:vw|volkswagen|audi|bmw|mercedes(?:[ -]benz)?|[s\u0161]koda|cupra|opel|renault|peugeot"
    r"|citro[e\u00eb]n|dacia|toyota|mazda|hyundai|kia|volvo|porsche|nissan|subaru|lexus|jaguar"
    r"|jeep|tesla|polestar|seat|ford|fiat|honda|suzuki|mini|mitsubishi|smart)\b"
)
# Makes that are other words, too, are none without their models.
_MAKES = re.compile(_MAKE.replace("|seat|ford|fiat|honda|suzuki|mini|mitsubishi|smart", ""))
_MODEL = re.compile(
    _MAKE.replace("|tesla|polestar|seat|ford|fiat|honda|suzuki|mini|mitsubishi|smart", "")
    + r" (?!f[hmle]\b)(?!(?<=renault )[tckd] \d)"
    r"(?:[a-z]{1,3}[ -]?\d{1,3}[a-z]{0,2}\b|\d{3}[a-z]{0,2}\b"
    r"|(?:golf|polo|up|caddy|amarok|superb|astra|corsa|clio|m[e\u00e9]gane|captur|boxer|partner"
    r"|expert|jumper|yaris|corolla|proace|tucson|kona|ceed|sportage|niro|duster|sandero|leon"
    r"|vito|sprinter|citan|avant)\b)"
    r"|\bgolf (?:[ivx]{1,4}|[1-8]|variant|gt[ide]|tdi|tsi)\b|\b(?:passat|tiguan|touran|touareg"
    r"|sharan|arteon|octavia|fabia|kodiaq|karoq|kamiq|qashqai|berlingo|kangoo)\b"
    r"|\b(?:land rover|range rover|alfa romeo"
    r"|seat (?:ibiza|leon|ateca|arona|tarraco|alhambra|mii)|ford (?:focus|fiesta|kuga|mondeo"
    r"|puma|galaxy|s-max|c-max|mustang|transit|ranger|tourneo)"
    r"|fiat (?:500|panda|tipo|punto|ducato|doblo)|honda (?:civic|jazz|cr-?v|hr-?v|accord)"
    r"|suzuki (?:swift|vitara|jimny|sx4|ignis)"
    r"|mini (?:cooper|one|countryman|clubman)|mitsubishi (?:outlander|space star|asx|l200)"
    r"|smart (?:fortwo|forfour))\b"
)
# What is done with a vehicle; of many other things, too.
_HIRED = re.compile(r"leasing|\blease|miet(?:e|en|preis)?\b|\bmiet|\brent|\bhire\b")
_SERVED = re.compile(
    r"service|inspektion|reparatur|\brepair|wartung|karosserie|\bkasko|lackier|\bgetriebe|\bbrems"
    r"|\bauspuff|\bzahnriemen|\bersatzteil|\bprobefahrt|\bwerkstatt|\b\u00f6l"
)
# What is done with a car that is called one, and by people of its maker's name.
_CARED = re.compile(r"\bw(?:a|\u00e4)sch|\breinig|\b(?:an|ver)?kauf|\bwash|\bclean|\bpurchase")
_PLATE = re.compile(r"\bkennzeichen\W{1,3}[a-z\u00e4\u00f6\u00fc]{1,3}[- ][a-z]{0,2} ?\d{1,5}")
_AUTO = re.compile(
    r"\bautos?\b(?!-| ?(?:renew|reply|refill|scal|pilot|updat|back|top|compl|sav|pay|focus|gener"
    r"|detect|sync|mode))"
    r"|\bcars?\b"
)
_VAN = re.compile(r"\bvans?\b")
_PARKED = re.compile(
    r"\b(?:airport|car|city|street|vehicle|flughafen|short[ -]term|long[ -]term) parking\b"
    r"|(?<!domain )\bparking (?:fee|ticket|space|lot|garage|meter|permit|charge|\d)"
)
_FUELLED = re.compile(
    r"\bfuel\b(?! (?:cell|surcharge|pump|filter))[^\n]{0,40}?(?:\d ?(?:l|ltr|lit(?:er|re)s?)\b"
    r"|\bunleaded)|\bfuel (?:for|purchase|station|receipt|costs?\b)"
)
_ALONE = re.compile(r"\W*(?:fuel|parking|autos?|vans?)[\W\d]*")


def vehicle_of(words: str) -> str | None:
    """Which vehicle words are about; UNCLEAR where they do not say, None where about none.

    >>> vehicle_of("Leasing PKW"), vehicle_of("PKW BMW i4 Elektro"), vehicle_of("Super 95, 45 l")
    ('car_passenger', 'car_electric', 'vehicle')
    >>> vehicle_of("Reparatur LKW MAN"), vehicle_of("Druckerpapier"), vehicle_of("Buch van Gogh")
    (None, None, None)
    """
    folded = _TRAILER.sub("anh\u00e4nger", words.casefold())
    is_passenger = _PASSENGER.search(folded) is not None
    if not is_passenger and _is_another(folded):
        return None
    is_one = is_passenger or _is_vehicle(folded)
    is_powered = _ELECTRIC.search(folded) or (is_one and _POWERED.search(folded))
    if is_powered and not _HYBRID.search(folded):
        return ELECTRIC
    if is_passenger:
        return PASSENGER
    return UNCLEAR if is_one or is_powered else None


def _is_another(folded: str) -> bool:
    """Whether words are about a vehicle that is deducted, or about none, for all they name."""
    if "fiskal" in folded:
        return False
    is_other = _OTHER.search(folded) is not None and _MODEL.search(folded) is None
    return is_other or _MACHINE.search(folded) is not None


def _is_vehicle(folded: str) -> bool:
    """Whether words say that it is one: by one that means nothing else, or by two."""
    if any(each.search(folded) for each in (_LISTED, _PARTS, _MODEL, _PLATE, _PARKED, _FUELLED)):
        return True
    is_hired = _HIRED.search(folded) is not None
    is_served = is_hired or _SERVED.search(folded) is not None
    is_made, is_auto = _MAKES.search(folded) is not None, _AUTO.search(folded) is not None
    if is_made and (is_served or is_auto or _VAN.search(folded) or "kennzeichen" in folded):
        return True
    if is_hired and (_VAN.search(folded) or re.search(r"\bgolf\b", folded)):
        return True
    is_served = is_served or _CARED.search(folded) is not None
    return (is_auto and is_served) or _ALONE.fullmatch(folded) is not None
