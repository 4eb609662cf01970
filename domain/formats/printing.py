"""Pages as PDF."""


def pdf_of(page: str) -> bytes:
    """A page of ours as PDF; what it would have fetched, from files or addresses, is left out."""
    # Loading it takes a second, and most processes never print.
    from weasyprint import HTML  # noqa: PLC0415
    from weasyprint.urls import URLFetcher  # noqa: PLC0415

    nothing = URLFetcher(allowed_protocols=())
    content: bytes = HTML(string=page, url_fetcher=nothing).write_pdf()
    return content
