"""Envelopes in which e-invoices travel: SBDH and XHE of Peppol; the invoice in them is read.

The envelope says for whom the network carried it, which is nobody's business here. One with
several documents is not opened: it would be several invoices.
"""

from lxml import etree

from domain.formats.xml import local_name, namespace, parse

_SBDH = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
_XHE = "http://docs.oasis-open.org/bdxr/ns/XHE/"
_HEADER = "StandardBusinessDocumentHeader"
_PAYLOAD = ("Payloads", "Payload", "PayloadContent")


def is_envelope(root: etree._Element) -> bool:
    """Whether a tree is an envelope around documents."""
    name, space = local_name(root), namespace(root) or ""
    is_sbdh = name == "StandardBusinessDocument" and space == _SBDH
    return is_sbdh or (name == "XHE" and space.startswith(_XHE))


def letters_of(root: etree._Element) -> list[etree._Element]:
    """The documents in an envelope, each as a tree of its own; a root that is none, itself."""
    if not is_envelope(root):
        return [root]
    if local_name(root) == "XHE":
        found = [root]
        for name in _PAYLOAD:
            found = [child for each in found for child in each if local_name(child) == name]
        inside = [child for each in found for child in each if local_name(child)]
    else:
        inside = [child for child in root if local_name(child) not in ("", _HEADER)]
    return [parse(etree.tostring(each, with_tail=False)) for each in inside]
