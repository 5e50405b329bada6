"""Reading an XML message a stranger has posted, before any library with powers sees it.

The limits are ours: the largest answer of the node on record is about 20 KB, with fewer than a
hundred elements.
"""

import base64
import re
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

from lxml import etree

from ksr_saas.identity.eid.names import (
    DS,
    DSIG11,
    EIDAS,
    EXC_C14N,
    SAML,
    SAMLP,
    SOAP,
    XENC,
    XENC11,
    ds,
    samlp,
    xenc,
)
from ksr_saas.identity.eid.provider import EidRefused

# lxml has no types of its own; elements are Any wherever they are passed.
Element: TypeAlias = Any

MAX_ELEMENTS: Final = 500
MAX_DEPTH: Final = 16
MAX_ATTRIBUTES: Final = 24  # of one element
MAX_RELAY_STATE: Final = 80  # bytes; saml-bindings-2.0-os 3.5.3

_SIGNATURE = frozenset(
    [
        "Signature",
        "SignedInfo",
        "CanonicalizationMethod",
        "SignatureMethod",
        "Reference",
        "Transforms",
        "Transform",
        "DigestMethod",
        "DigestValue",
        "SignatureValue",
        "KeyInfo",
        "KeyName",
        "X509Data",
        "X509Certificate",
        "X509IssuerSerial",
        "X509IssuerName",
        "X509SerialNumber",
        "X509SubjectName",
    ]
)
# None means every element of the namespace: in SAML none of them makes a library act.
_VOCABULARY: Final[dict[str, frozenset[str] | None]] = {
    SAMLP: None,
    SAML: None,
    DS: _SIGNATURE | {"KeyValue"},
    EXC_C14N: frozenset({"InclusiveNamespaces"}),
    DSIG11: frozenset({"ECKeyValue", "NamedCurve", "PublicKey"}),
    XENC: frozenset(
        [
            "EncryptedData",
            "EncryptedKey",
            "EncryptionMethod",
            "CipherData",
            "CipherValue",
            "AgreementMethod",
            "OriginatorKeyInfo",
        ]
    ),
    XENC11: frozenset({"KeyDerivationMethod", "ConcatKDFParams", "MGF"}),
    EIDAS: frozenset({"SPType", "RequestedAttributes", "RequestedAttribute"}),
    SOAP: frozenset({"Envelope", "Header", "Body"}),
}
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z", re.ASCII)
_NCNAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9._-]{0,127}", re.ASCII)


def decode(field: str | None, max_bytes: int) -> bytes:
    """Take the XML out of a form field: strict base64, bounded size."""
    if not field:
        raise EidRefused("no-message")
    if len(field) > max_bytes * 3 // 2:
        raise EidRefused("too-large")
    try:
        raw = octets(field)
    except ValueError:
        raise EidRefused("not-base64") from None
    if len(raw) > max_bytes:
        raise EidRefused("too-large")
    return raw


def octets(text: str) -> bytes:
    """Read strict base64, which may come in lines. Raises ValueError."""
    return base64.b64decode("".join(text.split()).encode("ascii"), validate=True)


def encode(raw: bytes) -> str:
    """Write a message as the value of a form field."""
    return base64.b64encode(raw).decode("ascii")


def written(when: datetime) -> str:
    """Write a moment as SAML wants it: UTC, with a Z, whole seconds."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse(raw: bytes) -> Element:
    """Parse plain UTF-8 XML without DTD, entities, comments or processing instructions.

    A comment is refused because it is left out of what is signed: anybody may add one on the way,
    and libraries disagree about the text around it. The bytes are looked at first, so the parser
    never meets a declaration it could act upon, in this or in any other encoding.
    """
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        raise EidRefused("not-xml") from None
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        raise EidRefused("dtd")
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False
    )
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError:
        # The parser's own words quote the document.
        raise EidRefused("not-xml") from None
    info = root.getroottree().docinfo
    if (info.encoding or "utf-8").lower() != "utf-8":
        raise EidRefused("not-xml")
    if info.doctype:
        raise EidRefused("dtd")
    _check_content(root)
    return root


def _check_content(root: Element) -> None:
    """Refuse what no SAML message of ours contains: other vocabularies, and sheer mass."""
    if root.getprevious() is not None or root.getnext() is not None:
        raise EidRefused("comment-or-pi")
    seen: set[str] = set()
    level = [(root, 1)]
    count = 0
    while level:
        node, depth = level.pop()
        count += 1
        if count > MAX_ELEMENTS or depth > MAX_DEPTH or len(node.attrib) > MAX_ATTRIBUTES:
            raise EidRefused("too-complex")
        if not isinstance(node.tag, str):
            raise EidRefused("comment-or-pi")
        _check_vocabulary(node)
        _check_ids(node, seen)
        level.extend((child, depth + 1) for child in node)


def _check_vocabulary(node: Element) -> None:
    """Allow SAML, and the parts of signatures and encryption that name nothing outside.

    This leaves out XSLT and XPath transforms, Object, Manifest, RetrievalMethod and
    CipherReference: each has burnt CPU, memory or a file before login. A key in place of a
    certificate belongs to key agreement alone.
    """
    name = etree.QName(node)
    known = _VOCABULARY.get(name.namespace, frozenset())
    if known is not None and name.localname not in known:
        raise EidRefused("forbidden-element")
    if node.tag == ds("KeyValue") and node.getparent().tag != xenc("OriginatorKeyInfo"):
        raise EidRefused("forbidden-element")


def _check_ids(node: Element, seen: set[str]) -> None:
    """Refuse an id used twice, however the attribute is spelt: a reference means one thing."""
    for attribute, value in node.attrib.items():
        if etree.QName(attribute).localname.lower() == "id":
            if value in seen:
                raise EidRefused("duplicate-id")
            seen.add(value)


def only(parent: Element, tag: str, reason: str) -> Element:
    """Take the one child with this tag; none and several are the same refusal."""
    found = parent.findall(tag)
    if len(found) != 1:
        raise EidRefused(reason)
    return found[0]


def cut(node: Element) -> bytes:
    """Serialise a signed part of a message as a document of its own, with the names around it.

    Moving the element instead would let the library rename its prefixes and break the signature.
    """
    tail, node.tail = node.tail, None
    written_out = etree.tostring(node)
    node.tail = tail
    return bytes(written_out)


def text_of(node: Element) -> str:
    """Read the whole text of an element that must hold nothing else."""
    if len(node):
        raise EidRefused("nested-value")
    return node.text or ""


def moment(node: Element, attribute: str) -> datetime:
    """Read a required moment; SAML writes them in UTC with a Z (saml-core-2.0-os 1.3.3)."""
    value = node.get(attribute) or ""
    if _MOMENT.fullmatch(value) is None:
        raise EidRefused("time-form")
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except ValueError:
        raise EidRefused("time-form") from None


def is_message_id(value: str) -> bool:
    """Whether this can be the ID of a SAML message (an ASCII NCName of sensible length)."""
    return _NCNAME.fullmatch(value) is not None


def peek(saml_response: str | None, *, max_bytes: int = 256 * 1024) -> str:
    """Read which request a posted answer claims to answer. Nothing of it is verified yet."""
    root = parse(decode(saml_response, max_bytes))
    claimed = root.get("InResponseTo", "")
    if root.tag != samlp("Response") or not is_message_id(claimed):
        raise EidRefused("unsolicited")
    return str(claimed)
