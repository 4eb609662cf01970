"""Files inside e-invoices: UBL and CII; what is damaged or foreign is told."""

from base64 import b64encode

from domain.formats import mail, xml_attachments

PDF = b"%PDF-1.7\n%%EOF"
UBL = "urn:oasis:names:specification:ubl:schema:xsd"
CII = "urn:un:unece:uncefact:data:standard"


def ubl(*files: tuple[str, str, str]) -> bytes:
    """An invoice with files: media type, name, text of the element."""
    inside = "".join(
        f"<c:AdditionalDocumentReference><b:ID>A</b:ID><c:Attachment>"
        f'<b:EmbeddedDocumentBinaryObject mimeCode="{kind}" filename="{name}">{data}'
        "</b:EmbeddedDocumentBinaryObject></c:Attachment></c:AdditionalDocumentReference>"
        for kind, name, data in files
    )
    return (
        f'<Invoice xmlns="{UBL}:Invoice-2" xmlns:b="{UBL}:CommonBasicComponents-2"'
        f' xmlns:c="{UBL}:CommonAggregateComponents-2">{inside}</Invoice>'
    ).encode()


def base64(data: bytes) -> str:
    """Text of an element."""
    return b64encode(data).decode()


def test_a_pdf_inside_ubl_comes_out() -> None:
    """With the name that the invoice states, broken base64 lines or not."""
    text = base64(PDF)
    (file,) = xml_attachments.attachments(
        ubl(("application/pdf", "Lesbar.pdf", f"\n {text[:8]}\n{text[8:]} "))
    )

    assert (file.name, file.content, file.fault) == ("Lesbar.pdf", PDF, None)


def test_a_pdf_inside_cii_comes_out() -> None:
    """BG-24 of the other syntax."""
    data = (
        f'<r:CrossIndustryInvoice xmlns:r="{CII}:CrossIndustryInvoice:100"'
        f' xmlns:a="{CII}:ReusableAggregateBusinessInformationEntity:100">'
        "<r:SupplyChainTradeTransaction><a:ApplicableHeaderTradeAgreement>"
        "<a:AdditionalReferencedDocument><a:IssuerAssignedID>Stunden</a:IssuerAssignedID>"
        f'<a:AttachmentBinaryObject mimeCode="application/pdf">{base64(PDF)}'
        "</a:AttachmentBinaryObject></a:AdditionalReferencedDocument>"
        "</a:ApplicableHeaderTradeAgreement></r:SupplyChainTradeTransaction>"
        "</r:CrossIndustryInvoice>"
    ).encode()

    (file,) = xml_attachments.attachments(data)

    assert (file.name, file.content) == ("Stunden", PDF)


def test_what_is_not_taken_out_has_a_reason() -> None:
    """Damaged base64, an empty element, a foreign type; none stops the others."""
    found = xml_attachments.attachments(
        ubl(
            ("application/pdf", "a.pdf", "%%%"),
            ("application/pdf", "b.pdf", ""),
            ("text/html", "c.html", base64(b"<script/>")),
            ("application/pdf", "d.pdf", base64(PDF)),
        )
    )

    assert [file.fault is None for file in found] == [False, False, False, True]


def test_the_number_is_bounded_and_told() -> None:
    """The one beyond says that the rest was not taken."""
    one = ("application/pdf", "a.pdf", base64(PDF))
    found = xml_attachments.attachments(ubl(*[one] * (xml_attachments.FILES + 5)))

    assert len(found) == xml_attachments.FILES + 1
    assert found[-1].fault is not None
    assert xml_attachments.attachments(b"<broken") == ()


def test_a_mail_tells_what_its_invoices_carry() -> None:
    """The file hangs on the document that it came in."""
    read = mail.read_file("r.xml", ubl(("application/pdf", "a.pdf", base64(PDF))))

    assert [file.name for file in read.documents[0].inside] == ["a.pdf"]


def test_the_bytes_decide_what_a_file_is() -> None:
    """A PDF that is called an octet stream is shown; what is only called a PDF is not."""
    found = xml_attachments.attachments(
        ubl(
            ("application/octet-stream", "a.pdf", base64(PDF)),
            ("application/x-pdf", "b", base64(b"\n" + PDF)),
            ("", "c.png", base64(b"\x89PNG\r\n\x1a\n")),
            ("application/pdf", "d.pdf", base64(b"MZ...")),
        )
    )

    assert [file.mime_type for file in found] == [
        "application/pdf", "application/pdf", "image/png", "application/pdf",
    ]  # fmt: skip
    assert [file.fault is None for file in found] == [True, True, True, False]
