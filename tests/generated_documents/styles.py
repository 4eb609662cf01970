"""CSS: what all pages share, and what is drawn once for each family."""

from tests.generated_documents.family import Family

_ACCENTS = ("#000", "#1f3a68", "#7a1f2b", "#2d6a4f", "#555", "#8a5a00", "#004c6d")
_TABLES = """
.ruled td,.ruled th{border:1px solid #333}
.lines td,.lines th{border-bottom:1px solid #bbb}
.zebra tr:nth-child(even) td{background:#eef1f4}
.zebra th{background:var(--accent);color:#fff}
.head th{border-bottom:2px solid var(--accent);border-top:1px solid var(--accent)}
.dotted td{border-bottom:1px dotted #999}
.plain th{font-weight:normal;text-decoration:underline}
"""
_BASE = """
*{box-sizing:border-box}
body{margin:0;color:#111}
a{color:inherit;text-decoration:none}
table{border-collapse:collapse}
td,th{vertical-align:top;text-align:left;padding:var(--pad)}
.items{width:100%;margin:4mm 0}
.items thead{display:table-header-group}
.items tr{break-inside:avoid}
.broken{break-before:page}
.r,.pairs.sums .v{text-align:right;white-space:nowrap}
th.r{white-space:normal}
.detail{font-size:85%;color:#444}
.l{padding-right:4mm;white-space:nowrap}
.two{display:flex;justify-content:space-between;gap:8mm}
.right{margin-left:auto;width:fit-content}
.full{width:100%}
.small{font-size:80%}
.tiny{font-size:68%}
.center{text-align:center}
h1{margin:4mm 0 2mm}
p{margin:1.5mm 0}
.foot{position:fixed;bottom:0;left:0;right:0;border-top:1px solid #888;padding-top:1mm}
.foot .two{gap:4mm}
.total td{font-weight:bold}
.boxed{border:2px solid var(--accent);padding:2mm}
"""


def sheet_of(family: Family, extra: str = "") -> str:
    """The whole style of a family; receipts have a roll of their own."""
    look = family.look("css")
    accent = look.choice(_ACCENTS)
    pad = look.choice(("0.4mm 1mm", "0.8mm 1.5mm", "1.2mm 2mm", "0.2mm 1.2mm"))
    margins = look.choice(("15mm 15mm 22mm 22mm", "12mm 18mm 24mm 18mm", "20mm 20mm 25mm 25mm"))
    page = "80mm 230mm" if family.layout in ("receipt", "slip", "till", "varied_roll") else "A4"
    margins = "4mm" if page != "A4" else margins
    title = look.choice((14, 16, 20, 26, 12))
    bold = look.choice(("bold", "normal"))
    case = look.choice(("none", "none", "uppercase"))
    return f"""
@page{{size:{page};margin:{margins}}}
:root{{--accent:{accent};--pad:{pad}}}
body{{font-family:'{family.font}','DejaVu Sans';font-size:{family.size}pt;
line-height:{look.choice((1.15, 1.25, 1.4))}}}
{_BASE}{_TABLES}
h1{{font-size:{title}pt;color:var(--accent);text-transform:{case}}}
.l{{font-weight:{bold}}}
.columns th{{font-weight:{look.choice(("bold", "normal"))};font-size:85%}}
.columns td,.columns th{{padding-right:6mm}}
{extra}
"""
