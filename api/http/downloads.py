"""What is said of a file that is handed out."""

from urllib.parse import quote


def disposition(way: str, name: str) -> str:
    """Name for the browser, in plain and in UTF-8 form (RFC 6266).

    >>> print(disposition("inline", "Rechnung ä.pdf"))
    inline; filename="Rechnung _.pdf"; filename*=UTF-8''Rechnung%20%C3%A4.pdf
    """
    base = name.replace("/", "_")
    plain = "".join(char if " " <= char <= "~" and char not in '"\\' else "_" for char in base)
    return f"{way}; filename=\"{plain}\"; filename*=UTF-8''{quote(base, safe='')}"
