"""Kinds of tables that occur on invoices: each is read, whatever its headings are called."""

import re
from codecs import encode
from dataclasses import replace
from decimal import Decimal

import pytest

from domain.reading.layout import Layout
from domain.reading.table import rows_in, tables_in
from tests.layouts import typed

# Name: the pages (parted by a line of dots), what is to be found as `quantity price total`, and the
# total that the rows come to. A dash stands for what no line prints.
KINDS: dict[str, tuple[str, str, str]] = {
    "words before the numbers": (
        """
        Leistung                          Menge      Preis      Betrag
        Wartung der Heizungsanlage
        im Keller, samt Anfahrt               1     120,00      120,00
        Filter tauschen
        und entsorgen                         2      15,00       30,00
        Summe netto                                             150,00
        """,
        "1 120.00 120.00|2 15.00 30.00",
        "150.00",
    ),
    "words after the numbers": (
        """
        Pos  Bezeichnung                  Menge      Preis      Betrag
        1    Wartung der Heizungsanlage       1     120,00      120,00
             im Keller, samt Anfahrt 30 km
        2    Filter tauschen                  2      15,00       30,00
             Typ F7, 592 x 592 x 300
        Nettosumme                                              150,00
        """,
        "1 120.00 120.00|2 15.00 30.00",
        "150.00",
    ),
    "headings of two lines": (
        """
        Artikel            Bestellte     Einzel-      Gesamt-
                               Menge       preis        preis
        Schrauben M8             100        0,12        12,00
        Muttern M8                50        0,10         5,00
        Zwischensumme                                   17,00
        """,
        "100 0.12 12.00|50 0.10 5.00",
        "17.00",
    ),
    "headings in two languages": (
        """
        Bezeichnung           Menge          Einzelpreis      Gesamt
        Description           Quantity       Unit price       Amount
        Pumpe 230 V                  2            150,00      300,00
        Dichtung                    10              1,50       15,00
        Total                                                 315,00
        """,
        "2 150.00 300.00|10 1.50 15.00",
        "315.00",
    ),
    "no heading at all": (
        """
        Für unsere Arbeiten erlauben wir uns zu berechnen

        Anfahrt                    1     45,00       45,00
        Arbeitszeit                3     68,00      204,00
        Material laut Liste        1     21,00       21,00

                                                    270,00
        """,
        "1 45.00 45.00|3 68.00 204.00|1 21.00 21.00",
        "270.00",
    ),
    "quantity and unit in one cell": (
        """
        Artikel               Anzahl         Preis      Summe
        Lampe                  3 Stk         20,00      60,00
        Kabel               12,5 m            2,00      25,00
        Warenwert                                       85,00
        """,
        "3 20.00 60.00|12.5 2.00 25.00",
        "85.00",
    ),
    "quantity and unit as one word": (
        """
        Artikel               Anzahl         Preis      Summe
        Lampe                   3Stk         20,00      60,00
        Kabel                  12,5m          2,00      25,00
        Warenwert                                       85,00
        """,
        "3 20.00 60.00|12.5 2.00 25.00",
        "85.00",
    ),
    "unit before quantity": (
        """
        Item                  Unit   Qty      Rate     Amount
        Rope                  m       20      1.50      30.00
        Hooks                 box      2     10.00      20.00
        Subtotal                                        50.00
        """,
        "20 1.50 30.00|2 10.00 20.00",
        "50.00",
    ),
    "price for a hundred": (
        """
        Artikel              Menge      Preis  PE      Betrag
        Schraube 4x40         1000       3,50  100      35,00
        Dübel 8 mm             500       2,40  100      12,00
        Summe                                           47,00
        """,
        "1000 0.035 35.00|500 0.024 12.00",
        "47.00",
    ),
    "price for a thousand": (
        """
        Artikel              Menge      Preis  je      Betrag
        Schraube 4x40         2000      35,00  1000     70,00
        Dübel 8 mm            4000      24,00  1000     96,00
        Summe                                          166,00
        """,
        "2000 0.035 70.00|4000 0.024 96.00",
        "166.00",
    ),
    "a discount in each row": (
        """
        Artikel             Menge     Preis    Rabatt    Betrag
        Regal                   2    100,00      10 %    180,00
        Brett                   4     25,00       5 %     95,00
        Träger                 10      3,00               30,00
        Summe netto                                      305,00
        """,
        "2 100.00 180.00|4 25.00 95.00|10 3.00 30.00",
        "305.00",
    ),
    "a discount in each row without a sign": (
        """
        Artículo            Cant.    Precio     Dto.    Importe
        Estante                 2    100,00       10     180,00
        Tabla                   4     25,00        5      95,00
        Soporte                10      3,00        0      30,00
        Base                                             305,00
        """,
        "2 100.00 180.00|4 25.00 95.00|10 3.00 30.00",
        "305.00",
    ),
    "a discount as an amount": (
        """
        Artikel             Menge     Preis     Rabatt    Betrag
        Regal                   2    100,00      20,00    180,00
        Brett                   4     25,00       5,00     95,00
        Summe netto                                       275,00
        """,
        "2 100.00 180.00|4 25.00 95.00",
        "275.00",
    ),
    "price after the discount in a column of its own": (
        """
        Artikel        Menge   Listenpreis   Rabatt    Netto    Betrag
        Regal              2        100,00     10 %    90,00    180,00
        Brett              4         25,00      5 %    23,75     95,00
        Summe                                                   275,00
        """,
        "2 90.00 180.00|4 23.75 95.00",
        "275.00",
    ),
    "a rate of tax in each row": (
        """
        Désignation         Qté    PU HT     TVA    Total HT
        Café moulu            4     6,00    5,5%       24,00
        Nettoyage             1    50,00     20%       50,00
        Total HT                                       74,00
        """,
        "4 6.00 24.00|1 50.00 50.00",
        "74.00",
    ),
    "tax and gross in each row": (
        """
        Nazwa              Ilość   Cena netto   Wartość netto   VAT   Kwota VAT   Wartość brutto
        Papier ksero           5        18,00           90,00   23%       20,70           110,70
        Toner                  2       200,00          400,00   23%       92,00           492,00
        Razem                                          490,00            112,70           602,70
        """,
        "5 18.00 90.00|2 200.00 400.00",
        "490.00",
    ),
    "prices gross alone": (
        """
        Bezeichnung                  Menge    Preis inkl.    Summe inkl.
        Tagesmenü                        3          11,90          35,70
        Kaffee                           3           3,50          10,50
        Gesamt inkl. MwSt                                          46,20
        darin 10 % MwSt                                             4,20
        """,
        "3 11.90 35.70|3 3.50 10.50",
        "46.20",
    ),
    "article numbers in front": (
        """
        Art.-Nr.     Bezeichnung            Menge    EP        GP
        4711001      Papier A4                 10     4,00     40,00
        4711002      Ordner breit               5    12,00     60,00
        Summe                                                 100,00
        """,
        "10 4.00 40.00|5 12.00 60.00",
        "100.00",
    ),
    "article numbers that look like amounts": (
        """
        Artikel       Text                  Menge    Preis     Betrag
        10.020        Papier A4                10     4,00      40,00
        10.021        Ordner breit              5    12,00      60,00
        Summe                                                  100,00
        """,
        "10 4.00 40.00|5 12.00 60.00",
        "100.00",
    ),
    "days in the first column": (
        """
        Datum        Tätigkeit              Stunden   Satz     Betrag
        03.02.2026   Beratung                  2,50   80,00    200,00
        05.02.2026   Programmierung            4,00   80,00    320,00
        Summe                                                  520,00
        """,
        "2.50 80.00 200.00|4.00 80.00 320.00",
        "520.00",
    ),
    "days without a year": (
        """
        Datum    Tätigkeit              Stunden   Satz     Betrag
        03.02.   Beratung                  2,50   80,00    200,00
        05.02.   Programmierung            4,00   80,00    320,00
        Summe                                              520,00
        """,
        "2.50 80.00 200.00|4.00 80.00 320.00",
        "520.00",
    ),
    "hours as on a clock": (
        """
        Tätigkeit               Stunden    Satz      Betrag
        Beratung                   2:30    80,00     200,00
        Programmierung            12:15    80,00     980,00
        Summe                                      1.180,00
        """,
        "2.5 80.00 200.00|12.25 80.00 980.00",
        "1180.00",
    ),
    "sums carried over between pages": (
        """
        Artikel               Menge     Preis     Betrag
        Papier A4                10      4,00      40,00
        Ordner                    5     12,00      60,00
        Übertrag                                  100,00
        ....
        Artikel               Menge     Preis     Betrag
        Übertrag                                  100,00
        Mappe                     2      4,00       8,00
        Summe                                     108,00
        """,
        "10 4.00 40.00|5 12.00 60.00|2 4.00 8.00",
        "108.00",
    ),
    "sums carried over by a word that nobody knows": (
        """
        Naziv                 Kol.      Cena      Znesek
        Papir A4                10      4,00       40,00
        Mapa                     5     12,00       60,00
        za prenos                                 100,00
        ....
        iz prejšnje strani                        100,00
        Ovitek                   2      4,00        8,00
        Za plačilo                                108,00
        """,
        "10 4.00 40.00|5 12.00 60.00|2 4.00 8.00",
        "108.00",
    ),
    "a foot and a head between two pages": (
        """
        Muster GmbH, Gasse 1, 1010 Wien
        Artikel               Menge     Preis     Betrag
        Papier A4                10      4,00      40,00
        Ordner                    5     12,00      60,00
        Muster GmbH  UID ATU13585627  Kapital 35.000,00 EUR
        Seite 1 von 2
        ....
        Muster GmbH, Gasse 1, 1010 Wien
        Artikel               Menge     Preis     Betrag
        Mappe                     2      4,00       8,00
        Summe                                     108,00
        """,
        "10 4.00 40.00|5 12.00 60.00|2 4.00 8.00",
        "108.00",
    ),
    "sections with titles and sums of their own": (
        """
        Leistung              Menge     Preis     Betrag
        Baustelle Nord
        Mauern                   10     40,00     400,00
        Verputzen                 5     20,00     100,00
        Zwischensumme Baustelle Nord              500,00
        Baustelle Süd
        Mauern                    2     40,00      80,00
        Estrich                   4     30,00     120,00
        Zwischensumme Baustelle Süd               200,00
        Summe netto                               700,00
        """,
        "10 40.00 400.00|5 20.00 100.00|2 40.00 80.00|4 30.00 120.00",
        "700.00",
    ),
    "sections whose sums have no word": (
        """
        Leistung              Menge     Preis     Betrag
        Baustelle Nord
        Mauern                   10     40,00     400,00
        Verputzen                 5     20,00     100,00
                                                  500,00
        Baustelle Süd
        Mauern                    2     40,00      80,00
        Estrich                   4     30,00     120,00
                                                  200,00
        Summe netto                               700,00
        """,
        "10 40.00 400.00|5 20.00 100.00|2 40.00 80.00|4 30.00 120.00",
        "700.00",
    ),
    "sections whose title has their sum": (
        """
        Leistung              Menge     Preis     Betrag
        1 Baustelle Nord                          500,00
        1.1 Mauern               10     40,00     400,00
        1.2 Verputzen             5     20,00     100,00
        2 Baustelle Süd                           200,00
        2.1 Mauern                2     40,00      80,00
        2.2 Estrich               4     30,00     120,00
        Summe netto                               700,00
        """,
        "10 40.00 400.00|5 20.00 100.00|2 40.00 80.00|4 30.00 120.00",
        "700.00",
    ),
    "total without a price": (
        """
        Prestation                      Quantité      Montant
        Conseil                                3       360,00
        Déplacement                            1        40,00
        Sous-total                                     400,00
        """,
        "3 - 360.00|1 - 40.00",
        "400.00",
    ),
    "total alone": (
        """
        Leistung                              Betrag
        Entwurf der Fassade                 1.200,00
        Einreichplanung                     2.400,00
        Honorar netto                       3.600,00
        """,
        "- - 1200.00|- - 2400.00",
        "3600.00",
    ),
    "quantity behind the total": (
        """
        Artikel             Einzelpreis     Gesamt     Stück
        Lampe                     20,00      60,00         3
        Kabel                      2,00      24,00        12
        Summe                                84,00
        """,
        "3 20.00 60.00|12 2.00 24.00",
        "84.00",
    ),
    "quantity in front": (
        """
        Menge   Einheit   Beschreibung            Einzelpreis     Gesamtpreis
        3       Stk       Lampe 60 W                    20,00           60,00
        12      m         Kabel 3 x 1,5                  2,00           24,00
                                                  Netto                 84,00
        """,
        "3 20.00 60.00|12 2.00 24.00",
        "84.00",
    ),
    "price before quantity": (
        """
        Omschrijving              Prijs     Aantal      Bedrag
        Fietsband                 20,00          3       60,00
        Bel                        2,00         12       24,00
        Subtotaal                                        84,00
        """,
        "3 20.00 60.00|12 2.00 24.00",
        "84.00",
    ),
    "rows that take back": (
        """
        Artikel               Menge     Preis     Betrag
        Papier A4                10      4,00      40,00
        Ordner retour            -2     12,00     -24,00
        Mappe                     5      4,00      20,00
        Summe                                      36,00
        """,
        "10 4.00 40.00|-2 12.00 -24.00|5 4.00 20.00",
        "36.00",
    ),
    "minus behind the number": (
        """
        Artikel               Menge     Preis     Betrag
        Papier A4                10      4,00      40,00
        Ordner retour             2     12,00      24,00-
        Mappe                     5      4,00      20,00
        Summe                                      36,00
        """,
        "10 4.00 40.00|2 12.00 -24.00|5 4.00 20.00",
        "36.00",
    ),
    "rows for free": (
        """
        Artikel               Menge     Preis     Betrag
        Papier A4                10      4,00      40,00
        Muster                    1      0,00       0,00
        Ordner                    5     12,00      60,00
        Summe                                     100,00
        """,
        "10 4.00 40.00|1 0.00 0.00|5 12.00 60.00",
        "100.00",
    ),
    "rows for free by a word": (
        """
        Artikel               Menge     Preis     Betrag
        Papier A4                10      4,00      40,00
        Muster                    1            kostenlos
        Ordner                    5     12,00      60,00
        Summe                                     100,00
        """,
        "10 4.00 40.00|5 12.00 60.00",
        "100.00",
    ),
    "text between the rows": (
        """
        Artikel               Menge     Preis     Betrag
        Lieferschein 4711 vom 03.02.2026
        Papier A4                10      4,00      40,00
        Lieferschein 4712 vom 05.02.2026
        Ordner                    5     12,00      60,00
        Geliefert frei Haus, ab 100,00 EUR ohne Kosten
        Mappe                     2      4,00       8,00
        Summe                                     108,00
        """,
        "10 4.00 40.00|5 12.00 60.00|2 4.00 8.00",
        "108.00",
    ),
    "a receipt with factors above": (
        """
        Cafe Muster
        2 x 3,50
        Melange                    7,00 A
        1 x 4,20
        Apfelstrudel               4,20 A
        3 x 1,10
        Semmel                     3,30 B
        SUMME EUR                 14,50
        Bar                       20,00
        """,
        "2 3.50 7.00|1 4.20 4.20|3 1.10 3.30",
        "14.50",
    ),
    "a receipt with factors below": (
        """
        Billa Muster
        Bananen                    2,38 A
          1,190 kg x 2,00 EUR/kg
        Milch                      3,00 A
          2 x 1,50
        Brot                       4,10 A
        SUMME EUR                  9,48
        """,
        "1.190 2.00 2.38|2 1.50 3.00|- - 4.10",
        "9.48",
    ),
    "a receipt with factors in the line": (
        """
        Melange        2 x 3,50   7,00 A
        Apfelstrudel   1 x 4,20   4,20 A
        Semmel         3 x 1,10   3,30 B
        ZU ZAHLEN                14,50
        """,
        "2 3.50 7.00|1 4.20 4.20|3 1.10 3.30",
        "14.50",
    ),
    "a receipt with counts in front": (
        """
        2 Melange a 3,50           7,00
        1 Apfelstrudel a 4,20      4,20
        3 Semmel a 1,10            3,30
        Summe                     14,50
        """,
        "2 3.50 7.00|1 4.20 4.20|3 1.10 3.30",
        "14.50",
    ),
    "a bill of a telephone company": (
        """
        Ihre Entgelte                        Zeitraum              Betrag (EUR)
        Grundentgelt Tarif M                 01.01. - 31.01.2026         19,9000
        Gespräche ins Ausland                14 Minuten                   3,2200
        Summe Entgelte                                                     23,12
        """,
        "- - 19.90|- - 3.22",
        "23.12",
    ),
    "a bill of energy": (
        """
        Preisbestandteil         Verbrauch        Preis            Betrag
        Arbeitspreis             1.240 kWh        0,1890 EUR/kWh   234,36 EUR
        Grundpreis               12 Monate        3,5000 EUR        42,00 EUR
        Netzentgelt              1.240 kWh        0,0650 EUR/kWh    80,60 EUR
        Summe netto                                                356,96 EUR
        """,
        "1240 0.1890 234.36|12 3.5000 42.00|1240 0.0650 80.60",
        "356.96",
    ),
    "energy in cents": (
        """
        Preisbestandteil         Verbrauch      Preis            Betrag
        Arbeitspreis             1.240 kWh      18,90 ct/kWh     234,36 EUR
        Netzentgelt              1.240 kWh       6,50 ct/kWh      80,60 EUR
        Summe netto                                              314,96 EUR
        """,
        "1240 0.189 234.36|1240 0.065 80.60",
        "314.96",
    ),
    "nights of a hotel": (
        """
        Date         Text                  Qty     Price     Amount
        2026-02-03   Room 212                1    110.00     110.00
        2026-02-04   Room 212                1    110.00     110.00
        2026-02-04   Minibar                 2      4.50       9.00
        Total EUR                                            229.00
        """,
        "1 110.00 110.00|1 110.00 110.00|2 4.50 9.00",
        "229.00",
    ),
    "debit and credit of a hotel": (
        """
        Date         Text                       Charges     Credits
        03.02.2026   Logis Zi. 212               110,00
        03.02.2026   Ortstaxe                      3,20
        04.02.2026   Frühstück                    18,00
        04.02.2026   Visa                                    131,20
        Saldo                                                  0,00
        Gesamt                                   131,20
        """,
        "- - 110.00|- - 3.20|- - 18.00",
        "131.20",
    ),
    "several tables on one page": (
        """
        Arbeitszeit           Stunden    Satz      Betrag
        Monteur                  3,00    60,00     180,00
        Helfer                   2,00    40,00      80,00
        Summe Arbeitszeit                          260,00

        Material              Menge      Preis     Betrag
        Rohr                     4,00     5,00      20,00
        Bogen                    2,00     3,00       6,00
        Summe Material                              26,00
        Gesamtsumme                                286,00
        """,
        "3.00 60.00 180.00|2.00 40.00 80.00|4.00 5.00 20.00|2.00 3.00 6.00",
        "286.00",
    ),
    "a table of taxes above": (
        """
        MwSt-Satz    Netto    MwSt    Brutto
        20 %        100,00   20,00    120,00

        Artikel               Menge     Preis     Betrag
        Papier A4                10      4,00      40,00
        Ordner                    5     12,00      60,00
        """,
        "10 4.00 40.00|5 12.00 60.00",
        "100.00",
    ),
    "totals above the table": (
        """
        Gesamtbetrag netto                       100,00
        zuzüglich 20 % USt                        20,00
        Rechnungsbetrag                          120,00

        Anlage: die Leistungen im einzelnen
        Artikel               Menge     Preis     Betrag
        Papier A4                10      4,00      40,00
        Ordner                    5     12,00      60,00
        """,
        "10 4.00 40.00|5 12.00 60.00",
        "100.00",
    ),
    "numbers at the right below headings in the middle": (
        """
            Beschreibung            Menge          Einzelpreis          Gesamtpreis
        Papier A4 weiß                     10                   4,00                40,00
        Ordner                              5                  12,00                60,00
        Netto                                                                      100,00
        """,
        "10 4.00 40.00|5 12.00 60.00",
        "100.00",
    ),
    "currencies in the cells": (
        """
        Description              Qty        Price          Amount
        Paper                     10       € 4.00         € 40.00
        Binder                     5      € 12.00         € 60.00
        Total due                                        € 100.00
        """,
        "10 4.00 40.00|5 12.00 60.00",
        "100.00",
    ),
    "currencies behind the amounts": (
        """
        Popis                Množství        Cena          Celkem
        Papír                   10 ks     4,00 Kč        40,00 Kč
        Šanon                    5 ks    12,00 Kč        60,00 Kč
        Základ                                          100,00 Kč
        """,
        "10 4.00 40.00|5 12.00 60.00",
        "100.00",
    ),
    "currencies in the headings": (
        """
        Leistung              Menge     EUR/Stk        EUR
        Papier                   10        4,00      40,00
        Ordner                    5       12,00      60,00
                                                    100,00
        """,
        "10 4.00 40.00|5 12.00 60.00",
        "100.00",
    ),
    "amounts without cents": (
        """
        Megnevezés              Menny.    Egységár     Érték
        Papír A4                  10 db    1\u00a0200 Ft    12\u00a0000 Ft
        Mappa                      5 db      800 Ft     4\u00a0000 Ft
        Nettó összesen                                 16\u00a0000 Ft
        """,
        "10 1200 12000|5 800 4000",
        "16000",
    ),
    "thousands parted by a blank": (
        """
        Désignation           Qté       P.U.       Montant
        Licence                 2   1\u00a0250,00      2\u00a0500,00
        Formation               1     800,00        800,00
        Total HT                                  3\u00a0300,00
        """,
        "2 1250.00 2500.00|1 800.00 800.00",
        "3300.00",
    ),
    "thousands parted by an apostrophe": (
        """
        Bezeichnung           Anzahl      Preis        Total
        Lizenz                     2   1'250.00     2'500.00
        Schulung                   1     800.00       800.00
        Zwischentotal                               3'300.00
        """,
        "2 1250.00 2500.00|1 800.00 800.00",
        "3300.00",
    ),
    "prices of four decimals": (
        """
        Postavka                Kol.        Cena      Znesek
        Vijak                   1000      0,0375       37,50
        Matica                  2000      0,0210       42,00
        Skupaj                                         79,50
        """,
        "1000 0.0375 37.50|2000 0.0210 42.00",
        "79.50",
    ),
    "quantities of three decimals": (
        """
        Descrizione           Quantità      Prezzo     Importo
        Pane                     1,500        4,00        6,00
        Formaggio                0,250       20,00        5,00
        Totale merce                                     11,00
        """,
        "1.500 4.00 6.00|0.250 20.00 5.00",
        "11.00",
    ),
    "one row": (
        """
        Leistung                    Menge     Preis     Betrag
        Vortrag in Linz                 1    900,00     900,00
        Nettobetrag                                     900,00
        20 % USt                                        180,00
        Zahlbetrag                                    1.080,00
        """,
        "1 900.00 900.00",
        "900.00",
    ),
    "a row below which only a sentence stands": (
        """
        Leistung                    Menge     Preis     Betrag
        Vortrag in Linz                 1    900,00     900,00
        Reise                           2     50,00     100,00
        Nicht umsatzsteuerpflichtig gemäß § 6 Abs. 1 Z 27 UStG.
        Bitte überweisen Sie 1.000,00 EUR auf unser Konto.
        """,
        "1 900.00 900.00|2 50.00 100.00",
        "1000.00",
    ),
    "freight behind the rows": (
        """
        Artikel               Menge     Preis     Betrag
        Papier A4                10      4,00      40,00
        Ordner                    5     12,00      60,00
        Fracht                                      9,90
        Summe netto                               109,90
        """,
        "10 4.00 40.00|5 12.00 60.00|- - 9.90",
        "109.90",
    ),
    "a discount on the whole": (
        """
        Artikel               Menge     Preis     Betrag
        Papier A4                10      4,00      40,00
        Ordner                    5     12,00      60,00
        Treuebonus 10 %                           -10,00
        Summe netto                                90,00
        """,
        "10 4.00 40.00|5 12.00 60.00|- - -10.00",
        "90.00",
    ),
    "prepaid is no row": (
        """
        Artikel               Menge     Preis     Betrag
        Papier A4                10      4,00      40,00
        Ordner                    5     12,00      60,00
        Summe                                     100,00
        Anzahlung vom 03.02.2026                  -50,00
        Zahlbetrag                                 50,00
        """,
        "10 4.00 40.00|5 12.00 60.00",
        "100.00",
    ),
    "letters of the rate beside the total": (
        """
        Artikel               Menge     Preis     Betrag
        Papier A4                10      4,00      40,00 A
        Buch                      5     12,00      60,00 B
        Summe                                     100,00
        """,
        "10 4.00 40.00|5 12.00 60.00",
        "100.00",
    ),
    "numbers within the words": (
        """
        Artikel                           Menge     Preis     Betrag
        Papier A4 80 g 500 Blatt             10      4,00      40,00
        Ordner 2000 mit 50 mm Rücken          5     12,00      60,00
        Summe netto                                           100,00
        """,
        "10 4.00 40.00|5 12.00 60.00",
        "100.00",
    ),
    "sums beside the bank": (
        """
        Artikel               Menge     Preis     Betrag
        Papier A4                10      4,00      40,00
        Ordner                    5     12,00      60,00
        Bank: Muster AG                 Netto     100,00
        BIC: BKAUATWW                   USt        20,00
        """,
        "10 4.00 40.00|5 12.00 60.00",
        "100.00",
    ),
    "a balance that grows": (
        """
        Text                  Menge     Preis     Betrag      Saldo
        Papier A4                10      4,00      40,00      40,00
        Ordner                    5     12,00      60,00     100,00
        Mappe                     2      4,00       8,00     108,00
        Zu zahlen                                            108,00
        """,
        "10 4.00 40.00|5 12.00 60.00|2 4.00 8.00",
        "108.00",
    ),
    "lines between the columns": (
        """
        | Artikel         | Menge | Preis   | Betrag   |
        | Papier A4       | 10    | 4,00    | 40,00    |
        | Ordner          | 5     | 12,00   | 60,00    |
        | Summe           |       |         | 100,00   |
        """,
        "10 4.00 40.00|5 12.00 60.00",
        "100.00",
    ),
    "numbers at the left of their columns": (
        """
        Artikel         Menge     Preis       Betrag
        Papier A4       10        4,00        40,00
        Ordner          5         1.212,00    6.060,00
        Mappe           125       2,00        250,00
        Summe                                 6.350,00
        """,
        "10 4.00 40.00|5 1212.00 6060.00|125 2.00 250.00",
        "6350.00",
    ),
    "periods and pieces": (
        """
        Leistung            Zeitraum                  Anz.    Monat     Gesamt
        Miete Lager         01.01.2026-31.03.2026        3   200,00     600,00
        Stellplatz          01.01.2026-31.03.2026        3    40,00     120,00
        Summe                                                           720,00
        """,
        "3 200.00 600.00|3 40.00 120.00",
        "720.00",
    ),
    "rows that call themselves sums": (
        """
        Jahresprämie Haushalt, Polizze 4711                     120,00
        Jahresprämie Haftpflicht, Polizze 4712                   80,50
        Jahresprämie Rechtsschutz                                64,20
        Prämie gesamt                                           264,70
        """,
        "- - 120.00|- - 80.50|- - 64.20",
        "264.70",
    ),
    "two factors and nights": (
        """
        Leistung            Pers.   Nächte    Preis     Gesamt
        Zimmer                  2        3    50,00     300,00
        Kurtaxe                 2        3     2,00      12,00
        Summe                                           312,00
        """,
        "- - 300.00|- - 12.00",
        "312.00",
    ),
}


def pages_of(text: str) -> Layout:
    """The typed pages, parted by a line of dots."""
    pages = [typed(part).pages[0] for part in text.split("        ....\n")]
    return Layout(tuple(replace(page, number=at) for at, page in enumerate(pages, 1)))


_NAMED = {"total without a price", "a discount in each row without a sign"}
_KNOWN = ("EUR", "kWh", "Stk", "Minuten")


def hidden(text: str) -> str:
    """The same page in words that nobody knows, so that only numbers and places speak."""
    return re.sub(
        r"[^\W\d_]{3,}",
        lambda word: word[0] if word[0] in _KNOWN else encode(word[0], "rot13"),
        text.translate(_PLAIN),
    )


_PLAIN = str.maketrans("äöüßéèčěžšíáůúřńłęąóőűÜ", "aousee" + "cezsiauurnleaoou" + "U")


def number(text: str) -> Decimal | None:
    """A number as this file writes it."""
    return None if text == "-" else Decimal(text)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_table_is_read(kind: str) -> None:
    """All its rows, with quantity and price where it prints them."""
    text, expected, total = KINDS[kind]
    rows = rows_in(tables_in(pages_of(text)), [Decimal(total)])

    assert [(row.quantity, row.price, row.total) for row in rows] == [
        tuple(map(number, line.split())) for line in expected.split("|")
    ]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in _NAMED])
def test_no_kind_of_table_needs_known_words(kind: str) -> None:
    """What the headings and the sums are called does not matter where the numbers compute."""
    text, expected, total = KINDS[kind]
    rows = rows_in(tables_in(pages_of(hidden(text))), [Decimal(total)])

    assert [(row.quantity, row.price, row.total) for row in rows] == [
        tuple(map(number, line.split())) for line in expected.split("|")
    ]
